//===- Preprocess.cpp - scale, mean and deviation of samples ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Preprocess.h"

#include <cmath>
#include <cstdlib>

namespace weft::data {

using reference::error;
using reference::Result;
using reference::Tensor;
using reference::toString;

bool Preprocess::isIdentity() const {
  return scale == std::vector<double>{1} && mean == std::vector<double>{0} && deviation == std::vector<double>{1};
}

/// A finite decimal number, the whole text.
static bool parseNumber(const std::string &text, double &out) {
  char *end = nullptr;
  out = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(out);
}

/// `a` or `a/b`.
static bool parseFraction(std::string_view text, double &out) {
  const size_t slash = text.find('/');
  double divisor = 1;
  if (slash != std::string_view::npos && (!parseNumber(std::string(text.substr(slash + 1)), divisor) || divisor == 0))
    return false;
  if (!parseNumber(std::string(text.substr(0, slash)), out))
    return false;
  out /= divisor;
  return true;
}

Result<Preprocess> parsePreprocess(std::string_view text) {
  Preprocess result;
  std::vector<double> *list = nullptr;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    std::string_view item = text.substr(at, end - at);
    at = end + 1;
    if (const size_t equals = item.find('='); equals != std::string_view::npos) {
      const std::string_view key = item.substr(0, equals);
      list = key == "scale" ? &result.scale : key == "mean" ? &result.mean : key == "std" ? &result.deviation : nullptr;
      if (!list)
        return error("preprocess has key '", key, "', expected scale, mean or std");
      list->clear();
      item.remove_prefix(equals + 1);
    }
    double value;
    if (!list || !parseFraction(item, value))
      return error("preprocess has '", item, "', expected key=number[,number...] with numbers like 0.5 or 1/255");
    if (list == &result.deviation && value == 0)
      return error("preprocess divides by a std of 0");
    list->push_back(value);
  }
  return result;
}

Result<Tensor> applyPreprocess(const Preprocess &preprocess, const Tensor &samples) {
  if (preprocess.isIdentity() && samples.type().isFloat())
    return samples;
  const int64_t channels = samples.rank() > 1 ? samples.dim(1) : 1;
  int64_t inner = 1;
  for (int d = 2; d < samples.rank(); ++d)
    inner *= samples.dim(d);
  for (const auto *list : {&preprocess.scale, &preprocess.mean, &preprocess.deviation})
    if (list->size() != 1 && static_cast<int64_t>(list->size()) != channels)
      return error("preprocess has ", list->size(), " values, expected 1 or one for each of ", channels,
                   " channels of samples ", toString(samples.shape()));
  Tensor out(reference::ElementType::f32(), samples.shape());
  auto of = [](const std::vector<double> &list, int64_t channel) { return list[list.size() == 1 ? 0 : channel]; };
  for (int64_t i = 0, n = samples.size(); i < n; ++i) {
    const int64_t c = (i / inner) % channels;
    out.floats()[i] = static_cast<float>((samples.asDouble(i) * of(preprocess.scale, c) - of(preprocess.mean, c)) /
                                         of(preprocess.deviation, c));
  }
  return out;
}

} // namespace weft::data

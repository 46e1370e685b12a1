//===- Metrics.cpp - how well a model does on data --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Metrics.h"

#include <algorithm>
#include <cmath>

namespace weft::report {

using reference::Tensor;

std::vector<int64_t> predictedClasses(const Tensor &output) {
  int64_t samples = output.rank() ? output.dim(0) : 1;
  int64_t width = samples ? output.size() / samples : 0;
  std::vector<int64_t> classes(samples);
  for (int64_t n = 0; n < samples; ++n) {
    if (width == 1 && output.type().isInteger()) {
      classes[n] = output.asInteger(n);
      continue;
    }
    int64_t best = 0;
    for (int64_t i = 1; i < width; ++i)
      if (output.asDouble(n * width + i) > output.asDouble(n * width + best))
        best = i;
    classes[n] = best;
  }
  return classes;
}

double shareEqual(const std::vector<int64_t> &a, const std::vector<int64_t> &b) {
  assert(a.size() == b.size() && !a.empty());
  int64_t equal = 0;
  for (size_t i = 0; i < a.size(); ++i)
    equal += a[i] == b[i];
  return static_cast<double>(equal) / static_cast<double>(a.size());
}

Difference difference(const Tensor &a, const Tensor &b) {
  assert(a.size() == b.size());
  Difference result;
  for (int64_t i = 0; i < a.size(); ++i) {
    double d = a.asDouble(i) - b.asDouble(i);
    result.meanSquare += d * d;
    result.greatest = std::max(result.greatest, std::fabs(d));
  }
  if (a.size())
    result.meanSquare /= static_cast<double>(a.size());
  return result;
}

bool areClassLabels(const Tensor &labels, const Tensor &output) {
  int64_t samples = output.rank() ? output.dim(0) : 1;
  if (labels.size() != samples || samples == 0)
    return false;
  int64_t width = output.size() / samples;
  bool classIds = width == 1 && output.type().isInteger();
  if (width == 1 && !classIds)
    return false;
  for (int64_t i = 0; i < samples; ++i) {
    double label = labels.asDouble(i);
    if (label < 0 || label != std::floor(label) || (!classIds && label >= static_cast<double>(width)))
      return false;
  }
  return true;
}

std::string Divergence::where() const {
  std::string text = "frame " + std::to_string(sample) + ", [";
  for (size_t i = 0; i < index.size(); ++i)
    text += (i ? ", " : "") + std::to_string(index[i]);
  return text + "]";
}

std::optional<Divergence> firstDivergence(const Tensor &expected, const Tensor &found) {
  assert(expected.size() == found.size());
  for (int64_t i = 0; i < expected.size(); ++i) {
    if (expected.asInteger(i) == found.asInteger(i))
      continue;
    Divergence result;
    result.expected = expected.asInteger(i);
    result.found = found.asInteger(i);
    auto strides = reference::rowMajorStrides(expected.shape());
    int64_t rest = i;
    for (int axis = 0; axis < expected.rank(); ++axis) {
      int64_t at = rest / strides[axis];
      rest %= strides[axis];
      if (axis == 0)
        result.sample = at;
      else
        result.index.push_back(at);
    }
    return result;
  }
  return std::nullopt;
}

} // namespace weft::report

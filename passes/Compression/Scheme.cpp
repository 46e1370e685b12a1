//===- Scheme.cpp - the registry of compression schemes ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Scheme.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace llvm;

namespace weft::compression {

ArrayRef<Scheme> schemes() {
  static const std::vector<Scheme> all{
      bitplanesScheme(),
      blockPruneScheme(),
      circulantScheme(),
      clusterActivationsScheme(),
      clusterScheme(),
      deltaScheme(),
      entropyScheme(),
      lutScheme(),
      powerOfTwoScheme(),
      sparsityScheme(),
      tensorTrainScheme(),
  };
  return all;
}

const Scheme *findScheme(StringRef name) {
  for (const Scheme &s : schemes())
    if (s.name == name)
      return &s;
  return nullptr;
}

std::vector<std::string> nearest(StringRef text, ArrayRef<std::string> candidates) {
  std::vector<std::string> sorted(candidates.begin(), candidates.end());
  llvm::stable_sort(sorted, [&](const std::string &a, const std::string &b) {
    return text.edit_distance(a) < text.edit_distance(b);
  });
  sorted.resize(std::min<size_t>(3, sorted.size()));
  return sorted;
}

static Error failure(const Twine &message) { return createStringError(message); }

/// Numbers in messages as a user would write them: 0.25, 16.
static std::string numberText(double value) { return formatv("{0}", value == std::floor(value) ? formatv("{0}", static_cast<int64_t>(value)).str() : formatv("{0:f3}", value).str()); }

static Error checkNumber(const RecipeStep &step, const SchemeParameter &p, StringRef value) {
  double number = 0;
  int64_t integer = 0;
  bool isInteger = p.kind == SchemeParameter::Kind::integer;
  if (isInteger ? value.getAsInteger(10, integer) : value.getAsDouble(number) || !std::isfinite(number))
    return failure(step.scheme + ": " + p.name + " is '" + value + "', expected " + (isInteger ? "an integer" : "a number"));
  if (isInteger)
    number = static_cast<double>(integer);
  if (number < p.least || number > p.greatest)
    return failure(step.scheme + ": " + p.name + " is " + value + ", expected " + numberText(p.least) + " to " +
                   numberText(p.greatest) + "; the nearest is " + numberText(std::clamp(number, p.least, p.greatest)));
  return Error::success();
}

static Error checkValue(const RecipeStep &step, const SchemeParameter &p, StringRef value) {
  if (p.kind == SchemeParameter::Kind::integer || p.kind == SchemeParameter::Kind::real)
    return checkNumber(step, p, value);
  if (p.kind == SchemeParameter::Kind::text) {
    std::string expected = p.check ? p.check(value) : "";
    return expected.empty() ? Error::success()
                            : failure(step.scheme + ": " + p.name + " is '" + value + "', expected " + expected);
  }
  std::vector<std::string> legal = p.kind == SchemeParameter::Kind::flag ? std::vector<std::string>{"true", "false"} : p.choices;
  if (!llvm::is_contained(legal, value))
    return failure(step.scheme + ": " + p.name + " is '" + value + "', expected " + join(legal, ", "));
  return Error::success();
}

Error completeStep(RecipeStep &step) {
  std::vector<std::string> names;
  for (const Scheme &s : schemes())
    names.push_back(s.name);
  const Scheme *scheme = findScheme(step.scheme);
  if (!scheme)
    return failure("unknown scheme '" + step.scheme + "', expected " + join(names, ", "));
  names.clear();
  for (const SchemeParameter &p : scheme->parameters)
    names.push_back(p.name);
  for (auto &[name, value] : step.parameters) {
    auto p = llvm::find_if(scheme->parameters, [&, &name = name](const SchemeParameter &p) { return p.name == name; });
    if (p == scheme->parameters.end())
      return failure(step.scheme + ": unknown parameter '" + name + "', expected " + join(names, ", ") + " or layers");
    if (Error e = checkValue(step, *p, value))
      return e;
  }
  for (const SchemeParameter &p : scheme->parameters)
    step.parameters.try_emplace(p.name, p.defaultValue);
  return Error::success();
}

} // namespace weft::compression

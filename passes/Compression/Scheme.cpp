//===- Scheme.cpp - the registry of compression schemes ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Scheme.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace weft::compression {

ArrayRef<Scheme> schemes() {
  static const std::vector<Scheme> all{clusterScheme()};
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

static Error checkInteger(const RecipeStep &step, const SchemeParameter &p, StringRef value) {
  int64_t number = 0;
  if (value.getAsInteger(10, number))
    return failure(step.scheme + ": " + p.name + " is '" + value + "', expected an integer");
  if (number < p.least || number > p.greatest)
    return failure(step.scheme + ": " + p.name + " is " + value + ", expected " + Twine(p.least) + " to " + Twine(p.greatest) +
                   "; the nearest is " + Twine(std::clamp(number, p.least, p.greatest)));
  return Error::success();
}

static Error checkValue(const RecipeStep &step, const SchemeParameter &p, StringRef value) {
  if (p.kind == SchemeParameter::Kind::integer)
    return checkInteger(step, p, value);
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

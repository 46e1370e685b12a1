//===- Recipe.cpp - parses and applies compression recipes ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Recipe.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"
#include "passes/Compression/Scheme.h"

using namespace mlir;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

namespace weft::compression {

StringRef RecipeStep::text(StringRef name) const {
  auto found = parameters.find(name.str());
  return found == parameters.end() ? StringRef() : StringRef(found->second);
}

int64_t RecipeStep::integer(StringRef name) const {
  int64_t value = 0;
  (void)text(name).getAsInteger(10, value); // checked when the step was made
  return value;
}

double RecipeStep::real(StringRef name) const {
  double value = 0;
  (void)text(name).getAsDouble(value); // checked when the step was made
  return value;
}

static bool globMatches(StringRef glob, StringRef layer) {
  if (glob == layer)
    return true;
  Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(glob);
  if (!pattern) {
    llvm::consumeError(pattern.takeError());
    return false;
  }
  return pattern->match(layer);
}

bool RecipeStep::matches(StringRef layer) const {
  return llvm::any_of(layers, [&](const std::string &glob) { return globMatches(glob, layer); });
}

/// `name=value` into the step; `layers` is common to all schemes.
static Error setParameter(RecipeStep &step, StringRef item) {
  auto [name, value] = item.split('=');
  if (value.empty())
    return createStringError("%s: '%s' is no parameter, expected name=value", step.scheme.c_str(), item.str().c_str());
  if (name == "layers") {
    step.layers.clear();
    for (StringRef glob : llvm::split(value, '|'))
      step.layers.push_back(glob.str());
  } else {
    step.parameters[name.str()] = value.str();
  }
  return Error::success();
}

static Expected<RecipeStep> parseStep(StringRef text) {
  RecipeStep step;
  auto [scheme, rest] = text.split('{');
  step.scheme = scheme.trim().str();
  bool hasBraces = text.contains('{');
  if (hasBraces && !rest.consume_back("}"))
    return createStringError("'%s' has no closing brace", text.str().c_str());
  SmallVector<StringRef> items;
  rest.split(items, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef item : items)
    if (Error e = setParameter(step, item))
      return std::move(e);
  if (Error e = completeStep(step))
    return std::move(e);
  return step;
}

Expected<Recipe> parseRecipe(StringRef text) {
  Recipe recipe;
  SmallVector<StringRef> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    depth += i < text.size() ? (text[i] == '{') - (text[i] == '}') : 0;
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      parts.push_back(text.slice(begin, i).trim());
      begin = i + 1;
    }
  }
  for (StringRef part : parts) {
    Expected<RecipeStep> step = parseStep(part);
    if (!step)
      return step.takeError();
    recipe.push_back(std::move(*step));
  }
  return recipe;
}

} // namespace weft::compression

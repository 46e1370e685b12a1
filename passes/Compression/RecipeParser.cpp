//===- RecipeParser.cpp - recipes as text -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include "passes/Compression/Schemes.h"

using llvm::StringRef;
using weft::reference::Error;
using weft::reference::Result;

namespace weft::compression {

/// `layers` is for every scheme, the rest for its own.
static void addOption(RecipeStep &step, StringRef key, StringRef value) {
  if (key == "layers")
    step.layers = value.str();
  else
    step.options.emplace_back(key.str(), value.str());
}

static std::optional<Error> check(const RecipeStep &step) {
  auto scheme = findScheme(step.scheme);
  if (!scheme)
    return scheme.failure();
  return checkOptions(**scheme, step);
}

/// Splits at commas outside of braces; a brace inside braces belongs to a glob pattern.
static Result<std::vector<StringRef>> splitSteps(StringRef text) {
  std::vector<StringRef> steps;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth < 0)
      return reference::error("recipe '", text.str(), "': '}' at column ", i + 1, " closes nothing");
    if (text[i] == ',' && depth == 0) {
      steps.push_back(text.slice(begin, i));
      begin = i + 1;
    }
  }
  if (depth != 0)
    return reference::error("recipe '", text.str(), "': a '{' is not closed");
  steps.push_back(text.drop_front(begin));
  return steps;
}

static Result<RecipeStep> parseStep(StringRef text) {
  RecipeStep step;
  auto [name, rest] = text.trim().split('{');
  step.scheme = name.trim().str();
  if (step.scheme.empty())
    return reference::error("expected the name of a compression scheme, found '", text.str(), "'");
  if (!rest.empty() && !rest.rtrim().consume_back("}"))
    return reference::error("expected '}' at the end of '", text.str(), "'");
  rest = rest.rtrim().drop_back(rest.empty() ? 0 : 1);
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(rest, words, " \t");
  for (StringRef word : words) {
    auto [key, value] = word.split('=');
    if (key.empty() || value.empty())
      return reference::error(step.scheme, ": expected option=value, found '", word.str(), "'");
    addOption(step, key, value);
  }
  if (auto error = check(step))
    return *error;
  return step;
}

Result<Recipe> parseRecipe(StringRef text) {
  Recipe recipe;
  if (text.trim().empty())
    return recipe;
  auto parts = splitSteps(text);
  if (!parts)
    return parts.failure();
  for (StringRef part : *parts) {
    auto step = parseStep(part);
    if (!step)
      return step.failure();
    recipe.steps.push_back(*step);
  }
  return recipe;
}

static Result<RecipeStep> readStep(llvm::yaml::Node &node) {
  auto *map = llvm::dyn_cast<llvm::yaml::MappingNode>(&node);
  if (!map)
    return reference::error("expected a map with 'scheme' for each step");
  RecipeStep step;
  for (llvm::yaml::KeyValueNode &entry : *map) {
    auto *key = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getKey());
    auto *value = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getValue());
    if (!key || !value)
      return reference::error("expected 'option: value' with single values");
    llvm::SmallString<32> keyText, valueText;
    StringRef k = key->getValue(keyText), v = value->getValue(valueText);
    if (k == "scheme")
      step.scheme = v.str();
    else
      addOption(step, k, v);
  }
  if (auto error = check(step))
    return *error;
  return step;
}

Result<Recipe> parseRecipeYaml(StringRef text, StringRef name) {
  llvm::SourceMgr sources;
  std::string problem;
  sources.setDiagHandler(
      [](const llvm::SMDiagnostic &d, void *where) {
        auto &out = *static_cast<std::string *>(where);
        if (out.empty())
          out = "line " + std::to_string(d.getLineNo()) + ": " + d.getMessage().str();
      },
      &problem);
  llvm::yaml::Stream stream(text, sources);
  Recipe recipe;
  auto document = stream.begin();
  llvm::yaml::Node *root = document == stream.end() ? nullptr : document->getRoot();
  auto *list = llvm::dyn_cast_or_null<llvm::yaml::SequenceNode>(root);
  if (list)
    for (llvm::yaml::Node &node : *list) {
      auto step = readStep(node);
      if (!step)
        return reference::error(name.str(), ": step ", recipe.steps.size() + 1, ": ", step.message());
      recipe.steps.push_back(*step);
    }
  if (!problem.empty() || stream.failed())
    return reference::error(name.str(), ": not YAML: ", problem);
  if (!list)
    return reference::error(name.str(), ": expected a list of steps");
  return recipe;
}

std::string printRecipe(const Recipe &recipe) {
  std::string text;
  for (const RecipeStep &step : recipe.steps) {
    text += (text.empty() ? "" : ",") + step.scheme;
    std::vector<std::string> words;
    for (auto &[key, value] : step.options)
      words.push_back(key + "=" + value);
    if (step.layers != "*")
      words.push_back("layers=" + step.layers);
    if (!words.empty())
      text += "{" + llvm::join(words, " ") + "}";
  }
  return text;
}

} // namespace weft::compression

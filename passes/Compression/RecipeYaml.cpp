//===- RecipeYaml.cpp - recipes in YAML ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include "passes/Compression/Scheme.h"

using namespace llvm;

namespace weft::compression {

namespace {

/// Reads nodes; the first thing that is wrong is kept, with its line.
class Reader {
public:
  Reader(StringRef text, StringRef name) : name(name), stream(text, sources) {
    sources.setDiagHandler(
        [](const SMDiagnostic &d, void *reader) {
          static_cast<Reader *>(reader)->fail(d.getLineNo(), d.getMessage());
        },
        this);
  }

  Expected<Recipe> read() {
    Recipe recipe;
    for (yaml::Document &document : stream) {
      yaml::Node *root = document.getRoot();
      if (!root || isa<yaml::NullNode>(root))
        continue;
      auto *list = dyn_cast<yaml::SequenceNode>(root);
      if (!list) {
        fail(root, "expected a list of steps");
        break;
      }
      for (yaml::Node &node : *list)
        if (error.empty())
          readStep(node, recipe);
    }
    if (stream.failed() && error.empty())
      fail(1, "is no YAML");
    if (!error.empty())
      return createStringError(error);
    return recipe;
  }

private:
  void fail(int line, const Twine &message) {
    if (error.empty())
      error = (name + ":" + Twine(line) + ": " + message).str();
  }
  void fail(yaml::Node *node, const Twine &message) {
    fail(static_cast<int>(sources.getLineAndColumn(node->getSourceRange().Start).first), message);
  }

  std::string scalar(yaml::Node *node) {
    SmallString<32> storage;
    if (auto *value = dyn_cast_or_null<yaml::ScalarNode>(node))
      return value->getValue(storage).str();
    return {};
  }

  void readLayers(yaml::Node *node, RecipeStep &step) {
    step.layers.clear();
    if (auto *list = dyn_cast_or_null<yaml::SequenceNode>(node)) {
      for (yaml::Node &layer : *list)
        step.layers.push_back(scalar(&layer));
      return;
    }
    std::string globs = scalar(node);
    for (StringRef glob : split(globs, '|'))
      step.layers.push_back(glob.str());
  }

  void readStep(yaml::Node &node, Recipe &recipe) {
    auto *mapping = dyn_cast<yaml::MappingNode>(&node);
    if (!mapping)
      return fail(&node, "expected a mapping with the key scheme");
    RecipeStep step;
    for (yaml::KeyValueNode &entry : *mapping) {
      std::string key = scalar(entry.getKey());
      yaml::Node *value = entry.getValue();
      if (key == "layers")
        readLayers(value, step);
      else if (!isa_and_nonnull<yaml::ScalarNode>(value))
        return fail(&node, "the value of '" + key + "' is no scalar");
      else if (key == "scheme")
        step.scheme = scalar(value);
      else
        step.parameters[key] = scalar(value);
    }
    if (step.scheme.empty())
      return fail(&node, "a step has no key scheme");
    if (Error e = completeStep(step))
      return fail(&node, toString(std::move(e)));
    recipe.push_back(std::move(step));
  }

  std::string name, error;
  SourceMgr sources;
  yaml::Stream stream;
};

} // namespace

Expected<Recipe> parseRecipeYaml(StringRef text, StringRef name) { return Reader(text, name).read(); }

} // namespace weft::compression

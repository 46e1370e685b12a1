//===- Schemes.cpp - the compression schemes a recipe may name --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Schemes.h"

#include "llvm/ADT/StringExtras.h"
#include "passes/Compression/Cluster.h"

using weft::reference::Error;
using weft::reference::Result;

namespace weft::compression {
namespace {

Result<SchemeEffect> applyCluster(nn::WeightedOp layer, const reference::Tensor &weight, const RecipeStep &step) {
  const Scheme &scheme = **findScheme("cluster");
  ClusterOptions options;
  options.k = optionNumber(scheme, step, "k");
  options.groups = optionNumber(scheme, step, "groups");
  options.keepZero = optionText(scheme, step, "keep-zero") == "true";
  std::string granularity = optionText(scheme, step, "granularity");
  options.granularity = granularity == "channel" ? ClusterOptions::Granularity::Channel
                        : granularity == "group" ? ClusterOptions::Granularity::Group
                                                 : ClusterOptions::Granularity::Tensor;
  auto clustered = clusterWeight(weight, options);
  if (!clustered)
    return clustered.failure();
  setClusteredWeight(layer, *clustered);
  return SchemeEffect{clustered->squaredError};
}

} // namespace

llvm::ArrayRef<Scheme> schemes() {
  static const std::vector<Scheme> all = {
      {"cluster",
       "codes into a codebook of k values, optimal in the squared error",
       {{"k", "16", "entries of a codebook", 2, 256},
        {"granularity", "tensor", "what shares a codebook", 0, 0, {"tensor", "channel", "group"}},
        {"groups", "1", "codebooks of a layer with granularity=group", 1, 1 << 20},
        {"keep-zero", "false", "one entry is exactly 0", 0, 0, {"false", "true"}}},
       applyCluster},
  };
  return all;
}

Result<const Scheme *> findScheme(llvm::StringRef name) {
  std::vector<llvm::StringRef> known;
  for (const Scheme &scheme : schemes()) {
    if (scheme.name == name)
      return &scheme;
    known.push_back(scheme.name);
  }
  return reference::error("unknown compression scheme '", name.str(), "'; known are ", llvm::join(known, ", "));
}

static std::optional<Error> checkValue(const SchemeOption &option, llvm::StringRef scheme, llvm::StringRef value) {
  if (!option.words.empty()) {
    if (llvm::is_contained(option.words, value))
      return std::nullopt;
    std::vector<llvm::StringRef> words(option.words.begin(), option.words.end());
    return reference::error(scheme.str(), ": ", option.name.str(), "=", value.str(), "; expected one of ", llvm::join(words, ", "));
  }
  int64_t number;
  if (value.getAsInteger(10, number))
    return reference::error(scheme.str(), ": ", option.name.str(), "=", value.str(), "; expected a whole number");
  if (number < option.least || number > option.greatest)
    return reference::error(scheme.str(), ": ", option.name.str(), "=", number, " is out of range; expected ", option.least, " to ",
                            option.greatest, ", the nearest is ", number < option.least ? option.least : option.greatest);
  return std::nullopt;
}

std::optional<Error> checkOptions(const Scheme &scheme, const RecipeStep &step) {
  for (auto &[name, value] : step.options) {
    auto option = llvm::find_if(scheme.options, [&name = name](const SchemeOption &o) { return o.name == name; });
    if (option == scheme.options.end()) {
      std::vector<llvm::StringRef> known;
      for (const SchemeOption &o : scheme.options)
        known.push_back(o.name);
      return reference::error(scheme.name.str(), ": unknown option '", name, "'; known are layers, ", llvm::join(known, ", "));
    }
    if (auto error = checkValue(*option, scheme.name, value))
      return error;
  }
  return std::nullopt;
}

std::string optionText(const Scheme &scheme, const RecipeStep &step, llvm::StringRef name) {
  for (auto &[key, value] : llvm::reverse(step.options))
    if (key == name)
      return value;
  return llvm::find_if(scheme.options, [&](const SchemeOption &o) { return o.name == name; })->byDefault.str();
}

int64_t optionNumber(const Scheme &scheme, const RecipeStep &step, llvm::StringRef name) {
  int64_t number = 0;
  llvm::StringRef(optionText(scheme, step, name)).getAsInteger(10, number);
  return number;
}

} // namespace weft::compression

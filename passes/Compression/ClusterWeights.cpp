//===- ClusterWeights.cpp - --codec-cluster-weights ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/Recipe.h"

namespace weft::compression {
#define GEN_PASS_DEF_CLUSTERWEIGHTS
#include "passes/Compression/Passes.h.inc"

namespace {
/// One step of a recipe, with the pass's options as the step's.
struct ClusterWeights : impl::ClusterWeightsBase<ClusterWeights> {
  using ClusterWeightsBase::ClusterWeightsBase;

  void runOnOperation() override {
    RecipeStep step;
    step.scheme = "cluster";
    step.layers = layers;
    step.options = {{"k", std::to_string(k)}, {"granularity", granularity}, {"keep-zero", keepZero ? "true" : "false"}};
    if (granularity == "group")
      step.options.emplace_back("groups", std::to_string(groups));
    if (failed(applyRecipe(getOperation(), Recipe{{step}})))
      signalPassFailure();
  }
};
} // namespace
} // namespace weft::compression

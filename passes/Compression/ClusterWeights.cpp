//===- ClusterWeights.cpp - weights as codes into a codebook ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/Weights.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_CLUSTERWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// How many codebooks a leaf of `rows` rows gets.
static FailureOr<int64_t> groupCount(const EncodeTarget &target, const RecipeStep &step, int64_t rows) {
  if (step.text("granularity") == "tensor")
    return 1;
  if (step.text("granularity") == "channel")
    return rows;
  int64_t groups = step.integer("groups");
  if (groups >= 1 && rows % groups == 0)
    return groups;
  int64_t legal = std::clamp<int64_t>(groups, 1, rows);
  while (rows % legal)
    --legal;
  return target.error() << "has " << rows << " output channels, which " << groups
                        << " groups do not divide; the nearest is " << legal;
}

static FailureOr<Value> encodeCluster(const EncodeTarget &target, const RecipeStep &step) {
  const Tensor &weight = target.value;
  if (weight.type() != reference::ElementType::f32())
    return target.error() << "has no constant f32 weight to cluster";
  FailureOr<int64_t> groups = groupCount(target, step, weight.dim(0));
  if (failed(groups))
    return failure();
  KMeansOptions options;
  options.k = static_cast<unsigned>(step.integer("k"));
  options.keepZero = step.flag("keep-zero");
  CodedWeight coded;
  coded.shape = weight.shape();
  size_t perGroup = static_cast<size_t>(weight.size() / *groups);
  for (int64_t g = 0; g < *groups; ++g) {
    Clustering c = clusterOptimally(weight.floats().data() + static_cast<size_t>(g) * perGroup, perGroup, options);
    coded.codes.insert(coded.codes.end(), c.codes.begin(), c.codes.end());
    coded.codebooks.emplace_back(c.codebook.begin(), c.codebook.end());
  }
  return makeLookup(target.layer, coded, reference::ElementType::f32());
}

Scheme clusterScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "cluster";
  s.parameters = {{"k", Kind::integer, "16", 2, 256, {}},
                  {"granularity", Kind::choice, "tensor", 0, 0, {"tensor", "channel", "group"}},
                  {"groups", Kind::integer, "1", 1, 1 << 20, {}},
                  {"keep-zero", Kind::flag, "false", 0, 0, {}}};
  s.encode = encodeCluster;
  return s;
}

namespace {

struct ClusterWeightsPass : impl::ClusterWeightsBase<ClusterWeightsPass> {
  using ClusterWeightsBase::ClusterWeightsBase;

  void runOnOperation() override {
    std::string text = "cluster{k=" + std::to_string(k) + " granularity=" + granularity + " groups=" + std::to_string(groups) +
                       " keep-zero=" + (keepZero ? "true" : "false") + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

//===- ClusterWeights.cpp - weights as codes into a codebook ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Compression/Algorithms/ScaledClustering.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/Weights.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_CLUSTERWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// Bits of the entries of a shared codebook, where the recipe does not say.
constexpr unsigned kSharedBits = 8;

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

static LogicalResult checkLeaf(const EncodeTarget &target) {
  if (target.value.type() != reference::ElementType::f32())
    return target.error() << "has no constant f32 weight to cluster";
  return success();
}

/// A k that the weight does not need is no error, since one recipe serves many layers, but nothing that should pass in silence.
static void warnOfFewValues(const EncodeTarget &target, size_t k, size_t entries) {
  if (entries < k)
    emitWarning(target.layer.getLoc()) << "layer '" << target.name() << "' has " << entries << " distinct values, fewer than k = " << k
                                       << "; it is kept exactly, with k = " << entries;
}

/// The values of a weight that share a scale: its rows, or all of them.
static std::vector<std::vector<float>> scaleGroups(const EncodeTarget &target, const RecipeStep &step) {
  const std::vector<float> &values = target.value.floats();
  bool perRow = step.text("scale") == "channel" && target.layer.getChannelAxis() == 1;
  size_t count = perRow ? static_cast<size_t>(target.value.dim(0)) : 1, each = values.size() / count;
  std::vector<std::vector<float>> groups;
  for (size_t g = 0; g < count; ++g)
    groups.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(g * each), values.begin() + static_cast<std::ptrdiff_t>((g + 1) * each));
  return groups;
}

/// One fixed-point codebook for all targets; scales are the layers' own.
static FailureOr<SmallVector<Value>> encodeFixedPoint(ArrayRef<EncodeTarget> targets, const RecipeStep &step) {
  std::vector<std::vector<float>> groups;
  for (const EncodeTarget &target : targets) {
    if (failed(checkLeaf(target)))
      return failure();
    if (!target.isWeight)
      return target.error() << "has a weight that is encoded already: a codebook with bits or shared needs the whole weight; put cluster first";
    for (std::vector<float> &group : scaleGroups(target, step))
      groups.push_back(std::move(group));
  }
  auto bits = static_cast<unsigned>(step.integer("bits") ? step.integer("bits") : kSharedBits);
  ScaledClustering clusters = clusterScaled(groups, static_cast<unsigned>(step.integer("k")), bits, step.flag("keep-zero"));
  SmallVector<Value> results;
  Value codebook;
  size_t at = 0;
  for (const EncodeTarget &target : targets) {
    CodedWeight coded;
    coded.shape = target.value.shape();
    coded.codebooks.emplace_back(clusters.codebook.begin(), clusters.codebook.end());
    std::vector<float> scales;
    for (size_t count = scaleGroups(target, step).size(); count > 0; --count, ++at) {
      coded.codes.insert(coded.codes.end(), clusters.codes[at].begin(), clusters.codes[at].end());
      scales.push_back(clusters.scales[at]);
    }
    Value lookup = makeLookup(target.layer, coded, reference::ElementType::integer(bits, true), codebook);
    codebook = lookup.getDefiningOp<codec::LookupOp>().getCodebook();
    results.push_back(makeScaled(target.layer, lookup, std::move(scales)));
  }
  return results;
}

static bool isShared(const RecipeStep &step) { return step.flag("shared"); }

static FailureOr<Value> encodeCluster(const EncodeTarget &target, const RecipeStep &step) {
  if (step.integer("bits") > 0) {
    FailureOr<SmallVector<Value>> values = encodeFixedPoint(target, step);
    return failed(values) ? FailureOr<Value>(failure()) : FailureOr<Value>(values->front());
  }
  const Tensor &weight = target.value;
  if (failed(checkLeaf(target)))
    return failure();
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
  size_t entries = 0;
  for (const std::vector<double> &book : coded.codebooks)
    entries = std::max(entries, book.size());
  warnOfFewValues(target, options.k, entries);
  return makeLookup(target.layer, coded, reference::ElementType::f32());
}

Scheme clusterScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "cluster";
  s.parameters = {{"k", Kind::integer, "16", 2, 256, {}},
                  {"granularity", Kind::choice, "tensor", 0, 0, {"tensor", "channel", "group"}},
                  {"groups", Kind::integer, "1", 1, 1 << 20, {}},
                  {"keep-zero", Kind::flag, "false", 0, 0, {}},
                  {"bits", Kind::integer, "0", 0, 16, {}},
                  {"scale", Kind::choice, "tensor", 0, 0, {"tensor", "channel"}},
                  {"shared", Kind::flag, "false", 0, 0, {}}};
  s.encode = encodeCluster;
  s.isJoint = isShared;
  s.encodeJointly = encodeFixedPoint;
  return s;
}

namespace {

struct ClusterWeightsPass : impl::ClusterWeightsBase<ClusterWeightsPass> {
  using ClusterWeightsBase::ClusterWeightsBase;

  void runOnOperation() override {
    std::string text = "cluster{k=" + std::to_string(k) + " granularity=" + granularity + " groups=" + std::to_string(groups) +
                       " keep-zero=" + (keepZero ? "true" : "false") + " bits=" + std::to_string(bits) + " scale=" + scale +
                       " shared=" + (shared ? "true" : "false") + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

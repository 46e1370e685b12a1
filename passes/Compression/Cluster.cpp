//===- Cluster.cpp - a weight as codes into codebooks ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Cluster.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Compression/Algorithms/BitPack.h"
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Evaluation/Elements.h"

using namespace mlir;
using weft::reference::ElementType;
using weft::reference::Result;
using weft::reference::Tensor;

namespace weft::compression {

/// How many codebooks a weight of `rows` channels gets; error if they do not divide the channels.
static Result<int64_t> countGroups(int64_t rows, const ClusterOptions &options) {
  using Granularity = ClusterOptions::Granularity;
  int64_t groups = options.granularity == Granularity::Tensor    ? 1
                   : options.granularity == Granularity::Channel ? rows
                                                                 : options.groups;
  if (groups >= 1 && rows % groups == 0)
    return groups;
  int64_t nearest = std::clamp<int64_t>(groups, 1, rows);
  while (rows % nearest != 0)
    --nearest;
  return reference::error("groups=", groups, " does not divide the ", rows, " channels; the nearest that does is ", nearest);
}

Result<ClusteredWeight> clusterWeight(const Tensor &weight, const ClusterOptions &options) {
  if (options.k < 2 || options.k > 256)
    return reference::error("k=", options.k, " is out of range; expected 2 to 256, the nearest is ", options.k < 2 ? 2 : 256);
  auto groups = countGroups(weight.dim(0), options);
  if (!groups)
    return groups.failure();
  const int64_t perGroup = weight.size() / *groups;
  std::vector<Clustering> clusterings;
  size_t entries = 1;
  for (int64_t g = 0; g < *groups; ++g) {
    KMeansOptions kmeans;
    kmeans.k = options.k;
    kmeans.keepZero = options.keepZero;
    clusterings.push_back(clusterOptimally(weight.floats().data() + g * perGroup, perGroup, kmeans));
    entries = std::max(entries, clusterings.back().codebook.size());
  }
  ClusteredWeight result{Tensor(ElementType::integer(codeBits(entries), false), weight.shape()),
                         Tensor(ElementType::f32(), {*groups, static_cast<int64_t>(entries)}), 0};
  for (int64_t g = 0; g < *groups; ++g) {
    Clustering &c = clusterings[g];
    c.codebook.resize(entries, c.codebook.back()); // a group with fewer values repeats its last
    std::copy(c.codebook.begin(), c.codebook.end(), result.codebook.floats().begin() + g * entries);
    std::copy(c.codes.begin(), c.codes.end(), result.codes.integers().begin() + g * perGroup);
    result.squaredError += c.squaredError;
  }
  return result;
}

void setClusteredWeight(nn::WeightedOp layer, const ClusteredWeight &weight) {
  OpBuilder builder(layer);
  MLIRContext *context = layer->getContext();
  std::string name = nn::layerName(layer).str();
  Value codes = nn::ConstantOp::create(builder, layer.getLoc(), evaluation::tensorToElements(weight.codes, context, name + "_codes"));
  Value codebook =
      nn::ConstantOp::create(builder, layer.getLoc(), evaluation::tensorToElements(weight.codebook, context, name + "_codebook"));
  Value lookup = codec::LookupOp::create(builder, layer.getLoc(), layer.getWeight().getType(), codes, codebook);
  layer.getWeightMutable().set(lookup);
}

} // namespace weft::compression

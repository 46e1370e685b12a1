//===- Cluster.h - a weight as codes into codebooks ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_CLUSTER_H
#define PASSES_COMPRESSION_CLUSTER_H

#include "dialects/Nn/IR/NnOps.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::compression {

struct ClusterOptions {
  /// Entries of a codebook, 2 to 256.
  unsigned k = 16;
  /// What shares a codebook. Group: `groups` equal runs of output channels.
  enum class Granularity { Tensor, Channel, Group } granularity = Granularity::Tensor;
  unsigned groups = 1;
  /// One entry is exactly 0.
  bool keepZero = false;
};

/// A weight `[R, …]` as codes of its shape and a codebook `[G, K]`, K the greatest number of entries any group needs.
struct ClusteredWeight {
  reference::Tensor codes, codebook;
  /// Σ (w − codebook[code])².
  double squaredError = 0;
};

/// Clusters an f32 weight optimally. Error: k out of range, or groups that do not divide the channels.
reference::Result<ClusteredWeight> clusterWeight(const reference::Tensor &weight, const ClusterOptions &options);

/// Makes `codec.lookup` of it the weight of `layer`.
void setClusteredWeight(nn::WeightedOp layer, const ClusteredWeight &weight);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_CLUSTER_H

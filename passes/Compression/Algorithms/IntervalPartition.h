//===- IntervalPartition.h - sorted points into k intervals -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_INTERVALPARTITION_H
#define PASSES_COMPRESSION_ALGORITHMS_INTERVALPARTITION_H

#include <cstddef>
#include <vector>

namespace weft::compression {

/// Prefix sums over sorted, weighted points. Values are taken relative to `origin`, or differences of sums would cancel.
struct PrefixSums {
  std::vector<double> weight, sum;
  double origin = 0;

  size_t size() const { return weight.size() - 1; }
  double mean(size_t i, size_t j) const { return origin + (sum[j] - sum[i]) / (weight[j] - weight[i]); }
  /// Squared error of the points [i, j) around their mean, less Σ w·(x − origin)²: that is the same for every partition.
  double cost(size_t i, size_t j) const {
    double s = sum[j] - sum[i], w = weight[j] - weight[i];
    return w > 0 ? -s * s / w : 0;
  }
};

/// Cluster c is the points [starts[c], starts[c + 1]); it may be empty. The centre of `zeroCluster` is 0 instead of its
/// mean; −1 says there is none.
struct IntervalPartition {
  std::vector<size_t> starts;
  int zeroCluster = -1;
  size_t clusters() const { return starts.size() - 1; }
};

/// The partition into k intervals of least squared error, by dynamic programming with divide and conquer. With
/// `keepZero` exactly one of them has the centre 0, and `p.origin` is 0.
IntervalPartition partitionOptimally(const PrefixSums &p, unsigned k, bool keepZero);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_INTERVALPARTITION_H

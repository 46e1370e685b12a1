//===- KMeans1D.h - globally optimal clustering of numbers ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_KMEANS1D_H
#define PASSES_COMPRESSION_ALGORITHMS_KMEANS1D_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::compression {

struct KMeansOptions {
  unsigned k = 16;
  /// one entry is exactly 0, wherever the optimum under that condition puts it
  bool keepZero = false;
  /// Up to this many distinct values (and 2^23 / k) the result is the exact optimum. More are first merged into at most
  /// twice as many bins, then opened again around the boundaries, which costs less than 1e-6 of the error.
  size_t exactLimit = size_t(1) << 17;
};

/// A clustering: codebook ascending, at most k entries (fewer if there are fewer distinct values), and a code for each
/// value. `squaredError` is Σ weight · (value − codebook[code])².
struct Clustering {
  std::vector<float> codebook;
  std::vector<uint8_t> codes;
  double squaredError = 0;
};

/// Minimises the (weighted) squared error over all codebooks with at most k entries, 1 ≤ k ≤ 256. Optimal clusters are
/// intervals of the sorted values, so dynamic programming over (clusters, prefix) finds them; the least start of the last
/// cluster never decreases with the prefix, so each layer is divide and conquer: O(k n log n) for n distinct values.
/// Deterministic. `sampleWeights` is null (all 1) or holds `count` numbers > 0. Values are finite.
/// Source: Grønlund et al., Fast exact k-means, k-medians and Bregman divergence clustering in 1D, arXiv 1701.07204.
Clustering clusterOptimally(const float *values, size_t count, const KMeansOptions &options,
                            const float *sampleWeights = nullptr);

/// Values sorted ascending, each distinct one once, with the sum of its weights. −0 counts as 0.
struct DistinctValues {
  std::vector<float> values;
  std::vector<double> weights;
};
DistinctValues findDistinct(const float *values, size_t count, const float *sampleWeights = nullptr);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_KMEANS1D_H

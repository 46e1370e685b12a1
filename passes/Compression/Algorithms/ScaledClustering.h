//===- ScaledClustering.h - one codebook for values of different scales ------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_SCALEDCLUSTERING_H
#define PASSES_COMPRESSION_ALGORITHMS_SCALEDCLUSTERING_H

#include <cstdint>
#include <vector>

namespace weft::compression {

/// A fixed-point codebook and a scale per group: value ≈ scale[group] · codebook[code]. Codes and scales group by group.
struct ScaledClustering {
  std::vector<int64_t> codebook; ///< ascending, symmetric range of `bits`
  std::vector<float> scales;
  std::vector<std::vector<uint8_t>> codes;
  double squaredError = 0;
};

/// Codes, at most k fixed-point entries of `bits` (2 to 16) and a scale for each group of values. Alternates: the optimal codebook of the
/// values divided by their scale (1-D k-means, each value weighted by its scale squared, which makes the error that of the
/// values), rounded to integers; nearest codes; least-squares scales. A round that does not lower the error ends it, so the result is no worse than the first.
/// Deterministic. Groups of zeros have scale 1. Values are finite.
ScaledClustering clusterScaled(const std::vector<std::vector<float>> &groups, unsigned k, unsigned bits, bool keepZero);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_SCALEDCLUSTERING_H

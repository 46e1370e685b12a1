//===- ScaledLevels.h - the best scale for a set of levels ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_SCALEDLEVELS_H
#define PASSES_COMPRESSION_ALGORITHMS_SCALEDLEVELS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::compression {

/// The integers that a weight may become: 0, `positive`, and the negatives of `negative`; both ascending magnitudes ≥ 1.
struct Levels {
  std::vector<int64_t> negative, positive;

  /// The levels of two's complement numbers of `bits` bits.
  static Levels twosComplement(unsigned bits);
};

/// The level nearest to `value`, the one nearer to 0 in the middle between two.
int64_t nearestLevel(const Levels &levels, double value);

struct ScaleOptions {
  /// Up to this many crossings (values × levels) the result is the exact optimum. With more, neighbouring values are merged into
  /// bins first, which moves the scale by less than the width of a bin.
  size_t exactLimit = size_t(1) << 19;
};

/// The scale s > 0 with the least Σ (value − s·nearestLevel(value / s))²; 0 if all values are 0. Exact: as s falls, values
/// cross from level to level at known places, and between two of them the optimum for fixed levels q is Σ value·q / Σ q², so one sweep
/// over the crossings meets the best assignment. O(n L log L) for n values and L levels. Values are finite. Deterministic.
double fitScale(const Levels &levels, const float *values, size_t count, const ScaleOptions &options = {});

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_SCALEDLEVELS_H

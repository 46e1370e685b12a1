//===- Delta.h - numbers as small differences ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Rule A10, from Federl et al., arXiv 2606.16516. Unlike there, differences are two's complement and multiples of 2^shift, 0 stays exact where it
// occurs, and consecutive differences are chosen knowing what the decoder will have (closed loop).
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_DELTA_H
#define PASSES_COMPRESSION_ALGORITHMS_DELTA_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::compression {

/// How the first weight of a run, or all of them, are anchored.
enum class DeltaReference {
  first,    ///< the first weight
  median,   ///< the median
  midRange, ///< halfway between least and greatest
  best,     ///< whichever gives the least squared error
};

/// Which integers differences can make.
struct DeltaFormat {
  unsigned width = 4; ///< bits of a difference, two's complement
  unsigned shift = 0; ///< a difference counts 2^shift
  int64_t least = -128, greatest = 127; ///< of a weight
  bool consecutive = false;
  /// Consecutive differences of the numbers themselves and not of what the decoder has: errors add up. Only to reproduce the paper.
  bool openLoop = false;
  DeltaReference reference = DeltaReference::best;
};

/// A run of numbers with one reference.
struct DeltaRun {
  int64_t reference = 0;
  std::vector<int64_t> deltas;
  double squaredError = 0; ///< of the numbers that are encoded
};

/// Encodes finite numbers with the least squared error that the reference allows: every difference the nearest (fixed), all of them
/// together by dynamic programming (consecutive; in pieces of 2^14, each from where the last one ended; one by one where weights
/// have more than 2^10 levels).
DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &format);
/// The same from a given reference.
DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &format, int64_t reference);

/// Rows of numbers as scales · integers, integers as differences.
struct DeltaWeights {
  std::vector<int64_t> references; ///< one for each run
  std::vector<int64_t> deltas;
  std::vector<float> scales;       ///< one, or one for each row
};

struct DeltaOptions {
  DeltaFormat format;
  size_t runs = 1;         ///< equal runs of all numbers; divide rows, or are a multiple of the rows
  bool perRow = true;      ///< a scale for each row
  /// Scales and references that together give the least squared error; otherwise scales that hold the greatest number.
  bool searchScale = true;
};

/// Encodes `rows` rows of `columns` numbers. Scales of rows of zeros are the greatest one.
DeltaWeights encodeWeights(const float *values, size_t rows, size_t columns, const DeltaOptions &options);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_DELTA_H

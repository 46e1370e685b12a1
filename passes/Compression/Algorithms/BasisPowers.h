//===- BasisPowers.h - a matrix as powers of two times a small basis ---------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_BASISPOWERS_H
#define PASSES_COMPRESSION_ALGORITHMS_BASISPOWERS_H

#include "passes/Compression/Algorithms/ScaledLevels.h"

namespace weft::compression {

/// W ≈ diag(scales) · C · blockdiag(basis, basis, …), where every element of C is a level.
struct BasisPowers {
  std::vector<int64_t> coefficients; ///< `[rows, columns]`
  std::vector<double> scales;        ///< `[rows]`, > 0
  std::vector<double> basis;         ///< `[size, size]`, row-major
  double squaredError = 0;
  unsigned rounds = 0; ///< that were needed
};

struct BasisOptions {
  size_t size = 4; ///< divides the columns
  unsigned rounds = 30;
  double tolerance = 1e-6; ///< stops where a round takes off less than this part of the error
};

/// Starts from the basis that is the identity, so that the result is never worse than levels alone, and alternates: the basis by least
/// squares; every coefficient to the level that is best while the others stay; the scale of every row by least squares. No step raises the
/// error. Deterministic. Source: the alternation is SmartExchange's and SmartDeal's (Zhao et al., ISCA 2020; Chen et al., arXiv 2101.01163), which
/// round all coefficients of a least-squares solution at once.
BasisPowers decomposeByBasis(const Levels &levels, const float *matrix, size_t rows, size_t columns, const BasisOptions &options);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_BASISPOWERS_H

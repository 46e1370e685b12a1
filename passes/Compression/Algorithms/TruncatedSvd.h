//===- TruncatedSvd.h - singular value decompositions that are cut -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_TRUNCATEDSVD_H
#define PASSES_COMPRESSION_ALGORITHMS_TRUNCATEDSVD_H

#include <cstdint>
#include <vector>

namespace weft::compression {

/// A ≈ left · right with orthonormal columns in `left` [rows, rank] and `right` = diag(values) · Vᵀ [rank, columns].
struct TruncatedSvd {
  int64_t rank = 1;
  std::vector<double> left, right, values;
};

/// Cuts A (row-major, `rows` of them) where the dropped singular values together have at most norm `drop`, and to rank `limit` where that is not 0.
/// Singular values of less than 1e−12 of the greatest are noise. The rank is at least 1. Signs are made unique: the element of greatest magnitude of
/// each left vector is positive.
TruncatedSvd truncatedSvd(const std::vector<double> &a, int64_t rows, double drop, int64_t limit);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_TRUNCATEDSVD_H

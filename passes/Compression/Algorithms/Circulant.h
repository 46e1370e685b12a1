//===- Circulant.h - the nearest block-circulant matrix ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_CIRCULANT_H
#define PASSES_COMPRESSION_ALGORITHMS_CIRCULANT_H

#include <cstddef>
#include <vector>

namespace weft::compression {

/// The vectors `[rows/b][columns/b][b][taps]` of the block-circulant weight (rule A13) that is nearest to `values`
/// `[rows][columns][taps]` in squared error: each element is the mean of its wrapped diagonal, so that a block-circulant weight is kept
/// bit for bit. b divides rows and columns.
std::vector<float> projectCirculant(const float *values, size_t rows, size_t columns, size_t taps, size_t b);

/// The greatest block in which `values` is block-circulant as it is, 1 if in none. `limit`: of the block.
size_t circulantBlock(const double *values, size_t rows, size_t columns, size_t taps, size_t limit);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_CIRCULANT_H

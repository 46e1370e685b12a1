//===- StoredWeight.h - what is stored of a weight, in the order of streams --*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++: where elements of a leaf go when the columns of its weight are put into the order of a stream.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_STOREDWEIGHT_H
#define PASSES_CONVERSION_NNTOFLOW_STOREDWEIGHT_H

#include "passes/Conversion/NnToFlow/Order.h"
#include "runtime/reference/Tensor.h"

namespace weft::conversion {

/// A tensor whose elements come from another: element i of it is element `from[i]` of that.
struct Gather {
  Shape shape;
  std::vector<int64_t> from;

  reference::Tensor of(const reference::Tensor &leaf) const;
};

/// A leaf `[N, …]` of a weight as `[N, K]`, column k from `columns[k]`.
Gather gatherColumns(int64_t rows, const Order &columns);

/// Vectors `[N/b, C/b, b, taps…]` of circulant blocks, whose columns are positions with `channels` (A13), as `[N/b, K/b, b]`. Nothing where
/// the order of the stream breaks the blocks.
std::optional<Gather> gatherVectors(const Shape &vectors, int64_t channels, const Order &columns);

/// References of the elements of a `[rows, columns]` as few equal runs of its positions: one, one for each row, or one for each run of
/// `multiple` columns or more that divides a row. Nothing where they are scattered.
std::optional<std::vector<int64_t>> runsOf(const std::vector<int64_t> &references, int64_t rows, int64_t multiple);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_STOREDWEIGHT_H

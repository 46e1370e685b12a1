//===- Shape.h - moving values: A8, gather ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_SHAPE_H
#define RUNTIME_REFERENCE_SHAPE_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// The same elements under `shape`, which may hold one −1 that follows from the element count.
Result<Tensor> reshape(const Tensor &input, const Shape &shape);

/// Result dimension i is input dimension `perm[i]`.
Result<Tensor> transpose(const Tensor &input, const Shape &perm);

/// Concatenation along `axis`; at least one input, equal types and other dimensions.
Result<Tensor> concat(const std::vector<const Tensor *> &inputs, int64_t axis);

/// Per dimension `size` elements from `start` with `step` (may be negative). A size of −1 keeps the dimension.
Result<Tensor> slice(const Tensor &input, const Shape &starts, const Shape &sizes, const Shape &steps);

/// Samples first … first + count − 1, which lie along dimension 0; there must be so many.
Tensor sliceSamples(const Tensor &tensor, int64_t first, int64_t count);

enum class PadMode { constant, reflect, edge, wrap };

/// Padding by `low` and `high` elements per dimension; a negative one cuts. `value` is the constant mode's.
Result<Tensor> pad(const Tensor &input, const Shape &low, const Shape &high, PadMode mode, double value);

/// ONNX Gather: `data[…, indices, …]` at `axis`; negative indices count from the end. Error if one is outside.
Result<Tensor> gather(const Tensor &data, const Tensor &indices, int64_t axis);

/// numpy broadcast to `shape`; −1 keeps the input's dimension, and an input dimension wins over a 1 (ONNX Expand).
Result<Tensor> broadcast(const Tensor &input, const Shape &shape);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_SHAPE_H

//===- Indexing.h - index tuples, sorting, running sums ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_INDEXING_H
#define RUNTIME_REFERENCE_INDEXING_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// The names are those of the nn dialect's enumerations.
enum class ScatterKind { replace, add, mul, max, min };
enum class ScanKind { sum, prod };

/// ONNX GatherND: `data [batch…, d_1 … d_k, slice…]` at `indices [batch…, places…, k]` → `[batch…, places…, slice…]`; negative
/// indices count from the end. Error if one is outside, or the shapes do not fit.
Result<Tensor> gatherNd(const Tensor &data, const Tensor &indices, int64_t batchDims);

/// ONNX ScatterND with batch dimensions: `data` in which the slices at the tuples are combined with `updates`, in row-major
/// order. Integer results that do not fit are an error.
Result<Tensor> scatterNd(const Tensor &data, const Tensor &indices, const Tensor &updates, ScatterKind kind, int64_t batchDims);

/// Indices of the `k` greatest or least elements along an axis, in the order of their values; of equal ones the first comes first,
/// and NaN is greater than every number. `type` is that of the indices.
Result<Tensor> topK(const Tensor &input, int64_t axis, int64_t k, bool largest, ElementType type);

/// Running sums or products along an axis; `exclusive` leaves each element out of its own, `reverse` runs from the end. Floats are
/// summed in f64; integer results that do not fit are an error.
Result<Tensor> scan(ScanKind kind, const Tensor &input, int64_t axis, bool exclusive, bool reverse);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_INDEXING_H

//===- Rearrange.h - the elements of an expression in another order ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_REARRANGE_H
#define PASSES_COMPRESSION_REARRANGE_H

#include "dialects/Nn/IR/NnOps.h"
#include "runtime/reference/Tensor.h"

namespace weft::compression {

/// A constant or expression whose element i is element `order[i]` of `value`, under `shape`; made at `b`. A codebook for all rows and the values under a
/// mask move with their codes and mask; other schemes are evaluated, and a remark on `layer` says so. Failure with a diagnostic where it is no constant.
mlir::FailureOr<mlir::Value> rearranged(mlir::OpBuilder &b, nn::WeightedOp layer, mlir::Value value, const std::vector<int64_t> &order,
                                        const reference::Shape &shape);

/// The order that leaves everything where it is.
std::vector<int64_t> identityOrder(int64_t count);

/// The order of a transpose: dimension i of the result is dimension perm[i] of `shape`.
std::vector<int64_t> transposeOrder(const reference::Shape &shape, const std::vector<int64_t> &perm);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_REARRANGE_H

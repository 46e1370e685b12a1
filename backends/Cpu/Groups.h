//===- Groups.h - which operations become one kernel ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_GROUPS_H
#define BACKENDS_CPU_GROUPS_H

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace weft::cpu {

inline mlir::Type elementOf(mlir::Value tensor) { return mlir::cast<mlir::RankedTensorType>(tensor.getType()).getElementType(); }
inline mlir::ArrayRef<int64_t> shapeOf(mlir::Value tensor) { return mlir::cast<mlir::RankedTensorType>(tensor.getType()).getShape(); }

/// Half-open ranges of dimensions that a kernel walks as one.
using Partition = llvm::SmallVector<std::pair<int, int>>;

/// Operations that run as one kernel: an anchor (or none) and the pointwise operations on its result, a convolution's max pool among them.
struct Group {
  mlir::SmallVector<mlir::Operation *> ops;
  /// The first of `ops` where it is not pointwise, or null.
  mlir::Operation *anchor = nullptr;
  /// One of `ops` that makes a max pool of the anchor's result, or null.
  mutable nn::PoolOp pool = nullptr; // operation handles have no const methods
  mlir::Value result() const { return ops.back()->getResult(0); }
  bool contains(mlir::Value v) const { return v.getDefiningOp() && llvm::is_contained(ops, v.getDefiningOp()); }
  mlir::ArrayRef<int64_t> shape() const { return shapeOf(result()); }
};

bool isPointwise(mlir::Operation *op);

/// Strides, in elements of `operand` of `op`, over the dimensions of the result: 0 where it broadcasts.
mlir::SmallVector<int64_t> operandStrides(mlir::Operation *op, unsigned operand);

/// Strides over the ranges of a partition, or nullopt if a range is not one stride.
std::optional<mlir::SmallVector<int64_t>> collapse(mlir::ArrayRef<int64_t> strides, mlir::ArrayRef<int64_t> shape,
                                                   const Partition &partition);

/// How an anchor's kernel walks its result.
Partition anchorPartition(mlir::Operation *anchor);

/// Follows reshapes to the value that owns the buffer.
mlir::Value bufferRoot(mlir::Value v);

/// Multiply-adds of a group, or what costs as much: an estimate.
int64_t workOf(const Group &group);

/// Groups of a function with static shapes, in execution order. `fuse` off gives one group per operation; `joinsPool` says of a
/// convolution, and a max pool of non-overlapping rows, whether the convolution's kernel is to do both.
mlir::SmallVector<Group> makeGroups(mlir::func::FuncOp func, bool fuse, mlir::function_ref<bool(nn::ConvOp, nn::PoolOp)> joinsPool);

} // namespace weft::cpu

#endif // BACKENDS_CPU_GROUPS_H

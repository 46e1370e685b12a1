//===- Constants.h - constants in rewrites of nn graphs ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_TRANSFORMS_CONSTANTS_H
#define PASSES_TRANSFORMS_CONSTANTS_H

#include "dialects/Nn/IR/NnOps.h"
#include "runtime/reference/Tensor.h"

#include <optional>

namespace weft::transforms {

/// The tensor of an `nn.constant`; nothing for other values, expressions over constants among them.
std::optional<reference::Tensor> plainConstant(mlir::Value v);

/// The number, if `v` is a small `nn.constant` whose elements are all the same.
std::optional<double> splatConstant(mlir::Value v);

mlir::Value makeConstant(mlir::OpBuilder &b, mlir::Location loc, const reference::Tensor &t, llvm::StringRef name);

/// Integers of exactly that type; also of `ui1`, which a tensor takes for a boolean.
mlir::Value makeIntegers(mlir::OpBuilder &b, mlir::Location loc, mlir::IntegerType type, reference::Shape shape,
                         std::vector<int64_t> values, llvm::StringRef name);

llvm::ArrayRef<int64_t> shapeOf(mlir::Value v);

/// A reshape to a type with at most one dynamic dimension.
mlir::Value makeReshape(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::RankedTensorType type,
                        llvm::StringRef name);

} // namespace weft::transforms

#endif // PASSES_TRANSFORMS_CONSTANTS_H

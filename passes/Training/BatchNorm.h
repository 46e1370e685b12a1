//===- BatchNorm.h - batch norm in training mode ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_BATCHNORM_H
#define PASSES_TRAINING_BATCHNORM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Training/GradientBuilder.h"

namespace weft::training {

/// What variances are raised by before a root is taken, as ONNX and PyTorch have it.
constexpr double kNormEpsilon = 1e-5;

/// A batch norm as it is imported: x · factor + offset, with constants `[C, 1, …]`.
struct BatchNorm {
  nn::BinaryOp product, sum;
  nn::ConstantOp factor, offset;
  /// The layer's name.
  std::string name;
  mlir::Value input() { return product.getLhs(); }
  /// `[C, 1, …]`.
  llvm::ArrayRef<int64_t> shape() { return GradientBuilder::shapeOf(factor.getResult()); }
};

/// The batch norms of a function, found by the names that the importer gives their constants, in the order of the IR.
std::vector<BatchNorm> findBatchNorms(mlir::func::FuncOp function);

/// y = (x − μ) / √(σ² + ε) · scale + shift with the mean and the variance of the batch, which are returned too, as `[C, 1, …]`.
struct Normalized {
  mlir::Value y, mean, variance;
};
Normalized normalizeByBatch(GradientBuilder &t, mlir::Value x, mlir::Value scale, mlir::Value shift);

/// The same with given statistics: x · factor + offset.
mlir::Value normalizeBy(GradientBuilder &t, mlir::Value x, mlir::Value scale, mlir::Value shift, mlir::Value mean, mlir::Value variance);

} // namespace weft::training

#endif // PASSES_TRAINING_BATCHNORM_H

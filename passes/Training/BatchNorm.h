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
/// Least scale of a norm that folds into codes.
constexpr float kLeastNormScale = 1e-3f;

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

/// Gives the norms of a function constants that no simplification takes for neutral, as those of a new network are: x · 1 + 0. They are trained anew.
void markNorms(mlir::func::FuncOp function);

/// A batch norm that folds into the layer before it.
struct FoldingNorm {
  /// Names of the layer and of the norm, and the shape of the norm's constants.
  std::string layer, name;
  std::vector<int64_t> shape;
};

/// The batch norms of a function, each of which must be all that reads a linear or a convolution. Failure with a diagnostic.
mlir::FailureOr<std::vector<FoldingNorm>> foldingNorms(mlir::func::FuncOp function);

/// Puts norms that were folded back behind their layers, as ones that change nothing. Failure with a diagnostic where a layer is no more.
mlir::LogicalResult insertNorms(mlir::func::FuncOp function, llvm::ArrayRef<FoldingNorm> norms);

/// y = (x − μ) / √(σ² + ε) · scale + shift with the mean and the variance of the batch, which are returned too, as `[C, 1, …]`.
struct Normalized {
  mlir::Value y, mean, variance;
};
Normalized normalizeByBatch(GradientBuilder &t, mlir::Value x, mlir::Value scale, mlir::Value shift);

/// The same with given statistics: x · factor + offset.
mlir::Value normalizeBy(GradientBuilder &t, mlir::Value x, mlir::Value scale, mlir::Value shift, mlir::Value mean, mlir::Value variance);

} // namespace weft::training

#endif // PASSES_TRAINING_BATCHNORM_H

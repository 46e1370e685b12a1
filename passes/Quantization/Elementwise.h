//===- Elementwise.h - functions of one value, made of several operations ---*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_ELEMENTWISE_H
#define PASSES_QUANTIZATION_ELEMENTWISE_H

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Quantization/Algorithms/Parameters.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::quantization {

/// Operations that together compute one elementwise function of one value: x · sigmoid(x), relu(2·x + 1), … Their
/// other operands are constants of one element, and only the last one's result is used outside.
struct ElementwiseFunction {
  mlir::Value source;
  /// in the order of execution; the last one is the root
  llvm::SmallVector<mlir::Operation *> ops;

  /// Only ReLU and clip: a clamp.
  bool isClamp() const;
  /// Known never to decrease.
  bool isMonotone() const;
  /// The function on a tensor of values, by the reference interpreter.
  reference::Result<reference::Tensor> evaluate(const reference::Tensor &x) const;
  /// The values −∞ and ∞ are clamped to; for a clamp.
  Range clampBounds() const;
};

/// unary, clip, binary, prelu and select of scalars: each element depends on the same element of its operands.
bool isElementwise(mlir::Operation *op);

/// A linear operator's result plus a constant for each of its elements: a bias that differs between positions.
bool isPositionBias(mlir::Operation *op);

/// A product of two values that are computed, each from others; one of them may be broadcast to the other's shape.
bool isActivationProduct(mlir::Operation *op);

/// The factors of negative values of a leaky ReLU, or of a PRelu with constants: one, or one for each channel. None is negative.
std::optional<std::vector<double>> rectifierSlopes(mlir::Operation *op);

/// The greatest function that ends with `root`; nothing if it depends on more than one value.
std::optional<ElementwiseFunction> elementwiseFunctionOf(mlir::Operation *root);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_ELEMENTWISE_H

//===- LearnedScales.h - scales of activations that are trained ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_LEARNEDSCALES_H
#define PASSES_TRAINING_LEARNEDSCALES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace weft::training {

/// A scale of activations, one number, and the operands of quantize and dequantize operations that hold it. Scales of equal value are one, so that what has
/// to agree (the sides of a pool, the operands of a concatenation) goes on to do so.
struct ActivationScale {
  /// "fc1.quantize.scale".
  std::string name;
  float value = 0;
  llvm::SmallVector<mlir::OpOperand *> uses;
};

/// The scales of a function in phase quantize, in the order in which they are used. The input's is not among them: no gradient says what samples lose by it.
std::vector<ActivationScale> findActivationScales(mlir::func::FuncOp function);

/// Writes a scale into all its uses.
void storeScale(const ActivationScale &scale, float value);

} // namespace weft::training

#endif // PASSES_TRAINING_LEARNEDSCALES_H

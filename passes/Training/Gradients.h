//===- Gradients.h - reverse-mode differentiation ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_GRADIENTS_H
#define PASSES_TRAINING_GRADIENTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace weft::training {

/// Writes, at the insertion point of `b`, the gradients of a loss with respect to `wanted`, from the gradients of the values in
/// `results` (pairs of value and gradient). All operations are in one block, of static shapes. A value on which the results do not depend has a
/// gradient of zeros. `registerDifferentiableOps` comes first. Failure with a diagnostic on an operation that has no gradient, where one is needed.
/// `round`, where it is given, replaces the gradient of an operation's result before the operation's own are taken.
using RoundGradient = llvm::function_ref<mlir::Value(mlir::Operation *, mlir::Value)>;
llvm::FailureOr<llvm::SmallVector<mlir::Value>> differentiate(mlir::OpBuilder &b, llvm::ArrayRef<std::pair<mlir::Value, mlir::Value>> results,
                                                              llvm::ArrayRef<mlir::Value> wanted, RoundGradient round = {});

} // namespace weft::training

#endif // PASSES_TRAINING_GRADIENTS_H

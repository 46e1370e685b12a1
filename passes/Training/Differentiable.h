//===- Differentiable.h - gradients as an operation interface ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_DIFFERENTIABLE_H
#define PASSES_TRAINING_DIFFERENTIABLE_H

#include "passes/Training/GradientBuilder.h"

#include "passes/Training/Differentiable.h.inc"

namespace weft::training {

/// Attaches `Differentiable` to the operations of nn that have a gradient. Once per context; again does no harm.
void registerDifferentiableOps(mlir::MLIRContext &context);

// One function per family of operations (Vjp/).
void attachElementwise(mlir::MLIRContext &context);
void attachLinear(mlir::MLIRContext &context);
void attachQuantization(mlir::MLIRContext &context);
void attachReductions(mlir::MLIRContext &context);
void attachShapes(mlir::MLIRContext &context);

} // namespace weft::training

#endif // PASSES_TRAINING_DIFFERENTIABLE_H

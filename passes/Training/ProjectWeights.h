//===- ProjectWeights.h - codec expressions turned around ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_PROJECTWEIGHTS_H
#define PASSES_TRAINING_PROJECTWEIGHTS_H

#include "mlir/IR/Value.h"
#include "passes/Training/Algorithms/Projection.h"

namespace weft::training {

struct ProjectionOptions {
  /// Scales of integers adapt (Projection.h, `scaled`).
  bool learnScales = false;
  /// Masks that were chosen by magnitude are chosen anew (Projection.h, `pruned`).
  bool isPruning = false;
};

/// The projection of the weight at `use`: a codec expression, integers behind a dequantize, or both. `store` puts new constants in the
/// place of the leaves, so that the expression evaluates to exactly what `project` gives. Failure with a diagnostic where a scheme cannot be
/// trained.
llvm::FailureOr<ProjectionPtr> projectionOf(mlir::OpOperand &use, const ProjectionOptions &options = {});

} // namespace weft::training

#endif // PASSES_TRAINING_PROJECTWEIGHTS_H

//===- Initialize.h - weights to begin with -------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_INITIALIZE_H
#define PASSES_TRAINING_INITIALIZE_H

#include "mlir/IR/BuiltinOps.h"

namespace weft::training {

/// Gives every linear and conv of @main whose weight is a constant a new one, uniform in ±√(3 · gain / fan-in), and a bias of zeros. The gain is 2 before a
/// ReLU or its like, 1 elsewhere. The generator depends on the seed and the layer's place. Source: He et al., ICCV 2015.
void initializeWeights(mlir::ModuleOp module, uint64_t seed);

} // namespace weft::training

#endif // PASSES_TRAINING_INITIALIZE_H

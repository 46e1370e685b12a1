//===- ShrinkBonds.h - tensor trains with fewer ranks -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_SHRINKBONDS_H
#define PASSES_TRAINING_SHRINKBONDS_H

#include "mlir/IR/BuiltinOps.h"
#include "passes/Training/Algorithms/RankPrior.h"

namespace weft::training {

/// The bonds between layers that were one tensor train (TrainChain.h). Parameters are numbered as `parameterOperands` does.
std::vector<Bond> findBonds(mlir::ModuleOp module);

/// Whether every bond can lose indices. Failure with a diagnostic where a weight is neither a constant nor integers with one scale.
mlir::LogicalResult checkBonds(mlir::ModuleOp module);

/// Keeps of each bond those indices alone: weights and biases lose their slices, and every shape between them follows. What is dropped is zero on both sides of a
/// bond, so results stay. Failure as of `checkBonds`.
mlir::LogicalResult shrinkBonds(mlir::ModuleOp module, llvm::ArrayRef<Bond> bonds, llvm::ArrayRef<std::vector<int64_t>> kept);

} // namespace weft::training

#endif // PASSES_TRAINING_SHRINKBONDS_H

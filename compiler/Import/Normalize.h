//===- Normalize.h - small clean-ups after import ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_NORMALIZE_H
#define COMPILER_IMPORT_NORMALIZE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::import {

/// Computes operations of which all operands are constants. Dequantized and clustered weights stay as they are.
void foldConstants(mlir::func::FuncOp function);

/// Weights of small integers that multiply codes become codes with the scale 1: networks whose quantizers left only their thresholds
/// (FINN's) store them so.
void quantizeIntegerWeights(mlir::func::FuncOp function);

/// Makes the constant added to a linear or conv with a zero bias its bias (MatMul + Add, as most exporters write a
/// dense layer), and drops constants that nothing uses.
void foldBiases(mlir::func::FuncOp function);

} // namespace weft::import

#endif // COMPILER_IMPORT_NORMALIZE_H

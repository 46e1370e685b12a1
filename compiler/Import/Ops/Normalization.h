//===- Normalization.h - normalizations by mean and variance -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_NORMALIZATION_H
#define COMPILER_IMPORT_OPS_NORMALIZATION_H

#include "compiler/Import/Ops/Compose.h"

namespace weft::import {

struct Normalized {
  /// (x − mean) / √(variance + ε), and what it was made of; dimensions that were reduced are 1.
  mlir::Value value, mean, inverseDeviation;
};

/// A value normalized by its mean and variance over `axes`.
Normalized normalize(Node &node, mlir::Value x, llvm::ArrayRef<int64_t> axes, double epsilon);

/// x / √(mean of squares + ε).
mlir::Value rootMeanSquare(Node &node, mlir::Value x, llvm::ArrayRef<int64_t> axes, double epsilon);

/// The type in which statistics of `x` are computed, by the attribute `stash_type`; null, and the node has failed, if it
/// makes no sense.
mlir::Type stashType(Node &node, mlir::Value x);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_NORMALIZATION_H

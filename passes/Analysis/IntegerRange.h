//===- IntegerRange.h - what integers a value can be --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_ANALYSIS_INTEGERRANGE_H
#define PASSES_ANALYSIS_INTEGERRANGE_H

#include "mlir/IR/Value.h"
#include "passes/Analysis/Interval.h"

namespace weft::analysis {

/// All integers that an element of `v` can be, whatever the inputs: from the clamp bounds and tables of what makes it,
/// through operations that only move values. The whole type where nothing more is known.
Interval integerRange(mlir::Value v);

/// All integers of a type of at most 63 bits.
Interval rangeOfType(mlir::Type elementType);

} // namespace weft::analysis

#endif // PASSES_ANALYSIS_INTEGERRANGE_H

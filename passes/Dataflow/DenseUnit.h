//===- DenseUnit.h - dense units in place of others -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_DENSEUNIT_H
#define PASSES_DATAFLOW_DENSEUNIT_H

#include "dialects/Flow/IR/FlowOps.h"

namespace weft::dataflow {

/// Puts a dense unit, with zeros for what is not listed, in place of each unit with lists of inputs that cannot keep up with `cycles` per frame:
/// a vector reaches its memories in beats of few elements. A remark says so. Failure, with a diagnostic, where coefficients are no constants.
mlir::LogicalResult replaceSlowGathers(mlir::func::FuncOp design, int64_t cycles);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_DENSEUNIT_H

//===- Parallelism.h - how much hardware, where the user does not say -----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_PARALLELISM_H
#define COMPILER_PIPELINE_PARALLELISM_H

#include "dialects/Flow/IR/FlowOps.h"

namespace weft::pipeline {

/// Cycles per inference to aim at for a design whose processes have one lane: the slowest process is given about as many
/// multipliers as a small device has (64 on a 7-series, 4 on an iCE40, whose largest have 8), and no target is set that
/// some process cannot reach with all its lanes.
int64_t defaultCycles(mlir::func::FuncOp design, llvm::StringRef device);

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_PARALLELISM_H

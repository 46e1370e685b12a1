//===- Passes.h - from processes with one lane to a design -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_PASSES_H
#define PASSES_DATAFLOW_PASSES_H

#include "dialects/Flow/IR/FlowOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::dataflow {
#define GEN_PASS_DECL
#include "passes/Dataflow/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Dataflow/Passes.h.inc"
} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_PASSES_H

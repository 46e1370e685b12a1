//===- Passes.h - from the integer core to processes -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_PASSES_H
#define PASSES_CONVERSION_NNTOFLOW_PASSES_H

#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::conversion {
#define GEN_PASS_DECL
#include "passes/Conversion/NnToFlow/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/NnToFlow/Passes.h.inc"
} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_PASSES_H

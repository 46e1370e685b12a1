//===- Passes.h - from processes to a netlist of library modules -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTORTL_PASSES_H
#define PASSES_CONVERSION_FLOWTORTL_PASSES_H

#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Rtl/IR/RtlOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::conversion {
/// On taps and on the top's streams: the `!flow.stream` they carry.
constexpr llvm::StringLiteral kTypeAttr = "flow.type";

#define GEN_PASS_DECL_FLOWTORTL
#include "passes/Conversion/FlowToRtl/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/FlowToRtl/Passes.h.inc"
} // namespace weft::conversion

#endif // PASSES_CONVERSION_FLOWTORTL_PASSES_H

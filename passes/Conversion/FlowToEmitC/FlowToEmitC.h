//===- FlowToEmitC.h - from flow to emitc -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H
#define PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H

#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Pass/Pass.h"

namespace weft {
#define GEN_PASS_DECL
#include "passes/Conversion/FlowToEmitC/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/FlowToEmitC/Passes.h.inc"

namespace flow_to_emitc {
/// Ids of the `emitc.file`s that the pass makes.
constexpr llvm::StringLiteral kDesignFile = "design", kHeaderFile = "header",
                              kWeightsFile = "weights";

/// `name` as a C++ identifier: other characters become `_`, and what C++ or the emitter keeps for
/// itself gets a `_` behind it.
std::string identifierOf(llvm::StringRef name);
} // namespace flow_to_emitc
} // namespace weft

#endif // PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H

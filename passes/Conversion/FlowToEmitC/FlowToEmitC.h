//===- FlowToEmitC.h - from flow to emitc -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H
#define PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H

#include "dialects/Flow/IR/FlowOps.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Pass/Pass.h"

namespace weft::conversion {
#define GEN_PASS_DECL
#include "passes/Conversion/FlowToEmitC/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Conversion/FlowToEmitC/Passes.h.inc"
} // namespace weft::conversion

namespace weft::flow_to_emitc {
/// Ids of the `emitc.file`s that the pass makes.
constexpr llvm::StringLiteral kDesignFile = "design", kHeaderFile = "header",
                              kWeightsFile = "weights";

/// `name` as a C++ identifier: other characters become `_`, and what C++ or the emitter keeps for
/// itself gets a `_` behind it.
std::string identifierOf(llvm::StringRef name);

/// A port of the top function, or a stream that can be traced.
struct Channel {
  std::string name; ///< in C++
  flow::StreamType type;
  mlir::DictionaryAttr attributes; ///< of the argument, result or operation
};

/// What a design looks like from outside.
struct Interface {
  llvm::SmallVector<Channel> inputs, outputs, taps;
};

/// Replaces `design` by the three files; `top` is an identifier. The pass is this and no more.
mlir::FailureOr<Interface> convertDesign(mlir::func::FuncOp design, llvm::StringRef top);
} // namespace weft::flow_to_emitc

#endif // PASSES_CONVERSION_FLOWTOEMITC_FLOWTOEMITC_H

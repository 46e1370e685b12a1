//===- FlowOps.h - the flow dialect ------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_FLOWOPS_H
#define DIALECTS_FLOW_IR_FLOWOPS_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Flow/IR/Timing.h"
#include "dialects/Nn/IR/Integers.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Flow/IR/FlowDialect.h.inc"
#include "dialects/Flow/IR/FlowEnums.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Flow/IR/FlowTypes.h.inc"
#include "dialects/Flow/IR/FlowInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Flow/IR/FlowOps.h.inc"

namespace weft::flow {
/// Symbol of the function that holds a design.
constexpr llvm::StringLiteral kDesignName = "dataflow";
/// Argument and result attributes of a design: tensor shape without batch, and order of elements if not D1.
constexpr llvm::StringLiteral kShapeAttr = "flow.shape";
constexpr llvm::StringLiteral kOrderAttr = "flow.order";

/// The design of a module: `func.func @dataflow`; null if there is none.
mlir::func::FuncOp findDesign(mlir::ModuleOp module);

/// Depth of the codebook multiply of a clustered unit in cycles: ceil(pe · codes / multipliers).
int64_t clusteredDrain(int64_t pe, int64_t codes, int64_t multipliers);
} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_FLOWOPS_H

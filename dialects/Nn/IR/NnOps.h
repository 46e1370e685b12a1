//===- NnOps.h - the nn dialect ----------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNOPS_H
#define DIALECTS_NN_IR_NNOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace weft::nn {
/// Compares the result type with `inferResultShape`; dynamic dimensions are compatible with any.
llvm::LogicalResult verifyInferredShape(mlir::Operation *op);

/// The name reports and recipes use for an operation: its `nn.name` attribute (the ONNX node's name), or
/// the operation's name if it has none.
llvm::StringRef layerName(mlir::Operation *op);
void setLayerName(mlir::Operation *op, llvm::StringRef name);

/// Name of the attribute that holds the ONNX node's name, and on functions' arguments and results the
/// ONNX value's name.
constexpr llvm::StringLiteral kNameAttr = "nn.name";
} // namespace weft::nn

#include "dialects/Nn/IR/NnDialect.h.inc"
#include "dialects/Nn/IR/NnEnums.h.inc"
#include "dialects/Nn/IR/NnInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Nn/IR/NnOps.h.inc"

namespace weft::nn {
/// The operation if its result is weight · input + bias, linear or conv; null otherwise.
inline WeightedOp asAffine(mlir::Operation *op) {
  return mlir::isa_and_nonnull<LinearOp, ConvOp>(op) ? mlir::cast<WeightedOp>(op) : WeightedOp();
}
/// Rows of a recurrent layer's weight per element of its state: 4, 3 or 1.
inline int64_t gatesOf(RecurrentKind kind) {
  return kind == RecurrentKind::lstm ? 4 : kind == RecurrentKind::gru ? 3 : 1;
}
} // namespace weft::nn

#endif // DIALECTS_NN_IR_NNOPS_H

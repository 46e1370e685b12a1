//===- IntegerMoves.h - adds, tables and moves over integers --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_INTEGERMOVES_H
#define PASSES_QUANTIZATION_INTEGERMOVES_H

#include "passes/Quantization/IntegerSums.h"

namespace weft::quantization {

/// The sum or difference of two quantized values, clamped by `f` if there is one (A5).
OrReason<mlir::Value> makeAdd(mlir::OpBuilder &b, nn::BinaryOp op, const ElementwiseFunction *f, const Parameters &p,
                              llvm::StringRef name);

/// f of a quantized value, enumerated by the reference interpreter (A7). Without f: other parameters only.
OrReason<mlir::Value> makeTable(mlir::OpBuilder &b, mlir::Location loc, const QuantizedValue &x,
                                const ElementwiseFunction *f, const Parameters &p, llvm::StringRef name);

/// `x` under other parameters: itself if they are the same.
OrReason<mlir::Value> rescale(mlir::OpBuilder &b, mlir::Location loc, const QuantizedValue &x, const Parameters &p,
                              llvm::StringRef name);

/// The code of a value under given parameters.
using CodeOf = llvm::function_ref<OrReason<mlir::Value>(mlir::Value, const Parameters &)>;

/// An operation that moves values, over codes (A6 max, A8), with a result under `p`: over the operands' own parameters if
/// they share them. Else quantizing goes up to the operands (`codeOf`), which is the same, for nothing is computed.
OrReason<mlir::Value> makeMove(mlir::OpBuilder &b, mlir::Operation *op, const Parameters &p, llvm::StringRef name, CodeOf codeOf);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_INTEGERMOVES_H

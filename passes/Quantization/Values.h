//===- Values.h - quantized values in the IR -------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_VALUES_H
#define PASSES_QUANTIZATION_VALUES_H

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Quantization/Algorithms/Parameters.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Tensor.h"

#include <optional>

namespace weft::quantization {

mlir::RankedTensorType tensorType(mlir::Value v);
bool isFloatTensor(mlir::Value v);
bool isIntegerTensor(mlir::Value v);

/// The format of an integer element type of at most 16 bits.
std::optional<Format> formatOf(mlir::Type elementType);
mlir::IntegerType typeOf(const Format &format, mlir::MLIRContext *context);
mlir::IntegerType signedType(unsigned bits, mlir::MLIRContext *context);

/// The value of an `nn.constant`, or of an expression over constants.
std::optional<reference::Tensor> constantOf(mlir::Value v);
/// The same for one element.
std::optional<double> scalarOf(mlir::Value v);
/// Slices of a computed value at constant places along an axis behind the batch: a repetition (nearest neighbours), a selection.
bool isFixedGather(nn::GatherOp op);

using transforms::makeConstant;
using transforms::makeIntegers;

/// The per-tensor parameters of a quantize or dequantize; nothing if they are per channel or not constant.
std::optional<Parameters> parametersOf(nn::QuantizeOp op);
std::optional<Parameters> parametersOf(nn::DequantizeOp op);

/// An integer value that stands for a real one.
struct QuantizedValue {
  mlir::Value code;
  Parameters parameters;
};
/// What `v` dequantizes.
std::optional<QuantizedValue> quantizedValueOf(mlir::Value v);

mlir::Value makeQuantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, const Parameters &p, llvm::StringRef name);
mlir::Value makeDequantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value q, const Parameters &p, llvm::StringRef name);

/// Gives a value another element type, its shape stays.
mlir::RankedTensorType withElement(mlir::Value v, mlir::Type element);

/// The name of a value: its operation's layer, or the argument's `nn.name`.
std::string valueName(mlir::Value v);

/// Ranges found by calibration, on operations and arguments.
constexpr llvm::StringLiteral kRangeAttr = "nn.range";
std::optional<Range> rangeOf(mlir::Value v);
void setRange(mlir::Value v, Range range);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_VALUES_H

//===- IntegerSums.h - exact integer sums and what becomes of them -------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_INTEGERSUMS_H
#define PASSES_QUANTIZATION_INTEGERSUMS_H

#include "passes/Analysis/Interval.h"
#include "passes/Quantization/Elementwise.h"
#include "passes/Quantization/Values.h"

namespace weft::quantization {

/// How sums become codes.
enum class Form { scale, shift, threshold };

/// A value or the reason why there is none, for remarks.
template <typename T> using OrReason = reference::Result<T>;

/// An integer value `sum` that stands for (sum − zeroPoint) · scale[channel]; one scale may do for all channels.
struct Accumulator {
  mlir::Value sum;
  std::vector<double> scale;
  int64_t zeroPoint = 0;
  analysis::Interval range;
};

/// An integer weight without zero point: w ≈ operand · scale[output].
struct IntegerWeight {
  mlir::Value operand;
  reference::Tensor values;
  std::vector<double> scale;
};
OrReason<IntegerWeight> integerWeightOf(mlir::OpBuilder &b, nn::WeightedOp op);

/// The bias in units of `unit[o]`; exact where it arrives as integers (ONNX's int32 bias).
OrReason<std::vector<double>> biasIn(mlir::Value bias, const std::vector<double> &unit);

/// Builds the integer form of linear, conv, average or sum pool, product `op` over dequantized operands (A3, A6, A5m). `result` are the
/// parameters that it will be quantized with, if it is.
OrReason<Accumulator> makeSum(mlir::OpBuilder &b, mlir::Operation *op, const std::optional<Parameters> &result);

/// Whether `makeSum` knows the operation.
bool makesSum(mlir::Operation *op);

/// The code of f(sum) under `p` (A4s, A4p or A4t); `f` may be null. A form that is not possible gives way to `scale`.
OrReason<mlir::Value> requantizeSum(mlir::OpBuilder &b, mlir::Location loc, const Accumulator &sum,
                                    const ElementwiseFunction *f, const Parameters &p, Form form, llvm::StringRef name);

/// The code of max(x, 0) + slope · min(x, 0) of a sum x, one slope or one for each channel: two requantizers, of which one gives the code of 0,
/// and a sum of codes (A4s, A5).
OrReason<mlir::Value> rectifySum(mlir::OpBuilder &b, mlir::Location loc, const Accumulator &sum, llvm::ArrayRef<double> slopes, const Parameters &p,
                                 Form form, llvm::StringRef name);

/// A quantized value without its zero point, as the sum that `rectifySum` takes: a depthwise convolution with ones.
OrReason<Accumulator> sumOfCodes(mlir::OpBuilder &b, mlir::Location loc, const QuantizedValue &x, llvm::StringRef name);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_INTEGERSUMS_H

//===- Quantizers.h - quantizers that return real numbers --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_QUANTIZERS_H
#define COMPILER_IMPORT_OPS_QUANTIZERS_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Scale and zero point as operands, of the shapes nn wants: both [] or both [C].
struct QuantizationOperands {
  mlir::Value scale, zero;
};

/// Reads operands `scale` and `zero`; an absent zero point is 0 of `quantized`.
std::optional<QuantizationOperands> readQuantization(Node &node, unsigned scale, unsigned zero, mlir::Type quantized);

/// Operand i, i + 1, i + 2 as a float value: x, scale, zero point; scales of a list go along `axis`.
mlir::Value dequantizedOperand(Node &node, unsigned i, int64_t axis);

/// Quantizes a result with the scale and zero point in operands i and i + 1.
mlir::LogicalResult setQuantized(Node &node, mlir::Value y, unsigned i);

/// A quantizer of training frameworks: y = (clamp(round_half_even(x / scale) + zero, lo, hi) − zero) · scale. It becomes a quantize
/// and a dequantize operation; a constant becomes its codes, dequantized.
struct FakeQuantizer {
  /// One scale, or one per channel along `axis`; positive.
  llvm::SmallVector<float> scales;
  int64_t axis = 0;
  int64_t zero = 0;
  /// The integer type of the codes, up to 32 bits, and the codes that are used.
  unsigned bits = 8;
  bool isSigned = true;
  int64_t lo = -128, hi = 127;

  /// All codes of `bits`; narrow: without the least of signed ones, the greatest of unsigned ones.
  void useRange(unsigned bits, bool isSigned, bool narrow);
};

/// The quantizer on a value; null where it failed.
mlir::Value fakeQuantize(Node &node, mlir::Value x, const FakeQuantizer &q);

/// y = scale · (x ≥ 0 ? 1 : −1), as codes −1 and 1.
mlir::Value bipolarQuantize(Node &node, mlir::Value x, float scale);

/// y = unit · (first + step · #{k : x ≥ thresholds[k]}) for thresholds that serve all elements. The codes are integers.
mlir::Value stepQuantize(Node &node, mlir::Value x, llvm::ArrayRef<double> thresholds, float unit, int64_t first, int64_t step);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_QUANTIZERS_H

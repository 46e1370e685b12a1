//===- Quantize.h - between real numbers and codes --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_QUANTIZE_H
#define RUNTIME_REFERENCE_QUANTIZE_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// Where a result is clamped to, and its zero point.
struct Clamp {
  int64_t zeroPoint = 0, lo = 0, hi = 0;
};

/// A1 for one number, to a code of `type`. Types of more than 24 bits are clamped once more after rounding, because
/// their bounds are not f32 numbers.
int64_t quantizeOne(float x, float scale, int64_t zeroPoint, ElementType type);

/// A4s for one accumulator, 0 ≤ n ≤ 47. Exact: in 128 bits.
int64_t requantizeOne(int64_t acc, int64_t m, int64_t n, const Clamp &clamp);

/// A1. Scale (f32) and zero point (of the result's type) are `[]` or `[C]` along `axis`. Any float input is
/// rounded to f32 first.
Result<Tensor> quantize(const Tensor &input, const Tensor &scale, const Tensor &zeroPoint, int64_t axis);

/// A2, to `type` (f32; f16, bf16 and f64 are converted from f32).
Result<Tensor> dequantize(const Tensor &input, const Tensor &scale, const Tensor &zeroPoint, int64_t axis, ElementType type);

/// A4s, and A4p with multipliers of 1: multiplier and shift are `[1]`, or `[C]` along axis 1. Error if a shift is not in
/// 0 to 47, a multiplier negative, or the clamp outside of `type`.
Result<Tensor> requantize(const Tensor &input, const Tensor &multiplier, const Tensor &shift, const Clamp &clamp, ElementType type);

/// A4t: thresholds `[C, hi − lo]` along axis 1, or `[1, hi − lo]`. Error if a row decreases.
Result<Tensor> threshold(const Tensor &input, const Tensor &thresholds, int64_t lo, ElementType type);

/// The constants of A5.
struct QaddAttributes {
  int64_t lhsMultiplier = 0, rhsMultiplier = 0, offset = 0, shift = 0;
  Clamp clamp;
};
/// A5, of two tensors of one shape.
Result<Tensor> qadd(const Tensor &lhs, const Tensor &rhs, const QaddAttributes &attributes, ElementType type);

/// A5m: `(lhs − lhsZero) · (rhs − rhsZero)`, broadcast as in numpy. Error if `type` does not hold a product.
Result<Tensor> qmul(const Tensor &lhs, const Tensor &rhs, int64_t lhsZero, int64_t rhsZero, ElementType type);

/// A7: `y = T[x − least(x's type)]`, 2^N entries of any type for an N-bit x, N ≤ 16.
Result<Tensor> table(const Tensor &input, const Tensor &entries);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_QUANTIZE_H

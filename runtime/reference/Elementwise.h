//===- Elementwise.h - unary, clip, binary, select, cast -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_ELEMENTWISE_H
#define RUNTIME_REFERENCE_ELEMENTWISE_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <optional>
#include <string_view>

namespace weft::reference {

/// The names are those of the nn dialect's enumerations.
enum class UnaryKind {
  relu, sigmoid, tanh, exp, log, sqrt, neg, abs, erf, floor, ceil, round, reciprocal, sign, leaky_relu, elu, selu,
  hard_sigmoid, hard_swish, softplus, softsign, sin, cos, gelu, logical_not, thresholded_relu, celu, mish,
  acos, acosh, asin, asinh, atan, atanh, cosh, sinh, tan, is_inf, is_nan, bitwise_not
};
enum class BinaryKind {
  add, sub, mul, div, max, min, pow, prelu, mod, equal, less, less_equal, greater, greater_equal, logical_and,
  logical_or, logical_xor, bitwise_and, bitwise_or, bitwise_xor, shift_left, shift_right, floor_mod
};

std::string_view nameOf(UnaryKind kind);
std::string_view nameOf(BinaryKind kind);
std::optional<UnaryKind> unaryKindOf(std::string_view name);
std::optional<BinaryKind> binaryKindOf(std::string_view name);

/// One number through a function: the formulas of ONNX, `alpha` and `beta` its parameters (selu: beta is gamma; gelu:
/// alpha 0 is the erf form, 1 the tanh form; is_inf: alpha ≠ 0 finds −∞, beta ≠ 0 finds +∞). `round` takes ties to even. A NaN
/// stays one.
template <typename T>
T unaryOne(UnaryKind kind, T x, T alpha, T beta);

/// Elementwise, the same type and shape; is_inf and is_nan give i1. Integers know relu, neg, abs, sign, bitwise_not and the
/// roundings; error for the others and where a result does not fit. i1 knows logical_not.
Result<Tensor> unary(UnaryKind kind, const Tensor &input, double alpha, double beta);

/// `min(max(x, low), high)`; NaN stays NaN.
Result<Tensor> clip(const Tensor &input, double low, double high);

/// Elementwise with numpy's broadcast. Floats have one type; comparisons and logic give i1. Integers may have two
/// types and are exact: error where a value does not fit `type`. Integer div truncates and mod has the
/// dividend's sign, as in C, floor_mod the divisor's; integers divided by zero are an error. Bitwise functions and shifts are of
/// integers: shift_left keeps the low bits, shift_right of a signed number copies the sign, and a distance outside of 0 to bits − 1
/// shifts everything out.
Result<Tensor> binary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs, ElementType type);

/// `condition ? lhs : rhs`, all three broadcast; lhs and rhs have one type.
Result<Tensor> select(const Tensor &condition, const Tensor &lhs, const Tensor &rhs);

/// ONNX Cast. Integer to integer keeps the low bits; float to integer truncates, out of range saturates and NaN gives
/// 0 (ONNX leaves both open); to i1 is `x ≠ 0`; to a narrower float rounds half to even.
Result<Tensor> cast(const Tensor &input, ElementType type);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_ELEMENTWISE_H

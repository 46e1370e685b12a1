//===- Math.h - elementary functions without a library ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_MATH_H
#define BACKENDS_CPU_MATH_H

#include "backends/Cpu/Emitter.h"

namespace weft::cpu {

/// Elementary functions on scalars or vectors of f32 or f64, written out as arithmetic so that objects depend on no
/// library and loops vectorise. f32 results are within a few units in the last place (Cephes polynomials by S. Moshier);
/// f64: exp, log and pow have their own series, the others are computed in f32.
class Math {
public:
  explicit Math(Emitter &e) : e(e) {}
  using Value = mlir::Value;

  Value exp(Value x);
  Value expm1(Value x);
  Value log(Value x);
  Value log1p(Value x);
  Value tanh(Value x);
  Value sigmoid(Value x);
  Value erf(Value x);
  Value sine(Value x, bool cosine);
  Value pow(Value x, Value y);
  // MathInverse.cpp
  Value tan(Value x);
  Value asin(Value x);
  Value acos(Value x);
  Value atan(Value x);
  Value sinh(Value x);
  Value cosh(Value x);
  Value asinh(Value x);
  Value acosh(Value x);
  Value atanh(Value x);
  Value sqrt(Value x);
  Value abs(Value x);
  Value floor(Value x);
  Value ceil(Value x);
  Value trunc(Value x);
  /// Nearest integer, ties to even.
  Value roundEven(Value x);
  Value number(Value like, double value) { return e.number(like.getType(), value); }

private:
  bool isDouble(Value x);
  Value inSingle(Value x, mlir::function_ref<Value(Value)> f);
  Value polynomial(Value x, std::initializer_list<double> fromHighest);
  Value scaleByPowerOfTwo(Value x, Value exponent);
  Value isNan(Value x);
  Value copySign(Value magnitude, Value sign);
  /// arcsin of |x| ≤ ½, given x and x².
  Value arcSineNearZero(Value x, Value square);
  Value exp64(Value x);
  Value log64(Value x);
  /// Splits a positive x into a mantissa in [sqrt(1/2), sqrt(2)) and a floating exponent.
  std::pair<Value, Value> split(Value x);
  Value logSpecials(Value x, Value result);
  Emitter &e;
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_MATH_H

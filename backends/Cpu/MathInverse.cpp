//===- MathInverse.cpp - tangents, hyperbolic functions, inverses --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Math.h"

using namespace mlir;
using namespace weft::cpu;

static constexpr double kPi = 3.14159265358979323846, kLog2 = 0.69314718055994530942;

Value Math::tan(Value x) { return arith::DivFOp::create(e.b, e.loc, sine(x, false), sine(x, true)); }

Value Math::arcSineNearZero(Value x, Value square) {
  Value p = polynomial(square, {4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 1.6666752422e-1});
  return e.fma(e.mul(p, square), x, x);
}

/// Beyond ½, arcsin(a) = π/2 − 2·arcsin(√((1 − a)/2)). Outside of [−1, 1] the root makes NaN.
Value Math::asin(Value x) {
  return inSingle(x, [&](Value x) -> Value {
    Value a = abs(x), half = number(x, 0.5), square = e.mul(half, e.sub(number(x, 1), a)), root = sqrt(square);
    Value far = e.sub(number(x, kPi / 2), e.mul(number(x, 2), arcSineNearZero(root, square)));
    return e.select(e.less(a, half), arcSineNearZero(x, e.mul(x, x)), copySign(far, x));
  });
}

Value Math::acos(Value x) {
  return inSingle(x, [&](Value x) -> Value {
    Value a = abs(x), half = number(x, 0.5), square = e.mul(half, e.sub(number(x, 1), a)), root = sqrt(square);
    Value far = e.mul(number(x, 2), arcSineNearZero(root, square));
    far = e.select(e.less(x, number(x, 0)), e.sub(number(x, kPi), far), far);
    return e.select(e.less(a, half), e.sub(number(x, kPi / 2), arcSineNearZero(x, e.mul(x, x))), far);
  });
}

/// Three ranges, bounded by tan(π/8) and tan(3π/8).
Value Math::atan(Value x) {
  return inSingle(x, [&](Value x) -> Value {
    Value a = abs(x), one = number(x, 1), zero = number(x, 0);
    Value isFar = e.greater(a, number(x, 2.41421356237309504880)), isMiddle = e.greater(a, number(x, 0.41421356237309504880));
    auto div = [&](Value l, Value r) -> Value { return arith::DivFOp::create(e.b, e.loc, l, r); };
    Value t = e.select(isFar, div(number(x, -1), a), e.select(isMiddle, div(e.sub(a, one), e.add(a, one)), a));
    Value start = e.select(isFar, number(x, kPi / 2), e.select(isMiddle, number(x, kPi / 4), zero));
    Value z = e.mul(t, t);
    Value p = polynomial(z, {8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1});
    return copySign(e.add(start, e.fma(e.mul(p, z), t, t)), x);
  });
}

/// (e^x − e^−x)/2, by e^x − 1 where that would cancel.
Value Math::sinh(Value x) {
  Value a = abs(x), one = number(x, 1), half = number(x, 0.5);
  auto div = [&](Value l, Value r) -> Value { return arith::DivFOp::create(e.b, e.loc, l, r); };
  Value halved = exp(e.sub(a, number(x, kLog2))); // e^a / 2, which does not overflow before the result does
  Value far = e.sub(halved, div(number(x, 0.25), halved));
  Value u = expm1(e.minimum(a, one));
  Value near = e.mul(half, e.add(u, div(u, e.add(u, one))));
  return e.select(isNan(x), x, copySign(e.select(e.less(a, one), near, far), x));
}

Value Math::cosh(Value x) {
  Value halved = exp(e.sub(abs(x), number(x, kLog2)));
  return e.add(halved, arith::DivFOp::create(e.b, e.loc, number(x, 0.25), halved));
}

/// log(x + √(x² + 1)) as log1p, without loss near 0; log(2x) where x² overflows.
Value Math::asinh(Value x) {
  Value a = abs(x), one = number(x, 1), big = number(x, 1e9), near = e.minimum(a, big), z = e.mul(near, near);
  Value inner = e.add(near, arith::DivFOp::create(e.b, e.loc, z, e.add(one, sqrt(e.add(one, z)))));
  Value result = e.select(e.less(a, big), log1p(inner), e.add(log(a), number(x, kLog2)));
  return e.select(isNan(x), x, copySign(result, x));
}

/// log(x + √(x² − 1)) with x − 1 = t; NaN below 1.
Value Math::acosh(Value x) {
  Value one = number(x, 1), big = number(x, 1e9), t = e.sub(e.minimum(x, big), one);
  Value near = log1p(e.add(t, sqrt(e.mul(t, e.add(t, number(x, 2))))));
  Value result = e.select(e.less(x, big), near, e.add(log(x), number(x, kLog2)));
  return e.select(e.atLeast(x, one), result, number(x, std::numeric_limits<double>::quiet_NaN()));
}

/// ½·log((1 + x)/(1 − x)); ±∞ at ±1, NaN beyond.
Value Math::atanh(Value x) {
  double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  Value a = abs(x), one = number(x, 1);
  Value ratio = arith::DivFOp::create(e.b, e.loc, e.add(a, a), e.sub(one, a));
  Value outside = e.select(e.greater(a, one), number(x, nan), number(x, inf));
  Value result = e.select(e.less(a, one), e.mul(number(x, 0.5), log1p(ratio)), outside);
  return e.select(isNan(x), x, copySign(result, x));
}

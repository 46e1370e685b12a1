//===- Math.cpp - elementary functions without a library -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Math.h"

using namespace mlir;
using namespace weft::cpu;

bool Math::isDouble(Value x) { return getElementTypeOrSelf(x.getType()).isF64(); }

Value Math::inSingle(Value x, function_ref<Value(Value)> f) {
  return isDouble(x) ? e.convert(f(e.convert(x, e.b.getF32Type())), e.b.getF64Type()) : f(x);
}

Value Math::polynomial(Value x, std::initializer_list<double> fromHighest) {
  Value sum;
  for (double c : fromHighest)
    sum = sum ? e.fma(sum, x, number(x, c)) : number(x, c);
  return sum;
}

Value Math::isNan(Value x) { return arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO, x, x); }

Value Math::abs(Value x) {
  return LLVM::FAbsOp::create(e.b, e.loc, x.getType(), x);
}
Value Math::sqrt(Value x) { return LLVM::SqrtOp::create(e.b, e.loc, x.getType(), x); }
Value Math::copySign(Value magnitude, Value sign) {
  return LLVM::CopySignOp::create(e.b, e.loc, magnitude.getType(), magnitude, sign);
}

/// 2^52 or 2^23: adding and subtracting it rounds to an integer, ties to even.
static double roundingConstant(bool isDouble) { return isDouble ? 4503599627370496.0 : 8388608.0; }

Value Math::roundEven(Value x) {
  if (e.target.hardwareRounding)
    return LLVM::RoundEvenOp::create(e.b, e.loc, x.getType(), x);
  Value magnitude = abs(x), big = number(x, roundingConstant(isDouble(x)));
  Value rounded = copySign(e.sub(e.add(magnitude, big), big), x);
  return e.select(e.less(magnitude, big), rounded, x);
}

Value Math::floor(Value x) {
  if (e.target.hardwareRounding)
    return LLVM::FFloorOp::create(e.b, e.loc, x.getType(), x);
  Value r = roundEven(x);
  return copySign(e.select(e.greater(r, x), e.sub(r, number(x, 1)), r), x);
}

Value Math::ceil(Value x) {
  if (e.target.hardwareRounding)
    return LLVM::FCeilOp::create(e.b, e.loc, x.getType(), x);
  Value r = roundEven(x);
  return copySign(e.select(e.less(r, x), e.add(r, number(x, 1)), r), x);
}

Value Math::trunc(Value x) { return copySign(floor(abs(x)), x); }

/// x · 2^n in two steps, so that n may leave the exponent range of a normal number.
Value Math::scaleByPowerOfTwo(Value x, Value exponent) {
  Type scalar = getElementTypeOrSelf(x.getType());
  bool wide = isDouble(x);
  Value n = e.convert(exponent, wide ? e.b.getI64Type() : e.b.getI32Type());
  Value half = arith::ShRSIOp::create(e.b, e.loc, n, e.integer(n.getType(), 1));
  for (Value part : {half, e.sub(n, half)}) {
    Value biased = e.add(part, e.integer(n.getType(), wide ? 1023 : 127));
    Value bits = arith::ShLIOp::create(e.b, e.loc, biased, e.integer(n.getType(), wide ? 52 : 23));
    x = e.mul(x, e.bitcast(bits, e.vec(scalar, e.lanesOf(x))));
  }
  return x;
}

Value Math::exp(Value x) {
  if (isDouble(x))
    return exp64(x);
  Value clamped = e.minimum(e.maximum(x, number(x, -104)), number(x, 89));
  Value magic = number(x, 12582912.0); // 1.5 · 2^23: rounds to nearest
  Value n = e.sub(e.fma(clamped, number(x, 1.44269504088896341), magic), magic);
  Value r = e.fma(n, number(x, -0.693359375), clamped);
  r = e.fma(n, number(x, 2.12194440e-4), r);
  Value p = polynomial(r, {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1});
  p = e.add(e.fma(p, e.mul(r, r), r), number(x, 1));
  return e.select(isNan(x), x, scaleByPowerOfTwo(p, n));
}

Value Math::exp64(Value x) {
  Value clamped = e.minimum(e.maximum(x, number(x, -746)), number(x, 710));
  Value magic = number(x, 6755399441055744.0);
  Value n = e.sub(e.fma(clamped, number(x, 1.4426950408889634), magic), magic);
  Value r = e.fma(n, number(x, -6.93145751953125e-1), clamped);
  r = e.fma(n, number(x, -1.42860682030941723212e-6), r);
  Value p = polynomial(r, {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                           1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0});
  return e.select(isNan(x), x, scaleByPowerOfTwo(p, n));
}

/// exp(x) − 1 without cancellation (Kahan).
Value Math::expm1(Value x) {
  Value u = exp(x), one = number(x, 1), below = e.sub(u, one);
  Value ratio = e.mul(below, arith::DivFOp::create(e.b, e.loc, x, log(u)));
  Value exact = arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, u, one);
  Value outside = e.greater(abs(x), number(x, 1)); // no cancellation there, and no 0/0 or inf/inf
  return e.select(exact, x, e.select(outside, below, ratio));
}

std::pair<Value, Value> Math::split(Value x) {
  bool wide = isDouble(x);
  Type integer = wide ? Type(e.b.getI64Type()) : Type(e.b.getI32Type());
  int lanes = e.lanesOf(x), mantissaBits = wide ? 52 : 23;
  // least normal number; smaller ones are scaled up first
  Value tiny = e.less(x, number(x, wide ? 2.2250738585072014e-308 : 1.17549435e-38f));
  Value scaled = e.select(tiny, e.mul(x, number(x, wide ? 4503599627370496.0 : 8388608.0)), x);
  Value bits = e.bitcast(scaled, e.vec(integer, lanes));
  auto constant = [&](int64_t v) { return e.integer(bits.getType(), v); };
  Value exponent = e.sub(arith::ShRUIOp::create(e.b, e.loc, bits, constant(mantissaBits)), constant(wide ? 1022 : 126));
  exponent = e.select(tiny, e.sub(exponent, constant(mantissaBits)), exponent);
  Value fraction = arith::AndIOp::create(e.b, e.loc, bits, constant((int64_t(1) << mantissaBits) - 1));
  fraction = arith::OrIOp::create(e.b, e.loc, fraction, constant(wide ? int64_t(1022) << 52 : int64_t(126) << 23));
  Value m = e.bitcast(fraction, x.getType()); // [0.5, 1)
  Value small = e.less(m, number(x, 0.70710678118654752));
  Value n = e.convert(e.select(small, e.sub(exponent, constant(1)), exponent), getElementTypeOrSelf(x.getType()));
  return {e.select(small, e.add(m, m), m), n};
}

Value Math::logSpecials(Value x, Value result) {
  double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  Value zero = number(x, 0);
  result = e.select(e.greater(x, zero), result, e.select(e.less(x, zero), number(x, nan), number(x, -inf)));
  result = e.select(e.less(x, number(x, inf)), result, x); // +inf and NaN are their own logarithms
  return e.select(e.less(x, zero), number(x, nan), result);
}

Value Math::log(Value x) {
  if (isDouble(x))
    return log64(x);
  auto [m, n] = split(x);
  Value f = e.sub(m, number(x, 1)), z = e.mul(f, f);
  Value p = polynomial(f, {7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                           -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1});
  Value y = e.mul(e.mul(f, z), p);
  y = e.fma(n, number(x, -2.12194440e-4), y);
  y = e.fma(number(x, -0.5), z, y);
  return logSpecials(x, e.fma(n, number(x, 0.693359375), e.add(f, y)));
}

Value Math::log64(Value x) {
  auto [m, n] = split(x);
  Value one = number(x, 1);
  Value s = arith::DivFOp::create(e.b, e.loc, e.sub(m, one), e.add(m, one)), z = e.mul(s, s);
  Value p = polynomial(z, {2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2.0});
  return logSpecials(x, e.fma(n, number(x, 0.69314718055994530942), e.mul(s, p)));
}

/// log(1 + x) without loss for small x (Kahan).
Value Math::log1p(Value x) {
  Value one = number(x, 1), u = e.add(one, x);
  Value exact = arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, u, one);
  Value corrected = e.mul(log(u), arith::DivFOp::create(e.b, e.loc, x, e.sub(u, one)));
  return e.select(exact, x, corrected);
}

Value Math::sigmoid(Value x) {
  Value one = number(x, 1);
  return arith::DivFOp::create(e.b, e.loc, one, e.add(one, exp(e.sub(number(x, 0), x))));
}

Value Math::tanh(Value x) {
  return inSingle(x, [&](Value x) -> Value {
    Value a = abs(x), z = e.mul(x, x), one = number(x, 1);
    Value p = polynomial(z, {-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1});
    Value small = e.fma(e.mul(p, z), x, x);
    Value t = exp(e.add(a, a));
    Value big = e.sub(one, arith::DivFOp::create(e.b, e.loc, number(x, 2), e.add(t, one)));
    big = e.select(e.greater(a, number(x, 9.1)), one, big);
    Value result = e.select(e.less(a, number(x, 0.625)), small, copySign(big, x));
    return e.select(isNan(x), x, result);
  });
}

Value Math::erf(Value x) {
  return inSingle(x, [&](Value x) -> Value {
    Value a = abs(x), z = e.mul(x, x), one = number(x, 1);
    Value inner = e.mul(x, polynomial(z, {7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
                                          1.128358514861418e-1, -3.761262582423300e-1, 1.128379165726710e+0}));
    Value q = arith::DivFOp::create(e.b, e.loc, one, e.maximum(a, one)), y = e.mul(q, q);
    Value middle = polynomial(y, {2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
                                  6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
                                  5.638259427386472e-1});
    Value far = polynomial(y, {-1.047766399936249e+1, 1.297719955372516e+1, -7.495518717768503e+0, 2.921019019210786e+0,
                               -1.015265279202700e+0, 4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1});
    Value tail = e.mul(e.mul(exp(e.sub(number(x, 0), z)), q), e.select(e.less(a, number(x, 2)), middle, far));
    Value outer = copySign(e.sub(one, tail), x);
    return e.select(isNan(x), x, e.select(e.less(a, one), inner, outer));
  });
}

Value Math::sine(Value x, bool cosine) {
  return inSingle(x, [&](Value x) -> Value {
    // The quadrant is taken in f64, so large arguments keep their phase.
    Value wide = e.convert(x, e.b.getF64Type());
    Value magic = number(wide, 6755399441055744.0);
    Value n = e.sub(e.fma(wide, number(wide, 0.63661977236758134308), magic), magic);
    Value r = e.convert(e.fma(n, number(wide, -1.57079632679489661923), wide), e.b.getF32Type());
    Value quadrant = e.convert(e.convert(n, e.b.getI64Type()), e.b.getI32Type());
    if (cosine)
      quadrant = e.add(quadrant, e.integer(quadrant.getType(), 1));
    Value z = e.mul(r, r);
    Value s = e.fma(e.mul(polynomial(z, {-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1}), z), r, r);
    Value c = polynomial(z, {2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1});
    auto bit = [&](int64_t mask) -> Value {
      Value masked = arith::AndIOp::create(e.b, e.loc, quadrant, e.integer(quadrant.getType(), mask));
      return arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ne, masked, e.integer(quadrant.getType(), 0));
    };
    Value y = e.select(bit(1), c, s);
    return e.select(bit(2), e.sub(number(x, 0), y), y);
  });
}

/// |x|^y in f64, with the sign of an odd integer power; a negative base with another power gives NaN.
Value Math::pow(Value x, Value y) {
  Type single = getElementTypeOrSelf(x.getType());
  Value a = e.convert(x, e.b.getF64Type()), p = e.convert(y, e.b.getF64Type());
  Value zero = number(a, 0), one = number(a, 1);
  Value magnitude = exp64(e.mul(p, log64(abs(a))));
  Value half = e.mul(p, number(a, 0.5));
  // A whole power of a whole number is one, whatever the series lost.
  auto isWhole = [&](Value v) -> Value { return arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, trunc(v), v); };
  Value isCount = arith::AndIOp::create(e.b, e.loc, arith::AndIOp::create(e.b, e.loc, isWhole(a), isWhole(p)),
                                        arith::AndIOp::create(e.b, e.loc, e.atLeast(p, zero), e.less(magnitude, number(a, 1e13))));
  magnitude = e.select(isCount, roundEven(magnitude), magnitude);
  auto equal = [&](Value l, Value r) -> Value { return arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, l, r); };
  Value isInteger = isWhole(p), isEven = isWhole(half);
  Value nan = number(a, std::numeric_limits<double>::quiet_NaN());
  Value negative = e.select(isEven, magnitude, e.select(isInteger, e.sub(zero, magnitude), nan));
  Value result = e.select(e.less(a, zero), negative, magnitude);
  result = e.select(equal(p, zero), one, result);
  return e.convert(result, single);
}

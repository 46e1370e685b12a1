//===- Pointwise.cpp - the meaning of pointwise operations ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernel.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Least and greatest value of an integer element type, clipped to i64.
std::pair<int64_t, int64_t> bounds(Type element) {
  unsigned bits = element.getIntOrFloatBitWidth();
  if (isUnsigned(element))
    return {0, bits >= 63 ? INT64_MAX : (int64_t(1) << bits) - 1};
  return bits >= 64 ? std::pair<int64_t, int64_t>{INT64_MIN, INT64_MAX}
                    : std::pair<int64_t, int64_t>{-(int64_t(1) << (bits - 1)), (int64_t(1) << (bits - 1)) - 1};
}

/// One application: shorthands bound to the math and emitter of a kernel.
struct Apply {
  Math &m;
  Emitter &e;

  Value num(Value like, double v) { return e.number(like.getType(), v); }
  Value div(Value l, Value r) { return arith::DivFOp::create(e.b, e.loc, l, r); }
  Value clamp(Value x, Value lo, Value hi) { return e.minimum(e.maximum(x, lo), hi); }
  Value clamp(Value x, double lo, double hi) { return clamp(x, num(x, lo), num(x, hi)); }
  Value clampInteger(Value x, int64_t lo, int64_t hi) {
    return clamp(x, e.integer(x.getType(), lo), e.integer(x.getType(), hi));
  }
  Value isTrue(Value x) {
    Value zero = isa<FloatType>(getElementTypeOrSelf(x.getType())) ? num(x, 0) : e.integer(x.getType(), 0);
    if (isa<FloatType>(getElementTypeOrSelf(x.getType())))
      return arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNE, x, zero);
    return arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ne, x, zero);
  }
  /// An i1 as the compute type of booleans.
  Value boolean(Value i1) { return arith::ExtUIOp::create(e.b, e.loc, e.vec(e.b.getI32Type(), e.lanesOf(i1)), i1); }

  Value floatUnary(nn::UnaryKind kind, double alpha, double beta, Value x);
  Value smoothUnary(nn::UnaryKind kind, double alpha, double beta, Value x);
  Value integerUnary(nn::UnaryOp op, Value x);
  Value binary(nn::BinaryOp op, Value l, Value r);
  Value compare(nn::BinaryKind kind, Value l, Value r);
  Value integerDivide(nn::BinaryKind kind, Value l, Value r);
  Value bitwise(nn::BinaryOp op, Value l, Value r);
  Value floatRemainder(nn::BinaryKind kind, Value l, Value r);
  Value cast(nn::CastOp op, Value x);
  Value quantize(nn::QuantizeOp op, Value x, Value scale, Value zero);
  Value requantize(nn::RequantizeOp op, Value acc, Value multiplier, Value shift);
  Value qadd(nn::QaddOp op, Value l, Value r);
  Value qmul(nn::QmulOp op, Value l, Value r);
  Value roundingShift(Value x, Value shift);
};

Value Apply::floatUnary(nn::UnaryKind kind, double alpha, double beta, Value x) {
  using K = nn::UnaryKind;
  Value zero = num(x, 0), one = num(x, 1);
  switch (kind) {
  case K::relu: return e.select(e.less(x, zero), zero, x); // NaN stays
  case K::sqrt: return m.sqrt(x);
  case K::neg: return arith::NegFOp::create(e.b, e.loc, x);
  case K::abs: return m.abs(x);
  case K::floor: return m.floor(x);
  case K::ceil: return m.ceil(x);
  case K::round: return m.roundEven(x);
  case K::reciprocal: return div(one, x);
  case K::sign: return e.select(e.greater(x, zero), one, e.select(e.less(x, zero), num(x, -1), x));
  case K::leaky_relu: return e.select(e.less(x, zero), e.mul(x, num(x, alpha)), x);
  case K::hard_sigmoid: return clamp(e.add(e.mul(x, num(x, alpha)), num(x, beta)), 0, 1);
  case K::hard_swish: return e.mul(x, clamp(e.add(e.mul(x, num(x, 1.0 / 6)), num(x, 0.5)), 0, 1));
  case K::softsign: return div(x, e.add(one, m.abs(x)));
  case K::thresholded_relu: return e.select(e.greater(x, num(x, alpha)), x, zero);
  case K::logical_not: return boolean(arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, x, zero));
  case K::is_nan: return boolean(arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO, x, x));
  case K::is_inf: {
    double inf = std::numeric_limits<double>::infinity(), none = std::numeric_limits<double>::quiet_NaN();
    auto is = [&](double v) -> Value { return arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, x, num(x, v)); };
    return boolean(arith::OrIOp::create(e.b, e.loc, is(alpha != 0 ? -inf : none), is(beta != 0 ? inf : none)));
  }
  default: return smoothUnary(kind, alpha, beta, x);
  }
}

Value Apply::smoothUnary(nn::UnaryKind kind, double alpha, double beta, Value x) {
  using K = nn::UnaryKind;
  Value zero = num(x, 0), one = num(x, 1);
  auto softplus = [&] { return e.add(e.maximum(x, zero), m.log1p(m.exp(e.sub(zero, m.abs(x))))); };
  switch (kind) {
  case K::sigmoid: return m.sigmoid(x);
  case K::tanh: return m.tanh(x);
  case K::exp: return m.exp(x);
  case K::log: return m.log(x);
  case K::erf: return m.erf(x);
  case K::sin: return m.sine(x, false);
  case K::cos: return m.sine(x, true);
  case K::tan: return m.tan(x);
  case K::asin: return m.asin(x);
  case K::acos: return m.acos(x);
  case K::atan: return m.atan(x);
  case K::sinh: return m.sinh(x);
  case K::cosh: return m.cosh(x);
  case K::asinh: return m.asinh(x);
  case K::acosh: return m.acosh(x);
  case K::atanh: return m.atanh(x);
  case K::softplus: return softplus();
  case K::mish: return e.mul(x, m.tanh(softplus()));
  case K::elu: return e.select(e.less(x, zero), e.mul(num(x, alpha), m.expm1(x)), x);
  case K::selu: return e.mul(num(x, beta), e.select(e.less(x, zero), e.mul(num(x, alpha), m.expm1(x)), x));
  case K::celu: return e.select(e.less(x, zero), e.mul(num(x, alpha), m.expm1(e.mul(x, num(x, 1 / alpha)))), x);
  case K::gelu: {
    Value inner;
    if (alpha == 0)
      inner = m.erf(e.mul(x, num(x, 0.70710678118654752)));
    else
      inner = m.tanh(e.mul(num(x, 0.79788456080286536), e.add(x, e.mul(num(x, 0.044715), e.mul(x, e.mul(x, x))))));
    return e.mul(e.mul(num(x, 0.5), x), e.add(one, inner));
  }
  default: llvm_unreachable("every kind of unary is handled");
  }
}

Value Apply::integerUnary(nn::UnaryOp op, Value x) {
  using K = nn::UnaryKind;
  Value zero = e.integer(x.getType(), 0);
  switch (op.getKind()) {
  case K::relu: return e.maximum(x, zero);
  case K::neg: return e.sub(zero, x);
  case K::abs: return e.maximum(x, e.sub(zero, x));
  case K::sign: return clampInteger(x, -1, 1);
  case K::logical_not: return boolean(arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, x, zero));
  case K::floor: case K::ceil: case K::round: return x;
  case K::bitwise_not: return arith::XOrIOp::create(e.b, e.loc, x, e.integer(x.getType(), -1));
  case K::is_inf: case K::is_nan: return e.integer(e.vec(e.b.getI32Type(), e.lanesOf(x)), 0);
  default: break;
  }
  Value f = e.convert(x, e.b.getF32Type());
  Value y = floatUnary(op.getKind(), op.getAlpha().convertToDouble(), op.getBeta().convertToDouble(), f);
  return e.convert(y, getElementTypeOrSelf(x.getType()));
}

Value Apply::compare(nn::BinaryKind kind, Value l, Value r) {
  using K = nn::BinaryKind;
  if (isa<FloatType>(getElementTypeOrSelf(l.getType()))) {
    auto p = kind == K::equal ? arith::CmpFPredicate::OEQ : kind == K::less ? arith::CmpFPredicate::OLT
             : kind == K::less_equal ? arith::CmpFPredicate::OLE : kind == K::greater ? arith::CmpFPredicate::OGT
             : arith::CmpFPredicate::OGE;
    return boolean(arith::CmpFOp::create(e.b, e.loc, p, l, r));
  }
  auto p = kind == K::equal ? arith::CmpIPredicate::eq : kind == K::less ? arith::CmpIPredicate::slt
           : kind == K::less_equal ? arith::CmpIPredicate::sle : kind == K::greater ? arith::CmpIPredicate::sgt
           : arith::CmpIPredicate::sge;
  return boolean(arith::CmpIOp::create(e.b, e.loc, p, l, r));
}

/// Truncated quotient, remainder with the dividend's sign, or with the divisor's; a zero divisor gives 0 instead of a trap.
Value Apply::integerDivide(nn::BinaryKind kind, Value l, Value r) {
  Type wide = e.i64();
  Type narrow = getElementTypeOrSelf(l.getType());
  l = e.convert(l, wide), r = e.convert(r, wide);
  Value zero = e.integer(l.getType(), 0);
  Value isZero = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, r, zero);
  Value divisor = e.select(isZero, e.integer(l.getType(), 1), r);
  if (kind == nn::BinaryKind::div)
    return e.convert(e.select(isZero, zero, arith::DivSIOp::create(e.b, e.loc, l, divisor)), narrow);
  Value rest = arith::RemSIOp::create(e.b, e.loc, l, divisor);
  if (kind == nn::BinaryKind::mod)
    return e.convert(rest, narrow);
  Value signs = arith::XOrIOp::create(e.b, e.loc, rest, divisor);
  Value wrong = arith::AndIOp::create(e.b, e.loc, e.less(signs, zero), isTrue(rest));
  return e.convert(e.select(wrong, e.add(rest, divisor), rest), narrow);
}

/// C's fmod, or Python's %.
Value Apply::floatRemainder(nn::BinaryKind kind, Value l, Value r) {
  Value a = e.convert(l, e.b.getF64Type()), c = e.convert(r, e.b.getF64Type()), quotient = div(a, c);
  Value whole = kind == nn::BinaryKind::mod ? m.trunc(quotient) : m.floor(quotient);
  return e.convert(e.sub(a, e.mul(c, whole)), getElementTypeOrSelf(l.getType()));
}

Value Apply::bitwise(nn::BinaryOp op, Value l, Value r) {
  using K = nn::BinaryKind;
  switch (op.getKind()) {
  case K::bitwise_and: return arith::AndIOp::create(e.b, e.loc, l, r);
  case K::bitwise_or: return arith::OrIOp::create(e.b, e.loc, l, r);
  case K::bitwise_xor: return arith::XOrIOp::create(e.b, e.loc, l, r);
  default: break;
  }
  Type element = elementOf(op.getResult());
  int64_t bits = element.getIntOrFloatBitWidth();
  Value zero = e.integer(r.getType(), 0), greatest = e.integer(r.getType(), bits - 1);
  Value outside = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ugt, r, greatest);
  bool copiesSign = op.getKind() == K::shift_right && !isUnsigned(element);
  Value distance = e.select(outside, copiesSign ? greatest : zero, r);
  if (copiesSign)
    return arith::ShRSIOp::create(e.b, e.loc, l, distance);
  Value shifted = op.getKind() == K::shift_left ? Value(arith::ShLIOp::create(e.b, e.loc, l, distance))
                                                : Value(arith::ShRUIOp::create(e.b, e.loc, l, distance));
  return e.select(outside, e.integer(l.getType(), 0), shifted);
}

Value Apply::binary(nn::BinaryOp op, Value l, Value r) {
  using K = nn::BinaryKind;
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(l.getType()));
  if (l.getType() != r.getType())
    r = e.convert(r, getElementTypeOrSelf(l.getType()));
  switch (op.getKind()) {
  case K::add: return e.add(l, r);
  case K::sub: return e.sub(l, r);
  case K::mul: return e.mul(l, r);
  case K::div: return isFloat ? div(l, r) : integerDivide(op.getKind(), l, r);
  case K::max: return e.maximum(l, r);
  case K::min: return e.minimum(l, r);
  case K::pow: {
    Type type = getElementTypeOrSelf(l.getType());
    return isFloat ? m.pow(l, r) : e.convert(m.roundEven(m.pow(e.convert(l, e.b.getF64Type()), e.convert(r, e.b.getF64Type()))), type);
  }
  case K::prelu: {
    Value zero = isFloat ? num(l, 0) : e.integer(l.getType(), 0);
    return e.select(e.less(l, zero), e.mul(l, r), l);
  }
  case K::mod: case K::floor_mod: return isFloat ? floatRemainder(op.getKind(), l, r) : integerDivide(op.getKind(), l, r);
  case K::bitwise_and: case K::bitwise_or: case K::bitwise_xor: case K::shift_left: case K::shift_right: return bitwise(op, l, r);
  case K::logical_and: return boolean(arith::AndIOp::create(e.b, e.loc, isTrue(l), isTrue(r)));
  case K::logical_or: return boolean(arith::OrIOp::create(e.b, e.loc, isTrue(l), isTrue(r)));
  case K::logical_xor: return boolean(arith::XOrIOp::create(e.b, e.loc, isTrue(l), isTrue(r)));
  default: return compare(op.getKind(), l, r);
  }
}

Value Apply::cast(nn::CastOp op, Value x) {
  Type to = elementOf(op.getResult());
  if (to.isInteger(1))
    return boolean(isTrue(x));
  if (isa<FloatType>(getElementTypeOrSelf(x.getType())) && isa<IntegerType>(to)) {
    // Saturates, and NaN gives 0, as the reference defines what ONNX leaves open.
    auto [lo, hi] = bounds(to);
    Value number = arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::ORD, x, x);
    Value wide = e.convert(clamp(e.select(number, x, num(x, 0)), -9.2233715e18, 9.2233715e18), e.i64());
    return e.convert(clampInteger(wide, lo, hi), computeType(to));
  }
  return e.wrap(e.convert(x, computeType(to)), to);
}

/// A1.
Value Apply::quantize(nn::QuantizeOp op, Value x, Value scale, Value zero) {
  Type to = elementOf(op.getResult());
  auto [lo, hi] = bounds(to);
  x = e.convert(x, e.b.getF32Type());
  Type wide = to.getIntOrFloatBitWidth() > 24 ? e.i64() : Type(e.b.getI32Type());
  zero = e.convert(zero, wide);
  auto bound = [&](int64_t v) { return e.convert(e.sub(e.integer(zero.getType(), v), zero), e.b.getF32Type()); };
  Value t = clamp(div(x, scale), bound(lo), bound(hi));
  Value q = e.add(e.convert(m.roundEven(t), wide), zero);
  return e.convert(clampInteger(q, lo, hi), computeType(to));
}

/// (x + 2^(n−1)) >> n with no rounding term for n = 0, on i64.
Value Apply::roundingShift(Value x, Value shift) {
  Value one = e.integer(shift.getType(), 1);
  Value twice = arith::ShLIOp::create(e.b, e.loc, one, shift);
  Value half = arith::ShRUIOp::create(e.b, e.loc, twice, one);
  return arith::ShRSIOp::create(e.b, e.loc, e.add(x, half), shift);
}

/// A4s and A4p.
Value Apply::requantize(nn::RequantizeOp op, Value acc, Value multiplier, Value shift) {
  Value product = e.convert(acc, e.i64());
  if (op.getForm() != nn::RequantizeForm::shift)
    product = e.mul(product, e.convert(multiplier, e.i64()));
  Value y = roundingShift(product, e.convert(shift, e.i64()));
  y = clampInteger(e.add(y, e.integer(y.getType(), op.getZeroPoint())), op.getLo(), op.getHi());
  return e.convert(y, computeType(elementOf(op.getResult())));
}

/// A5.
Value Apply::qadd(nn::QaddOp op, Value l, Value r) {
  l = e.convert(l, e.i64()), r = e.convert(r, e.i64());
  auto constant = [&](int64_t v) { return e.integer(l.getType(), v); };
  Value sum = e.add(e.mul(l, constant(op.getLhsMultiplier())), e.mul(r, constant(op.getRhsMultiplier())));
  Value y = roundingShift(e.add(sum, constant(op.getOffset())), constant(op.getShift()));
  y = clampInteger(e.add(y, constant(op.getZeroPoint())), op.getLo(), op.getHi());
  return e.convert(y, computeType(elementOf(op.getResult())));
}

/// A5m.
Value Apply::qmul(nn::QmulOp op, Value l, Value r) {
  Type type = computeType(elementOf(op.getResult()));
  auto centred = [&](Value x, int64_t zero) {
    x = e.convert(x, type);
    return zero == 0 ? x : e.sub(x, e.integer(x.getType(), zero));
  };
  return e.mul(centred(l, op.getLhsZeroPoint()), centred(r, op.getRhsZeroPoint()));
}

} // namespace

Value cpu::applyUnary(Math &math, Emitter &e, nn::UnaryKind kind, double alpha, double beta, Value x) {
  return Apply{math, e}.floatUnary(kind, alpha, beta, x);
}

Value cpu::applyPointwise(Math &math, Emitter &e, Operation *op, ArrayRef<Value> args) {
  Apply a{math, e};
  Type to = elementOf(op->getResult(0));
  Value x = args[0];
  if (auto unary = dyn_cast<nn::UnaryOp>(op))
    return isa<FloatType>(getElementTypeOrSelf(x.getType())) ? a.floatUnary(unary.getKind(), unary.getAlpha().convertToDouble(), unary.getBeta().convertToDouble(), x) : e.wrap(a.integerUnary(unary, x), to);
  if (auto clip = dyn_cast<nn::ClipOp>(op)) {
    double lo = clip.getMin().convertToDouble(), hi = clip.getMax().convertToDouble();
    if (isa<FloatType>(to)) { // NaN stays
      Value low = a.num(x, lo), high = a.num(x, hi);
      Value raised = e.select(e.less(x, low), low, x);
      return e.select(e.greater(raised, high), high, raised);
    }
    auto [least, greatest] = bounds(to);
    return a.clampInteger(x, lo <= least ? least : static_cast<int64_t>(std::ceil(lo)),
                          hi >= greatest ? greatest : static_cast<int64_t>(std::floor(hi)));
  }
  if (auto binary = dyn_cast<nn::BinaryOp>(op))
    return e.wrap(a.binary(binary, x, args[1]), to);
  if (isa<nn::SelectOp>(op))
    return e.select(a.isTrue(x), args[1], args[2]);
  if (auto cast = dyn_cast<nn::CastOp>(op))
    return a.cast(cast, x);
  if (isa<nn::BroadcastOp>(op))
    return x;
  if (auto q = dyn_cast<nn::QuantizeOp>(op))
    return a.quantize(q, x, args[1], args[2]);
  if (isa<nn::DequantizeOp>(op)) {
    Value centred = e.sub(x, args[2]);
    return e.mul(e.convert(e.convert(centred, e.b.getF32Type()), computeType(to)), args[1]);
  }
  if (auto r = dyn_cast<nn::RequantizeOp>(op))
    return a.requantize(r, x, args[1], args[2]);
  if (auto product = dyn_cast<nn::QmulOp>(op))
    return a.qmul(product, x, args[1]);
  return a.qadd(cast<nn::QaddOp>(op), x, args[1]);
}

//===- Quantizers.cpp - quantizers that return real numbers -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Quantizers.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;

void FakeQuantizer::useRange(unsigned width, bool withSign, bool narrow) {
  bits = width;
  isSigned = withSign;
  lo = withSign ? -(int64_t(1) << (width - 1)) + narrow : 0;
  hi = withSign ? (int64_t(1) << (width - 1)) - 1 : (int64_t(1) << width) - 1 - narrow;
}

static IntegerType codeType(Node &node, unsigned bits, bool isSigned) {
  return IntegerType::get(node.builder().getContext(), bits, isSigned ? IntegerType::Signless : IntegerType::Unsigned);
}

/// The smallest type of codes lo to hi.
static IntegerType smallestType(Node &node, int64_t lo, int64_t hi) {
  if (lo >= 0)
    return codeType(node, std::max(1u, llvm::Log2_64_Ceil(hi + 1)), false);
  return codeType(node, std::max(2u, 1 + llvm::Log2_64_Ceil(std::max(-lo, hi + 1))), true);
}

/// How many elements lie behind one step of `axis`.
static int64_t innerOf(ArrayRef<int64_t> shape, int64_t axis) {
  int64_t inner = 1;
  for (int64_t d : shape.drop_front(axis + 1))
    inner *= d;
  return inner;
}

static Value listConstant(Node &node, ArrayRef<float> values, StringRef suffix) {
  SmallVector<double> wide(values.begin(), values.end());
  SmallVector<int64_t> shape;
  if (values.size() > 1)
    shape.push_back(static_cast<int64_t>(values.size()));
  return node.makeConstant(HostTensor::ofDoubles(RankedTensorType::get(shape, node.builder().getF32Type()), wide),
                           (node.name() + suffix).str());
}

static Value dequantized(Node &node, Value codes, const FakeQuantizer &q) {
  Value scale = listConstant(node, q.scales, ".scale");
  Value zero = node.makeSplat(node.shape(scale), node.elementType(codes), static_cast<double>(q.zero));
  return node.create<nn::DequantizeOp>(node.builder().getF32Type(), codes, scale, zero, q.axis);
}

/// The codes of a constant: computed here, in the arithmetic of rule A1.
static Value quantizedConstant(Node &node, const HostTensor &x, IntegerType type, const FakeQuantizer &q, StringRef name) {
  bool single = q.scales.size() == 1;
  int64_t inner = single ? 1 : innerOf(x.shape(), q.axis);
  SmallVector<int64_t> codes;
  for (int64_t i = 0, n = x.size(); i < n; ++i) {
    float t = static_cast<float>(x.real(i)) / q.scales[single ? 0 : i / inner % q.scales.size()];
    double code = std::nearbyint(static_cast<double>(t)) + static_cast<double>(q.zero);
    code = code > static_cast<double>(q.lo) ? code : static_cast<double>(q.lo); // NaN gives lo
    codes.push_back(static_cast<int64_t>(std::min(code, static_cast<double>(q.hi))));
  }
  return dequantized(node, node.makeConstant(HostTensor::ofIntegers(RankedTensorType::get(x.shape(), type), codes), name), q);
}

/// Codes of a narrower range than their type's: x is clamped to the numbers they stand for.
static Value clampedToCodes(Node &node, Value x, IntegerType type, const FakeQuantizer &q) {
  FakeQuantizer whole;
  whole.useRange(type.getWidth(), !type.isUnsigned(), false);
  if (q.lo == whole.lo && q.hi == whole.hi)
    return x;
  SmallVector<float> least, greatest;
  for (float s : q.scales) {
    least.push_back(static_cast<float>(q.lo - q.zero) * s);
    greatest.push_back(static_cast<float>(q.hi - q.zero) * s);
  }
  if (q.scales.size() == 1)
    return node.create<nn::ClipOp>(node.elementType(x), x, APFloat(static_cast<double>(least[0])), APFloat(static_cast<double>(greatest[0])));
  SmallVector<int64_t> shape(node.rank(x) - q.axis, 1);
  shape[0] = static_cast<int64_t>(q.scales.size());
  x = node.binary(nn::BinaryKind::max, x, node.reshape(listConstant(node, least, ".least"), shape));
  return node.binary(nn::BinaryKind::min, x, node.reshape(listConstant(node, greatest, ".greatest"), shape));
}

Value weft::import::fakeQuantize(Node &node, Value x, const FakeQuantizer &q) {
  if (!x || node.failed())
    return {};
  if (q.zero < q.lo || q.zero > q.hi) {
    (void)node.unsupported("its zero point " + Twine(q.zero) + " is no code; expected " + Twine(q.lo) + " to " + Twine(q.hi));
    return {};
  }
  if (!llvm::all_of(q.scales, [](float s) { return s > 0 && std::isfinite(s); })) {
    (void)node.invalid("has a scale that is not a positive number");
    return {};
  }
  if (q.scales.size() > 1 && node.shape(x)[q.axis] != static_cast<int64_t>(q.scales.size())) {
    (void)node.invalid("has " + Twine(q.scales.size()) + " scales for a dimension of " + Twine(node.shape(x)[q.axis]));
    return {};
  }
  IntegerType type = codeType(node, q.bits, q.isSigned);
  if (const HostTensor *c = node.constant(x)) {
    HostTensor copy = *c;
    return quantizedConstant(node, copy, type, q, nn::layerName(x.getDefiningOp()));
  }
  x = clampedToCodes(node, node.convert(x, node.builder().getF32Type()), type, q);
  Value scale = listConstant(node, q.scales, ".scale");
  Value zero = node.makeSplat(node.shape(scale), type, static_cast<double>(q.zero));
  return dequantized(node, node.create<nn::QuantizeOp>(type, x, scale, zero, q.axis), q);
}

Value weft::import::bipolarQuantize(Node &node, Value x, float scale) {
  if (!x || node.failed())
    return {};
  if (!(scale > 0) || !std::isfinite(scale)) {
    (void)node.invalid("has a scale that is not a positive number");
    return {};
  }
  const HostTensor *c = node.constant(x);
  if (!c)
    return stepQuantize(node, x, {0.0}, scale, -1, 2);
  SmallVector<int64_t> codes;
  for (int64_t i = 0, n = c->size(); i < n; ++i)
    codes.push_back(c->real(i) >= 0 ? 1 : -1);
  auto type = RankedTensorType::get(c->shape(), codeType(node, 2, true));
  FakeQuantizer q;
  q.scales = {scale};
  return dequantized(node, node.makeConstant(HostTensor::ofIntegers(type, codes), nn::layerName(x.getDefiningOp())), q);
}

/// 1 where x ≥ threshold, else 0: made of functions that never decrease, so that rule A4t can do it with integers.
static Value stepAt(Node &node, Value x, double threshold) {
  Type element = node.elementType(x);
  if (threshold != 0)
    x = node.binary(nn::BinaryKind::sub, x, node.makeSplat({}, element, threshold));
  Value above = node.binary(nn::BinaryKind::add, node.unary(nn::UnaryKind::sign, x), node.makeSplat({}, element, 1));
  return node.create<nn::ClipOp>(element, above, APFloat(0.0), APFloat(1.0));
}

Value weft::import::stepQuantize(Node &node, Value x, ArrayRef<double> thresholds, float unit, int64_t first, int64_t step) {
  x = node.convert(x, node.builder().getF32Type());
  if (!x || node.failed())
    return {};
  Type element = node.elementType(x);
  Value count;
  for (double t : thresholds) {
    Value reached = stepAt(node, x, t);
    count = count ? node.binary(nn::BinaryKind::add, count, reached) : reached;
  }
  if (step != 1)
    count = node.binary(nn::BinaryKind::mul, count, node.makeSplat({}, element, static_cast<double>(step)));
  if (first != 0)
    count = node.binary(nn::BinaryKind::add, count, node.makeSplat({}, element, static_cast<double>(first)));
  IntegerType type = smallestType(node, first, first + step * static_cast<int64_t>(thresholds.size()));
  Value codes = node.create<nn::QuantizeOp>(type, count, node.makeSplat({}, element, 1), node.makeSplat({}, type, 0));
  FakeQuantizer q;
  q.scales = {unit};
  return dequantized(node, codes, q);
}

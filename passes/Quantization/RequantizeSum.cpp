//===- RequantizeSum.cpp - sums to codes: scale, shift or thresholds ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/FixedPoint.h"
#include "passes/Quantization/Algorithms/Thresholds.h"
#include "passes/Quantization/IntegerSums.h"

using namespace mlir;
using weft::reference::error;
using weft::reference::Tensor;

namespace weft::quantization {

namespace {

/// Greatest result width that thresholds are made for: 2^bits − 1 comparisons each.
constexpr unsigned kMaxThresholdBits = 4;

struct ClampBounds {
  int64_t lo, hi;
};

/// Rounding does not decrease, so quantizing the bounds of a clamp is the same as clamping before.
ClampBounds clampBounds(const ElementwiseFunction *f, const Parameters &p) {
  if (!f)
    return {p.format.least(), p.format.greatest()};
  Range r = f->clampBounds();
  return {quantize(static_cast<float>(r.lo), p), quantize(static_cast<float>(r.hi), p)};
}

/// Multipliers and shifts for all channels in one form; nothing if one of them is not possible.
std::optional<std::vector<FixedPoint>> factorsOf(const Accumulator &sum, const Parameters &p, Form form) {
  std::vector<FixedPoint> factors;
  for (double s : sum.scale) {
    double factor = s / static_cast<double>(p.scale);
    bool vanishes = factor == 0 && form != Form::shift; // negative values of a PRelu with slope 0
    std::optional<FixedPoint> f = form == Form::shift ? toShift(factor) : vanishes ? FixedPoint{0, 0} : toFixedPoint(factor);
    if (!f)
      return std::nullopt;
    factors.push_back(*f);
  }
  return factors;
}

OrReason<Value> makeRequantize(OpBuilder &b, Location loc, const Accumulator &sum, ClampBounds bounds, const Parameters &p, Form form,
                               StringRef name) {
  std::optional<std::vector<FixedPoint>> factors = factorsOf(sum, p, form);
  if (!factors && form == Form::shift) {
    form = Form::scale;
    factors = factorsOf(sum, p, form);
  }
  if (!factors)
    return error("the scale of its sum is more than 2^16 times that of its result");
  std::vector<int64_t> multipliers, shifts;
  for (const FixedPoint &factor : *factors) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  auto count = static_cast<int64_t>(factors->size());
  Value m = makeIntegers(b, loc, b.getI32Type(), {count}, multipliers, "multiplier");
  Value n = makeIntegers(b, loc, b.getI32Type(), {count}, shifts, "shift");
  // An average over codes with a zero point keeps it: the mean of the codes is the code of the mean.
  int64_t zero = sum.zeroPoint ? 0 : p.zeroPoint;
  auto op = nn::RequantizeOp::create(b, loc, withElement(sum.sum, typeOf(p.format, b.getContext())), sum.sum, m, n, zero,
                                     bounds.lo, bounds.hi,
                                     form == Form::shift ? nn::RequantizeForm::shift : nn::RequantizeForm::scale);
  nn::setLayerName(op, name);
  return op.getResult();
}

/// What a sum becomes by rules A2, the function, A1: the meaning that thresholds reproduce exactly.
int64_t codeOf(int64_t acc, float scale, int64_t zeroPoint, const ElementwiseFunction *f, const Parameters &p) {
  float x = static_cast<float>(acc - zeroPoint) * scale;
  if (f)
    x = static_cast<float>(f->evaluate(Tensor::ofFloats({1}, {x}))->asDouble(0));
  return quantize(x, p);
}

OrReason<Value> makeThreshold(OpBuilder &b, Location loc, const Accumulator &sum, const ElementwiseFunction *f,
                              const Parameters &p, StringRef name) {
  int64_t lo = p.format.least(), hi = p.format.greatest();
  std::vector<int64_t> thresholds;
  analysis::Interval range = sum.range;
  for (double s : sum.scale) {
    auto code = [&](int64_t acc) { return codeOf(acc, static_cast<float>(s), sum.zeroPoint, f, p); };
    std::vector<int64_t> row = findThresholds(code, sum.range.lo, sum.range.hi, lo, hi);
    thresholds.insert(thresholds.end(), row.begin(), row.end());
    range = range.hull({row.front(), row.back()});
  }
  // A level that is never reached has the threshold greatest + 1, for which the sum may need one bit more.
  auto sumType = cast<IntegerType>(tensorType(sum.sum).getElementType());
  if (analysis::signedBits(range) > sumType.getWidth()) {
    IntegerType wider = signedType(analysis::signedBits(range), b.getContext());
    Operation *op = sum.sum.getDefiningOp();
    op->getResult(0).setType(withElement(sum.sum, wider));
    if (auto weighted = dyn_cast<nn::WeightedOp>(op)) {
      std::optional<Tensor> bias = constantOf(weighted.getBias());
      OpBuilder before(op);
      weighted.getBiasMutable().set(
          makeIntegers(before, loc, wider, bias->shape(), bias->integers(), nn::layerName(op).str() + ".bias"));
    }
  }
  auto channels = static_cast<int64_t>(sum.scale.size());
  Value t = makeIntegers(b, loc, cast<IntegerType>(tensorType(sum.sum).getElementType()), {channels, hi - lo},
                         std::move(thresholds), "thresholds");
  auto op = nn::ThresholdOp::create(b, loc, withElement(sum.sum, typeOf(p.format, b.getContext())), sum.sum, t, lo);
  nn::setLayerName(op, name);
  return op.getResult();
}

} // namespace

OrReason<Value> requantizeSum(OpBuilder &b, Location loc, const Accumulator &sum, const ElementwiseFunction *f,
                              const Parameters &p, Form form, StringRef name) {
  bool monotone = !f || f->isMonotone();
  // Steps and other functions of few codes that are no clamp (the sign of a binary network) need thresholds in any form.
  bool wanted = form == Form::threshold || (f && !f->isClamp());
  if (wanted && p.format.bits <= kMaxThresholdBits && monotone)
    return makeThreshold(b, loc, sum, f, p, name);
  std::optional<std::vector<double>> slopes = f && f->ops.size() == 1 ? rectifierSlopes(f->ops.front()) : std::nullopt;
  if (slopes)
    return rectifySum(b, loc, sum, *slopes, p, form, name);
  if (f && !f->isClamp())
    return error("its activation is neither a clamp nor does it read a quantized value");
  return makeRequantize(b, loc, sum, clampBounds(f, p), p, form == Form::threshold ? Form::scale : form, name);
}

OrReason<Value> rectifySum(OpBuilder &b, Location loc, const Accumulator &sum, ArrayRef<double> slopes, const Parameters &p, Form form, StringRef name) {
  if (sum.zeroPoint != 0)
    return error("it follows an average whose codes keep their zero point");
  if (form == Form::threshold)
    form = Form::scale;
  int64_t zero = p.zeroPoint, lo = p.format.least(), hi = p.format.greatest();
  Accumulator sloped = sum;
  sloped.scale.clear();
  for (size_t c = 0, count = std::max(sum.scale.size(), slopes.size()); c < count; ++c)
    sloped.scale.push_back(sum.scale[sum.scale.size() == 1 ? 0 : c] * slopes[slopes.size() == 1 ? 0 : c]);
  OrReason<Value> above = makeRequantize(b, loc, sum, {zero, hi}, p, form, (name + ".above").str());
  if (!above)
    return above;
  OrReason<Value> below = makeRequantize(b, loc, sloped, {lo, zero}, p, form, (name + ".below").str());
  if (!below)
    return below;
  // Both hold the zero point, which one of them is.
  auto both = nn::QaddOp::create(b, loc, above->getType(), *above, *below, 1, 1, -2 * zero, 0, zero, lo, hi);
  nn::setLayerName(both, name);
  return both.getResult();
}

} // namespace weft::quantization

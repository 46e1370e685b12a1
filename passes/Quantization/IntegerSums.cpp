//===- IntegerSums.cpp - linear, conv and pool over integers -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/IntegerSums.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"
#include "passes/Analysis/IntegerRange.h"
#include "passes/Compression/PlaneCut.h"

#include <cmath>

using namespace mlir;
using weft::analysis::Interval;
using weft::reference::error;
using weft::reference::Tensor;

namespace weft::quantization {

namespace {

/// Moves zero points of weights into their codes. All are the same for a codebook.
OrReason<Value> subtractZeroPoints(OpBuilder &b, nn::DequantizeOp op, const Tensor &zero) {
  if (llvm::all_of(zero.integers(), [](int64_t z) { return z == 0; }))
    return op.getInput();
  Value input = op.getInput();
  auto lookup = input.getDefiningOp<codec::LookupOp>();
  Value leaf = lookup ? lookup.getCodebook() : input;
  std::optional<Tensor> t = constantOf(leaf);
  if (!t || (lookup && zero.size() != 1))
    return error("its weight has zero points per channel on a codebook");
  int64_t perRow = t->size() / zero.size();
  Interval range{0, 0};
  for (int64_t i = 0; i < t->size(); ++i) {
    t->integers()[i] -= zero.integers()[i / perRow];
    range = range.hull({t->integers()[i], t->integers()[i]});
  }
  IntegerType type = signedType(std::max(2u, analysis::signedBits(range)), b.getContext());
  Value moved = makeIntegers(b, op.getLoc(), type, t->shape(), t->integers(), "weight");
  if (!lookup)
    return moved;
  return codec::LookupOp::create(b, op.getLoc(), RankedTensorType::get(tensorType(input).getShape(), type), lookup.getCodes(), moved)
      .getResult();
}

} // namespace

OrReason<IntegerWeight> integerWeightOf(OpBuilder &b, nn::WeightedOp op) {
  auto dequantize = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  if (!dequantize)
    return error("its weight is not quantized");
  std::optional<Tensor> scale = constantOf(dequantize.getScale()), zero = constantOf(dequantize.getZeroPoint());
  if (!scale || !zero)
    return error("the scale of its weight is not constant");
  if (scale->size() > 1 && (dequantize.getAxis() != 0 || (nn::asAffine(op) && op.getChannelAxis() != 1)))
    return error("its weight has scales along axis ", dequantize.getAxis(), ", expected one, or one per output channel");
  OrReason<Value> operand = subtractZeroPoints(b, dequantize, *zero);
  if (!operand)
    return operand.failure();
  std::optional<Tensor> values = constantOf(*operand);
  if (!values)
    return error("its weight is not constant");
  IntegerWeight w{*operand, std::move(*values), {}};
  for (float s : scale->floats())
    w.scale.push_back(s);
  return w;
}

OrReason<std::vector<double>> biasIn(Value bias, const std::vector<double> &unit) {
  double factor = 1;
  Value leaf = bias;
  std::vector<double> ownScale{1.0};
  if (auto dequantize = bias.getDefiningOp<nn::DequantizeOp>()) {
    std::optional<Tensor> scale = constantOf(dequantize.getScale()), zero = constantOf(dequantize.getZeroPoint());
    if (scale && zero && llvm::all_of(zero->integers(), [](int64_t z) { return z == 0; })) {
      leaf = dequantize.getInput();
      ownScale.assign(scale->floats().begin(), scale->floats().end());
    }
  }
  std::optional<Tensor> t = constantOf(leaf);
  if (!t)
    return error("its bias is not constant");
  std::vector<double> result;
  for (int64_t o = 0; o < t->size(); ++o) {
    double own = ownScale[ownScale.size() == 1 ? 0 : o] * factor;
    result.push_back(std::nearbyint(t->asDouble(o) * own / unit[unit.size() == 1 ? 0 : o]));
  }
  return result;
}

namespace {

bool isPadded(Operation *op) {
  auto any = [](ArrayRef<int64_t> pads) { return llvm::any_of(pads, [](int64_t p) { return p != 0; }); };
  if (auto conv = dyn_cast<nn::ConvOp>(op))
    return any(conv.getPadsBegin()) || any(conv.getPadsEnd());
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return any(pool.getPadsBegin()) || any(pool.getPadsEnd());
  return false;
}

/// A copy of `op` over other operands, with another element type.
Operation *cloneAs(OpBuilder &b, Operation *op, ValueRange operands, IntegerType element) {
  Operation *copy = b.clone(*op);
  copy->setOperands(operands);
  copy->getResult(0).setType(withElement(op->getResult(0), element));
  copy->removeAttr(kRangeAttr);
  return copy;
}

IntegerType accumulatorType(Interval range, MLIRContext *context) {
  return signedType(std::max(2u, analysis::signedBits(range)), context);
}

OrReason<Accumulator> makeWeighted(OpBuilder &b, nn::WeightedOp op) {
  std::optional<QuantizedValue> x = quantizedValueOf(op.getInput());
  if (!x)
    return error("its input is not quantized with one scale");
  OrReason<IntegerWeight> w = integerWeightOf(b, op);
  if (!w)
    return w.failure();
  Accumulator acc;
  for (double s : w->scale)
    acc.scale.push_back(static_cast<double>(x->parameters.scale) * s);
  OrReason<std::vector<double>> bias = biasIn(op.getBias(), acc.scale);
  if (!bias)
    return bias.failure();
  int64_t zero = x->parameters.zeroPoint, outputs = w->values.dim(0), taps = w->values.size() / std::max<int64_t>(1, outputs);
  Interval input = analysis::integerRange(x->code);
  if (isPadded(op))
    input = input.hull({zero, zero});
  std::vector<int64_t> biasCodes;
  for (int64_t o = 0; o < outputs; ++o) {
    const int64_t *row = w->values.integers().data() + o * taps;
    int64_t sum = 0;
    for (int64_t k = 0; k < taps; ++k)
      sum += row[k];
    if (std::fabs((*bias)[o]) > 0x1p46)
      return error("its bias is ", (*bias)[o], " in units of the sum, expected less than 2^46");
    biasCodes.push_back(static_cast<int64_t>((*bias)[o]) - zero * sum);
    acc.range = acc.range.hull(analysis::sumRange(row, taps, {input}, biasCodes.back()));
  }
  IntegerType type = accumulatorType(acc.range, b.getContext());
  Value biasValue = makeIntegers(b, op->getLoc(), type, {outputs}, biasCodes, nn::layerName(op).str() + ".bias");
  Operation *copy = cloneAs(b, op, {x->code, w->operand, biasValue}, type);
  if (auto conv = dyn_cast<nn::ConvOp>(copy))
    conv.setPadValue(zero);
  if (zero != 0 && w->operand.getDefiningOp<codec::BitplanesOp>())
    copy->setAttr(compression::kZeroPointAttr, b.getI64IntegerAttr(zero));
  acc.sum = copy->getResult(0);
  return acc;
}

/// Gives a linear operator that adds up integers a wider accumulator.
void widen(OpBuilder &b, Value sum, IntegerType type) {
  auto op = cast<nn::WeightedOp>(sum.getDefiningOp());
  Tensor bias = *constantOf(op.getBias());
  OpBuilder before(op);
  op.getBiasMutable().set(makeIntegers(before, op->getLoc(), type, bias.shape(), bias.integers(), nn::layerName(op).str() + ".bias"));
  sum.setType(withElement(sum, type));
}

/// A sum and a bias for each of its elements, in the units of the sum: it needs one scale.
OrReason<Accumulator> makeBiased(OpBuilder &b, nn::BinaryOp op) {
  OrReason<Accumulator> acc = makeWeighted(b, nn::asAffine(op.getLhs().getDefiningOp()));
  if (!acc)
    return acc.failure();
  if (acc->scale.size() != 1)
    return error("its bias differs between positions, and the scale of its weight between channels");
  OrReason<std::vector<double>> bias = biasIn(op.getRhs(), acc->scale);
  if (!bias)
    return bias.failure();
  Interval added{0, 0};
  std::vector<int64_t> codes;
  for (double v : *bias) {
    if (std::fabs(v) > 0x1p46)
      return error("its bias is ", v, " in units of the sum, expected less than 2^46");
    codes.push_back(static_cast<int64_t>(v));
    added = added.hull({codes.back(), codes.back()});
  }
  acc->range = {acc->range.lo + added.lo, acc->range.hi + added.hi};
  IntegerType type = accumulatorType(acc->range, b.getContext());
  widen(b, acc->sum, type);
  ArrayRef<int64_t> shape = tensorType(op.getRhs()).getShape();
  Value constant = makeIntegers(b, op.getLoc(), type, reference::Shape(shape.begin(), shape.end()), codes, nn::layerName(op).str());
  auto sum = nn::BinaryOp::create(b, op.getLoc(), acc->sum.getType(), acc->sum, constant, nn::BinaryKind::add);
  nn::setLayerName(sum, nn::layerName(op));
  acc->sum = sum.getResult();
  return acc;
}

/// The ones of a depthwise convolution, and the bias that takes zero points away.
std::pair<Value, Value> onesAndBias(OpBuilder &b, Location loc, const QuantizedValue &x, ArrayRef<int64_t> kernel, IntegerType type) {
  int64_t channels = tensorType(x.code).getDimSize(1), taps = ShapedType::getNumElements(kernel);
  reference::Shape shape{channels, 1};
  shape.insert(shape.end(), kernel.begin(), kernel.end());
  Value ones = makeIntegers(b, loc, signedType(2, b.getContext()), shape, std::vector<int64_t>(channels * taps, 1), "ones");
  return {ones, makeIntegers(b, loc, type, {channels}, std::vector<int64_t>(channels, -x.parameters.zeroPoint * taps), "bias")};
}

/// A sum of windows with a zero point as depthwise convolution with ones.
Value sumAsConvolution(OpBuilder &b, nn::PoolOp op, const QuantizedValue &x, IntegerType type) {
  int64_t channels = tensorType(x.code).getDimSize(1), zero = x.parameters.zeroPoint;
  auto [ones, bias] = onesAndBias(b, op.getLoc(), x, op.getKernel(), type);
  auto conv = nn::ConvOp::create(b, op.getLoc(), withElement(op.getResult(), type), x.code, ones, bias, op.getStrides(),
                                 op.getPadsBegin(), op.getPadsEnd(), op.getDilations(), channels, zero);
  nn::setLayerName(conv, nn::layerName(op));
  return conv.getResult();
}

OrReason<Accumulator> makeWindowSum(OpBuilder &b, nn::PoolOp op, const std::optional<Parameters> &result) {
  std::optional<QuantizedValue> x = quantizedValueOf(op.getInput());
  if (!x)
    return error("its input is not quantized with one scale");
  bool average = op.getKind() == nn::PoolKind::average;
  if (average && isPadded(op) && !op.getCountIncludePad())
    return error("the divisor of its average differs at the border");
  int64_t taps = 1, zero = x->parameters.zeroPoint;
  for (int64_t k : op.getKernel())
    taps *= k;
  Accumulator acc;
  acc.scale = {static_cast<double>(x->parameters.scale) / static_cast<double>(average ? taps : 1)};
  Interval input = analysis::integerRange(x->code).hull({zero, zero});
  bool sameParameters = average && result && *result == x->parameters;
  if (zero == 0 || sameParameters) {
    acc.range = (input * taps).withZero();
    acc.zeroPoint = zero * taps;
    auto pool = cast<nn::PoolOp>(cloneAs(b, op, {x->code}, accumulatorType(acc.range, b.getContext())));
    pool.setKind(nn::PoolKind::sum);
    pool.setPadValue(zero);
    pool.setCountIncludePad(false);
    acc.sum = pool.getResult();
    return acc;
  }
  if (tensorType(x->code).isDynamicDim(1))
    return error("the number of its channels is not known");
  acc.range = analysis::sumRange(std::vector<int64_t>(taps, 1).data(), taps, {input}, -zero * taps);
  acc.sum = sumAsConvolution(b, op, *x, accumulatorType(acc.range, b.getContext()));
  return acc;
}

/// The exact product of two codes without their zero points (A5m).
OrReason<Accumulator> makeProduct(OpBuilder &b, nn::BinaryOp op) {
  std::optional<QuantizedValue> x = quantizedValueOf(op.getLhs()), y = quantizedValueOf(op.getRhs());
  int64_t zx = x->parameters.zeroPoint, zy = y->parameters.zeroPoint;
  auto codeType = [](const QuantizedValue &v) { return cast<IntegerType>(tensorType(v.code).getElementType()); };
  nn::IntegerBounds bounds = nn::productBounds(codeType(*x), zx, codeType(*y), zy);
  Accumulator acc;
  acc.range = {bounds.lo, bounds.hi};
  acc.scale = {static_cast<double>(x->parameters.scale) * static_cast<double>(y->parameters.scale)};
  auto product = nn::QmulOp::create(b, op.getLoc(), withElement(op.getResult(), accumulatorType(acc.range, b.getContext())), x->code, y->code, zx, zy);
  nn::setLayerName(product, nn::layerName(op));
  acc.sum = product.getResult();
  return acc;
}

} // namespace

OrReason<Accumulator> sumOfCodes(OpBuilder &b, Location loc, const QuantizedValue &x, StringRef name) {
  int64_t spatial = tensorType(x.code).getRank() - 2, zero = x.parameters.zeroPoint;
  if (spatial < 1 || tensorType(x.code).isDynamicDim(1))
    return error("its slopes differ between channels, expected an input [N, C, …] with a known number of channels and spatial dimensions");
  Accumulator acc;
  acc.scale = {static_cast<double>(x.parameters.scale)};
  acc.range = analysis::integerRange(x.code) + Interval{-zero, -zero};
  acc.range = acc.range.withZero();
  IntegerType type = accumulatorType(acc.range, b.getContext());
  SmallVector<int64_t> one(spatial, 1), none(spatial, 0);
  auto [ones, bias] = onesAndBias(b, loc, x, one, type);
  auto conv = nn::ConvOp::create(b, loc, withElement(x.code, type), x.code, ones, bias, one, none, none, one, tensorType(x.code).getDimSize(1), zero);
  nn::setLayerName(conv, name);
  acc.sum = conv.getResult();
  return acc;
}

bool makesSum(Operation *op) {
  auto pool = dyn_cast_or_null<nn::PoolOp>(op);
  bool isProduct = isActivationProduct(op) && quantizedValueOf(op->getOperand(0)) && quantizedValueOf(op->getOperand(1));
  return isProduct || nn::asAffine(op) || isPositionBias(op) || (pool && pool.getKind() != nn::PoolKind::max);
}

OrReason<Accumulator> makeSum(OpBuilder &b, Operation *op, const std::optional<Parameters> &result) {
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return makeWindowSum(b, pool, result);
  if (isActivationProduct(op))
    return makeProduct(b, cast<nn::BinaryOp>(op));
  if (isPositionBias(op))
    return makeBiased(b, cast<nn::BinaryOp>(op));
  return makeWeighted(b, cast<nn::WeightedOp>(op));
}

} // namespace weft::quantization

//===- FixedPoint.cpp - a training step in fixed point -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/FixedPoint.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "passes/Evaluation/Evaluator.h"
#include <cmath>

using namespace mlir;

namespace weft::training {

using B = nn::BinaryKind;
using U = nn::UnaryKind;

double FixedPointFormat::greatest() const { return std::ldexp(1.0, static_cast<int>(bits) - (isUnsigned ? 0 : 1)) - 1; }

/// On what was rounded: the bits of its magnitude in units.
constexpr StringLiteral kMagnitudeAttr = "nn.magnitude_bits";

/// What an operation moves without changing it; null for others.
static Value movedBy(Operation *op) {
  if (!op)
    return {};
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return pool.getKind() == nn::PoolKind::max ? pool.getInput() : Value();
  return isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::PadOp, nn::PatchesOp, nn::BroadcastOp>(op) ? op->getOperand(0) : Value();
}

//===--- rounding ------------------------------------------------------------------------===//

Value FixedPointRounder::unit(GradientBuilder &t, size_t format, int shift) {
  Value one = t.reshape(t.slice(units, {static_cast<int64_t>(format)}, {1}, {1}), {});
  return shift == 0 ? one : t.mul(one, std::ldexp(1.0, shift));
}

Value FixedPointRounder::finish(GradientBuilder &t, Value codes, Value unit, double least, double most) {
  Value rounded = t.mul(t.clip(codes, least, most), unit);
  rounded.getDefiningOp()->setAttr(kMagnitudeAttr, t.b.getI64IntegerAttr(llvm::Log2_64_Ceil(static_cast<uint64_t>(std::max(-least, most)))));
  return rounded;
}

void FixedPointRounder::note(GradientBuilder &t, Value rounded, size_t format) {
  SmallVector<int64_t> axes;
  for (size_t d = 0; d < t.shapeOf(rounded).size(); ++d)
    axes.push_back(d);
  greatest[format] = t.reduce(nn::ReduceKind::max, t.unary(U::abs, rounded), axes, false);
}

Value FixedPointRounder::nearest(GradientBuilder &t, Value x, size_t format) {
  const FixedPointFormat &f = formats[format];
  Value unit = this->unit(t, format), codes = t.unary(U::floor, t.add(t.mul(x, t.unary(U::reciprocal, unit)), 0.5));
  Value rounded = finish(t, codes, unit, f.isUnsigned ? 0 : -f.greatest(), f.greatest());
  note(t, rounded, format);
  return rounded;
}

Value FixedPointRounder::stochastic(GradientBuilder &t, Value x, size_t format) {
  const FixedPointFormat &f = formats[format];
  Value unit = this->unit(t, format), scaled = t.mul(x, t.unary(U::reciprocal, unit));
  Value codes = t.create<nn::StochasticRoundOp>(t.b.getF32Type(), scaled, seed, format);
  Value rounded = finish(t, codes, unit, f.isUnsigned ? 0 : -f.greatest(), f.greatest());
  note(t, rounded, format);
  return rounded;
}

Value FixedPointRounder::upperBits(GradientBuilder &t, Value x, size_t format, unsigned bits) {
  Value unit = this->unit(t, format, static_cast<int>(formats[format].bits) - static_cast<int>(bits));
  Value codes = t.unary(U::round, t.mul(x, t.unary(U::reciprocal, unit)));
  double most = std::ldexp(1.0, static_cast<int>(bits) - 1) - 1;
  return finish(t, codes, unit, -most, most);
}

Value FixedPointRounder::magnitudes(GradientBuilder &t) {
  SmallVector<Value> all;
  for (Value v : greatest)
    all.push_back(v ? t.reshape(v, {1}) : t.filled({1}, 0));
  return t.concat(all, 0);
}


//===--- activations -----------------------------------------------------------------------===//

/// The exponent of a scale that is a power of two.
static std::optional<int> exponentOf(nn::QuantizeOp op) {
  auto scale = evaluation::evaluateConstant(op.getScale()), zero = evaluation::evaluateConstant(op.getZeroPoint());
  if (!scale.ok() || !zero.ok() || scale->size() != 1 || zero->asInteger(0) != 0)
    return std::nullopt;
  int exponent = 0;
  double mantissa = std::frexp(scale->asDouble(0), &exponent);
  return mantissa == 0.5 ? std::optional<int>(exponent - 1) : std::nullopt;
}

FailureOr<std::vector<QuantizePair>> findPairs(func::FuncOp function, std::vector<FixedPointFormat> &formats) {
  std::vector<QuantizePair> pairs;
  llvm::DenseMap<Value, size_t> formatOf; // of what a dequantize gives
  for (auto quantize : function.getOps<nn::QuantizeOp>()) {
    if (quantize.getInput().getDefiningOp<nn::ConstantOp>())
      continue;
    std::optional<int> exponent = exponentOf(quantize);
    if (!exponent)
      return quantize.emitOpError() << "layer '" << nn::layerName(quantize) << "' has a scale per channel, a zero point or a scale that is no power of two, "
                                    << "expected one power of two to train in fixed point";
    Value source = quantize.getInput();
    while (source && !formatOf.count(source))
      source = movedBy(source.getDefiningOp());
    bool isRepeated = source != Value();
    if (!isRepeated) {
      auto type = cast<RankedTensorType>(quantize.getType());
      auto element = cast<IntegerType>(type.getElementType());
      formats.push_back({nn::layerName(quantize).str(), FixedPointFormat::Kind::activation, element.getWidth(), element.isUnsigned(), *exponent,
                         type.hasStaticShape() ? type.getNumElements() : 0});
    }
    size_t format = isRepeated ? formatOf[source] : formats.size() - 1;
    for (Operation *user : quantize->getUsers())
      if (auto dequantize = dyn_cast<nn::DequantizeOp>(user)) {
        pairs.push_back({quantize, dequantize, format, isRepeated});
        formatOf[dequantize.getResult()] = format;
      }
  }
  return pairs;
}

void roundPairs(ArrayRef<QuantizePair> pairs, FixedPointRounder &rounder) {
  for (const QuantizePair &pair : pairs) {
    OpBuilder b(pair.dequantize);
    GradientBuilder t(b, pair.dequantize->getLoc());
    Value x = pair.quantize->getOperand(0);
    pair.dequantize->getResult(0).replaceAllUsesWith(pair.isRepeated ? x : rounder.nearest(t, x, pair.format));
  }
}

//===--- exact sums ------------------------------------------------------------------------===//

namespace {

/// Bits of the magnitude of what was rounded, through operations that move values; 0 where it was not.
int64_t magnitudeBits(Value v) {
  for (; v; v = movedBy(v.getDefiningOp()))
    if (Operation *op = v.getDefiningOp())
      if (auto bits = op->getAttrOfType<IntegerAttr>(kMagnitudeAttr))
        return bits.getInt();
  return 0;
}

/// Writes products and sums anew.
class ExactSums {
public:
  Value product(GradientBuilder &t, Value l, Value r) {
    constexpr int64_t exactBits = 24; // of an f32
    int64_t left = magnitudeBits(l), right = magnitudeBits(r);
    if (left && right && left + right + llvm::Log2_64_Ceil(static_cast<uint64_t>(t.shapeOf(l).back())) <= exactBits)
      return t.matmul(l, r);
    return t.create<nn::CastOp>(t.b.getF32Type(), t.create<nn::MatmulOp>(t.b.getF64Type(), l, r));
  }

  void rewrite(nn::LinearOp op) {
    OpBuilder b(op);
    GradientBuilder t(b, op.getLoc());
    ArrayRef<int64_t> x = t.shapeOf(op.getInput()), w = t.shapeOf(op.getWeight());
    int64_t rows = cast<RankedTensorType>(op.getInput().getType()).getNumElements() / x.back();
    Value y = product(t, t.reshape(op.getInput(), {rows, w[1]}), t.transposed(op.getWeight()));
    replace(op, t.reshape(t.add(y, op.getBias()), t.shapeOf(op.getResult())));
  }
  void rewrite(nn::MatmulOp op) {
    OpBuilder b(op);
    GradientBuilder t(b, op.getLoc());
    replace(op, product(t, op.getLhs(), op.getRhs()));
  }
  void rewrite(nn::RowProductsOp op) {
    OpBuilder b(op);
    GradientBuilder t(b, op.getLoc());
    ArrayRef<int64_t> l = t.shapeOf(op.getLhs()), r = t.shapeOf(op.getRhs());
    Value left = t.reshape(t.transpose(op.getLhs(), {1, 0, 2}), {l[1], l[0] * l[2]});
    Value right = t.reshape(t.transpose(op.getRhs(), {0, 2, 1}), {r[0] * r[2], r[1]});
    replace(op, product(t, left, right));
  }
  void rewrite(nn::ReduceOp op) {
    if (op.getKind() != nn::ReduceKind::sum)
      return;
    OpBuilder b(op);
    GradientBuilder t(b, op.getLoc());
    Value wide = t.create<nn::CastOp>(b.getF64Type(), op.getInput());
    replace(op, t.create<nn::CastOp>(b.getF32Type(), t.reduce(nn::ReduceKind::sum, wide, op.getAxes(), op.getKeepdims())));
  }

private:
  void replace(Operation *op, Value v) {
    op->getResult(0).replaceAllUsesWith(v);
    op->erase();
  }
};

/// A convolution as the product of its weight and the columns of its windows, which its gradients read, too.
void lowerConvolutions(func::FuncOp function) {
  for (auto conv : llvm::make_early_inc_range(function.getOps<nn::ConvOp>())) {
    if (conv.getGroups() != 1 || conv.getPadValue() != 0)
      continue;
    OpBuilder b(conv);
    GradientBuilder t(b, conv.getLoc());
    ArrayRef<int64_t> w = t.shapeOf(conv.getWeight()), y = t.shapeOf(conv.getResult());
    int64_t depth = 1;
    for (int64_t d : w.drop_front())
      depth *= d;
    Value columns = t.create<nn::PatchesOp>(b.getF32Type(), conv.getInput(), w.drop_front(2), conv.getStrides(), conv.getPadsBegin(), conv.getPadsEnd(),
                                            conv.getDilations(), llvm::APFloat(0.0));
    Value product = t.matmul(t.reshape(conv.getWeight(), {w[0], depth}), columns);
    Value sum = t.add(product, t.reshape(conv.getBias(), {w[0], 1}));
    conv.getResult().replaceAllUsesWith(t.reshape(sum, y));
    conv.erase();
  }
}

/// Whether every implementation gives an operation the same result: it rounds once, or not at all.
bool roundsOnce(Operation *op) {
  if (auto unary = dyn_cast<nn::UnaryOp>(op))
    return llvm::is_contained({U::relu, U::abs, U::neg, U::sign, U::floor, U::ceil, U::round, U::sqrt, U::reciprocal}, unary.getKind());
  if (auto binary = dyn_cast<nn::BinaryOp>(op))
    return !llvm::is_contained({B::pow, B::mod, B::floor_mod}, binary.getKind());
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return llvm::is_contained({nn::ReduceKind::sum, nn::ReduceKind::max, nn::ReduceKind::min}, reduce.getKind());
  if (auto pool = dyn_cast<nn::PoolOp>(op))
    return pool.getKind() == nn::PoolKind::max;
  return isa<nn::ConstantOp, nn::LinearOp, nn::MatmulOp, nn::RowProductsOp, nn::ClipOp, nn::SelectOp, nn::CastOp, nn::StochasticRoundOp, nn::ArgReduceOp,
             nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::PadOp, nn::ConcatOp, nn::BroadcastOp, nn::PatchesOp, nn::FoldOp,
             nn::MaxPoolGradientOp>(op);
}

} // namespace

LogicalResult makeExact(func::FuncOp function) {
  lowerConvolutions(function);
  for (Operation &op : function.getBody().front().without_terminator())
    if (!roundsOnce(&op))
      return op.emitOpError() << "layer '" << nn::layerName(&op) << "' has no fixed-point arithmetic, expected linear, convolution, relu, clip, add, "
                              << "max pool and what moves values to train with --low-precision";
  ExactSums sums;
  for (Operation &op : llvm::make_early_inc_range(function.getBody().front().without_terminator()))
    llvm::TypeSwitch<Operation *>(&op).Case<nn::LinearOp, nn::MatmulOp, nn::RowProductsOp, nn::ReduceOp>([&](auto known) { sums.rewrite(known); });
  return success();
}

//===--- the loss --------------------------------------------------------------------------===//

Value exactCrossEntropyGradient(GradientBuilder &t, Value logits, Value target) {
  constexpr int squarings = 8;
  constexpr double unit = 1.0 / (1 << 16);
  int64_t last = static_cast<int64_t>(t.shapeOf(logits).size()) - 1;
  Value top = t.reduce(nn::ReduceKind::max, logits, {last}, true);
  Value x = t.mul(t.clip(t.sub(logits, top), -16, 0), 1.0 / (1 << squarings));
  Value power = t.add(t.add(x, t.mul(t.mul(x, x), 0.5)), 1);
  for (int i = 0; i < squarings; ++i)
    power = t.mul(power, power);
  power = t.mul(t.unary(U::round, t.mul(power, 1 / unit)), unit);
  return t.sub(t.div(power, t.sum(power, {last}, true)), target);
}

} // namespace weft::training

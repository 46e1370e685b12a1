//===- IntegerProducts.cpp - products of codes of quantized models --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Quantization/IntegerProducts.h"

#include "passes/Quantization/IntegerSums.h"
#include "passes/Quantization/Passes.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::quantization;
using reference::ElementType;
using reference::Tensor;

namespace weft::quantization {

#define GEN_PASS_DEF_INTEGERPRODUCTS
#include "passes/Quantization/Passes.h.inc"

} // namespace weft::quantization

namespace {

class IntegerProduct {
public:
  explicit IntegerProduct(nn::WeightedOp op) : op(op), b(op), loc(op.getLoc()) {}
  void rewrite();

private:
  bool hasExactBias();
  bool isNarrow();
  Value real(const quantization::Accumulator &sum, const std::vector<float> &factor);
  Value viaFloats(const quantization::Accumulator &sum, const std::vector<float> &factor);
  nn::QuantizeOp findQuantizer();
  Value floats(reference::Shape shape, const std::vector<float> &values) {
    return quantization::makeConstant(b, loc, Tensor::ofFloats(std::move(shape), values), nn::layerName(op));
  }

  nn::WeightedOp op;
  OpBuilder b;
  Location loc;
  std::optional<quantization::QuantizedValue> x;
};

unsigned bitsOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementTypeBitWidth(); }

/// Zeros, or integers in units of the products, as ONNX has them.
bool IntegerProduct::hasExactBias() {
  if (auto plain = quantization::constantOf(op.getBias()); plain && op.getBias().getDefiningOp<nn::ConstantOp>())
    return llvm::all_of(llvm::seq<int64_t>(0, plain->size()), [&](int64_t i) { return plain->asDouble(i) == 0; });
  auto bias = op.getBias().getDefiningOp<nn::DequantizeOp>();
  auto weight = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  auto unit = bias ? quantization::constantOf(bias.getScale()) : std::nullopt, scale = quantization::constantOf(weight.getScale());
  if (!unit || !scale || unit->size() == 0 || scale->size() == 0)
    return false;
  for (int64_t i = 0; i < std::max(unit->size(), scale->size()); ++i) {
    double expected = double(x->parameters.scale) * scale->asDouble(scale->size() == 1 ? 0 : i);
    if (std::fabs(unit->asDouble(unit->size() == 1 ? 0 : i) - expected) > 1e-6 * expected)
      return false;
  }
  return true;
}

bool IntegerProduct::isNarrow() {
  auto weight = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  if (!weight || !weight.getInput().getDefiningOp<nn::ConstantOp>() || bitsOf(weight.getInput()) > 8)
    return false;
  x = quantization::quantizedValueOf(op.getInput());
  return x && bitsOf(x->code) <= 8 && isa<Float32Type>(cast<RankedTensorType>(op->getResult(0).getType()).getElementType());
}

/// The quantizer of the result, directly or behind functions that commute with a positive factor; null where there is none.
nn::QuantizeOp IntegerProduct::findQuantizer() {
  Value v = op->getResult(0);
  while (v.hasOneUse()) {
    Operation *user = *v.user_begin();
    if (auto quantize = dyn_cast<nn::QuantizeOp>(user))
      return user->getOperand(0) == v && quantization::parametersOf(quantize) ? quantize : nullptr;
    auto unary = dyn_cast<nn::UnaryOp>(user);
    if (!unary || unary.getKind() != nn::UnaryKind::relu)
      return nullptr;
    v = user->getResult(0);
  }
  return nullptr;
}

/// sum · factor[channel].
Value IntegerProduct::real(const quantization::Accumulator &sum, const std::vector<float> &factor) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  auto conv = dyn_cast<nn::ConvOp>(op.getOperation());
  auto of = cast<RankedTensorType>(op.getWeight().getType());
  if (conv && conv.getGroups() > 1 && of.getDimSize(1) < 4 && sum.range.lo > -(1 << 24) && sum.range.hi < 1 << 24)
    return viaFloats(sum, factor);
  reference::Shape shape = factor.size() == 1 ? reference::Shape{} : reference::Shape{static_cast<int64_t>(factor.size())};
  auto element = cast<IntegerType>(cast<RankedTensorType>(sum.sum.getType()).getElementType());
  Value zero = quantization::makeIntegers(b, loc, element, shape, std::vector<int64_t>(factor.size(), 0), nn::layerName(op));
  int64_t axis = conv ? 1 : type.getRank() - 1;
  return nn::DequantizeOp::create(b, loc, type, sum.sum, floats(shape, factor), zero, axis);
}

/// Too few products of a sum for four at once: floats hold these integers, and multiply faster.
Value IntegerProduct::viaFloats(const quantization::Accumulator &sum, const std::vector<float> &factor) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  auto integers = cast<nn::ConvOp>(sum.sum.getDefiningOp());
  auto weights = *quantization::constantOf(integers.getWeight()), bias = *quantization::constantOf(integers.getBias());
  auto asFloats = [](const Tensor &t, auto correction) {
    std::vector<float> values;
    for (int64_t i = 0; i < t.size(); ++i)
      values.push_back(static_cast<float>(t.asInteger(i) + correction(i)));
    return values;
  };
  int64_t taps = weights.size() / bias.size();
  std::vector<float> w = asFloats(weights, [](int64_t) { return 0; });
  std::vector<float> c = asFloats(bias, [&](int64_t o) { // the zero point is taken from the codes instead
    int64_t of = 0;
    for (int64_t k = 0; k < taps; ++k)
      of += weights.asInteger(o * taps + k);
    return of * x->parameters.zeroPoint;
  });
  quantization::Parameters unit = x->parameters;
  unit.scale = 1;
  Value codes = quantization::makeDequantize(b, loc, x->code, unit, nn::layerName(op));
  Value weight = floats(weights.shape(), w), correction = floats(bias.shape(), c);
  auto conv = cast<nn::ConvOp>(b.clone(*op));
  conv->setOperands({codes, weight, correction});
  reference::Shape shape(factor.size() == 1 ? 0 : type.getRank() - 1, 1);
  if (!shape.empty())
    shape[0] = factor.size();
  return nn::BinaryOp::create(b, loc, type, conv.getResult(), floats(shape, factor), nn::BinaryKind::mul);
}

void IntegerProduct::rewrite() {
  if (!isNarrow() || !hasExactBias())
    return;
  auto sum = quantization::makeSum(b, op, std::nullopt);
  if (!sum.ok() || bitsOf(sum->sum) > 32)
    return;
  nn::QuantizeOp quantizer = findQuantizer();
  auto scales = *quantization::constantOf(op.getWeight().getDefiningOp<nn::DequantizeOp>().getScale());
  std::vector<float> factor; // in the order of onnxruntime's roundings
  for (float s : scales.floats())
    factor.push_back(quantizer ? x->parameters.scale * s / quantization::parametersOf(quantizer)->scale : x->parameters.scale * s);
  Value result = real(*sum, factor);
  nn::setLayerName(result.getDefiningOp(), nn::layerName(op));
  op->getResult(0).replaceAllUsesWith(result);
  if (!quantizer)
    return;
  OpBuilder before(quantizer);
  quantizer.getScaleMutable().set(
      quantization::makeConstant(before, loc, Tensor::ofFloats(quantization::constantOf(quantizer.getScale())->shape(), {1}), nn::layerName(quantizer)));
}

struct IntegerProductsPass : quantization::impl::IntegerProductsBase<IntegerProductsPass> {
  void runOnOperation() override { makeIntegerProducts(getOperation()); }
};

} // namespace

void quantization::makeIntegerProducts(func::FuncOp func) {
  SmallVector<nn::WeightedOp> products;
  func.walk([&](nn::WeightedOp op) {
    if (isa<nn::ConvOp, nn::LinearOp>(op.getOperation()))
      products.push_back(op);
  });
  for (nn::WeightedOp op : products)
    IntegerProduct(op).rewrite();
  SmallVector<Operation *> all;
  func.walk([&](Operation *op) { all.push_back(op); });
  for (Operation *op : llvm::reverse(all))
    if (isOpTriviallyDead(op))
      op->erase();
}

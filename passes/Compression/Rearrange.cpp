//===- Rearrange.cpp - the elements of an expression in another order --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Rearrange.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"

#include <numeric>

using namespace mlir;
using weft::reference::Shape;
using weft::reference::Tensor;
using Order = std::vector<int64_t>;

namespace weft::compression {

Order identityOrder(int64_t count) {
  Order order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order transposeOrder(const Shape &shape, const std::vector<int64_t> &perm) {
  std::vector<int64_t> strides = reference::rowMajorStrides(shape);
  Order order{0};
  for (int64_t dimension : perm) {
    Order wider;
    for (int64_t base : order)
      for (int64_t i = 0; i < shape[static_cast<size_t>(dimension)]; ++i)
        wider.push_back(base + i * strides[static_cast<size_t>(dimension)]);
    order = std::move(wider);
  }
  return order;
}

static Tensor moved(const Tensor &t, const Order &order, const Shape &shape) {
  Tensor result(t.type(), shape);
  result.visit([&](auto &out) {
    const auto &in = t.values<typename std::decay_t<decltype(out)>::value_type>();
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = in[static_cast<size_t>(order[i])];
  });
  return result;
}

/// The tensor as a constant of the same element type as `like`.
static Value constantLike(OpBuilder &b, nn::WeightedOp layer, const Tensor &t, Value like) {
  auto integer = dyn_cast<IntegerType>(cast<RankedTensorType>(like.getType()).getElementType());
  std::string name = nn::layerName(layer).str() + ".weight";
  if (integer)
    return transforms::makeIntegers(b, layer->getLoc(), integer, t.shape(), t.integers(), name);
  return transforms::makeConstant(b, layer->getLoc(), t, name);
}

static FailureOr<Value> evaluated(OpBuilder &b, nn::WeightedOp layer, Value value, const Order &order, const Shape &shape) {
  reference::Result<Tensor> t = evaluation::evaluateConstant(value);
  if (!t.ok())
    return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' has a factor that is no constant: " << t.message();
  return constantLike(b, layer, moved(*t, order, shape), value);
}

static FailureOr<Value> rearrangedScatter(OpBuilder &b, nn::WeightedOp layer, codec::ScatterOp scatter, const Order &order, const Shape &shape) {
  reference::Result<Tensor> mask = evaluation::evaluateConstant(scatter.getMask());
  if (!mask.ok())
    return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' has a mask that is no constant: " << mask.message();
  Order rank(static_cast<size_t>(mask->size())), valueOrder;
  int64_t count = 0;
  for (int64_t i = 0; i < mask->size(); ++i)
    rank[static_cast<size_t>(i)] = mask->integers()[i] ? count++ : -1;
  for (int64_t from : order)
    if (rank[static_cast<size_t>(from)] >= 0)
      valueOrder.push_back(rank[static_cast<size_t>(from)]);
  FailureOr<Value> values = rearranged(b, layer, scatter.getValues(), valueOrder, {count});
  if (failed(values))
    return failure();
  Value newMask = constantLike(b, layer, moved(*mask, order, shape), scatter.getMask());
  Type element = cast<RankedTensorType>(scatter.getType()).getElementType();
  return codec::ScatterOp::create(b, layer->getLoc(), RankedTensorType::get(shape, element), *values, newMask).getResult();
}

FailureOr<Value> rearranged(OpBuilder &b, nn::WeightedOp layer, Value value, const Order &order, const Shape &shape) {
  if (auto lookup = value.getDefiningOp<codec::LookupOp>();
      lookup && cast<RankedTensorType>(lookup.getCodebook().getType()).getDimSize(0) == 1) {
    FailureOr<Value> codes = rearranged(b, layer, lookup.getCodes(), order, shape);
    if (failed(codes))
      return failure();
    Type element = cast<RankedTensorType>(lookup.getType()).getElementType();
    return codec::LookupOp::create(b, layer->getLoc(), RankedTensorType::get(shape, element), *codes, lookup.getCodebook()).getResult();
  }
  if (auto scatter = value.getDefiningOp<codec::ScatterOp>())
    return rearrangedScatter(b, layer, scatter, order, shape);
  auto dequantize = value.getDefiningOp<nn::DequantizeOp>();
  if (dequantize && cast<RankedTensorType>(dequantize.getScale().getType()).getNumElements() == 1) {
    FailureOr<Value> codes = rearranged(b, layer, dequantize.getInput(), order, shape);
    if (failed(codes))
      return failure();
    Type element = cast<RankedTensorType>(dequantize.getType()).getElementType();
    return nn::DequantizeOp::create(b, layer->getLoc(), RankedTensorType::get(shape, element), *codes, dequantize.getScale(), dequantize.getZeroPoint())
        .getResult();
  }
  Value stored = dequantize ? dequantize.getInput() : value;
  if (stored.getDefiningOp<codec::Expression>())
    emitRemark(layer->getLoc()) << "layer '" << nn::layerName(layer) << "': a factor encoded as " << codec::schemeName(stored)
                                << " has elements in an order that its layer needs changed; it is stored dense";
  return evaluated(b, layer, value, order, shape);
}

} // namespace weft::compression

//===- Weights.cpp - weights of linear operators ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Weights.h"
#include "dialects/Codec/IR/CodecOps.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

Value weft::import::transposedWeight(Node &node, Value weight) {
  if (!weight)
    return {};
  if (auto dequantize = weight.getDefiningOp<nn::DequantizeOp>())
    return node.create<nn::DequantizeOp>(node.elementType(weight), transposedWeight(node, dequantize.getInput()),
                                         dequantize.getScale(), dequantize.getZeroPoint(),
                                         node.rank(dequantize.getScale()) == 1 ? 1 - dequantize.getAxis() : 0);
  if (auto lookup = weight.getDefiningOp<codec::LookupOp>();
      lookup && node.shape(lookup.getCodebook())[0] == 1) {
    Value codes = node.transpose(lookup.getCodes(), {1, 0});
    if (!codes)
      return {};
    auto type = RankedTensorType::get(node.shape(codes), node.elementType(weight));
    Value result = codec::LookupOp::create(node.builder(), node.loc(), type, codes, lookup.getCodebook());
    nn::setLayerName(result.getDefiningOp(), nn::layerName(lookup));
    return result;
  }
  return node.transpose(weight, {1, 0});
}

LogicalResult weft::import::checkWeight(Node &node, Value weight) {
  const HostTensor *c = node.constant(weight);
  int64_t at = c ? c->firstNonFinite() : -1;
  if (at < 0)
    return success();
  std::string index;
  for (int64_t axis = c->rank() - 1, rest = at; axis >= 0; rest /= c->shape()[axis], --axis)
    index = std::to_string(rest % c->shape()[axis]) + (index.empty() ? "" : ", ") + index;
  return node.invalid("has a weight that is not finite: tensor '" + nn::layerName(weight.getDefiningOp()) +
                      "' holds " + (std::isnan(c->real(at)) ? "NaN" : "an infinity") + " at [" + index + "]");
}

Value weft::import::linear(Node &node, Value x, Value weight, Value bias) {
  if (!weight || node.failed())
    return {};
  if (!bias)
    bias = node.makeSplat({node.shape(weight)[0]}, node.elementType(x), 0);
  return node.create<nn::LinearOp>(node.elementType(x), x, weight, bias);
}

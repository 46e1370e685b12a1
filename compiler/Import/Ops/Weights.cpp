//===- Weights.cpp - weights of linear operators ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Weights.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

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
  return node.transpose(weight, {1, 0});
}

bool weft::import::isClustered(const HostTensor &codebook, const HostTensor &codes) {
  return codebook.rank() == 1 && !codebook.isInteger() && codebook.size() >= 1 && codebook.size() <= 256 &&
         codes.isInteger() && codes.rank() >= 1 && codes.size() > codebook.size();
}

Value weft::import::lookup(Node &node, const HostTensor &codebook, const HostTensor &codes) {
  int64_t k = codebook.size();
  unsigned bits = std::max(1u, llvm::Log2_64_Ceil(k));
  SmallVector<int64_t> values;
  for (int64_t i = 0, n = codes.size(); i < n; ++i) {
    int64_t code = codes.integer(i);
    if (code < -k || code >= k) {
      (void)node.invalid("reads entry " + Twine(code) + " of a codebook of " + Twine(k));
      return {};
    }
    values.push_back(code < 0 ? code + k : code);
  }
  auto type = RankedTensorType::get(codes.shape(), node.builder().getIntegerType(bits, /*isSigned=*/false));
  Value narrow = node.makeConstant(HostTensor::ofIntegers(type, values), node.inputName(1));
  return node.lookup(narrow, node.makeConstant(codebook.reshaped({1, k}), node.inputName(0)), node.name());
}

LogicalResult weft::import::checkWeight(Node &node, const HostTensor &weight, StringRef name) {
  int64_t at = weight.firstNonFinite();
  if (at < 0)
    return success();
  std::string index;
  for (int64_t axis = weight.rank() - 1, rest = at; axis >= 0; rest /= weight.shape()[axis], --axis)
    index = std::to_string(rest % weight.shape()[axis]) + (index.empty() ? "" : ", ") + index;
  return node.invalid("has a weight that is not finite: tensor '" + name + "' holds " +
                      (std::isnan(weight.real(at)) ? "NaN" : "an infinity") + " at [" + index + "]");
}

LogicalResult weft::import::checkWeight(Node &node, Value weight) {
  const HostTensor *c = node.constant(weight);
  return c ? checkWeight(node, *c, nn::layerName(weight.getDefiningOp())) : success();
}

Value weft::import::weightMatrix(Node &node, unsigned i, bool transpose) {
  const HostTensor *c = node.constant(i);
  if (!c || c->rank() != 2 || !transpose) {
    Value weight = node.input(i);
    if (!weight || failed(checkWeight(node, weight)))
      return {};
    return transpose ? transposedWeight(node, weight) : weight;
  }
  // Not through `input`, which would leave the untransposed tensor in memory as well.
  if (failed(checkWeight(node, *c, node.inputName(i))))
    return {};
  return node.makeConstant(c->transposed({1, 0}), node.inputName(i));
}

Value weft::import::linear(Node &node, Value x, Value weight, Value bias) {
  if (!weight || node.failed())
    return {};
  if (!bias)
    bias = node.makeSplat({node.shape(weight)[0]}, node.elementType(x), 0);
  return node.create<nn::LinearOp>(node.elementType(x), x, weight, bias);
}

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
  if (codebook.rank() < 1 || codebook.rank() > 2 || codebook.size() < 1 || codebook.shape().back() > 256)
    return false;
  // Lists of wide integers are shapes, of booleans conditions.
  unsigned width = codebook.elementType().getIntOrFloatBitWidth();
  if (codebook.isInteger() && (width > 16 || width == 1))
    return false;
  return codes.isInteger() && codes.rank() >= 1 && codes.size() > codebook.size();
}

Value weft::import::lookup(Node &node, const HostTensor &codebook, const HostTensor &codes) {
  int64_t k = codebook.shape().back();
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
  return node.lookup(narrow, node.makeConstant(codebook.reshaped({codebook.size() / k, k}), node.inputName(0)), node.name());
}

/// The mask of the places that are set, as a constant of booleans; `set` counts them.
static Value maskOf(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> bits, StringRef name) {
  auto type = RankedTensorType::get(shape, node.builder().getIntegerType(1, /*isSigned=*/false));
  return node.makeConstant(HostTensor::ofIntegers(type, bits), name);
}

/// Everything behind the zero in front of a list: a constant, or what Concat put behind one. Null where there is no zero.
static Value behindZero(Node &node, unsigned i, int64_t count) {
  auto isZero = [](const HostTensor &c) { return c.real(0) == 0 && !std::signbit(c.real(0)); };
  if (const HostTensor *list = node.constant(i)) {
    if (list->rank() != 1 || list->size() != count + 1 || !isZero(*list))
      return {};
    return node.makeConstant(list->withoutFirst(), node.inputName(i));
  }
  auto concat = node.input(i) ? node.input(i).getDefiningOp<nn::ConcatOp>() : nullptr;
  if (!concat || concat.getInputs().size() != 2 || !node.isParameter(concat) || node.rank(concat) != 1)
    return {};
  const HostTensor *zero = node.constant(concat.getInputs()[0]);
  Value rest = concat.getInputs()[1];
  return zero && zero->size() == 1 && isZero(*zero) && node.shape(rest)[0] == count ? rest : Value();
}

Value weft::import::scattered(Node &node, const HostTensor &places) {
  if (!places.isInteger() || places.rank() < 1)
    return {};
  int64_t count = 0;
  SmallVector<int64_t> bits;
  for (int64_t i = 0, n = places.size(); i < n; ++i) {
    int64_t place = places.integer(i);
    if (place != 0 && place != count + 1)
      return {};
    count += place != 0;
    bits.push_back(place != 0);
  }
  Value values = count > 0 ? behindZero(node, 0, count) : Value();
  return values ? node.scatter(values, maskOf(node, places.shape(), bits, node.inputName(1)), node.name()) : Value();
}

Value weft::import::masked(Node &node, unsigned values, unsigned mask) {
  const HostTensor *constant = node.constant(values);
  if (!constant || constant->isInteger() || constant->rank() < 2)
    return {};
  HostTensor dense = *constant;
  std::optional<HostTensor> kept = node.parameter(mask);
  if (!kept || dense.shape() != kept->shape())
    return {};
  SmallVector<int64_t> bits;
  SmallVector<double> numbers;
  for (int64_t i = 0, n = kept->size(); i < n; ++i) {
    double bit = kept->real(i);
    if (bit != 0 && bit != 1)
      return {};
    bits.push_back(bit != 0);
    if (bit != 0)
      numbers.push_back(dense.real(i));
  }
  auto count = static_cast<int64_t>(numbers.size());
  if (count == 0 || count == kept->size())
    return {};
  Value list = node.makeConstant(HostTensor::ofDoubles(RankedTensorType::get({count}, dense.elementType()), numbers), node.inputName(values));
  return node.scatter(list, maskOf(node, kept->shape(), bits, node.inputName(mask)), node.name());
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

//===- IntegerProducts.cpp - products of integers, and dynamic quantization ----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Conv.h"
#include "compiler/Import/Ops/Weights.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static IntegerType int32(Node &node) { return node.builder().getI32Type(); }

/// Operand i without the zero point in operand `zero`, as int32; x itself where there is none. The zero point of a matrix may be a
/// list along `axis`.
static Value centred(Node &node, unsigned i, unsigned zero, int64_t axis) {
  Value x = node.input(i);
  if (!x || !node.has(zero))
    return x;
  if (const HostTensor *c = node.constant(zero)) {
    bool isZero = true;
    for (int64_t k = 0; k < c->size(); ++k)
      isZero &= c->integer(k) == 0;
    if (isZero)
      return x;
  }
  Value offset = node.convert(node.input(zero), int32(node));
  if (offset && node.rank(offset) == 1 && node.shape(offset)[0] == 1)
    offset = node.reshape(offset, ArrayRef<int64_t>());
  if (offset && node.rank(offset) == 1 && node.rank(x) <= axis) {
    (void)node.invalid("has a list of zero points for an operand of rank " + Twine(node.rank(x)));
    return {};
  }
  if (offset && node.rank(offset) == 1) {
    SmallVector<int64_t> shape(node.rank(x) - axis, 1);
    shape[0] = node.shape(offset)[0];
    offset = node.reshape(offset, shape);
  }
  return node.binary(nn::BinaryKind::sub, node.convert(x, int32(node)), offset);
}

/// A constant operand i less its zero point, in the narrowest type that holds it; null where one of them is computed.
static Value centredConstant(Node &node, unsigned i, unsigned zero, int64_t axis) {
  std::optional<HostTensor> c = node.parameter(i), z = node.has(zero) ? node.parameter(zero) : std::nullopt;
  if (node.failed() || !c || (node.has(zero) && !z) || !c->isInteger() || axis >= c->rank())
    return {};
  int64_t inner = 1, least = 0, greatest = 0;
  for (int64_t d : c->shape().drop_front(axis + 1))
    inner *= d;
  if (z && z->size() != 1 && (z->rank() != 1 || z->size() != c->shape()[axis]))
    return {};
  SmallVector<int64_t> values;
  for (int64_t k = 0; k < c->size(); ++k) {
    int64_t offset = !z ? 0 : z->size() == 1 ? z->integer(0) : z->integer(k / inner % z->size());
    values.push_back(c->integer(k) - offset);
    least = std::min(least, values.back());
    greatest = std::max(greatest, values.back());
  }
  unsigned bits = least >= -128 && greatest <= 127 ? 8 : 16;
  return node.makeConstant(HostTensor::ofIntegers(RankedTensorType::get(c->shape(), node.builder().getIntegerType(bits)), values),
                           node.inputName(i));
}

/// (A − a) · (B − b) in int32.
static Value integerMatmul(Node &node, unsigned a, unsigned b, unsigned zeroA, unsigned zeroB) {
  Value x = centred(node, a, zeroA, std::max<int64_t>(0, node.rank(node.input(a)) - 2));
  Value weight = node.failed() ? Value() : centredConstant(node, b, zeroB, 1);
  if (node.failed() || !x)
    return {};
  if (weight && node.rank(weight) == 2 && node.rank(x) >= 2) {
    Value rows = node.transpose(weight, {1, 0});
    return node.create<nn::LinearOp>(int32(node), x, rows, node.makeSplat({node.shape(rows)[0]}, int32(node), 0));
  }
  Value y = centred(node, b, zeroB, std::max<int64_t>(0, node.rank(node.input(b)) - 1));
  return node.create<nn::MatmulOp>(int32(node), node.convert(x, int32(node)), node.convert(y, int32(node)));
}

static LogicalResult buildMatMulInteger(Node &node) { return node.set(0, integerMatmul(node, 0, 1, 2, 3)); }

/// Padding has the value of the zero point: it goes away with it.
static LogicalResult buildConvInteger(Node &node) {
  Value x = centred(node, 0, 2, 1), weight = node.failed() ? Value() : centredConstant(node, 1, 3, 0);
  if (!node.failed() && !weight) {
    weight = node.convert(centred(node, 1, 3, 0), int32(node));
    x = node.convert(x, int32(node));
  }
  if (node.failed() || !weight)
    return failure();
  if (node.rank(weight) < 3)
    return node.invalid("has a weight of rank " + Twine(node.rank(weight)) + ", expected at least 3");
  return node.set(0, convolution(node, x, weight, node.makeSplat({node.shape(weight)[0]}, int32(node), 0)));
}

namespace {
/// What DynamicQuantizeLinear returns.
struct DynamicQuantization {
  Value codes, scale, zero;
};
} // namespace

/// scale = (max(x, 0) − min(x, 0)) / 255 over the whole tensor, zero = round(−min / scale), codes = round(x / scale) + zero in uint8. A tensor
/// of zeros has scale 1, as in onnxruntime.
static DynamicQuantization quantizeDynamically(Node &node, Value x) {
  using nn::BinaryKind;
  if (!x || node.failed())
    return {};
  Type f32 = node.builder().getF32Type();
  auto ui8 = node.builder().getIntegerType(8, /*isSigned=*/false);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(x)));
  auto scalar = [&](double v) { return node.makeSplat({}, f32, v); };
  Value least = node.binary(BinaryKind::min, node.create<nn::ReduceOp>(f32, x, nn::ReduceKind::min, axes, false), scalar(0));
  Value greatest = node.binary(BinaryKind::max, node.create<nn::ReduceOp>(f32, x, nn::ReduceKind::max, axes, false), scalar(0));
  Value range = node.binary(BinaryKind::sub, greatest, least);
  Value isFlat = node.binary(BinaryKind::equal, range, scalar(0));
  Value scale = node.create<nn::SelectOp>(f32, isFlat, scalar(1), node.binary(BinaryKind::div, range, scalar(255)));
  Value exact = node.binary(BinaryKind::div, node.binary(BinaryKind::sub, scalar(0), least), scale);
  Value zero = node.unary(nn::UnaryKind::round, node.create<nn::ClipOp>(f32, exact, APFloat(0.0), APFloat(255.0)));
  Value codes = node.binary(BinaryKind::add, node.unary(nn::UnaryKind::round, node.binary(BinaryKind::div, x, scale)), zero);
  codes = node.create<nn::ClipOp>(f32, codes, APFloat(0.0), APFloat(255.0));
  return {node.convert(codes, ui8), scale, node.convert(zero, ui8)};
}

static LogicalResult buildDynamicQuantizeLinear(Node &node) {
  DynamicQuantization q = quantizeDynamically(node, node.input(0));
  if (failed(node.set(0, q.codes)) || failed(node.set(1, q.scale)))
    return failure();
  return node.set(2, q.zero);
}

/// A product in int32 as real numbers: · scaleA · scaleB + bias.
static LogicalResult setScaled(Node &node, Value product, Value scaleA, Value scaleB, unsigned bias) {
  Value y = node.convert(product, node.builder().getF32Type());
  y = node.binary(nn::BinaryKind::mul, y, node.binary(nn::BinaryKind::mul, scaleA, scaleB));
  return node.set(0, node.has(bias) ? node.binary(nn::BinaryKind::add, y, node.input(bias)) : y);
}

/// com.microsoft: A, B, their scales, their zero points, a bias.
static LogicalResult buildMatMulIntegerToFloat(Node &node) {
  return setScaled(node, integerMatmul(node, 0, 1, 4, 5), node.input(2), node.input(3), 6);
}

/// com.microsoft: A in floats, B, its scale and zero point, a bias.
static LogicalResult buildDynamicQuantizeMatMul(Node &node) {
  DynamicQuantization q = quantizeDynamically(node, node.input(0));
  Value weight = node.failed() ? Value() : centredConstant(node, 1, 3, 1);
  if (node.failed())
    return failure();
  if (!weight || node.rank(weight) != 2)
    return node.unsupported("its weight is computed, or no matrix");
  Value rows = node.transpose(weight, {1, 0});
  Value x = node.binary(nn::BinaryKind::sub, node.convert(q.codes, int32(node)), node.convert(q.zero, int32(node)));
  Value product = node.create<nn::LinearOp>(int32(node), x, rows, node.makeSplat({node.shape(rows)[0]}, int32(node), 0));
  return setScaled(node, product, q.scale, node.input(2), 4);
}

void weft::import::registerIntegerProducts(OpTable &table) {
  table.add("ConvInteger", buildConvInteger, 2, 4);
  table.add("DynamicQuantizeLinear", buildDynamicQuantizeLinear, 1, 1);
  table.add("MatMulInteger", buildMatMulInteger, 2, 4);
  table.addIn("com.microsoft", "DynamicQuantizeMatMul", buildDynamicQuantizeMatMul, 3, 5);
  table.addIn("com.microsoft", "MatMulIntegerToFloat", buildMatMulIntegerToFloat, 4, 7);
}

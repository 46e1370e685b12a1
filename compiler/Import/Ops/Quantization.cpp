//===- Quantization.cpp - QuantizeLinear and DequantizeLinear ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Quantizers.h"
#include "compiler/Import/TensorReader.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// A list of one element is a scalar.
static Value asScalar(Node &node, Value v) {
  return v && node.rank(v) == 1 && node.shape(v)[0] == 1 ? node.reshape(v, ArrayRef<int64_t>()) : v;
}

std::optional<QuantizationOperands> weft::import::readQuantization(Node &node, unsigned scale, unsigned zero, Type quantized) {
  QuantizationOperands p;
  p.scale = asScalar(node, node.input(scale));
  if (!p.scale)
    return std::nullopt;
  if (node.rank(p.scale) > 1) {
    (void)node.unsupported("its scale '" + node.inputName(scale) + "' has rank " + Twine(node.rank(p.scale)) +
                           "; only one scale, or one per channel");
    return std::nullopt;
  }
  p.zero = node.has(zero) ? asScalar(node, node.input(zero)) : node.makeSplat(node.shape(p.scale), quantized, 0);
  if (!p.zero)
    return std::nullopt;
  if (const HostTensor *c = node.constant(p.zero); c && node.rank(p.zero) == 0 && node.rank(p.scale) == 1)
    p.zero = node.makeSplat(node.shape(p.scale), node.elementType(p.zero), c->integer(0));
  if (node.shape(p.zero) != node.shape(p.scale)) {
    (void)node.invalid("has a scale and a zero point of different shapes");
    return std::nullopt;
  }
  p.scale = node.convert(p.scale, node.builder().getF32Type());
  return p;
}

static std::optional<int64_t> readAxis(Node &node, Value x, const QuantizationOperands &p, int64_t otherwise) {
  int64_t given = node.getInt("axis", otherwise);
  return node.rank(p.scale) == 0 ? std::optional<int64_t>(0) : node.axis(given, node.rank(x));
}

static Value quantize(Node &node, Value x, const QuantizationOperands &p, int64_t axis) {
  return node.create<nn::QuantizeOp>(node.elementType(p.zero), x, p.scale, p.zero, axis);
}
static Value dequantize(Node &node, Value x, const QuantizationOperands &p, int64_t axis) {
  return node.create<nn::DequantizeOp>(node.builder().getF32Type(), x, p.scale, p.zero, axis);
}

/// x without a clip to the very numbers that codes of a width ONNX lacks stand for: weft's own export of it.
static Value withoutClip(Node &node, Value x, const QuantizationOperands &p) {
  auto clip = x.getDefiningOp<nn::ClipOp>();
  auto type = cast<IntegerType>(node.elementType(p.zero));
  const HostTensor *scale = node.constant(p.scale), *zero = node.constant(p.zero);
  if (!clip || type.getWidth() <= 8 || type.getWidth() >= 16 || !scale || !zero || scale->size() != 1)
    return x;
  int64_t least = type.isUnsigned() ? 0 : -(int64_t(1) << (type.getWidth() - 1));
  auto real = [&](int64_t code) {
    return static_cast<double>(static_cast<float>(code - zero->integer(0)) * static_cast<float>(scale->real(0)));
  };
  bool same = clip.getMin().convertToDouble() == real(least) &&
              clip.getMax().convertToDouble() == real(least + (int64_t(1) << type.getWidth()) - 1);
  return same ? clip.getInput() : x;
}

//===--- blocks -----------------------------------------------------------------------===//

/// A scale or zero point per block as one per element of x, as f32: each entry `block` times along `axis`, less what the last block has
/// too many.
static Value repeated(Node &node, Value v, ArrayRef<int64_t> shape, int64_t axis, int64_t block) {
  v = node.convert(v, node.builder().getF32Type());
  if (!v)
    return {};
  SmallVector<int64_t> split(node.shape(v)), spread, merged(node.shape(v));
  split.insert(split.begin() + axis + 1, 1);
  spread = split;
  spread[axis + 1] = block;
  merged[axis] *= block;
  v = node.create<nn::BroadcastOp>(node.elementType(v), node.reshape(v, split), spread);
  v = node.reshape(v, merged);
  if (merged[axis] == shape[axis])
    return v;
  SmallVector<int64_t> zeros(shape.size(), 0), ones(shape.size(), 1);
  return node.create<nn::SliceOp>(node.elementType(v), v, zeros, shape, ones);
}

namespace {
/// Scale and zero point of every element, in f32.
struct BlockParameters {
  Value scale, zero;
};
} // namespace

/// Parameters of a tensor that is quantized in blocks along one axis: operands 1 and 2 have its rank.
static std::optional<BlockParameters> readBlocks(Node &node, Value x, int64_t block) {
  Value scale = node.input(1), zero = node.has(2) ? node.input(2) : Value();
  std::optional<int64_t> axis = x ? node.axis(node.getInt("axis", 1), node.rank(x)) : std::nullopt;
  if (node.failed() || !axis)
    return std::nullopt;
  ArrayRef<int64_t> shape = node.shape(x);
  SmallVector<int64_t> expected(shape);
  if (llvm::is_contained(shape, ShapedType::kDynamic)) {
    (void)node.unsupported("quantizes a tensor with dynamic dimensions in blocks; give them values");
    return std::nullopt;
  }
  if (block < 1 || block > shape[*axis]) {
    (void)node.invalid("has block_size " + Twine(block) + ", expected 1 to " + Twine(shape[*axis]));
    return std::nullopt;
  }
  expected[*axis] = (shape[*axis] + block - 1) / block;
  if (node.shape(scale) != ArrayRef<int64_t>(expected) || (zero && node.shape(zero) != ArrayRef<int64_t>(expected))) {
    (void)node.invalid("has a scale or zero point that is not one per block of " + Twine(block));
    return std::nullopt;
  }
  return BlockParameters{repeated(node, scale, shape, *axis, block), zero ? repeated(node, zero, shape, *axis, block) : Value()};
}

/// y = clamp(round(x / scale) + zero), as A1 does it where there is one scale per channel.
static LogicalResult quantizeBlocks(Node &node, Value x, IntegerType type, int64_t block) {
  std::optional<BlockParameters> p = readBlocks(node, x, block);
  if (!p)
    return failure();
  if (node.has(2))
    type = cast<IntegerType>(node.elementType(node.input(2)));
  FakeQuantizer range;
  range.useRange(type.getWidth(), !type.isUnsigned(), /*narrow=*/false);
  x = node.convert(x, node.builder().getF32Type());
  Value y = node.unary(nn::UnaryKind::round, node.binary(nn::BinaryKind::div, x, p->scale));
  if (p->zero)
    y = node.binary(nn::BinaryKind::add, y, p->zero);
  y = node.create<nn::ClipOp>(node.elementType(y), y, APFloat(static_cast<double>(range.lo)), APFloat(static_cast<double>(range.hi)));
  return node.set(0, node.convert(y, type));
}

static LogicalResult dequantizeBlocks(Node &node, Value x, int64_t block) {
  std::optional<BlockParameters> p = readBlocks(node, x, block);
  if (!p)
    return failure();
  Value y = node.convert(x, node.builder().getF32Type());
  if (p->zero)
    y = node.binary(nn::BinaryKind::sub, y, p->zero);
  return node.set(0, node.binary(nn::BinaryKind::mul, y, p->scale));
}

//===--- QuantizeLinear, DequantizeLinear -----------------------------------------------===//

static LogicalResult buildQuantize(Node &node) {
  node.ignoreAttr("saturate"); // only float8
  node.ignoreAttr("precision");
  int64_t output = node.getInt("output_dtype", 0), block = node.getInt("block_size", 0);
  Type type = output == 0 ? Type(node.builder().getIntegerType(8, /*isSigned=*/false))
                          : elementTypeOf(node.builder().getContext(), static_cast<int32_t>(output & 63));
  if (!type || !isa<IntegerType>(type))
    return node.unsupported("quantizes to " + dataTypeName(static_cast<int32_t>(output & 63)));
  Value x = node.input(0);
  if (!x || block != 0)
    return x ? quantizeBlocks(node, x, cast<IntegerType>(type), block) : failure();
  auto p = readQuantization(node, 1, 2, type);
  auto axis = p ? readAxis(node, x, *p, 1) : std::nullopt;
  return axis ? node.set(0, quantize(node, withoutClip(node, x, *p), *p, *axis)) : failure();
}

static LogicalResult buildDequantize(Node &node) {
  node.ignoreAttr("output_dtype"); // follows from the scale
  Value x = node.input(0);
  int64_t block = node.getInt("block_size", 0);
  if (!x || block != 0)
    return x ? dequantizeBlocks(node, x, block) : failure();
  auto p = readQuantization(node, 1, 2, node.elementType(x));
  auto axis = p ? readAxis(node, x, *p, 1) : std::nullopt;
  return axis ? node.set(0, dequantize(node, x, *p, *axis)) : failure();
}

Value weft::import::dequantizedOperand(Node &node, unsigned i, int64_t axis) {
  Value x = node.input(i);
  auto p = x ? readQuantization(node, i + 1, i + 2, node.elementType(x)) : std::nullopt;
  return p ? dequantize(node, x, *p, node.rank(p->scale) == 0 ? 0 : axis) : Value();
}

LogicalResult weft::import::setQuantized(Node &node, Value y, unsigned i) {
  auto p = y ? readQuantization(node, i, i + 1, node.builder().getIntegerType(8, false)) : std::nullopt;
  if (p && node.rank(p->scale) != 0)
    return node.unsupported("its result has a scale per channel");
  return p ? node.set(0, quantize(node, y, *p, 0)) : failure();
}

void weft::import::registerQuantizationOps(OpTable &table) {
  table.add("QuantizeLinear", buildQuantize, 2, 3);
  table.add("DequantizeLinear", buildDequantize, 2, 3);
  table.addIn("com.microsoft", "QuantizeLinear", buildQuantize, 2, 3);
  table.addIn("com.microsoft", "DequantizeLinear", buildDequantize, 2, 3);
}

//===- Quantization.cpp - QuantizeLinear and operators on quantized tensors --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Conv.h"
#include "compiler/Import/Ops/Weights.h"
#include "compiler/Import/TensorReader.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {
/// Scale and zero point, of the shapes nn wants: both [] or both [C].
struct Parameters {
  Value scale, zero;
};
} // namespace

/// A list of one element is a scalar.
static Value asScalar(Node &node, Value v) {
  return v && node.rank(v) == 1 && node.shape(v)[0] == 1 ? node.reshape(v, ArrayRef<int64_t>()) : v;
}

/// Reads operands `scale` and `zero`; an absent zero point is 0 of `quantized`.
static std::optional<Parameters> readParameters(Node &node, unsigned scale, unsigned zero, Type quantized) {
  Parameters p;
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

static std::optional<int64_t> readAxis(Node &node, Value x, const Parameters &p, int64_t otherwise) {
  int64_t given = node.getInt("axis", otherwise);
  if (node.getInt("block_size", 0) != 0) {
    (void)node.unsupported("quantizes in blocks (block_size)");
    return std::nullopt;
  }
  return node.rank(p.scale) == 0 ? std::optional<int64_t>(0) : node.axis(given, node.rank(x));
}

static Value quantize(Node &node, Value x, const Parameters &p, int64_t axis) {
  return node.create<nn::QuantizeOp>(node.elementType(p.zero), x, p.scale, p.zero, axis);
}
static Value dequantize(Node &node, Value x, const Parameters &p, int64_t axis) {
  return node.create<nn::DequantizeOp>(node.builder().getF32Type(), x, p.scale, p.zero, axis);
}

/// x without a clip to the very numbers that codes of a width ONNX lacks stand for: weft's own export of it.
static Value withoutClip(Node &node, Value x, const Parameters &p) {
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

static LogicalResult buildQuantize(Node &node) {
  node.ignoreAttr("saturate"); // only float8
  node.ignoreAttr("precision");
  int64_t output = node.getInt("output_dtype", 0);
  Type type = output == 0 ? Type(node.builder().getIntegerType(8, /*isSigned=*/false))
                          : elementTypeOf(node.builder().getContext(), static_cast<int32_t>(output & 63));
  if (!type || !isa<IntegerType>(type))
    return node.unsupported("quantizes to " + dataTypeName(static_cast<int32_t>(output & 63)));
  Value x = node.input(0);
  auto p = x ? readParameters(node, 1, 2, type) : std::nullopt;
  auto axis = p ? readAxis(node, x, *p, 1) : std::nullopt;
  return axis ? node.set(0, quantize(node, withoutClip(node, x, *p), *p, *axis)) : failure();
}

static LogicalResult buildDequantize(Node &node) {
  node.ignoreAttr("output_dtype"); // follows from the scale
  Value x = node.input(0);
  auto p = x ? readParameters(node, 1, 2, node.elementType(x)) : std::nullopt;
  auto axis = p ? readAxis(node, x, *p, 1) : std::nullopt;
  return axis ? node.set(0, dequantize(node, x, *p, *axis)) : failure();
}

/// Operand i, i + 1, i + 2 as a float value: x, scale, zero point; scales of a list go along `axis`.
static Value dequantized(Node &node, unsigned i, int64_t axis) {
  Value x = node.input(i);
  auto p = x ? readParameters(node, i + 1, i + 2, node.elementType(x)) : std::nullopt;
  return p ? dequantize(node, x, *p, node.rank(p->scale) == 0 ? 0 : axis) : Value();
}

/// Quantizes a result with the scale and zero point in operands i and i + 1.
static LogicalResult setQuantized(Node &node, Value y, unsigned i) {
  auto p = y ? readParameters(node, i, i + 1, node.builder().getIntegerType(8, false)) : std::nullopt;
  if (p && node.rank(p->scale) != 0)
    return node.unsupported("its result has a scale per channel");
  return p ? node.set(0, quantize(node, y, *p, 0)) : failure();
}

/// int32 bias of QLinearConv: its scale is that of x times that of w, its zero point 0.
static Value quantizedBias(Node &node) {
  Value bias = node.input(8);
  const HostTensor *x = node.constant(1u), *w = node.constant(4u);
  if (!bias || node.failed())
    return {};
  if (!x || !w || x->size() != 1) {
    (void)node.unsupported("its scales are computed, expected constants");
    return {};
  }
  SmallVector<double> scales;
  for (int64_t i = 0; i < w->size(); ++i)
    scales.push_back(static_cast<float>(x->real(0)) * static_cast<float>(w->real(i)));
  SmallVector<int64_t> shape;
  if (w->size() != 1)
    shape.push_back(w->size());
  auto type = RankedTensorType::get(shape, node.builder().getF32Type());
  Parameters p{node.makeConstant(HostTensor::ofDoubles(type, scales), (node.name() + ".bias_scale").str()),
               node.makeSplat(shape, node.elementType(bias), 0)};
  return dequantize(node, bias, p, 0);
}

/// dequantize → conv → quantize: the quantization passes find their scales there.
static LogicalResult buildQLinearConv(Node &node) {
  Value x = dequantized(node, 0, 1), weight = dequantized(node, 3, 0);
  Value bias = node.has(8) ? quantizedBias(node) : Value();
  return setQuantized(node, convolution(node, x, weight, bias), 6);
}

static LogicalResult buildQLinearMatMul(Node &node) {
  Value a = dequantized(node, 0, 0), b = dequantized(node, 3, 1);
  if (node.failed())
    return failure();
  bool constantRight = node.rank(b) == 2 && node.isParameter(b);
  Value y = constantRight ? linear(node, a, transposedWeight(node, b), {})
                          : node.create<nn::MatmulOp>(node.elementType(a), a, b);
  return setQuantized(node, y, 6);
}

/// com.microsoft: A, its scale and zero point, B, its scale and zero point, scale and zero point of the result.
template <nn::BinaryKind kind> static LogicalResult buildQLinearBinary(Node &node) {
  return setQuantized(node, node.binary(kind, dequantized(node, 0, 0), dequantized(node, 3, 0)), 6);
}

void weft::import::registerQuantizationOps(OpTable &table) {
  table.add("QuantizeLinear", buildQuantize, 2, 3);
  table.add("DequantizeLinear", buildDequantize, 2, 3);
  table.add("QLinearConv", buildQLinearConv, 8, 9);
  table.add("QLinearMatMul", buildQLinearMatMul, 8, 8);
  table.addIn("com.microsoft", "QuantizeLinear", buildQuantize, 2, 3);
  table.addIn("com.microsoft", "DequantizeLinear", buildDequantize, 2, 3);
  table.addIn("com.microsoft", "QLinearAdd", buildQLinearBinary<nn::BinaryKind::add>, 7, 8);
  table.addIn("com.microsoft", "QLinearMul", buildQLinearBinary<nn::BinaryKind::mul>, 7, 8);
}

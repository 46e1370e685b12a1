//===- Qonnx.cpp - the quantizers of QONNX (Brevitas, QKeras, FINN) -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// "QONNX: Representing Arbitrary-Precision Quantized Neural Networks", 2022: Quant (later IntQuant), BipolarQuant, Trunc; and FINN's
// MultiThreshold. They return real numbers; here they are codes again.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Quantizers.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;

static std::string text(double value) { return llvm::formatv("{0}", value).str(); }

/// The number in operand i, which must be a constant of one element.
static std::optional<double> number(Node &node, unsigned i, StringRef what) {
  std::optional<HostTensor> c = node.parameter(i);
  if (node.failed())
    return std::nullopt;
  if (!c || c->size() != 1) {
    (void)node.unsupported("its " + what + " is computed, or not one number");
    return std::nullopt;
  }
  return c->real(0);
}

/// Operand i as a bit width.
static std::optional<unsigned> bitWidth(Node &node, unsigned i) {
  std::optional<double> bits = number(node, i, "bit width");
  if (bits && *bits >= 1 && *bits <= 32 && *bits == std::floor(*bits))
    return static_cast<unsigned>(*bits);
  if (bits)
    (void)node.unsupported("its bit width is " + text(*bits) + ", expected an integer from 1 to 32");
  return std::nullopt;
}

/// Operand 1: scales that differ along one dimension of x at most.
static bool readScales(Node &node, Value x, FakeQuantizer &q) {
  std::optional<HostTensor> c = node.parameter(1);
  if (node.failed())
    return false;
  if (!c || c->isInteger()) {
    (void)node.unsupported("its scale is computed");
    return false;
  }
  q.axis = 0;
  int64_t wide = 0;
  for (auto [i, d] : llvm::enumerate(c->shape()))
    if (d != 1) {
      ++wide;
      q.axis = node.rank(x) - c->rank() + static_cast<int64_t>(i);
    }
  if (wide > 1 || q.axis < 0) {
    (void)node.unsupported("its scale differs along more than one dimension");
    return false;
  }
  for (int64_t i = 0; i < c->size(); ++i)
    q.scales.push_back(static_cast<float>(c->real(i)));
  return true;
}

/// The integer in operand 2.
static std::optional<int64_t> zeroPoint(Node &node) {
  std::optional<double> zero = number(node, 2, "zero point");
  if (zero && (*zero != std::floor(*zero) || std::fabs(*zero) > 0x1p31)) {
    (void)node.unsupported("its zero point is " + text(*zero) + ", expected an integer");
    return std::nullopt;
  }
  return zero ? std::optional(static_cast<int64_t>(*zero)) : std::nullopt;
}

static LogicalResult buildQuant(Node &node) {
  Value x = node.input(0);
  FakeQuantizer q;
  std::optional<unsigned> bits = bitWidth(node, 3);
  std::optional<int64_t> zero = zeroPoint(node);
  bool isSigned = node.getInt("signed", 1) != 0, narrow = node.getInt("narrow", 1) != 0;
  StringRef rounding = node.getString("rounding_mode", "ROUND");
  if (!bits || !zero || !readScales(node, x, q))
    return failure();
  if (rounding.upper() != "ROUND" && rounding.upper() != "HALF_EVEN")
    return node.unsupported("rounding_mode '" + rounding + "'; only ROUND, to the nearest, ties to even");
  if (*bits == 1 && isSigned && q.scales.size() == 1 && *zero == 0)
    return node.set(0, bipolarQuantize(node, x, q.scales[0]));
  if (*bits == 1 && isSigned)
    return node.unsupported("one signed bit with scales per channel or a zero point");
  q.useRange(*bits, isSigned, narrow);
  q.zero = *zero;
  return node.set(0, fakeQuantize(node, x, q));
}

static LogicalResult buildBipolarQuant(Node &node) {
  Value x = node.input(0);
  std::optional<double> scale = number(node, 1, "scale");
  return scale ? node.set(0, bipolarQuantize(node, x, static_cast<float>(*scale))) : failure();
}

/// y = (floor(round(x / scale + zero) / 2^(in − out)) − zero) · scale: bits are dropped, or rounded as rounding_mode says.
static LogicalResult buildTrunc(Node &node) {
  Value x = node.input(0);
  std::optional<double> scale = number(node, 1, "scale"), zero = number(node, 2, "zero point");
  std::optional<unsigned> from = bitWidth(node, 3), to = bitWidth(node, 4);
  std::string rounding = node.getString("rounding_mode", "FLOOR").upper();
  if (!scale || !zero || !from || !to)
    return failure();
  nn::UnaryKind round = rounding == "CEIL" ? nn::UnaryKind::ceil : rounding == "ROUND" ? nn::UnaryKind::round : nn::UnaryKind::floor;
  if (rounding != "FLOOR" && rounding != "CEIL" && rounding != "ROUND")
    return node.unsupported("rounding_mode '" + rounding + "'; expected FLOOR, CEIL or ROUND");
  if (*to > *from)
    return node.invalid("truncates " + Twine(*from) + " bits to " + Twine(*to) + ", which are more");
  auto apply = [&](nn::BinaryKind kind, Value v, double c, double neutral) {
    return c == neutral || !v ? v : node.binary(kind, v, node.makeSplat({}, node.elementType(v), c));
  };
  Value codes = node.unary(nn::UnaryKind::round, apply(nn::BinaryKind::add, apply(nn::BinaryKind::div, x, *scale, 1), *zero, 0));
  Value kept = node.unary(round, apply(nn::BinaryKind::div, codes, std::ldexp(1.0, static_cast<int>(*from - *to)), 1));
  return node.set(0, apply(nn::BinaryKind::mul, apply(nn::BinaryKind::sub, kept, *zero, 0), *scale, 1));
}

//===--- MultiThreshold ---------------------------------------------------------------===//

/// y = out_scale · #{k : x ≥ T[c, k]} + out_bias, for a T that differs between channels: counted by comparing with all of them.
static Value countThresholds(Node &node, Value x, const HostTensor &t, int64_t axis) {
  SmallVector<Dim> dims = node.symbols().dims(x);
  dims.push_back(Dim(1));
  SmallVector<int64_t> shape(node.rank(x) - axis + 1, 1);
  shape.front() = t.shape()[0];
  shape.back() = t.shape()[1];
  Value all = node.makeConstant(t.reshaped(shape), node.inputName(1));
  Value reached = node.binary(nn::BinaryKind::greater_equal, node.reshapeTo(x, dims), all);
  return node.create<nn::ReduceOp>(node.elementType(x), node.convert(reached, node.elementType(x)), nn::ReduceKind::sum,
                                   SmallVector<int64_t>{node.rank(x)}, /*keepdims=*/false);
}

/// More thresholds than these are no low-precision activation.
static constexpr int64_t kMaxSteps = 15;

static LogicalResult buildMultiThreshold(Node &node) {
  node.ignoreAttr("out_dtype"); // follows from the numbers
  Value x = node.input(0);
  double scale = static_cast<float>(node.getFloat("out_scale", 1)), bias = static_cast<float>(node.getFloat("out_bias", 0));
  StringRef layout = node.getString("data_layout", "NCHW");
  std::optional<HostTensor> t = node.parameter(1);
  if (node.failed())
    return failure();
  if (!t || t->rank() != 2 || t->isInteger() || node.rank(x) < 2)
    return node.unsupported("its thresholds are computed, or no matrix [channels, steps] of floats");
  int64_t axis = layout == "NHWC" || (node.rank(x) != 2 && node.rank(x) != 4) ? node.rank(x) - 1 : 1;
  if (t->shape()[0] != 1 && t->shape()[0] != node.shape(x)[axis])
    return node.invalid("has thresholds for " + Twine(t->shape()[0]) + " channels, expected 1 or the input's");
  double half = 2 * bias / scale;
  bool isEven = half == 2 * std::floor(half / 2), isInteger = half == std::floor(half) && std::fabs(half) < 1024;
  if (t->shape()[0] == 1 && t->shape()[1] <= kMaxSteps && isInteger && scale > 0) {
    SmallVector<double> thresholds;
    for (int64_t k = 0; k < t->size(); ++k)
      thresholds.push_back(t->real(k));
    llvm::sort(thresholds);
    float unit = static_cast<float>(isEven ? scale : scale / 2);
    return node.set(0, stepQuantize(node, x, thresholds, unit, static_cast<int64_t>(isEven ? half / 2 : half), isEven ? 1 : 2));
  }
  Value y = countThresholds(node, node.convert(x, node.builder().getF32Type()), t->converted(node.builder().getF32Type()), axis);
  if (scale != 1 && y)
    y = node.binary(nn::BinaryKind::mul, y, node.makeSplat({}, node.elementType(y), scale));
  if (bias != 0 && y)
    y = node.binary(nn::BinaryKind::add, y, node.makeSplat({}, node.elementType(y), bias));
  return node.set(0, y);
}

void weft::import::registerQonnxOps(OpTable &table) {
  for (StringRef domain : {"onnx.brevitas", "qonnx.custom_op.general", "finn.custom_op.general"}) {
    table.addIn(domain, "Quant", buildQuant, 4, 4);
    table.addIn(domain, "IntQuant", buildQuant, 4, 4);
    table.addIn(domain, "BipolarQuant", buildBipolarQuant, 2, 2);
    table.addIn(domain, "Trunc", buildTrunc, 5, 5);
    table.addIn(domain, "MultiThreshold", buildMultiThreshold, 2, 2);
  }
}

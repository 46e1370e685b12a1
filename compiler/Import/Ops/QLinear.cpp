//===- QLinear.cpp - operators from quantized to quantized tensors ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// QLinear* of ONNX and of onnxruntime (com.microsoft): dequantize, the operator, quantize. The quantization passes find their scales there.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Conv.h"
#include "compiler/Import/Ops/Pooling.h"
#include "compiler/Import/Ops/Quantizers.h"
#include "compiler/Import/Ops/Weights.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// int32 bias of QLinearConv and QGemm: its scale is that of x times that of w, its zero point 0.
static Value quantizedBias(Node &node, unsigned i) {
  Value bias = node.input(i);
  const HostTensor *x = node.constant(1u), *w = node.constant(4u);
  if (!bias || node.failed())
    return {};
  if (!x || !w || x->size() != 1) {
    (void)node.unsupported("its scales are computed, expected constants");
    return {};
  }
  SmallVector<double> scales;
  for (int64_t k = 0; k < w->size(); ++k)
    scales.push_back(static_cast<float>(x->real(0)) * static_cast<float>(w->real(k)));
  SmallVector<int64_t> shape;
  if (w->size() != 1)
    shape.push_back(w->size());
  auto type = RankedTensorType::get(shape, node.builder().getF32Type());
  Value scale = node.makeConstant(HostTensor::ofDoubles(type, scales), (node.name() + ".bias_scale").str());
  return node.create<nn::DequantizeOp>(node.builder().getF32Type(), bias, scale, node.makeSplat(shape, node.elementType(bias), 0), int64_t(0));
}

static LogicalResult buildQLinearConv(Node &node) {
  Value x = dequantizedOperand(node, 0, 1), weight = dequantizedOperand(node, 3, 0);
  Value bias = node.has(8) ? quantizedBias(node, 8) : Value();
  return setQuantized(node, convolution(node, x, weight, bias), 6);
}

static LogicalResult buildQLinearMatMul(Node &node) {
  Value a = dequantizedOperand(node, 0, 0), b = dequantizedOperand(node, 3, 1);
  if (node.failed())
    return failure();
  bool constantRight = node.rank(b) == 2 && node.isParameter(b);
  Value y = constantRight ? linear(node, a, transposedWeight(node, b), {})
                          : node.create<nn::MatmulOp>(node.elementType(a), a, b);
  return setQuantized(node, y, 6);
}

/// com.microsoft.QGemm: A, B and C like QLinearConv's x, w and bias; without a scale of the result it is real.
static LogicalResult buildQGemm(Node &node) {
  if (node.getFloat("alpha", 1) != 1)
    return node.unsupported("alpha is not 1");
  bool transA = node.getInt("transA", 0) != 0, transB = node.getInt("transB", 0) != 0;
  Value a = dequantizedOperand(node, 0, 0), b = dequantizedOperand(node, 3, transB ? 0 : 1);
  Value bias = node.has(6) ? quantizedBias(node, 6) : Value();
  if (node.failed())
    return failure();
  if (node.rank(a) != 2 || node.rank(b) != 2 || !node.isParameter(b))
    return node.unsupported("its weight is computed, or an operand is no matrix");
  Value y = linear(node, transA ? node.transpose(a, {1, 0}) : a, transB ? b : transposedWeight(node, b), bias);
  return node.has(7) ? setQuantized(node, y, 7) : node.set(0, y);
}

/// A, its scale and zero point, B, its scale and zero point, scale and zero point of the result.
template <nn::BinaryKind kind> static LogicalResult buildQLinearBinary(Node &node) {
  return setQuantized(node, node.binary(kind, dequantizedOperand(node, 0, 0), dequantizedOperand(node, 3, 0)), 6);
}

static LogicalResult buildQLinearSigmoid(Node &node) {
  return setQuantized(node, node.unary(nn::UnaryKind::sigmoid, dequantizedOperand(node, 0, 0)), 3);
}

static LogicalResult buildQLinearLeakyRelu(Node &node) {
  double alpha = node.getFloat("alpha", 0.01);
  return setQuantized(node, node.unary(nn::UnaryKind::leaky_relu, dequantizedOperand(node, 0, 0), alpha), 3);
}

/// Along one axis; before opset 13 (the attribute `opset`) along all from that axis on.
static LogicalResult buildQLinearSoftmax(Node &node) {
  int64_t opset = node.getInt("opset", 13), given = node.getInt("axis", opset < 13 ? 1 : -1);
  Value x = dequantizedOperand(node, 0, 0);
  std::optional<int64_t> axis = x ? node.axis(given, node.rank(x)) : std::nullopt;
  if (!axis)
    return failure();
  if (opset < 13 && *axis != node.rank(x) - 1)
    return node.unsupported("softmax over several axes at once (opset " + Twine(opset) + ", axis " + Twine(*axis) + ")");
  return setQuantized(node, node.create<nn::SoftmaxOp>(node.elementType(x), x, *axis), 3);
}

/// A permutation that moves the channels from the end to dimension 1, or back.
static Value moveChannels(Node &node, Value x, bool toFront) {
  if (!x)
    return {};
  int64_t rank = node.rank(x);
  SmallVector<int64_t> perm{0};
  if (toFront)
    perm.push_back(rank - 1);
  for (int64_t i = toFront ? 1 : 2; i < (toFront ? rank - 1 : rank); ++i)
    perm.push_back(i);
  if (!toFront)
    perm.push_back(1);
  return node.transpose(x, perm);
}

/// A pool of x, which may have its channels at the end.
static LogicalResult buildQLinearPool(Node &node, llvm::function_ref<Value(Value)> pool) {
  bool channelsLast = node.getInt("channels_last", 0) != 0;
  Value x = dequantizedOperand(node, 0, 0);
  if (!x)
    return failure();
  if (node.rank(x) < 3)
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected 3 or more");
  Value y = pool(channelsLast ? moveChannels(node, x, true) : x);
  return setQuantized(node, channelsLast ? moveChannels(node, y, false) : y, 3);
}

static LogicalResult buildQLinearAveragePool(Node &node) {
  return buildQLinearPool(node, [&](Value x) { return windowPool(node, x, nn::PoolKind::average); });
}
static LogicalResult buildQLinearGlobalAveragePool(Node &node) {
  return buildQLinearPool(node, [&](Value x) { return globalPool(node, x, nn::PoolKind::average, nn::ReduceKind::mean); });
}

/// Scale and zero point of the result, then x, scale and zero point of every part.
static LogicalResult buildQLinearConcat(Node &node) {
  if (node.numInputs() < 5 || (node.numInputs() - 2) % 3 != 0)
    return node.invalid("has " + Twine(node.numInputs()) + " inputs, expected 2 and three for every part");
  SmallVector<Value> parts;
  for (unsigned i = 2; i < node.numInputs(); i += 3)
    parts.push_back(dequantizedOperand(node, i, 0));
  if (node.failed() || llvm::is_contained(parts, Value()))
    return failure();
  std::optional<int64_t> axis = node.axis(node.getInt("axis", 0), node.rank(parts[0]));
  return axis ? setQuantized(node, node.create<nn::ConcatOp>(node.elementType(parts[0]), parts, *axis), 0) : failure();
}

void weft::import::registerQLinearOps(OpTable &table) {
  table.add("QLinearConv", buildQLinearConv, 8, 9);
  table.add("QLinearMatMul", buildQLinearMatMul, 8, 8);
  table.addIn("com.microsoft", "QGemm", buildQGemm, 6, 9);
  table.addIn("com.microsoft", "QLinearAdd", buildQLinearBinary<nn::BinaryKind::add>, 7, 8);
  table.addIn("com.microsoft", "QLinearAveragePool", buildQLinearAveragePool, 4, 5);
  table.addIn("com.microsoft", "QLinearConcat", buildQLinearConcat, 5, OpTable::kVariadic);
  table.addIn("com.microsoft", "QLinearConv", buildQLinearConv, 8, 9);
  table.addIn("com.microsoft", "QLinearGlobalAveragePool", buildQLinearGlobalAveragePool, 5, 5);
  table.addIn("com.microsoft", "QLinearLeakyRelu", buildQLinearLeakyRelu, 4, 5);
  table.addIn("com.microsoft", "QLinearMul", buildQLinearBinary<nn::BinaryKind::mul>, 7, 8);
  table.addIn("com.microsoft", "QLinearSigmoid", buildQLinearSigmoid, 4, 5);
  table.addIn("com.microsoft", "QLinearSoftmax", buildQLinearSoftmax, 5, 5);
}

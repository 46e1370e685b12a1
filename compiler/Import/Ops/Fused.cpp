//===- Fused.cpp - what onnxruntime's optimizer fuses (com.microsoft) ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Conv.h"
#include "compiler/Import/Ops/Linear.h"
#include "compiler/Import/Ops/Normalization.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::UnaryKind;

//===--- activations -----------------------------------------------------------------------------===//

/// Gelu of x + bias: the erf form, or the tanh form of FastGelu.
template <bool tanhForm> static LogicalResult buildBiasGelu(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  if (node.has(1))
    x = c.add(x, node.input(1));
  return node.set(0, node.unary(UnaryKind::gelu, x, tanhForm ? 1 : 0));
}

static LogicalResult buildQuickGelu(Node &node) {
  Compose c(node);
  Value x = node.input(0);
  return node.set(0, c.mul(x, node.unary(UnaryKind::sigmoid, c.mul(x, node.getFloat("alpha", 1.702f)))));
}

/// The activation that a fused operator names, with its parameters; y as it is if it names none.
static Value activated(Node &node, Value y, ArrayRef<double> p) {
  Compose c(node);
  StringRef name = node.getString("activation", "");
  auto parameter = [&](size_t i, double otherwise) { return i < p.size() ? p[i] : otherwise; };
  if (name.empty())
    return y;
  if (name == "Relu")
    return node.unary(UnaryKind::relu, y);
  if (name == "Tanh")
    return node.unary(UnaryKind::tanh, y);
  if (name == "Sigmoid")
    return node.unary(UnaryKind::sigmoid, y);
  if (name == "LeakyRelu")
    return node.unary(UnaryKind::leaky_relu, y, parameter(0, 0.01f));
  if (name == "HardSigmoid")
    return node.unary(UnaryKind::hard_sigmoid, y, parameter(0, 0.2f), parameter(1, 0.5f));
  if (name == "HardSwish")
    return node.unary(UnaryKind::hard_swish, y);
  if (name == "Clip")
    return c.clip(y, parameter(0, -INFINITY), parameter(1, INFINITY));
  (void)node.unsupported("its activation '" + name + "' is not known");
  return {};
}

//===--- products -------------------------------------------------------------------------------------===//

/// Conv, an addend of the result's shape, an activation.
static LogicalResult buildFusedConv(Node &node) {
  Compose c(node);
  Value y = convolution(node, node.input(0), node.input(1), node.has(2) ? node.input(2) : Value());
  if (node.has(3))
    y = c.add(y, node.input(3));
  return node.set(0, activated(node, y, node.getFloats("activation_params").value_or(SmallVector<double>())));
}

static LogicalResult buildFusedGemm(Node &node) {
  SmallVector<double> parameters;
  for (StringRef name : {"activation_alpha", "activation_beta", "activation_gamma"})
    if (node.hasAttr(name))
      parameters.push_back(node.getFloat(name, 0));
  return node.set(0, activated(node, gemm(node), parameters));
}

/// alpha · A·B. `trans…` swap the last two dimensions of an operand, `transBatch…` move its first one before the last.
static LogicalResult buildFusedMatmul(Node &node) {
  Compose c(node);
  double alpha = node.getFloat("alpha", 1);
  auto operand = [&](unsigned i, StringRef swap, StringRef moveBatch) {
    bool swaps = node.getInt(swap, 0) != 0, moves = node.getInt(moveBatch, 0) != 0;
    Value x = node.input(i);
    int64_t rank = node.rank(x);
    if ((swaps || moves) && x && rank < 2) {
      (void)node.unsupported("it transposes an operand of rank " + Twine(rank) + ", expected 2 or more");
      return Value();
    }
    x = moves ? node.transpose(x, movedAxis(rank, 0, rank - 2)) : x;
    return swaps ? node.transpose(x, movedAxis(rank, rank - 1, rank - 2)) : x;
  };
  Value a = operand(0, "transA", "transBatchA"), b = operand(1, "transB", "transBatchB");
  return node.set(0, c.mul(product(node, a, b), alpha));
}

//===--- normalizations of sums ------------------------------------------------------------------------===//

/// Layer normalization (or by the root mean square) of input + skip + bias over the last dimension. Operands: input, skip, gamma,
/// then beta where there is one, then bias.
template <bool centred> static LogicalResult buildSkipNorm(Node &node) {
  Compose c(node);
  constexpr unsigned beta = 3, bias = centred ? 4 : 3;
  double epsilon = node.getFloat("epsilon", 1e-12f);
  Value sum = c.add(node.input(0), node.input(1));
  if (node.has(bias))
    sum = c.add(sum, node.input(bias));
  if (!sum)
    return failure();
  for (unsigned i : {1u, 2u})
    if (node.hasOutput(i))
      return node.unsupported("its output " + Twine(i) + ", a statistic of training, is used");
  SmallVector<int64_t> last{node.rank(sum) - 1};
  Type type = node.elementType(sum);
  auto real = dyn_cast<FloatType>(type);
  if (!real)
    return node.invalid("has integer operands");
  Value exact = real.getWidth() < 32 ? node.convert(sum, node.builder().getF32Type()) : sum;
  Value y = centred ? normalize(node, exact, last, epsilon).value : rootMeanSquare(node, exact, last, epsilon);
  y = c.mul(node.convert(y, type), node.input(2));
  if (centred && node.has(beta))
    y = c.add(y, node.input(beta));
  if (failed(node.set(0, y)))
    return failure();
  return node.hasOutput(3) ? node.set(3, sum) : success();
}

/// Embeddings of words, positions and segments, summed and normalized.
static LogicalResult buildEmbedNorm(Node &node) {
  Compose c(node);
  double epsilon = node.getFloat("epsilon", 1e-12f);
  node.ignoreAttr("mask_index_type"); // of the second output, which must not be used
  Value ids = node.input(0), words = node.input(2), positions = node.input(3);
  if (node.failed())
    return failure();
  if (node.rank(words) != 2 || node.rank(positions) != 2)
    return node.invalid("has tables of rank " + Twine(node.rank(words)) + " and " + Twine(node.rank(positions)) + ", expected 2");
  if (node.hasOutput(1) && node.has(7))
    return node.unsupported("its second output, the lengths of masked sequences, is used");
  int64_t length = node.rank(ids) == 2 ? node.shape(ids)[1] : 0;
  if (length < 1 && !node.has(8))
    return node.unsupported("its sequences [B, S] are of dynamic length; give that dimension a value");
  Value places = node.has(8) ? c.gather(positions, node.input(8), 0) : c.unsqueeze(c.slice(positions, 0, 0, length), 0);
  Value sum = c.add(c.gather(words, ids, 0), places);
  if (node.has(1) && node.has(4))
    sum = c.add(sum, c.gather(node.input(4), node.input(1), 0));
  Value y = c.add(c.mul(normalize(node, sum, {2}, epsilon).value, node.input(5)), node.input(6));
  if (failed(node.set(0, y)))
    return failure();
  if (node.hasOutput(1)) {
    SmallVector<int64_t> batch{node.shape(ids)[0]};
    if (ShapedType::isDynamic(batch[0]))
      return node.unsupported("its second output counts a dynamic batch; give that dimension a value");
    if (failed(node.set(1, node.makeSplat(batch, node.builder().getI32Type(), 0))))
      return failure();
  }
  return node.hasOutput(2) ? node.set(2, sum) : success();
}

void weft::import::registerFusedOps(OpTable &table) {
  auto add = [&](StringRef name, BuildFn build, unsigned least, unsigned most) {
    table.addIn("com.microsoft", name, build, least, most);
  };
  add("BiasGelu", buildBiasGelu<false>, 2, 2);
  add("EmbedLayerNormalization", buildEmbedNorm, 7, 9);
  add("FastGelu", buildBiasGelu<true>, 1, 2);
  add("FusedConv", buildFusedConv, 2, 4);
  add("FusedGemm", buildFusedGemm, 2, 3);
  add("FusedMatMul", buildFusedMatmul, 2, 2);
  add("QuickGelu", buildQuickGelu, 1, 1);
  add("SkipLayerNormalization", buildSkipNorm<true>, 3, 5);
  add("SkipSimplifiedLayerNormalization", buildSkipNorm<false>, 3, 4);
}

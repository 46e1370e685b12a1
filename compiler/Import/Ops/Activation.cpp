//===- Activation.cpp - elementwise functions of one operand ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include <limits>

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::UnaryKind;

template <UnaryKind kind> static LogicalResult buildUnary(Node &node) {
  node.ignoreAttr("consumed_inputs"); // opset < 6: a hint for buffers
  return node.set(0, node.unary(kind, node.input(0)));
}

/// Functions with a parameter, and its default.
template <UnaryKind kind> static LogicalResult buildWithAlpha(Node &node, double alpha) {
  node.ignoreAttr("consumed_inputs");
  alpha = node.getFloat("alpha", alpha);
  return node.set(0, node.unary(kind, node.input(0), alpha));
}

static LogicalResult buildSelu(Node &node) {
  node.ignoreAttr("consumed_inputs");
  bool early = node.opset() < 6;
  double alpha = node.getFloat("alpha", early ? 1.6732f : 1.67326319217681884765625f);
  double gamma = node.getFloat("gamma", early ? 1.0507f : 1.05070102214813232421875f);
  return node.set(0, node.unary(UnaryKind::selu, node.input(0), alpha, gamma));
}

static LogicalResult buildHardSigmoid(Node &node) {
  node.ignoreAttr("consumed_inputs");
  double alpha = node.getFloat("alpha", 0.2f), beta = node.getFloat("beta", 0.5f);
  return node.set(0, node.unary(UnaryKind::hard_sigmoid, node.input(0), alpha, beta));
}

static LogicalResult buildGelu(Node &node) {
  StringRef form = node.getString("approximate", "none");
  if (form != "none" && form != "tanh")
    return node.invalid("has approximate '" + form + "', expected none or tanh");
  return node.set(0, node.unary(UnaryKind::gelu, node.input(0), form == "tanh" ? 1 : 0));
}

static LogicalResult buildIsInf(Node &node) {
  double negative = node.getInt("detect_negative", 1) != 0, positive = node.getInt("detect_positive", 1) != 0;
  return node.set(0, node.unary(UnaryKind::is_inf, node.input(0), negative, positive));
}

/// x + bias below −lambd, x − bias above lambd, else 0.
static LogicalResult buildShrink(Node &node) {
  double bias = node.getFloat("bias", 0), lambd = node.getFloat("lambd", 0.5);
  Value x = node.input(0);
  if (!x)
    return failure();
  auto number = [&](double v) { return node.makeSplat({}, node.elementType(x), v); };
  Value below = node.binary(nn::BinaryKind::less, x, number(-lambd)), above = node.binary(nn::BinaryKind::greater, x, number(lambd));
  Value raised = node.binary(nn::BinaryKind::add, x, number(bias)), lowered = node.binary(nn::BinaryKind::sub, x, number(bias));
  Value inner = node.create<nn::SelectOp>(node.elementType(x), above, lowered, number(0));
  return node.set(0, node.create<nn::SelectOp>(node.elementType(x), below, raised, inner));
}

/// x · sigmoid(alpha · x)
static LogicalResult buildSwish(Node &node) {
  double alpha = node.getFloat("alpha", 1);
  Value x = node.input(0), inner = x;
  if (alpha != 1 && x)
    inner = node.binary(nn::BinaryKind::mul, x, node.makeSplat({}, node.elementType(x), alpha));
  return node.set(0, node.binary(nn::BinaryKind::mul, x, node.unary(UnaryKind::sigmoid, inner)));
}

/// A slope per channel; before opset 7 a list [C] belongs to axis 1, later it broadcasts as in numpy.
static LogicalResult buildPrelu(Node &node) {
  node.ignoreAttr("consumed_inputs");
  Value x = node.input(0), slope = node.input(1);
  if (node.opset() < 7 && node.rank(slope) == 1 && node.rank(x) > 2) {
    SmallVector<int64_t> shape(node.rank(x) - 1, 1);
    shape[0] = node.shape(slope)[0];
    slope = node.reshape(slope, shape);
  }
  return node.set(0, node.binary(nn::BinaryKind::prelu, x, slope));
}

/// A bound of Clip: a constant scalar, or nothing.
static bool readBound(Node &node, unsigned i, double &bound) {
  if (!node.has(i))
    return true;
  const HostTensor *c = node.constant(i);
  if (!c || c->size() != 1)
    return false;
  bound = c->real(0);
  return true;
}

static LogicalResult buildClip(Node &node) {
  node.ignoreAttr("consumed_inputs");
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  if (node.opset() < 11) {
    low = node.getFloat("min", low);
    high = node.getFloat("max", high);
  }
  Value x = node.input(0);
  if (readBound(node, 1, low) && readBound(node, 2, high)) {
    if (!x)
      return failure();
    // Codes of fewer bits than ONNX has are within their bounds.
    if (auto type = dyn_cast<IntegerType>(node.elementType(x)); type && type.getWidth() < 8) {
      int64_t least = type.isUnsigned() ? 0 : -(int64_t(1) << (type.getWidth() - 1));
      if (low <= static_cast<double>(least) && high >= static_cast<double>(least + (int64_t(1) << type.getWidth()) - 1))
        return node.forward(0, 0);
    }
    return node.set(0, node.create<nn::ClipOp>(node.elementType(x), x, APFloat(low), APFloat(high)));
  }
  if (node.has(1))
    x = node.binary(nn::BinaryKind::max, x, node.input(1));
  if (node.has(2))
    x = node.binary(nn::BinaryKind::min, x, node.input(2));
  return node.set(0, x);
}

void weft::import::registerActivationOps(OpTable &table) {
  auto add = [&](StringRef name, BuildFn build) { table.add(name, build, 1, 1); };
  add("Relu", buildUnary<UnaryKind::relu>);
  add("Sigmoid", buildUnary<UnaryKind::sigmoid>);
  add("Tanh", buildUnary<UnaryKind::tanh>);
  add("Exp", buildUnary<UnaryKind::exp>);
  add("Log", buildUnary<UnaryKind::log>);
  add("Sqrt", buildUnary<UnaryKind::sqrt>);
  add("Neg", buildUnary<UnaryKind::neg>);
  add("Abs", buildUnary<UnaryKind::abs>);
  add("Erf", buildUnary<UnaryKind::erf>);
  add("Floor", buildUnary<UnaryKind::floor>);
  add("Ceil", buildUnary<UnaryKind::ceil>);
  add("Round", buildUnary<UnaryKind::round>);
  add("Reciprocal", buildUnary<UnaryKind::reciprocal>);
  add("Sign", buildUnary<UnaryKind::sign>);
  add("Sin", buildUnary<UnaryKind::sin>);
  add("Cos", buildUnary<UnaryKind::cos>);
  add("Tan", buildUnary<UnaryKind::tan>);
  add("Asin", buildUnary<UnaryKind::asin>);
  add("Acos", buildUnary<UnaryKind::acos>);
  add("Atan", buildUnary<UnaryKind::atan>);
  add("Sinh", buildUnary<UnaryKind::sinh>);
  add("Cosh", buildUnary<UnaryKind::cosh>);
  add("Asinh", buildUnary<UnaryKind::asinh>);
  add("Acosh", buildUnary<UnaryKind::acosh>);
  add("Atanh", buildUnary<UnaryKind::atanh>);
  add("IsNaN", buildUnary<UnaryKind::is_nan>);
  add("IsInf", buildIsInf);
  add("Shrink", buildShrink);
  add("Not", buildUnary<UnaryKind::logical_not>);
  add("Softplus", buildUnary<UnaryKind::softplus>);
  add("Softsign", buildUnary<UnaryKind::softsign>);
  add("HardSwish", buildUnary<UnaryKind::hard_swish>);
  add("Mish", buildUnary<UnaryKind::mish>);
  add("LeakyRelu", [](Node &n) { return buildWithAlpha<UnaryKind::leaky_relu>(n, 0.01f); });
  add("Elu", [](Node &n) { return buildWithAlpha<UnaryKind::elu>(n, 1); });
  add("Celu", [](Node &n) { return buildWithAlpha<UnaryKind::celu>(n, 1); });
  add("ThresholdedRelu", [](Node &n) { return buildWithAlpha<UnaryKind::thresholded_relu>(n, 1); });
  add("Selu", buildSelu);
  add("HardSigmoid", buildHardSigmoid);
  add("Gelu", buildGelu);
  add("Swish", buildSwish);
  table.add("PRelu", buildPrelu, 2, 2);
  table.add("Clip", buildClip, 1, 3);
  table.addIn("com.microsoft", "Gelu", buildGelu, 1, 1);
}

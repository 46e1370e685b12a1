//===- Elementwise.cpp - functions of one and of several operands, casts ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"

#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::exporter;
using nn::BinaryKind;
using nn::UnaryKind;

static Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }

static StringRef opType(UnaryKind kind) {
  switch (kind) {
  case UnaryKind::relu: return "Relu";
  case UnaryKind::sigmoid: return "Sigmoid";
  case UnaryKind::tanh: return "Tanh";
  case UnaryKind::exp: return "Exp";
  case UnaryKind::log: return "Log";
  case UnaryKind::sqrt: return "Sqrt";
  case UnaryKind::neg: return "Neg";
  case UnaryKind::abs: return "Abs";
  case UnaryKind::erf: return "Erf";
  case UnaryKind::floor: return "Floor";
  case UnaryKind::ceil: return "Ceil";
  case UnaryKind::round: return "Round";
  case UnaryKind::reciprocal: return "Reciprocal";
  case UnaryKind::sign: return "Sign";
  case UnaryKind::leaky_relu: return "LeakyRelu";
  case UnaryKind::elu: return "Elu";
  case UnaryKind::selu: return "Selu";
  case UnaryKind::hard_sigmoid: return "HardSigmoid";
  case UnaryKind::hard_swish: return "HardSwish";
  case UnaryKind::softplus: return "Softplus";
  case UnaryKind::softsign: return "Softsign";
  case UnaryKind::sin: return "Sin";
  case UnaryKind::cos: return "Cos";
  case UnaryKind::gelu: return "Gelu";
  case UnaryKind::logical_not: return "Not";
  case UnaryKind::thresholded_relu: return "ThresholdedRelu";
  case UnaryKind::celu: return "Celu";
  case UnaryKind::mish: return "Mish";
  case UnaryKind::acos: return "Acos";
  case UnaryKind::acosh: return "Acosh";
  case UnaryKind::asin: return "Asin";
  case UnaryKind::asinh: return "Asinh";
  case UnaryKind::atan: return "Atan";
  case UnaryKind::atanh: return "Atanh";
  case UnaryKind::cosh: return "Cosh";
  case UnaryKind::sinh: return "Sinh";
  case UnaryKind::tan: return "Tan";
  case UnaryKind::is_inf: return "IsInf";
  case UnaryKind::is_nan: return "IsNaN";
  case UnaryKind::bitwise_not: return "BitwiseNot";
  }
  return "";
}

/// What `alpha` and `beta` are called in ONNX.
static std::vector<NodeAttribute> parameters(nn::UnaryOp op) {
  auto alpha = static_cast<float>(op.getAlpha().convertToDouble()), beta = static_cast<float>(op.getBeta().convertToDouble());
  switch (op.getKind()) {
  case UnaryKind::leaky_relu:
  case UnaryKind::elu:
  case UnaryKind::celu:
  case UnaryKind::thresholded_relu: return {{"alpha", alpha}};
  case UnaryKind::selu: return {{"alpha", alpha}, {"gamma", beta}};
  case UnaryKind::hard_sigmoid: return {{"alpha", alpha}, {"beta", beta}};
  case UnaryKind::is_inf: return {{"detect_negative", int64_t(alpha != 0)}, {"detect_positive", int64_t(beta != 0)}};
  case UnaryKind::gelu: return {{"approximate", std::string(alpha == 1 ? "tanh" : "none")}};
  default: return {};
  }
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::UnaryOp op) {
  return g.node(op, opType(op.getKind()), {g.name(op.getInput())}, parameters(op));
}

/// An infinite bound is none.
LogicalResult weft::exporter::write(GraphExporter &g, nn::ClipOp op) {
  double low = op.getMin().convertToDouble(), high = op.getMax().convertToDouble();
  Type element = elementOf(op.getInput());
  std::vector<std::string> inputs{g.name(op.getInput())};
  if (std::isfinite(low) || std::isfinite(high))
    inputs.push_back(std::isfinite(low) ? g.scalar(element, low, "min") : "");
  if (std::isfinite(high))
    inputs.push_back(g.scalar(element, high, "max"));
  return g.node(op, "Clip", inputs);
}

static StringRef opType(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::add: return "Add";
  case BinaryKind::sub: return "Sub";
  case BinaryKind::mul: return "Mul";
  case BinaryKind::div: return "Div";
  case BinaryKind::max: return "Max";
  case BinaryKind::min: return "Min";
  case BinaryKind::pow: return "Pow";
  case BinaryKind::prelu: return "PRelu";
  case BinaryKind::mod: return "Mod";
  case BinaryKind::equal: return "Equal";
  case BinaryKind::less: return "Less";
  case BinaryKind::less_equal: return "LessOrEqual";
  case BinaryKind::greater: return "Greater";
  case BinaryKind::greater_equal: return "GreaterOrEqual";
  case BinaryKind::logical_and: return "And";
  case BinaryKind::logical_or: return "Or";
  case BinaryKind::logical_xor: return "Xor";
  case BinaryKind::bitwise_and: return "BitwiseAnd";
  case BinaryKind::bitwise_or: return "BitwiseOr";
  case BinaryKind::bitwise_xor: return "BitwiseXor";
  case BinaryKind::shift_left:
  case BinaryKind::shift_right: return "BitShift";
  case BinaryKind::floor_mod: return "Mod";
  }
  return "";
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::BinaryOp op) {
  std::vector<NodeAttribute> attributes;
  if (op.getKind() == BinaryKind::mod)
    attributes.push_back({"fmod", int64_t(1)}); // C's remainder
  if (op.getKind() == BinaryKind::floor_mod && isa<FloatType>(elementOf(op.getLhs())))
    return g.unsupported(op, "Mod of floats has the dividend's sign");
  if (bool left = op.getKind() == BinaryKind::shift_left; left || op.getKind() == BinaryKind::shift_right) {
    if (!elementOf(op.getLhs()).isUnsignedInteger())
      return g.unsupported(op, "BitShift takes unsigned integers only");
    attributes.push_back({"direction", std::string(left ? "LEFT" : "RIGHT")});
  }
  return g.node(op, opType(op.getKind()), {g.name(op.getLhs()), g.name(op.getRhs())}, attributes);
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::SelectOp op) {
  return g.node(op, "Where", {g.name(op.getCondition()), g.name(op.getLhs()), g.name(op.getRhs())});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::CastOp op) {
  std::optional<DataType> to = dataTypeOf(elementOf(op.getResult()));
  if (!to)
    return g.unsupported(op, "casts to a type that ONNX lacks");
  return g.node(op, "Cast", {g.name(op.getInput())}, {{"to", static_cast<int64_t>(*to)}});
}

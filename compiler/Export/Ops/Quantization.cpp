//===- Quantization.cpp - QuantizeLinear and DequantizeLinear ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"
#include "passes/Evaluation/Evaluator.h"

#include "dialects/Nn/IR/Integers.h"

using namespace mlir;
using namespace weft;
using namespace weft::exporter;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

static std::vector<NodeAttribute> axisOf(Value scale, int64_t axis) {
  if (typeOf(scale).getRank() == 0)
    return {};
  return {{"axis", axis}};
}

static reference::ElementType formatOf(IntegerType type) {
  return reference::ElementType::integer(type.getWidth(), !nn::isUnsignedInteger(type));
}

/// The bounds of a type of 9 to 15 bits in real numbers: clamping x there is clamping the codes, because the bounds are multiples of
/// the scale. Failure where they differ per channel.
static FailureOr<std::pair<double, double>> realBounds(nn::QuantizeOp op, IntegerType type) {
  auto scale = evaluation::evaluateConstant(op.getScale()), zero = evaluation::evaluateConstant(op.getZeroPoint());
  if (!scale.ok() || !zero.ok() || scale->size() != 1)
    return failure();
  auto real = [&](int64_t code) { return static_cast<double>(static_cast<float>(code - zero->asInteger(0)) * scale->floats()[0]); };
  return std::make_pair(real(formatOf(type).least()), real(formatOf(type).greatest()));
}

/// Codes of a width that ONNX lacks are clamped to it: as codes where they are held in 8 bits, as real numbers before where in 16, of
/// which ONNX has no Clip. (onnxruntime's optimizer takes a Clip of real numbers before 8 bits for superfluous.)
LogicalResult weft::exporter::write(GraphExporter &g, nn::QuantizeOp op) {
  auto type = cast<IntegerType>(typeOf(op.getResult()).getElementType());
  Type f32 = Float32Type::get(op.getContext());
  std::string x = g.name(op.getInput());
  if (typeOf(op.getInput()).getElementType() != f32)
    x = g.step(op, "Cast", {x}, {{"to", static_cast<int64_t>(DataType::Float)}});
  if (type.getWidth() > 8 && type.getWidth() < 16) {
    auto bounds = realBounds(op, type);
    if (failed(bounds))
      return g.unsupported(op, "quantizes to a width that ONNX lacks, with a scale per channel or one that is no constant");
    x = g.step(op, "Clip", {x, g.scalar(f32, bounds->first, "min"), g.scalar(f32, bounds->second, "max")});
  }
  std::vector<std::string> inputs{x, g.name(op.getScale()), g.name(op.getZeroPoint())};
  std::vector<NodeAttribute> axis = axisOf(op.getScale(), op.getAxis());
  if (type.getWidth() >= 8)
    return g.node(op, "QuantizeLinear", inputs, axis);
  std::string codes = g.step(op, "QuantizeLinear", inputs, axis);
  return g.node(op, "Clip", {codes, g.scalar(type, static_cast<double>(formatOf(type).least()), "least"),
                             g.scalar(type, static_cast<double>(formatOf(type).greatest()), "greatest")});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::DequantizeOp op) {
  std::vector<std::string> inputs{g.name(op.getInput()), g.name(op.getScale())};
  // Sums of 32 bits have no zero point in ONNX.
  auto type = cast<IntegerType>(typeOf(op.getInput()).getElementType());
  auto zero = evaluation::evaluateConstant(op.getZeroPoint());
  bool isZero = zero.ok() && llvm::all_of(zero->integers(), [](int64_t z) { return z == 0; });
  if (type.getWidth() <= 16)
    inputs.push_back(g.name(op.getZeroPoint()));
  else if (!isZero || type.getWidth() > 32)
    return g.unsupported(op, "dequantizes integers of " + Twine(type.getWidth()) + " bits with a zero point, or of more than 32 bits");
  if (typeOf(op.getResult()).getElementType().isF32())
    return g.node(op, "DequantizeLinear", inputs, axisOf(op.getScale(), op.getAxis()));
  std::optional<DataType> to = dataTypeOf(typeOf(op.getResult()).getElementType());
  std::string real = g.step(op, "DequantizeLinear", inputs, axisOf(op.getScale(), op.getAxis()));
  return to ? g.node(op, "Cast", {real}, {{"to", static_cast<int64_t>(*to)}}) : g.unsupported(op, "has a type that ONNX lacks");
}

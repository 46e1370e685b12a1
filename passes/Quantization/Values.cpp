//===- Values.cpp - quantized values in the IR -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Values.h"

#include "dialects/Nn/IR/Integers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::quantization {

RankedTensorType tensorType(Value v) { return cast<RankedTensorType>(v.getType()); }

bool isFloatTensor(Value v) {
  auto type = dyn_cast<RankedTensorType>(v.getType());
  return type && isa<FloatType>(type.getElementType());
}

bool isIntegerTensor(Value v) {
  auto type = dyn_cast<RankedTensorType>(v.getType());
  return type && isa<IntegerType>(type.getElementType());
}

std::optional<Format> formatOf(Type elementType) {
  auto type = dyn_cast<IntegerType>(elementType);
  if (!type || type.getWidth() > 16)
    return std::nullopt;
  return Format{type.getWidth(), !nn::isUnsignedInteger(type)};
}

IntegerType typeOf(const Format &format, MLIRContext *context) {
  return IntegerType::get(context, format.bits, format.isSigned ? IntegerType::Signless : IntegerType::Unsigned);
}

IntegerType signedType(unsigned bits, MLIRContext *context) { return IntegerType::get(context, bits); }

std::optional<Tensor> constantOf(Value v) {
  reference::Result<Tensor> result = evaluation::evaluateConstant(v);
  if (!result.ok())
    return std::nullopt;
  return std::move(*result);
}

std::optional<double> scalarOf(Value v) {
  auto type = dyn_cast<RankedTensorType>(v.getType());
  if (!type || !type.hasStaticShape() || type.getNumElements() != 1)
    return std::nullopt;
  std::optional<Tensor> t = constantOf(v);
  return t ? std::optional(t->asDouble(0)) : std::nullopt;
}

bool isFixedGather(nn::GatherOp op) {
  return op.getAxis() > 0 && tensorType(op.getIndices()).getRank() == 1 && constantOf(op.getIndices()) && !constantOf(op.getData());
}

static std::optional<Parameters> parametersOf(Value scale, Value zeroPoint, Type quantized) {
  std::optional<double> s = scalarOf(scale), z = scalarOf(zeroPoint);
  std::optional<Format> format = formatOf(quantized);
  if (!s || !z || !format)
    return std::nullopt;
  return Parameters{static_cast<float>(*s), static_cast<int64_t>(*z), *format};
}

std::optional<Parameters> parametersOf(nn::QuantizeOp op) {
  return parametersOf(op.getScale(), op.getZeroPoint(), tensorType(op.getResult()).getElementType());
}
std::optional<Parameters> parametersOf(nn::DequantizeOp op) {
  return parametersOf(op.getScale(), op.getZeroPoint(), tensorType(op.getInput()).getElementType());
}

std::optional<QuantizedValue> quantizedValueOf(Value v) {
  auto op = v.getDefiningOp<nn::DequantizeOp>();
  std::optional<Parameters> p = op ? parametersOf(op) : std::nullopt;
  if (!p)
    return std::nullopt;
  return QuantizedValue{op.getInput(), *p};
}

RankedTensorType withElement(Value v, Type element) { return RankedTensorType::get(tensorType(v).getShape(), element); }

static std::pair<Value, Value> makeParameters(OpBuilder &b, Location loc, const Parameters &p) {
  return {makeConstant(b, loc, Tensor::ofFloats({}, {p.scale}), "scale"),
          makeIntegers(b, loc, typeOf(p.format, b.getContext()), {}, {p.zeroPoint}, "zero_point")};
}

Value makeQuantize(OpBuilder &b, Location loc, Value x, const Parameters &p, StringRef name) {
  auto [scale, zero] = makeParameters(b, loc, p);
  auto op = nn::QuantizeOp::create(b, loc, withElement(x, typeOf(p.format, b.getContext())), x, scale, zero);
  nn::setLayerName(op, name);
  return op;
}

Value makeDequantize(OpBuilder &b, Location loc, Value q, const Parameters &p, StringRef name) {
  auto [scale, zero] = makeParameters(b, loc, p);
  auto op = nn::DequantizeOp::create(b, loc, withElement(q, b.getF32Type()), q, scale, zero);
  nn::setLayerName(op, name);
  return op;
}

std::string valueName(Value v) {
  if (auto argument = dyn_cast<BlockArgument>(v)) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    auto name = function ? function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), nn::kNameAttr) : StringAttr();
    return name ? name.str() : "arg" + std::to_string(argument.getArgNumber());
  }
  return nn::layerName(v.getDefiningOp()).str();
}

std::optional<Range> rangeOf(Value v) {
  DenseF64ArrayAttr range;
  if (auto argument = dyn_cast<BlockArgument>(v)) {
    if (auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
      range = function.getArgAttrOfType<DenseF64ArrayAttr>(argument.getArgNumber(), kRangeAttr);
  } else {
    range = v.getDefiningOp()->getAttrOfType<DenseF64ArrayAttr>(kRangeAttr);
  }
  if (!range || range.size() != 2)
    return std::nullopt;
  return Range{range[0], range[1]};
}

void setRange(Value v, Range range) {
  auto attr = DenseF64ArrayAttr::get(v.getContext(), {range.lo, range.hi});
  if (auto argument = dyn_cast<BlockArgument>(v))
    cast<func::FuncOp>(argument.getOwner()->getParentOp()).setArgAttr(argument.getArgNumber(), kRangeAttr, attr);
  else
    v.getDefiningOp()->setAttr(kRangeAttr, attr);
}

} // namespace weft::quantization

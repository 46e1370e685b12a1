//===- Constants.cpp - constants in rewrites of nn graphs ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Constants.h"

#include "dialects/Nn/IR/Integers.h"
#include "passes/Evaluation/Elements.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::transforms {

std::optional<Tensor> plainConstant(Value v) {
  auto op = v.getDefiningOp<nn::ConstantOp>();
  if (!op)
    return std::nullopt;
  reference::Result<Tensor> t = evaluation::elementsToTensor(op.getValue());
  return t.ok() ? std::optional(std::move(*t)) : std::nullopt;
}

std::optional<double> splatConstant(Value v) {
  constexpr int64_t kFewElements = 4096; // what is larger is a weight
  auto type = dyn_cast<RankedTensorType>(v.getType());
  if (!type || !type.hasStaticShape() || type.getNumElements() < 1 || type.getNumElements() > kFewElements)
    return std::nullopt;
  std::optional<Tensor> t = plainConstant(v);
  if (!t)
    return std::nullopt;
  for (int64_t i = 1; i < t->size(); ++i)
    if (t->asDouble(i) != t->asDouble(0))
      return std::nullopt;
  return t->asDouble(0);
}

Value makeConstant(OpBuilder &b, Location loc, const Tensor &t, StringRef name) {
  return nn::ConstantOp::create(b, loc, evaluation::tensorToElements(t, b.getContext(), name));
}

Value makeIntegers(OpBuilder &b, Location loc, IntegerType type, reference::Shape shape, std::vector<int64_t> values,
                   StringRef name) {
  if (type.getWidth() == 1) {
    SmallVector<APInt> bits;
    for (int64_t v : values)
      bits.push_back(APInt(1, static_cast<uint64_t>(v & 1)));
    return nn::ConstantOp::create(b, loc, DenseElementsAttr::get(RankedTensorType::get(shape, type), bits));
  }
  auto element = reference::ElementType::integer(type.getWidth(), !nn::isUnsignedInteger(type));
  return makeConstant(b, loc, Tensor::ofIntegers(element, std::move(shape), std::move(values)), name);
}

ArrayRef<int64_t> shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }

Value makeReshape(OpBuilder &b, Location loc, Value x, RankedTensorType type, StringRef name) {
  SmallVector<int64_t> shape;
  for (int64_t d : type.getShape())
    shape.push_back(ShapedType::isDynamic(d) ? -1 : d);
  auto op = nn::ReshapeOp::create(b, loc, type, x, shape);
  nn::setLayerName(op, name);
  return op.getResult();
}

} // namespace weft::transforms

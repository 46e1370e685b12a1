//===- GradientBuilder.cpp - short forms for writing gradients --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/GradientBuilder.h"

#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {

GradientBuilder::Ints GradientBuilder::shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }

static Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }

Value GradientBuilder::infer(Operation *op, Type element) {
  SmallVector<int64_t> shape;
  bool known = succeeded(cast<nn::ShapeInference>(op).inferResultShape(shape));
  assert(known && "operands of a gradient go together");
  (void)known;
  op->getResult(0).setType(RankedTensorType::get(shape, element));
  return op->getResult(0);
}

Value GradientBuilder::constant(const Tensor &tensor) { return transforms::makeConstant(b, loc, tensor, "constant"); }

Value GradientBuilder::scalar(double value) { return constant(Tensor::ofFloats({}, {static_cast<float>(value)})); }

Value GradientBuilder::filled(Ints shape, double value) { return broadcast(scalar(value), shape); }

Value GradientBuilder::binary(nn::BinaryKind kind, Value l, Value r) {
  bool isComparison = kind >= nn::BinaryKind::equal;
  return create<nn::BinaryOp>(isComparison ? Type(b.getI1Type()) : elementOf(l), l, r, kind);
}

Value GradientBuilder::unary(nn::UnaryKind kind, Value x, double alpha, double beta) {
  return create<nn::UnaryOp>(elementOf(x), x, kind, llvm::APFloat(alpha), llvm::APFloat(beta));
}

Value GradientBuilder::select(Value condition, Value l, Value r) { return create<nn::SelectOp>(elementOf(l), condition, l, r); }

Value GradientBuilder::clip(Value x, double lo, double hi) {
  return create<nn::ClipOp>(elementOf(x), x, llvm::APFloat(lo), llvm::APFloat(hi));
}

Value GradientBuilder::matmul(Value l, Value r) { return create<nn::MatmulOp>(elementOf(l), l, r); }

Value GradientBuilder::reduce(nn::ReduceKind kind, Value x, Ints axes, bool keepdims) {
  if (axes.empty())
    return x;
  return create<nn::ReduceOp>(elementOf(x), x, kind, axes, keepdims);
}

Value GradientBuilder::total(Value x) {
  SmallVector<int64_t> axes;
  for (size_t d = 0; d < shapeOf(x).size(); ++d)
    axes.push_back(d);
  return sum(x, axes, false);
}

Value GradientBuilder::softmax(Value x, int64_t axis, bool log) { return create<nn::SoftmaxOp>(elementOf(x), x, axis, log); }

Value GradientBuilder::reshape(Value x, Ints shape) {
  return shapeOf(x) == shape ? x : create<nn::ReshapeOp>(elementOf(x), x, shape);
}

Value GradientBuilder::transpose(Value x, Ints perm) { return create<nn::TransposeOp>(elementOf(x), x, perm); }

Value GradientBuilder::transposed(Value x) {
  SmallVector<int64_t> perm;
  for (size_t d = 0; d < shapeOf(x).size(); ++d)
    perm.push_back(d);
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return transpose(x, perm);
}

Value GradientBuilder::broadcast(Value x, Ints shape) {
  return shapeOf(x) == shape ? x : create<nn::BroadcastOp>(elementOf(x), x, shape);
}

Value GradientBuilder::slice(Value x, Ints starts, Ints sizes, Ints steps) {
  return create<nn::SliceOp>(elementOf(x), x, starts, sizes, steps);
}

Value GradientBuilder::pad(Value x, Ints low, Ints high) {
  return create<nn::PadOp>(elementOf(x), x, low, high, nn::PadMode::constant, llvm::APFloat(0.0));
}

Value GradientBuilder::concat(ArrayRef<Value> inputs, int64_t axis) {
  return create<nn::ConcatOp>(elementOf(inputs.front()), ValueRange(inputs), axis);
}

Value GradientBuilder::unbroadcast(Value gradient, Ints shape) {
  Ints from = shapeOf(gradient);
  if (from == shape)
    return gradient;
  SmallVector<int64_t> axes;
  size_t offset = from.size() - shape.size();
  for (size_t d = 0; d < from.size(); ++d)
    if (d < offset || (shape[d - offset] == 1 && from[d] != 1))
      axes.push_back(d);
  return reshape(sum(gradient, axes, true), shape);
}

} // namespace weft::training

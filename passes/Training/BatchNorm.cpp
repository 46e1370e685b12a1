//===- BatchNorm.cpp - batch norm in training mode ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/BatchNorm.h"

#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {

std::vector<BatchNorm> findBatchNorms(func::FuncOp function) {
  std::vector<BatchNorm> norms;
  for (auto product : function.getOps<nn::BinaryOp>()) {
    auto factor = product.getRhs().getDefiningOp<nn::ConstantOp>();
    if (product.getKind() != nn::BinaryKind::mul || !factor || !product->hasOneUse())
      continue;
    StringRef name = nn::layerName(factor);
    auto sum = dyn_cast<nn::BinaryOp>(*product->user_begin());
    auto offset = sum ? sum.getRhs().getDefiningOp<nn::ConstantOp>() : nn::ConstantOp();
    if (!name.consume_back(".factor") || !offset || sum.getKind() != nn::BinaryKind::add || nn::layerName(offset) != (name + ".offset").str())
      continue;
    norms.push_back({product, sum, factor, offset, name.str()});
  }
  return norms;
}

/// A constant of one value, by whose name a norm is found.
static Value filledConstant(OpBuilder &b, Location loc, ArrayRef<int64_t> shape, float value, const std::string &name) {
  Tensor tensor(reference::ElementType::f32(), reference::Shape(shape.begin(), shape.end()));
  std::fill(tensor.floats().begin(), tensor.floats().end(), value);
  Value constant = transforms::makeConstant(b, loc, tensor, name);
  nn::setLayerName(constant.getDefiningOp(), name);
  return constant;
}

void markNorms(func::FuncOp function) {
  for (BatchNorm &norm : findBatchNorms(function)) {
    OpBuilder b(norm.product);
    norm.product->setOperand(1, filledConstant(b, norm.factor.getLoc(), norm.shape(), 2, norm.name + ".factor"));
    norm.sum->setOperand(1, filledConstant(b, norm.offset.getLoc(), GradientBuilder::shapeOf(norm.offset.getResult()), 1, norm.name + ".offset"));
  }
}

FailureOr<std::vector<FoldingNorm>> foldingNorms(func::FuncOp function) {
  std::vector<FoldingNorm> norms;
  for (BatchNorm &norm : findBatchNorms(function)) {
    nn::WeightedOp layer = nn::asAffine(norm.input().getDefiningOp());
    if (!layer || !norm.input().hasOneUse())
      return norm.product.emitOpError() << "batch norm '" << norm.name << "' does not follow a linear or convolution layer alone, so it cannot fold into quantized or "
                                        << "compressed weights; train with --quantize=none first, and compress what came out";
    norms.push_back({nn::layerName(layer).str(), norm.name, norm.shape().vec()});
  }
  return norms;
}

LogicalResult insertNorms(func::FuncOp function, ArrayRef<FoldingNorm> norms) {
  for (const FoldingNorm &norm : norms) {
    SmallVector<nn::WeightedOp> layers;
    for (auto layer : function.getOps<nn::WeightedOp>())
      if (nn::layerName(layer) == norm.layer)
        layers.push_back(layer);
    if (layers.size() != 1)
      return function.emitError() << "batch norm '" << norm.name << "' follows layer '" << norm.layer << "', of which there are " << layers.size()
                                  << " after compression, expected one; train with --quantize=none first, and compress what came out";
    Value y = layers[0]->getResult(0);
    OpBuilder b(layers[0]->getContext());
    b.setInsertionPointAfter(layers[0]);
    GradientBuilder t(b, layers[0]->getLoc());
    auto constant = [&](float value, const char *what) { return filledConstant(b, layers[0]->getLoc(), norm.shape, value, norm.name + what); };
    Value product = t.mul(y, constant(1, ".factor")), sum = t.add(product, constant(0, ".offset"));
    y.replaceAllUsesExcept(sum, product.getDefiningOp());
  }
  return success();
}

Normalized normalizeByBatch(GradientBuilder &t, Value x, Value scale, Value shift) {
  SmallVector<int64_t> axes;
  int64_t rank = t.shapeOf(x).size(), channel = rank - static_cast<int64_t>(t.shapeOf(scale).size());
  for (int64_t d = 0; d < rank; ++d)
    if (d != channel)
      axes.push_back(d);
  ArrayRef<int64_t> shape = t.shapeOf(scale);
  Value mean = t.reshape(t.reduce(nn::ReduceKind::mean, x, axes, true), shape);
  Value centred = t.sub(x, mean);
  Value variance = t.reshape(t.reduce(nn::ReduceKind::mean, t.mul(centred, centred), axes, true), shape);
  Value inverse = t.unary(nn::UnaryKind::reciprocal, t.unary(nn::UnaryKind::sqrt, t.add(variance, kNormEpsilon)));
  Value y = t.add(t.mul(centred, t.mul(inverse, scale)), shift);
  return {y, mean, variance};
}

Value normalizeBy(GradientBuilder &t, Value x, Value scale, Value shift, Value mean, Value variance) {
  Value inverse = t.unary(nn::UnaryKind::reciprocal, t.unary(nn::UnaryKind::sqrt, t.add(variance, kNormEpsilon)));
  Value factor = t.mul(inverse, scale);
  return t.add(t.mul(x, factor), t.sub(shift, t.mul(mean, factor)));
}

} // namespace weft::training

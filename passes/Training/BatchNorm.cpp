//===- BatchNorm.cpp - batch norm in training mode ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/BatchNorm.h"

using namespace mlir;

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

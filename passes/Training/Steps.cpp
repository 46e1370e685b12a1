//===- Steps.cpp - gradients of activations of few values ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Steps.h"

#include "passes/Training/GradientBuilder.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;

namespace weft::training {

/// The x of clip(sign(x) + 1, 0, 1); null for others.
static Value steppedBy(nn::ClipOp clip) {
  if (!clip.getMin().isZero() || !clip.getMax().isExactlyValue(1.0))
    return {};
  auto sum = clip.getInput().getDefiningOp<nn::BinaryOp>();
  if (!sum || sum.getKind() != nn::BinaryKind::add || transforms::splatConstant(sum.getRhs()) != 1.0)
    return {};
  auto sign = sum.getLhs().getDefiningOp<nn::UnaryOp>();
  return sign && sign.getKind() == nn::UnaryKind::sign ? sign.getInput() : Value();
}

void giveStepsSlopes(func::FuncOp function) {
  for (auto clip : llvm::make_early_inc_range(function.getOps<nn::ClipOp>())) {
    Value x = steppedBy(clip);
    if (!x)
      continue;
    OpBuilder b(clip);
    GradientBuilder t(b, clip.getLoc());
    Value half = t.mul(t.clip(x, -1, 1), 0.5); // from −½ to ½
    Value lifted = t.select(t.compare(nn::BinaryKind::greater_equal, x, t.scalar(0)), t.add(half, 1), t.add(half, 0.5));
    clip.getResult().replaceAllUsesWith(t.unary(nn::UnaryKind::floor, lifted));
    clip.erase();
  }
}

} // namespace weft::training

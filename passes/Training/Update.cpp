//===- Update.cpp - what an optimizer does with gradients ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Update.h"

using namespace mlir;

namespace weft::training {

int slotsOf(Optimizer optimizer) { return optimizer == Optimizer::sgd ? 1 : 2; }

void Update::clip(SmallVectorImpl<Value> &gradients) {
  if (options.clipNorm <= 0)
    return;
  Value sum;
  for (Value g : gradients) {
    SmallVector<int64_t> axes;
    for (size_t d = 0; d < t.shapeOf(g).size(); ++d)
      axes.push_back(d);
    Value square = t.reduce(nn::ReduceKind::sum_square, g, axes, false);
    sum = sum ? t.add(sum, square) : square;
  }
  Value norm = t.add(t.unary(nn::UnaryKind::sqrt, sum), 1e-6);
  Value factor = t.clip(t.div(t.scalar(options.clipNorm), norm), 0, 1);
  for (Value &g : gradients)
    g = t.mul(g, factor);
}

SmallVector<Value> Update::apply(Value parameter, Value gradient, ArrayRef<Value> slots, bool isDecayed, Value epsilon) {
  double decay = isDecayed ? options.weightDecay : 0;
  if (options.optimizer == Optimizer::adamw && decay != 0)
    parameter = t.mul(parameter, t.sub(t.scalar(1), t.mul(rate, decay)));
  else if (decay != 0)
    gradient = t.add(gradient, t.mul(parameter, decay));
  if (options.optimizer == Optimizer::sgd) {
    Value velocity = t.add(gradient, t.mul(slots[0], options.momentum));
    return {t.sub(parameter, t.mul(velocity, rate)), velocity};
  }
  Value first = t.add(t.mul(gradient, 1 - options.beta1), t.mul(slots[0], options.beta1));
  Value second = t.add(t.mul(t.mul(gradient, gradient), 1 - options.beta2), t.mul(slots[1], options.beta2));
  Value root = t.add(t.mul(t.unary(nn::UnaryKind::sqrt, second), correction), epsilon ? epsilon : t.scalar(options.epsilon));
  return {t.sub(parameter, t.div(t.mul(first, rate), root)), first, second};
}

} // namespace weft::training

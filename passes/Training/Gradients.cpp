//===- Gradients.cpp - reverse-mode differentiation --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Gradients.h"

#include "llvm/ADT/DenseSet.h"
#include "passes/Training/Differentiable.h"

using namespace mlir;

namespace weft::training {

namespace {

/// One walk from the results back to the wanted values.
class Reverse {
public:
  Reverse(OpBuilder &b, ArrayRef<Value> wanted, RoundGradient round) : b(b), round(round), needed(wanted.begin(), wanted.end()) {}

  void markFrom(Block &block) {
    for (Operation &op : block)
      if (op.getNumResults() == 1 && llvm::any_of(op.getOperands(), [&](Value v) { return needed.contains(v); }))
        needed.insert(op.getResult(0));
  }

  void add(Value v, Value gradient) {
    Value &sum = gradients[v];
    sum = sum ? GradientBuilder(b, v.getLoc()).add(sum, gradient) : gradient;
  }

  LogicalResult step(Operation &op) {
    if (op.getNumResults() != 1 || !needed.contains(op.getResult(0)))
      return success();
    Value gradient = gradients.lookup(op.getResult(0));
    if (!gradient)
      return success();
    if (round)
      gradient = round(&op, gradient);
    auto differentiable = dyn_cast<Differentiable>(op);
    if (!differentiable)
      return op.emitOpError() << "layer '" << nn::layerName(&op) << "' has no gradient: training through it is not supported";
    SmallVector<bool> wants;
    for (Value v : op.getOperands())
      wants.push_back(needed.contains(v));
    SmallVector<Value> own(op.getNumOperands());
    GradientBuilder builder(b, op.getLoc());
    if (failed(differentiable.differentiate(builder, gradient, wants, own)))
      return failure();
    for (auto [operand, g, want] : llvm::zip(op.getOperands(), own, wants))
      if (g && want)
        add(operand, g);
    return success();
  }

  Value gradientOf(Value v) {
    if (Value g = gradients.lookup(v))
      return g;
    return GradientBuilder(b, v.getLoc()).filled(GradientBuilder::shapeOf(v), 0);
  }

private:
  OpBuilder &b;
  RoundGradient round;
  llvm::DenseSet<Value> needed;
  DenseMap<Value, Value> gradients;
};

} // namespace

FailureOr<SmallVector<Value>> differentiate(OpBuilder &b, ArrayRef<std::pair<Value, Value>> results, ArrayRef<Value> wanted,
                                             RoundGradient round) {
  Reverse reverse(b, wanted, round);
  Block *block = b.getInsertionBlock();
  reverse.markFrom(*block);
  SmallVector<Operation *> forward; // what is there now: gradients are written into the same block
  for (Operation &op : *block)
    forward.push_back(&op);
  for (auto &[value, gradient] : results)
    reverse.add(value, gradient);
  for (Operation *op : llvm::reverse(forward))
    if (failed(reverse.step(*op)))
      return failure();
  SmallVector<Value> gradients;
  for (Value v : wanted)
    gradients.push_back(reverse.gradientOf(v));
  return gradients;
}

} // namespace weft::training

//===- Materialize.cpp - --codec-materialize -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_MATERIALIZE
#include "passes/Compression/Passes.h.inc"

namespace {
struct Materialize : impl::MaterializeBase<Materialize> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](codec::Expression expression) { return materialize(expression); });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  /// Leaves that are expressions come first in the walk, so operands are constants here.
  WalkResult materialize(codec::Expression expression) {
    auto weight = evaluation::evaluateConstant(expression->getResult(0));
    if (!weight) {
      expression->emitError("cannot be materialized: ") << weight.message();
      return WalkResult::interrupt();
    }
    OpBuilder builder(expression);
    Value constant = nn::ConstantOp::create(builder, expression.getLoc(), evaluation::tensorToElements(*weight, &getContext(), "weight"));
    expression->getResult(0).replaceAllUsesWith(constant);
    llvm::SmallVector<Operation *> leaves;
    for (Value operand : expression->getOperands())
      leaves.push_back(operand.getDefiningOp());
    expression->erase();
    for (Operation *leaf : leaves)
      if (leaf && leaf->use_empty())
        leaf->erase();
    return WalkResult::advance();
  }
};
} // namespace
} // namespace weft::compression

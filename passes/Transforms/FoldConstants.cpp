//===- FoldConstants.cpp - computes operations on constants -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::transforms {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/Transforms/Passes.h.inc"

namespace {

struct FoldConstantsPass : impl::FoldConstantsBase<FoldConstantsPass> {
  using FoldConstantsBase::FoldConstantsBase;

  /// Operands are plain constants, so a weight that is an expression stays one.
  bool canFold(Operation *op) {
    if (!isa<nn::NnDialect>(op->getDialect()) || isa<nn::ConstantOp, nn::DequantizeOp>(op) || op->getNumResults() != 1)
      return false;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    return type.hasStaticShape() && type.getNumElements() <= maxElements &&
           llvm::all_of(op->getOperands(), [](Value v) { return v.getDefiningOp<nn::ConstantOp>(); });
  }

  void runOnOperation() override {
    for (Operation &op : llvm::make_early_inc_range(getOperation().getOps())) {
      if (!canFold(&op))
        continue;
      ElementsAttr value = evaluation::foldConstant(&op);
      if (!value || value.getShapedType() != op.getResult(0).getType())
        continue;
      OpBuilder b(&op);
      op.getResult(0).replaceAllUsesWith(nn::ConstantOp::create(b, op.getLoc(), value));
      op.erase();
    }
    for (auto op : llvm::make_early_inc_range(getOperation().getOps<nn::ConstantOp>()))
      if (op->use_empty())
        op.erase();
  }
};

} // namespace
} // namespace weft::transforms

//===- Differentiate.cpp - a function becomes its vector-Jacobian product -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"
#include "passes/Training/Gradients.h"
#include "passes/Training/Passes.h"

using namespace mlir;

namespace weft::training {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "passes/Training/Passes.h.inc"

namespace {

struct DifferentiatePass : impl::DifferentiateBase<DifferentiatePass> {
  using DifferentiateBase::DifferentiateBase;

  /// Interfaces are attached before passes run, perhaps on several threads.
  void getDependentDialects(DialectRegistry &registry) const override {
    DifferentiateBase::getDependentDialects(registry);
    registry.addExtension(+[](MLIRContext *context, nn::NnDialect *) { registerDifferentiableOps(*context); });
  }

  LogicalResult check(func::FuncOp function) {
    if (function.isExternal() || function.getNumResults() != 1)
      return function.emitError() << "has " << function.getNumResults() << " results, expected one to differentiate";
    Block &body = function.getBody().front();
    auto isStatic = [](Type type) { return cast<RankedTensorType>(type).hasStaticShape(); };
    if (!llvm::all_of(body.getArgumentTypes(), isStatic))
      return function.emitError("has open dimensions, expected static shapes; nn-specialize-shapes gives them");
    return success();
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (failed(check(function)))
      return signalPassFailure();
    Block &body = function.getBody().front();
    Operation *terminator = body.getTerminator();
    Value result = terminator->getOperand(0);
    SmallVector<Value> wanted;
    for (BlockArgument argument : body.getArguments())
      if (cast<RankedTensorType>(argument.getType()).getElementType().isF32())
        wanted.push_back(argument);
    if (failed(function.insertArgument(body.getNumArguments(), result.getType(), {}, function.getLoc())))
      return signalPassFailure();
    Value seed = body.getArguments().back();
    OpBuilder b(terminator);
    FailureOr<SmallVector<Value>> gradients = differentiate(b, {{result, seed}}, wanted);
    if (failed(gradients))
      return signalPassFailure();
    terminator->insertOperands(1, *gradients);
    for (auto [i, gradient] : llvm::enumerate(*gradients))
      if (failed(function.insertResult(i + 1, gradient.getType(), {})))
        return signalPassFailure();
  }
};

} // namespace
} // namespace weft::training

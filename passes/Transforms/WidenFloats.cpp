//===- WidenFloats.cpp - half floats become single ones ------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::transforms {
#define GEN_PASS_DEF_WIDENFLOATS
#include "passes/Transforms/Passes.h.inc"

namespace {

bool isHalf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && (tensor.getElementType().isF16() || tensor.getElementType().isBF16());
}

RankedTensorType widened(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(tensor.getShape(), Float32Type::get(type.getContext()));
}

struct WidenFloatsPass : impl::WidenFloatsBase<WidenFloatsPass> {
  using WidenFloatsBase::WidenFloatsBase;

  /// Weights that arrive compressed or quantized are codes with halves inside; they keep their form, and all else with them.
  static bool isPlain(func::FuncOp function) {
    return llvm::all_of(function.getOps(), [](Operation &op) {
      return op.getNumRegions() == 0 && (isa<func::ReturnOp>(op) || op.getName().getDialectNamespace() == nn::NnDialect::getDialectNamespace());
    });
  }

  static void widenConstant(nn::ConstantOp constant) {
    OpBuilder b(constant);
    reference::Tensor t = *plainConstant(constant.getResult());
    Value wide = makeConstant(b, constant.getLoc(), reference::Tensor::ofFloats(t.shape(), t.floats()), nn::layerName(constant));
    constant.getResult().replaceAllUsesWith(wide);
    constant.erase();
  }

  void widenArguments(Block &body) {
    OpBuilder b = OpBuilder::atBlockBegin(&body);
    for (BlockArgument argument : body.getArguments()) {
      if (!isHalf(argument.getType()) || argument.use_empty())
        continue;
      auto wide = nn::CastOp::create(b, argument.getLoc(), widened(argument.getType()), argument);
      argument.replaceAllUsesExcept(wide.getResult(), wide);
    }
  }

  void narrowResults(Block &body) {
    Operation *terminator = body.getTerminator();
    OpBuilder b(terminator);
    for (auto [operand, type] : llvm::zip(terminator->getOpOperands(), getOperation().getResultTypes()))
      if (operand.get().getType() != type)
        operand.set(nn::CastOp::create(b, terminator->getLoc(), type, operand.get()));
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || !isPlain(function))
      return;
    Block &body = function.getBody().front();
    for (Operation &op : llvm::make_early_inc_range(body)) {
      if (auto constant = dyn_cast<nn::ConstantOp>(op)) {
        if (isHalf(constant.getType()))
          widenConstant(constant);
        continue;
      }
      for (Value result : op.getResults())
        if (isHalf(result.getType()))
          result.setType(widened(result.getType()));
    }
    widenArguments(body);
    narrowResults(body);
  }
};

} // namespace
} // namespace weft::transforms

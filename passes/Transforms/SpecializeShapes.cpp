//===- SpecializeShapes.cpp - a size for the batch dimension --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::transforms {
#define GEN_PASS_DEF_SPECIALIZESHAPES
#include "passes/Transforms/Passes.h.inc"

namespace {

struct SpecializeShapesPass : impl::SpecializeShapesBase<SpecializeShapesPass> {
  using SpecializeShapesBase::SpecializeShapesBase;

  void specializeArguments(Block &body) {
    for (BlockArgument argument : body.getArguments()) {
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      if (!type || type.getRank() == 0 || !type.isDynamicDim(0))
        continue;
      SmallVector<int64_t> shape(type.getShape());
      shape[0] = batch;
      argument.setType(RankedTensorType::get(shape, type.getElementType()));
    }
  }

  LogicalResult inferResults(Block &body) {
    for (auto op : body.getOps<nn::ShapeInference>()) {
      SmallVector<int64_t> shape;
      if (failed(op.inferResultShape(shape)))
        return failure();
      Value result = op->getResult(0);
      auto type = cast<RankedTensorType>(result.getType());
      // A reshape may be known to be static although its -1 is not resolved from a dynamic operand.
      for (size_t i = 0; i < shape.size() && i < static_cast<size_t>(type.getRank()); ++i)
        if (ShapedType::isDynamic(shape[i]))
          shape[i] = type.getDimSize(i);
      result.setType(RankedTensorType::get(shape, type.getElementType()));
    }
    return success();
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    if (batch < 1) {
      function.emitError() << "batch is " << static_cast<int64_t>(batch) << ", expected at least 1";
      return signalPassFailure();
    }
    Block &body = function.getBody().front();
    specializeArguments(body);
    if (failed(inferResults(body)))
      return signalPassFailure();
    function.setType(FunctionType::get(&getContext(), body.getArgumentTypes(), body.getTerminator()->getOperandTypes()));
  }
};

} // namespace
} // namespace weft::transforms

//===- InsertWidth.cpp - converters between different lanes --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Passes.h"

#include <numeric>

using namespace mlir;
using namespace weft;

namespace weft::dataflow {
#define GEN_PASS_DEF_FLOWINSERTWIDTH
#include "passes/Dataflow/Passes.h.inc"
} // namespace weft::dataflow

namespace {

/// AXI4-Stream data wider than this is unusual.
constexpr int64_t kWidestInput = 1024;

/// `stream` in beats of `lanes`.
Value widened(OpBuilder &builder, Operation *consumer, Value stream, int64_t lanes) {
  auto type = cast<flow::StreamType>(stream.getType());
  if (type.getLanes() == lanes)
    return stream;
  int64_t common = std::gcd(type.getLanes(), lanes);
  if (common != type.getLanes() && common != lanes)
    stream = widened(builder, consumer, stream, common);
  auto width = flow::WidthOp::create(builder, consumer->getLoc(), type.withLanes(lanes), stream);
  nn::setLayerName(width, nn::layerName(consumer));
  return width;
}

struct FlowInsertWidth : weft::dataflow::impl::FlowInsertWidthBase<FlowInsertWidth> {
  void runOnOperation() override {
    func::FuncOp design = flow::findDesign(getOperation());
    if (!design)
      return;
    OpBuilder builder(design.getContext());
    // The outside offers what the first process takes, where it is the only one.
    for (BlockArgument argument : design.getArguments()) {
      if (!argument.hasOneUse())
        continue;
      OpOperand &use = *argument.getUses().begin();
      auto process = dyn_cast<flow::Process>(use.getOwner());
      auto type = cast<flow::StreamType>(argument.getType());
      if (process && isa<flow::Foldable, flow::LutOp>(use.getOwner())) {
        int64_t lanes = std::gcd(type.getChannels(), process.getInputLanes(use.getOperandNumber()));
        // A netlist takes whole frames; others never ask for more than a port carries.
        while (isa<flow::LutOp>(use.getOwner()) && (lanes * type.getElementBits() > kWidestInput || type.getChannels() % lanes))
          --lanes;
        if (lanes * type.getElementBits() <= kWidestInput)
          argument.setType(type.withLanes(lanes));
      }
    }
    SmallVector<Operation *> ops;
    for (Operation &op : design.getBody().front())
      ops.push_back(&op);
    for (Operation *op : ops) {
      dataflow::followLanes(op);
      auto process = dyn_cast<flow::Process>(op);
      if (!process)
        continue;
      builder.setInsertionPoint(op);
      unsigned streams = 0;
      for (OpOperand &operand : op->getOpOperands())
        if (isa<flow::StreamType>(operand.get().getType()))
          operand.set(widened(builder, op, operand.get(), process.getInputLanes(streams++)));
    }
    auto terminator = cast<func::ReturnOp>(design.getBody().front().getTerminator());
    design.setType(FunctionType::get(&getContext(), design.getBody().front().getArgumentTypes(), terminator.getOperandTypes()));
  }
};

} // namespace

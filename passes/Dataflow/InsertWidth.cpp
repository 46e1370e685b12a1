//===- InsertWidth.cpp - converters between different lanes --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Folding.h"
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

/// `stream` in beats of `lanes`, no slower than `cycles` per frame where it could be as fast before.
Value widened(OpBuilder &builder, Operation *consumer, Value stream, int64_t lanes, int64_t cycles) {
  auto type = cast<flow::StreamType>(stream.getType());
  dataflow::LanePath path = dataflow::lanePath(type.getLanes(), lanes, llvm::divideCeil(type.getElements(), cycles));
  for (int64_t next : {path.cut, path.joined, lanes}) {
    if (cast<flow::StreamType>(stream.getType()).getLanes() == next)
      continue;
    auto width = flow::WidthOp::create(builder, consumer->getLoc(), type.withLanes(next), stream);
    nn::setLayerName(width, nn::layerName(consumer));
    stream = width;
  }
  return stream;
}

/// Steps per frame of the slowest process.
int64_t slowestOf(func::FuncOp design) {
  int64_t steps = 1;
  design.walk([&](flow::Process process) { steps = std::max(steps, process.getTiming().stepsPerFrame()); });
  return steps;
}

struct FlowInsertWidth : weft::dataflow::impl::FlowInsertWidthBase<FlowInsertWidth> {
  void runOnOperation() override {
    func::FuncOp design = flow::findDesign(getOperation());
    if (!design)
      return;
    OpBuilder builder(design.getContext());
    int64_t cycles = slowestOf(design);
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
      dataflow::followLanes(op, cycles);
      auto process = dyn_cast<flow::Process>(op);
      if (!process)
        continue;
      builder.setInsertionPoint(op);
      unsigned streams = 0;
      for (OpOperand &operand : op->getOpOperands())
        if (isa<flow::StreamType>(operand.get().getType()))
          operand.set(widened(builder, op, operand.get(), process.getInputLanes(streams++), cycles));
    }
    auto terminator = cast<func::ReturnOp>(design.getBody().front().getTerminator());
    design.setType(FunctionType::get(&getContext(), design.getBody().front().getArgumentTypes(), terminator.getOperandTypes()));
  }
};

} // namespace

//===- InsertFifos.cpp - a queue between any two processes ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Lag.h"
#include "passes/Dataflow/Passes.h"

using namespace mlir;
using namespace weft;
using namespace weft::dataflow;

namespace weft::dataflow {
#define GEN_PASS_DEF_FLOWINSERTFIFOS
#include "passes/Dataflow/Passes.h.inc"
} // namespace weft::dataflow

namespace {

void removeFifos(func::FuncOp design) {
  design.walk([](flow::FifoOp fifo) {
    fifo.getResult().replaceAllUsesWith(fifo.getInput());
    fifo.erase();
  });
}

void insertFifo(OpBuilder &builder, Value stream, StringRef layer) {
  builder.setInsertionPointAfterValue(stream);
  auto fifo = flow::FifoOp::create(builder, stream.getLoc(), stream.getType(), stream, 2);
  nn::setLayerName(fifo, layer);
  stream.replaceAllUsesExcept(fifo.getResult(), fifo);
}

void insertFifos(func::FuncOp design) {
  OpBuilder builder(design.getContext());
  for (auto [index, argument] : llvm::enumerate(design.getArguments())) {
    auto name = design.getArgAttrOfType<StringAttr>(index, nn::kNameAttr);
    insertFifo(builder, argument, name ? name.getValue() : StringRef("input"));
  }
  SmallVector<Value> streams;
  for (Operation &op : design.getBody().front())
    if (isa<flow::Process>(op) && !isa<flow::ViewOp, flow::FifoOp>(op))
      streams.append(op.result_begin(), op.result_end());
  for (Value stream : streams)
    insertFifo(builder, stream, nn::layerName(stream.getDefiningOp()));
}

/// Deadlock-free depths first; then more in front of joins until the slowest process sets the pace, and no more than was
/// held there.
void sizeQueues(Design &design) {
  std::vector<Depth> depths = queueDepths(design.network);
  std::vector<Network::Channel> &channels = design.network.channels;
  std::vector<size_t> joins;
  for (size_t i = 0; i < channels.size(); ++i) {
    if (depths[i].least > 2 || depths[i].slack > 0)
      joins.push_back(i);
    channels[i].depth = depths[i].least;
  }
  int64_t pace = initiationInterval(design.network);
  auto grow = [&](int64_t factor) {
    for (size_t i : joins)
      channels[i].depth = std::min(depths[i].least + depths[i].slack * factor,
                                   std::max(depths[i].least, channels[i].beatsPerFrame + 2));
  };
  Schedule schedule = simulate(design.network);
  int64_t best = schedule.initiationInterval;
  std::vector<Network::Channel> bestChannels = channels;
  for (int64_t factor = 1; !joins.empty() && best > pace && factor <= 64; factor *= 2) {
    grow(factor);
    schedule = simulate(design.network);
    if (schedule.initiationInterval >= best)
      continue;
    best = schedule.initiationInterval;
    bestChannels = channels;
    for (size_t i : joins)
      bestChannels[i].depth = std::max(depths[i].least, std::min(channels[i].depth, schedule.occupancy[i]));
  }
  channels = bestChannels;
  for (auto [channel, fifo] : llvm::zip(channels, design.queues))
    fifo.setDepth(channel.depth);
}

struct FlowInsertFifos : weft::dataflow::impl::FlowInsertFifosBase<FlowInsertFifos> {
  void runOnOperation() override {
    func::FuncOp function = flow::findDesign(getOperation());
    if (!function)
      return;
    removeFifos(function);
    insertFifos(function);
    FailureOr<Design> design = readDesign(function);
    if (failed(design))
      return signalPassFailure();
    sizeQueues(*design);
  }
};

} // namespace

//===- Design.cpp - a design as a network of processes -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/Design.h"

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Dataflow/Folding.h"

#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::dataflow;

namespace {

std::string nameOf(Operation *op) {
  return (nn::layerName(op) + "/" + op->getName().stripDialect()).str();
}

/// The value behind views, which have no hardware.
Value throughViews(Value value) {
  while (auto view = value.getDefiningOp<flow::ViewOp>())
    value = view.getInput();
  return value;
}

/// Channels of the queues that are `op`'s stream operands.
FailureOr<std::vector<int>> inputsOf(Operation *op, const llvm::DenseMap<Value, int> &channels) {
  std::vector<int> inputs;
  auto process = dyn_cast<flow::Process>(op);
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<flow::StreamType>(operand.getType());
    if (!type)
      continue;
    auto found = channels.find(throughViews(operand));
    if (found == channels.end())
      return op->emitError() << "layer '" << nn::layerName(op)
                             << "' has no queue before it; run --flow-insert-fifos";
    if (process && type.getLanes() != process.getInputLanes(inputs.size()))
      return op->emitError() << "layer '" << nn::layerName(op) << "' takes "
                             << process.getInputLanes(inputs.size()) << " lanes and gets "
                             << type.getLanes() << "; run --flow-insert-width";
    inputs.push_back(found->second);
  }
  return inputs;
}

} // namespace

/// Lanes of a view: those of `in`, or common divisors of its channels and those of `out`.
static int64_t viewLanes(flow::StreamType in, flow::StreamType out, int64_t cycles) {
  int64_t lanes = std::gcd(in.getLanes(), out.getChannels());
  if (lanes == in.getLanes())
    return lanes;
  for (int64_t divisor : commonDivisors({in.getChannels(), out.getChannels()}))
    if (divisor > lanes && out.getElements() / lanes > cycles)
      lanes = divisor;
  return lanes;
}

void weft::dataflow::followLanes(Operation *op, int64_t cycles) {
  if (auto view = dyn_cast<flow::ViewOp>(op)) {
    flow::StreamType type = view.getResult().getType();
    view.getResult().setType(type.withLanes(viewLanes(view.getInput().getType(), type, cycles)));
  } else if (auto fork = dyn_cast<flow::ForkOp>(op)) {
    for (Value output : fork.getOutputs())
      output.setType(fork.getInput().getType());
  }
}

FailureOr<Design> weft::dataflow::readDesign(func::FuncOp function) {
  Design design;
  llvm::DenseMap<Value, int> channels; // result of a queue → channel
  llvm::DenseMap<Value, int> before;   // input of a queue → channel
  function.walk([&](flow::FifoOp fifo) {
    Operation *producer = throughViews(fifo.getInput()).getDefiningOp();
    std::string name = producer ? nameOf(producer) : "input";
    int channel = design.network.addChannel(name, fifo.getDepth(), fifo.getResult().getType().getBeats());
    channels[fifo.getResult()] = before[throughViews(fifo.getInput())] = channel;
    design.queues.push_back(fifo);
  });
  for (Operation &op : function.getBody().front()) {
    if (isa<func::ReturnOp>(op)) {
      if (failed(inputsOf(&op, channels)))
        return failure();
      continue;
    }
    auto process = dyn_cast<flow::Process>(&op);
    if (!process || isa<flow::FifoOp, flow::ViewOp>(op))
      continue;
    FailureOr<std::vector<int>> inputs = inputsOf(&op, channels);
    if (failed(inputs))
      return failure();
    std::vector<int> outputs;
    for (Value result : op.getResults()) {
      auto found = before.find(result);
      if (found == before.end())
        return op.emitError() << "layer '" << nn::layerName(&op) << "' has no queue behind it; run --flow-insert-fifos";
      outputs.push_back(found->second);
    }
    design.network.addNode(nameOf(&op), process.getTiming(), *inputs, outputs);
    design.processes.push_back(&op);
  }
  return design;
}

FailureOr<DesignReport> weft::dataflow::reportDesign(func::FuncOp function, int frames) {
  FailureOr<Design> design = readDesign(function);
  if (failed(design))
    return failure();
  ScheduleOptions options;
  options.frames = frames;
  Schedule schedule = simulate(design->network, options);
  if (schedule.deadlock)
    return function.emitError() << "the design deadlocks: " << schedule.blocked;
  DesignReport report;
  report.latency = schedule.latency, report.initiationInterval = schedule.initiationInterval;
  report.frameEnds = schedule.frameEnds;
  int bottleneck = 0;
  report.closedForm = initiationInterval(design->network, &bottleneck);
  report.bottleneck = design->network.nodes.empty() ? "" : design->network.nodes[bottleneck].name;
  for (Operation &op : function.getBody().front()) {
    auto process = dyn_cast<flow::Process>(&op);
    if (!process || isa<flow::ViewOp>(op))
      continue;
    ProcessReport entry;
    entry.layer = nn::layerName(&op).str(), entry.process = op.getName().stripDialect().str();
    entry.resources = process.getResources();
    report.total += entry.resources;
    if (isa<flow::FifoOp>(op))
      continue;
    entry.pe = cast<flow::StreamType>(op.getResult(0).getType()).getLanes();
    entry.simd = process.getInputLanes(0);
    entry.steps = process.getTiming().stepsPerFrame();
    if (report.initiationInterval > 0)
      entry.busy = static_cast<double>(entry.steps) / report.initiationInterval;
    report.processes.push_back(std::move(entry));
  }
  return report;
}

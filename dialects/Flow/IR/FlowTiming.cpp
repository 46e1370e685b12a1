//===- FlowTiming.cpp - the table of docs/dataflow.md as code ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Latencies are those that runtime/rtl/README.md states for the modules.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/Costs.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Flow/IR/WeightSource.h"

#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::flow;

namespace {

Timing steps(int64_t latency, std::vector<StepRun> period, int64_t periodsPerFrame) {
  Timing timing;
  timing.kind = Timing::Kind::steps;
  timing.latency = latency;
  timing.period = std::move(period);
  timing.periodsPerFrame = periodsPerFrame;
  return timing;
}

/// One step per beat: takes one from each of `inputs` and emits one.
Timing pointwise(int64_t latency, StreamType result, uint32_t inputs = 1) {
  return steps(latency, {{1, inputs, true}}, result.getBeats());
}

/// `count` steps of which the last emits.
void appendRun(std::vector<StepRun> &period, int64_t count, uint32_t consumes) {
  if (count > 1)
    period.push_back({count - 1, consumes, false});
  period.push_back({1, consumes, true});
}

/// Each of `outputs` emits after `inputs` steps; the first consumes.
std::vector<StepRun> vectorSteps(int64_t inputs, int64_t outputs) {
  std::vector<StepRun> period;
  for (int64_t nf = 0; nf < outputs; ++nf)
    appendRun(period, inputs, nf == 0 ? 1 : 0);
  return period;
}

/// T7: vectors of `load` beats, on which each output emits after its steps.
Timing banks(int64_t latency, int64_t load, ArrayRef<int64_t> stepsOfOutputs, StreamType result) {
  Timing timing = steps(latency, {}, result.getPixels());
  timing.kind = Timing::Kind::banks;
  timing.load = load;
  for (int64_t each : stepsOfOutputs)
    if (each == 1 && !timing.period.empty() && timing.period.back().emits)
      ++timing.period.back().count;
    else
      appendRun(timing.period, each, 0);
  return timing;
}

/// Taps of a depthwise unit or a pool: all consume, the last emits.
Timing taps(int64_t latency, StreamType input, StreamType result) {
  std::vector<StepRun> period;
  appendRun(period, input.getChannels() / result.getChannels(), 1);
  return steps(latency, period, result.getBeats());
}

} // namespace

Timing WindowOp::getTiming() {
  Timing timing;
  timing.kind = Timing::Kind::window;
  timing.latency = 1;
  timing.window = getShape();
  return timing;
}

Timing PadOp::getTiming() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t fold = out.getFold(), row = out.getWidth() * fold;
  int64_t left = getLow()[1] * fold, right = getHigh()[1] * fold;
  std::vector<StepRun> period;
  auto append = [&](int64_t count, uint32_t consumes) {
    if (count > 0)
      period.push_back({count, consumes, true});
  };
  append(getLow()[0] * row + left, 0);
  for (int64_t h = 0; h < in.getHeight(); ++h) {
    append(in.getWidth() * fold, 1);
    append(h + 1 < in.getHeight() ? right + left : right + getHigh()[0] * row, 0);
  }
  return steps(1, period, 1);
}

/// A beat of inputs serves planes × input bits steps, of which the first consumes it.
static Timing bitserialTiming(MvuOp op) {
  int64_t inputs = op.getK() / static_cast<int64_t>(op.getSimd()), outputs = op.getN() / op.getPe();
  int64_t each = op.getBitplanes().getPlaneCount() * op.getInput().getType().getElementBits();
  std::vector<StepRun> period;
  for (int64_t sf = 0; sf < inputs; ++sf) {
    bool emits = sf + 1 == inputs;
    period.push_back({1, 1, emits && each == 1});
    if (each > 1)
      appendRun(period, each - 1, 0), period.back().emits = emits;
  }
  for (int64_t nf = 1; nf < outputs; ++nf)
    appendRun(period, inputs * each, 0);
  return steps(5 + treeStages(op.getSimd()), period, op.getResult().getType().getPixels());
}

Timing MvuOp::getTiming() {
  if (getUnit() == MvuUnit::bitserial)
    return bitserialTiming(*this);
  int64_t inputs = getK() / getSimd(), outputs = getN() / getPe();
  int64_t terms = getUnit() == MvuUnit::shift ? getPowers().getTerms() : 1;
  int64_t latency = 4 + treeStages(static_cast<int64_t>(getSimd()) * terms);
  if (int64_t multipliers = getMultipliers()) {
    int64_t codes = cast<RankedTensorType>(getLookup().getCodebook().getType()).getDimSize(1);
    int64_t each = std::max<int64_t>(1, multipliers / getPe());
    latency += 1 + treeStages(each) + clusteredDrain(getPe(), codes, multipliers);
  } else {
    latency += WeightSource::of(getWeight()).latency(getPe(), getSimd()) - 1;
  }
  return steps(latency, vectorSteps(inputs, outputs), getResult().getType().getPixels());
}

Timing SelectMvuOp::getTiming() {
  int64_t lanes = getMultipliers(), latency = 3 + WeightSource::of(getWeight()).latency(getPe(), lanes) + treeStages(lanes);
  return steps(latency, vectorSteps(getK() / static_cast<int64_t>(getSimd()), getN() / getPe()), getResult().getType().getPixels());
}

Timing SparseMvuOp::getTiming() {
  int64_t edges = getEdges(), simd = std::min<int64_t>(edges, getFanIn()), each = getFanIn() / simd;
  int64_t weights = WeightSource::of(getWeight()).latency(getPe(), simd);
  return banks(3 + weights + treeStages(simd), getK() / edges, std::vector<int64_t>(getN() / getPe(), each), getResult().getType());
}

Timing GatherMvuOp::getTiming() {
  int64_t simd = getSimd(), weights = WeightSource::of(getWeight()).latency(getPe(), simd);
  return banks(3 + weights + treeStages(simd), getK() / getLoadLanes(), getOutputSteps(), getResult().getType());
}

Timing DepthwiseOp::getTiming() { return taps(4, getInput().getType(), getResult().getType()); }

Timing PoolOp::getTiming() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t fold = out.getFold();
  if (isWholeFrame())
    return steps(1, {{(in.getPixels() - 1) * fold, 1, false}, {fold, 1, true}}, 1);
  return taps(1, in, out);
}

Timing RequantizeOp::getTiming() {
  return pointwise(getForm() == RequantizeForm::scale ? 5 : 3, getResult().getType());
}

Timing ThresholdOp::getTiming() { return pointwise(3, getResult().getType()); }

Timing TableOp::getTiming() { return pointwise(1, getResult().getType()); }

Timing BiasOp::getTiming() { return pointwise(2, getResult().getType()); }

Timing ReorderOp::getTiming() {
  Timing timing;
  timing.kind = Timing::Kind::reorder;
  timing.latency = 1;
  timing.depth = getInput().getType().getBeats();
  timing.periodsPerFrame = getResult().getType().getBeats();
  return timing;
}

Timing LutOp::getTiming() {
  return pointwise(lut::stagesOf(getNetwork(), getLevels()).count, getResult().getType());
}

Timing AddOp::getTiming() { return pointwise(4, getResult().getType(), 0b11); }

Timing MultiplyOp::getTiming() { return pointwise(3, getResult().getType(), 0b11); }

Timing ConcatOp::getTiming() {
  std::vector<StepRun> period;
  for (auto [index, input] : llvm::enumerate(getInputs()))
    period.push_back({getRoundBeats(input), 1u << index, true});
  return steps(1, period, getRounds());
}

Timing SliceOp::getTiming() {
  StreamType in = getInput().getType();
  int64_t fold = in.getChannels() / getPe(), from = getStarts()[2] / getPe();
  int64_t kept = getSizes()[2] / getPe();
  std::vector<StepRun> period;
  auto append = [&](int64_t count, bool emits) {
    if (count == 0)
      return;
    if (!period.empty() && period.back().emits == emits)
      period.back().count += count;
    else
      period.push_back({count, 1, emits});
  };
  for (int64_t h = 0; h < in.getHeight(); ++h)
    for (int64_t w = 0; w < in.getWidth(); ++w) {
      bool inside = h >= getStarts()[0] && h < getStarts()[0] + getSizes()[0] &&
                    w >= getStarts()[1] && w < getStarts()[1] + getSizes()[1];
      append(inside ? from : fold, false);
      append(inside ? kept : 0, true);
      append(inside ? fold - from - kept : 0, false);
    }
  return steps(1, period, 1);
}

Timing WidthOp::getTiming() {
  // A step takes a beat where less than one is held, and gives one where that then is.
  int64_t in = getInput().getType().getLanes(), out = getResult().getType().getLanes(), held = 0;
  std::vector<StepRun> period;
  do {
    bool takes = held < out, gives = held + (takes ? in : 0) >= out;
    held += (takes ? in : 0) - (gives ? out : 0);
    if (!period.empty() && period.back().consumes == takes && period.back().emits == gives)
      ++period.back().count;
    else
      period.push_back({1, takes, gives});
  } while (held != 0);
  return steps(1, period, getInput().getType().getElements() / std::lcm(in, out));
}

Timing ForkOp::getTiming() {
  Timing timing;
  timing.kind = Timing::Kind::fork;
  timing.periodsPerFrame = getInput().getType().getBeats();
  timing.period = {{1, 1, true}};
  return timing;
}

Timing FifoOp::getTiming() {
  Timing timing;
  timing.kind = Timing::Kind::fifo;
  timing.depth = getDepth();
  timing.latency = 1;
  return timing;
}

Timing ViewOp::getTiming() { return {}; }

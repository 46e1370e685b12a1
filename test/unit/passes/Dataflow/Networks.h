// Small networks for the tests of the schedule.
#ifndef TEST_UNIT_PASSES_DATAFLOW_NETWORKS_H
#define TEST_UNIT_PASSES_DATAFLOW_NETWORKS_H

#include "passes/Dataflow/Schedule.h"

namespace weft::dataflow::test {

inline flow::Timing steps(int64_t latency, std::vector<flow::StepRun> period, int64_t periods) {
  flow::Timing timing;
  timing.kind = flow::Timing::Kind::steps;
  timing.latency = latency, timing.period = std::move(period), timing.periodsPerFrame = periods;
  return timing;
}

/// One beat in, one out, each step.
inline flow::Timing pointwise(int64_t latency, int64_t beats, uint32_t inputs = 1) {
  return steps(latency, {{1, inputs, true}}, beats);
}

inline flow::Timing fork(int64_t beats) {
  flow::Timing timing = steps(0, {{1, 1, true}}, beats);
  timing.kind = flow::Timing::Kind::fork;
  return timing;
}

/// A matrix-vector unit of `sf` input beats and `nf` output beats.
inline flow::Timing mvu(int64_t latency, int64_t sf, int64_t nf, int64_t vectors) {
  std::vector<flow::StepRun> period;
  for (int64_t i = 0; i < nf; ++i) {
    uint32_t consumes = i == 0 ? 1 : 0;
    if (sf > 1)
      period.push_back({sf - 1, consumes, false});
    period.push_back({1, consumes, true});
  }
  return steps(latency, period, vectors);
}

/// A process with banks: `vectors` vectors of `load` beats, on each `each` · `emitted` steps of which every `each`-th emits.
inline flow::Timing banks(int64_t latency, int64_t load, int64_t each, int64_t emitted, int64_t vectors) {
  std::vector<flow::StepRun> period;
  for (int64_t i = 0; i < emitted; ++i) {
    if (each > 1)
      period.push_back({each - 1, 0, false});
    period.push_back({1, 0, true});
  }
  flow::Timing timing = steps(latency, period, vectors);
  timing.kind = flow::Timing::Kind::banks;
  timing.load = load;
  return timing;
}

inline flow::Timing window(int64_t height, int64_t width, int64_t kernel) {
  flow::Timing timing;
  timing.kind = flow::Timing::Kind::window;
  timing.latency = 1;
  timing.window.height = height, timing.window.width = width;
  timing.window.kernelH = timing.window.kernelW = kernel;
  timing.window.depth = timing.window.fullDepth();
  return timing;
}

/// Two buffers of a frame, of which `steps` beats are read.
inline flow::Timing reorder(int64_t beats, int64_t steps) {
  flow::Timing timing;
  timing.kind = flow::Timing::Kind::reorder;
  timing.latency = 1, timing.depth = beats, timing.periodsPerFrame = steps;
  return timing;
}

/// A frame of 8 × 8 beats, forked; one branch is padded, goes through a 3 × 3 window and is reduced; both are added.
/// `depth` is that of the short branch's queue.
inline Network residual(int64_t depth) {
  Network net;
  std::vector<flow::StepRun> pad = {{11, 0, true}};
  for (int row = 0; row < 8; ++row) {
    pad.push_back({8, 1, true});
    pad.push_back({row < 7 ? 2 : 11, 0, true});
  }
  int in = net.addChannel("in", 2, 64), a = net.addChannel("long", 2, 64);
  int b = net.addChannel("short", depth, 64), p = net.addChannel("padded", 2, 100);
  int w = net.addChannel("taps", 2, 64 * 9), m = net.addChannel("reduced", 2, 64);
  int out = net.addChannel("out", 2, 64);
  net.addNode("fork", fork(64), {in}, {a, b});
  net.addNode("pad", steps(1, pad, 1), {a}, {p});
  net.addNode("window", window(10, 10, 3), {p}, {w});
  net.addNode("reduce", steps(1, {{8, 1, false}, {1, 1, true}}, 64), {w}, {m});
  net.addNode("add", pointwise(4, 64, 0b11), {m, b}, {out});
  return net;
}

} // namespace weft::dataflow::test

#endif // TEST_UNIT_PASSES_DATAFLOW_NETWORKS_H

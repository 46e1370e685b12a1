//===- Lag.cpp - queue depths from counts of beats -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/Lag.h"
#include "passes/Dataflow/WindowCursor.h"

#include <algorithm>

using namespace weft;
using namespace weft::dataflow;
using flow::StepRun;
using flow::Timing;

namespace {

/// What is known of a channel behind the fork in question.
struct Reach {
  Need need;
  int64_t shortest = 0, longest = 0; ///< cycles from the fork
  bool buffered = false;             ///< on all ways from the fork there is a reorder that repeats
};

/// Calls `step(run)` for every step of a frame that consumes or emits.
template <typename Step> void forEachStep(const Timing &timing, Step step) {
  for (int64_t period = 0; period < timing.periodsPerFrame; ++period)
    for (const StepRun &run : timing.period)
      if (run.consumes != 0 || run.emits)
        for (int64_t i = 0; i < run.count; ++i)
          step(run);
}

/// Of a process with a buffer (T4, T6).
Need bufferNeed(const Timing &timing) {
  Need need;
  if (timing.kind == Timing::Kind::reorder)
    return Need(static_cast<size_t>(timing.periodsPerFrame), timing.depth);
  WindowCursor cursor(timing.window);
  int64_t most = 0;
  for (int64_t p = 0; p < timing.window.readSteps(); ++p, cursor.advance())
    need.push_back(most = std::max(most, cursor.need()));
  return need;
}

/// Beats of a process with banks: each needs its whole vector.
Need banksNeed(const Timing &timing) {
  Need need;
  for (int64_t vector = 0; vector < timing.periodsPerFrame; ++vector)
    for (const StepRun &run : timing.period)
      if (run.emits)
        need.insert(need.end(), run.count, (vector + 1) * timing.load);
  return need;
}

class ForkAnalysis {
public:
  ForkAnalysis(const Network &network, int fork, std::vector<Depth> &depths)
      : network(network), fork(fork), depths(depths), reach(network.channels.size()) {}

  void run() {
    const Network::Node &node = network.nodes[fork];
    Reach start;
    for (int64_t n = 1; n <= network.channels[node.inputs[0]].beatsPerFrame; ++n)
      start.need.push_back(n);
    for (int out : node.outputs)
      reach[out] = start;
    for (size_t i = fork + 1; i < network.nodes.size(); ++i)
      visit(network.nodes[i]);
  }

private:
  void visit(const Network::Node &node) {
    std::vector<int> known;
    for (int input : node.inputs)
      if (!reach[input].need.empty())
        known.push_back(input);
    if (known.empty())
      return;
    Reach out;
    out.shortest = INT64_MAX;
    bool repeats = node.timing.kind == Timing::Kind::reorder && node.timing.periodsPerFrame > node.timing.depth;
    out.buffered = repeats || std::all_of(known.begin(), known.end(), [&](int input) { return reach[input].buffered; });
    for (int input : known) {
      out.shortest = std::min(out.shortest, reach[input].shortest);
      out.longest = std::max(out.longest, reach[input].longest);
    }
    if (known.size() > 1)
      for (int input : known)
        depths[input].slack =
            std::max(depths[input].slack, out.longest - reach[input].shortest);
    out.shortest += node.timing.latency + 1, out.longest += node.timing.latency + 1;
    if (node.timing.kind == Timing::Kind::window || node.timing.kind == Timing::Kind::reorder)
      out.need = composed(node, bufferNeed(node.timing));
    else if (node.timing.kind == Timing::Kind::banks)
      out.need = composed(node, banksNeed(node.timing));
    else if (node.timing.kind == Timing::Kind::fork)
      out.need = reach[known[0]].need;
    else
      out.need = throughSteps(node, known.size() > 1);
    for (int channel : node.outputs)
      reach[channel] = out;
  }

  /// `need` of a process's own input, in beats of the fork.
  Need composed(const Network::Node &node, Need need) {
    const Need &in = reach[node.inputs[0]].need;
    for (int64_t &n : need)
      n = in[n - 1];
    return need;
  }

  /// Composes, and at a join measures what each input must hold before each step.
  Need throughSteps(const Network::Node &node, bool join) {
    size_t inputs = node.inputs.size();
    std::vector<size_t> taken(inputs, 0), possible(inputs, 0);
    int64_t needed = 0;
    Need out;
    forEachStep(node.timing, [&](const StepRun &run) {
      for (size_t i = 0; i < inputs; ++i) {
        const Need &in = reach[node.inputs[i]].need;
        if ((run.consumes >> i & 1) && !in.empty())
          needed = std::max(needed, in[taken[i]]);
      }
      for (size_t i = 0; join && i < inputs; ++i) {
        const Need &in = reach[node.inputs[i]].need;
        while (possible[i] < in.size() && in[possible[i]] <= needed)
          ++possible[i];
        int64_t held = static_cast<int64_t>(possible[i]) - static_cast<int64_t>(taken[i]);
        Depth &depth = depths[node.inputs[i]];
        depth.least = std::max(depth.least, in.empty() || reach[node.inputs[i]].buffered ? 0 : held);
      }
      for (size_t i = 0; i < inputs; ++i)
        taken[i] += run.consumes >> i & 1;
      if (run.emits)
        out.push_back(needed);
    });
    return out;
  }

  const Network &network;
  int fork;
  std::vector<Depth> &depths;
  std::vector<Reach> reach;
};

} // namespace

std::vector<Need> weft::dataflow::needsOf(const Timing &timing, size_t inputs) {
  if (timing.kind == Timing::Kind::window || timing.kind == Timing::Kind::reorder)
    return {bufferNeed(timing)};
  if (timing.kind == Timing::Kind::banks)
    return {banksNeed(timing)};
  std::vector<Need> needs(inputs);
  std::vector<int64_t> taken(inputs, 0);
  forEachStep(timing, [&](const StepRun &run) {
    for (size_t i = 0; i < inputs; ++i)
      taken[i] += run.consumes >> i & 1;
    for (size_t i = 0; run.emits && i < inputs; ++i)
      needs[i].push_back(taken[i]);
  });
  return needs;
}

std::vector<Depth> weft::dataflow::queueDepths(const Network &network) {
  std::vector<Depth> depths(network.channels.size());
  for (size_t i = 0; i < network.nodes.size(); ++i)
    if (network.nodes[i].timing.kind == Timing::Kind::fork)
      ForkAnalysis(network, static_cast<int>(i), depths).run();
  return depths;
}

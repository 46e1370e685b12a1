//===- Schedule.h - cycles of a network of processes -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Executes rules T1 to T5 of docs/dataflow.md on counts of beats, without data. The same rules are the RTL's, so
// the numbers are those a simulation of the RTL counts.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_SCHEDULE_H
#define PASSES_DATAFLOW_SCHEDULE_H

#include "dialects/Flow/IR/Timing.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft::dataflow {

/// Processes joined by queues. Nodes are in an order in which producers come before consumers.
struct Network {
  static constexpr int kOutside = -1;

  struct Node {
    std::string name;
    flow::Timing timing; ///< kind steps, window, reorder or fork
    std::vector<int> inputs, outputs; ///< channels
  };
  /// A queue (rule: a beat written in cycle t can be read in t+1).
  struct Channel {
    std::string name;
    int64_t depth = 2;
    int64_t beatsPerFrame = 0;
    int producer = kOutside, consumer = kOutside; ///< nodes, or the outside of the design
  };
  std::vector<Node> nodes;
  std::vector<Channel> channels;

  int addChannel(std::string name, int64_t depth, int64_t beatsPerFrame);
  int addNode(std::string name, flow::Timing timing, std::vector<int> inputs, std::vector<int> outputs);
};

struct ScheduleOptions {
  int frames = 3;
  int64_t cycleLimit = int64_t(1) << 40;
};

/// What happened when `frames` frames were offered without a pause and results taken at once.
struct Schedule {
  bool deadlock = false;
  std::string blocked;              ///< what waits for what, where `deadlock`
  int64_t cycles = 0;               ///< until the last beat left
  int64_t latency = 0;              ///< first beat taken in to last beat of the first frame given out
  int64_t initiationInterval = 0;   ///< between the last beats of the last two frames
  std::vector<int64_t> frameEnds;   ///< cycle of the last beat of each frame (of the slowest result)
  std::vector<int64_t> occupancy;   ///< most beats held, per channel
  std::vector<int64_t> fired;       ///< steps executed, per node
};

/// Simulates `network` from reset. Deterministic; a few nanoseconds per process and cycle in which it acts.
Schedule simulate(const Network &network, const ScheduleOptions &options = {});

/// The closed form of the initiation interval: the most steps any process, or beats any queue, has per frame.
/// `bottleneck` receives its node.
int64_t initiationInterval(const Network &network, int *bottleneck = nullptr);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_SCHEDULE_H

// The simulation of beats: hand-computed cycles, and a naive simulation that evaluates everything in every cycle.
#include "Networks.h"
#include "gtest/gtest.h"

#include <ctime>
#include <random>

using namespace weft;
using namespace weft::dataflow;
using namespace weft::dataflow::test;

namespace {

TEST(Schedule, QueueAloneTakesOneCycle) {
  Network net;
  int in = net.addChannel("in", 2, 4), out = net.addChannel("out", 2, 4);
  net.addNode("table", pointwise(1, 4), {in}, {out});
  // In at 0, read at 1, at the output register at 2, written to the queue in 2, taken at 3; four beats: 3 more.
  Schedule schedule = simulate(net);
  EXPECT_EQ(schedule.latency, 6);
  EXPECT_EQ(schedule.initiationInterval, 4);
  EXPECT_FALSE(schedule.deadlock);
}

TEST(Schedule, MatrixVectorUnit) {
  Network net;
  int in = net.addChannel("in", 2, 4), out = net.addChannel("out", 2, 3);
  net.addNode("mvu", mvu(5, 4, 3, 1), {in}, {out});
  // Steps fire in cycles 1 to 12; the last emits D = 5 later, and leaves the queue a cycle after.
  Schedule schedule = simulate(net);
  EXPECT_EQ(schedule.latency, 12 + 5 + 1);
  EXPECT_EQ(schedule.initiationInterval, 12);
  EXPECT_EQ(initiationInterval(net), 12);
  EXPECT_GE(schedule.fired[0], 36);
}

TEST(Schedule, BanksLoadAVectorWhileTheyWorkOnAnother) {
  Network net;
  int in = net.addChannel("in", 2, 4), out = net.addChannel("out", 2, 3);
  net.addNode("sparse", banks(5, 4, 2, 3, 1), {in}, {out});
  // Beats are taken in cycles 1 to 4, six steps fire in 5 to 10; the last emits D = 5 later, and leaves the queue a cycle after.
  Schedule schedule = simulate(net);
  EXPECT_EQ(schedule.latency, 10 + 5 + 1);
  EXPECT_EQ(schedule.initiationInterval, 6);
  EXPECT_EQ(initiationInterval(net), 6);
}

TEST(Schedule, ReorderTakesAFrameAndKeepsItsPace) {
  Network net;
  int in = net.addChannel("in", 2, 10), out = net.addChannel("out", 2, 10);
  net.addNode("reorder", reorder(10, 10), {in}, {out});
  Schedule schedule = simulate(net, {5});
  EXPECT_EQ(schedule.initiationInterval, 10);
  // In at cycle 0, out of the first queue at 1 … 10, read from 11 on, in the output register and the queue behind it: 11 + 9 + 1 + 1.
  EXPECT_EQ(schedule.latency, 22);
}

TEST(Schedule, ReorderThatRepeatsTakesAsLongAsItReads) {
  Network net;
  int in = net.addChannel("in", 2, 10), out = net.addChannel("out", 2, 40);
  net.addNode("reorder", reorder(10, 40), {in}, {out});
  Schedule schedule = simulate(net, {5});
  EXPECT_EQ(schedule.initiationInterval, 40);
  EXPECT_EQ(schedule.latency, 11 + 39 + 1 + 1);
  EXPECT_EQ(initiationInterval(net), 40);
}

TEST(Schedule, ShortQueueDeadlocksAndSaysWhere) {
  Schedule schedule = simulate(residual(2));
  EXPECT_TRUE(schedule.deadlock);
  EXPECT_NE(schedule.blocked.find("'short' full (depth 2)"), std::string::npos) << schedule.blocked;
}

TEST(Schedule, EnoughQueueRuns) {
  Schedule schedule = simulate(residual(40));
  EXPECT_FALSE(schedule.deadlock);
  // 9 reads for each of 64 pixels; between frames the window waits until its buffer holds the next frame's first rows.
  EXPECT_EQ(schedule.initiationInterval, 64 * 9 + 14);
  EXPECT_EQ(initiationInterval(residual(40)), 64 * 9 + 14);
}

/// Evaluates every process in every cycle from a copy of the state: slow and obvious.
struct Naive {
  struct State {
    size_t run = 0;
    int64_t left = 0, accepted = 0, vectors = 0;
    std::vector<bool> pipe;
  };

  static std::vector<int64_t> frameEnds(const Network &net, int frames) {
    std::vector<State> states;
    for (const Network::Node &node : net.nodes) {
      State state;
      state.left = node.timing.period[0].count;
      state.pipe.assign(node.timing.latency, false);
      states.push_back(state);
    }
    std::vector<int64_t> count(net.channels.size(), 0), moved(net.channels.size(), 0), ends(frames, 0);
    int64_t left = net.channels.back().beatsPerFrame * frames;
    for (int64_t now = 0; left > 0 && now < 1000000; ++now) {
      std::vector<int64_t> change(count.size(), 0);
      for (size_t c = 0; c < net.channels.size(); ++c) {
        const Network::Channel &channel = net.channels[c];
        if (channel.producer < 0 && count[c] != channel.depth && moved[c] < channel.beatsPerFrame * frames)
          ++change[c], ++moved[c];
        if (channel.consumer < 0 && count[c] > 0) {
          --change[c], --left;
          if (++moved[c] % channel.beatsPerFrame == 0)
            ends[moved[c] / channel.beatsPerFrame - 1] = now;
        }
      }
      for (size_t i = 0; i < states.size(); ++i)
        tick(net, net.nodes[i], states[i], count, change);
      for (size_t c = 0; c < count.size(); ++c)
        count[c] += change[c];
    }
    return ends;
  }

  /// The reading side of T6.
  static void read(const Network::Node &node, State &state, bool fire) {
    state.pipe.pop_back();
    state.pipe.insert(state.pipe.begin(), fire && node.timing.period[state.run].emits);
    if (fire && --state.left == 0) {
      state.run = (state.run + 1) % node.timing.period.size();
      state.vectors += state.run == 0;
      state.left = node.timing.period[state.run].count;
    }
  }

  static void tick(const Network &net, const Network::Node &node, State &state,
                   const std::vector<int64_t> &count, std::vector<int64_t> &change) {
    if (node.timing.kind == flow::Timing::Kind::fork) {
      bool go = count[node.inputs[0]] > 0;
      for (int out : node.outputs)
        go = go && count[out] != net.channels[out].depth;
      change[node.inputs[0]] -= go;
      for (int out : node.outputs)
        change[out] += go;
      return;
    }
    int out = node.outputs[0];
    int64_t before = state.accepted, done = state.vectors; // T6 compares what was there when the cycle began
    if (node.timing.kind == flow::Timing::Kind::banks && count[node.inputs[0]] > 0 && before < (done + 2) * node.timing.load) {
      --change[node.inputs[0]];
      ++state.accepted;
    }
    bool valid = state.pipe.back(), ready = count[out] != net.channels[out].depth;
    if (valid && !ready)
      return;
    change[out] += valid;
    if (node.timing.kind == flow::Timing::Kind::banks)
      return read(node, state, (done + 1) * node.timing.load <= before);
    const flow::StepRun &run = node.timing.period[state.run];
    bool fire = true;
    for (size_t i = 0; i < node.inputs.size(); ++i)
      fire = fire && (!(run.consumes >> i & 1) || count[node.inputs[i]] > 0);
    for (size_t i = 0; i < node.inputs.size(); ++i)
      change[node.inputs[i]] -= fire && (run.consumes >> i & 1);
    state.pipe.pop_back();
    state.pipe.insert(state.pipe.begin(), fire && run.emits);
    if (fire && --state.left == 0) {
      state.run = (state.run + 1) % node.timing.period.size();
      state.left = node.timing.period[state.run].count;
    }
  }
};

/// A random chain with a fork and a join now and then.
Network randomNetwork(std::mt19937 &random) {
  auto pick = [&](int lo, int hi) { return static_cast<int64_t>(lo + random() % (hi - lo + 1)); };
  Network net;
  int64_t beats = pick(1, 12);
  int at = net.addChannel("in", pick(2, 4), beats);
  int count = static_cast<int>(pick(1, 6));
  for (int i = 0; i < count; ++i) {
    int64_t choice = pick(0, 4), latency = pick(1, 9);
    if (choice == 0) {
      int a = net.addChannel("a", pick(2, 20), beats), b = net.addChannel("b", pick(20, 40), beats);
      int c = net.addChannel("c", pick(2, 4), beats), out = net.addChannel("sum", pick(2, 4), beats);
      net.addNode("fork", fork(beats), {at}, {a, b});
      net.addNode("slow", pointwise(latency, beats), {a}, {c});
      net.addNode("add", pointwise(pick(1, 4), beats, 0b11), {c, b}, {out});
      at = out;
    } else if (choice == 1) {
      int64_t nf = pick(1, 7), in = beats;
      beats = nf;
      int out = net.addChannel("y", pick(2, 4), beats);
      net.addNode("mvu", mvu(latency, in, nf, 1), {at}, {out});
      at = out;
    } else if (choice == 2) {
      int64_t ratio = pick(1, 5);
      int out = net.addChannel("down", pick(2, 4), beats * ratio);
      std::vector<flow::StepRun> period = {{1, 1, true}};
      if (ratio > 1)
        period.push_back({ratio - 1, 0, true});
      net.addNode("down", steps(1, period, beats), {at}, {out});
      beats *= ratio, at = out;
    } else if (choice == 3) {
      int64_t vectors = beats % 2 ? 1 : 2, each = pick(1, 3), emitted = pick(1, 5);
      int out = net.addChannel("z", pick(2, 4), vectors * emitted);
      net.addNode("banks", banks(latency, beats / vectors, each, emitted, vectors), {at}, {out});
      beats = vectors * emitted, at = out;
    } else {
      int out = net.addChannel("p", pick(2, 4), beats);
      net.addNode("point", pointwise(latency, beats), {at}, {out});
      at = out;
    }
  }
  // The naive simulation takes results from the last channel.
  int out = net.addChannel("out", 2, beats);
  net.addNode("last", pointwise(1, beats), {at}, {out});
  return net;
}

TEST(Schedule, EqualsTheNaiveSimulation) {
  for (int seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    Network net = randomNetwork(random);
    ScheduleOptions options;
    options.frames = 4;
    Schedule schedule = simulate(net, options);
    ASSERT_FALSE(schedule.deadlock) << "seed " << seed << ": " << schedule.blocked;
    ASSERT_EQ(schedule.frameEnds, Naive::frameEnds(net, 4)) << "seed " << seed;
  }
}

TEST(Schedule, ThirtyProcessesAndAMillionCycles) {
  Network net;
  int64_t beats = 100000;
  int at = net.addChannel("in", 2, beats);
  for (int i = 0; i < 30; ++i) {
    int out = net.addChannel("c", 2, beats);
    net.addNode("n", i % 3 == 0 ? steps(3, {{1, 1, true}, {9, 0, false}}, beats) : pointwise(4, beats), {at}, {out});
    at = out;
  }
  ScheduleOptions options;
  options.frames = 1;
  std::clock_t start = std::clock();
  Schedule schedule = simulate(net, options);
  double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; // of this process: others may be busy
  EXPECT_GE(schedule.cycles, 1000000 - 100);
  EXPECT_LT(seconds, 5) << "about 0.15 s on an idle machine";
}

} // namespace

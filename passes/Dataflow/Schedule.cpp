//===- Schedule.cpp - cycle simulation of T1 to T7 -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Every decision of a cycle depends on the queues at its start only. Consumers are therefore evaluated before
// producers: a queue then still has its count of the start when its consumer looks, and the producer corrects for
// a beat that left in this cycle. A process sleeps while nothing around it changes, and leaps over steps that
// neither consume nor emit.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/Schedule.h"
#include "passes/Dataflow/WindowCursor.h"

#include <algorithm>
#include <limits>

using namespace weft;
using namespace weft::dataflow;
using flow::StepRun;
using flow::Timing;
using flow::WindowShape;

int Network::addChannel(std::string name, int64_t depth, int64_t beatsPerFrame) {
  channels.push_back({std::move(name), depth, beatsPerFrame, kOutside, kOutside});
  return static_cast<int>(channels.size()) - 1;
}

int Network::addNode(std::string name, Timing timing, std::vector<int> inputs,
                     std::vector<int> outputs) {
  int index = static_cast<int>(nodes.size());
  for (int channel : inputs)
    channels[channel].consumer = index;
  for (int channel : outputs)
    channels[channel].producer = index;
  nodes.push_back({std::move(name), std::move(timing), std::move(inputs), std::move(outputs)});
  return index;
}

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct Queue {
  int64_t depth, count = 0, poppedIn = -1, most = 0;
  int producer, consumer;
};

/// A queue of at most `latency + 1` cycles in a ring: the pipeline of a process.
class Pipeline {
public:
  explicit Pipeline(int64_t latency) : ring(size_t(1) << log2Ceil(latency + 2)) {}
  bool empty() const { return head == tail; }
  int64_t front() const { return ring[head & (ring.size() - 1)]; }
  void push(int64_t cycle) { ring[tail++ & (ring.size() - 1)] = cycle; }
  void pop() { ++head; }

private:
  static unsigned log2Ceil(int64_t n) {
    unsigned bits = 0;
    while ((int64_t(1) << bits) < n)
      ++bits;
    return bits;
  }
  std::vector<int64_t> ring;
  size_t head = 0, tail = 0;
};

struct Actor {
  Actor(const Network::Node &node) : node(&node), kind(node.timing.kind), latency(node.timing.latency), due(latency) {}

  const Network::Node *node;
  Timing::Kind kind;
  int64_t latency;
  int64_t wakeAt = 0;
  int64_t busyUntil = 0;    ///< leaping: not to be woken before
  int64_t enabled = 0;      ///< cycles in which the pipeline advanced
  Pipeline due;             ///< value of `enabled` at which each emitted beat is at the output
  size_t run = 0;
  int64_t left = 0;         ///< steps left in the run
  int64_t accepted = 0;     ///< window, banks: beats taken in
  int64_t vectors = 0;      ///< banks: vectors that are done
  std::vector<WindowCursor> cursor; ///< window: one element
  std::vector<ReorderCursor> reorder; ///< reorder: one element
  int64_t fired = 0;
};

class Simulation {
public:
  Simulation(const Network &network, const ScheduleOptions &options);
  Schedule run();

private:
  bool canPush(const Queue &queue) const {
    return queue.count + (queue.poppedIn == now) != queue.depth;
  }
  void push(int channel);
  void pop(int channel);
  bool step(Actor &actor);
  /// A buffer with two sides (T4, T6).
  template <typename Cursor> bool stepBuffer(Actor &actor, Cursor &cursor);
  bool stepBanks(Actor &actor);
  bool stepFork(Actor &actor);
  /// True if the output register blocks the pipeline; moves its beat on where it can.
  bool drain(Actor &actor, bool &acted);
  void leap(Actor &actor);
  int64_t evaluateAll();
  bool offer();
  std::string describe() const;

  const Network &network;
  const ScheduleOptions &options;
  std::vector<Queue> queues;
  std::vector<Actor> actors;
  std::vector<int> sources, sinks;
  std::vector<int64_t> moved; ///< beats that crossed the border, per channel
  Schedule result;
  int64_t now = 0, firstIn = -1;
};

Simulation::Simulation(const Network &network, const ScheduleOptions &options)
    : network(network), options(options), moved(network.channels.size(), 0) {
  for (const Network::Channel &channel : network.channels) {
    Queue queue;
    queue.depth = channel.depth;
    queue.producer = channel.producer, queue.consumer = channel.consumer;
    int index = static_cast<int>(queues.size());
    if (channel.producer == Network::kOutside)
      sources.push_back(index);
    if (channel.consumer == Network::kOutside)
      sinks.push_back(index);
    queues.push_back(queue);
  }
  for (const Network::Node &node : network.nodes) {
    Actor actor(node);
    if (actor.kind == Timing::Kind::window)
      actor.cursor.emplace_back(node.timing.window);
    else if (actor.kind == Timing::Kind::reorder)
      actor.reorder.emplace_back(node.timing.depth, node.timing.periodsPerFrame);
    else
      actor.left = node.timing.period.empty() ? 0 : node.timing.period[0].count;
    actors.push_back(std::move(actor));
  }
}

void Simulation::push(int channel) {
  Queue &queue = queues[channel];
  ++queue.count;
  queue.most = std::max(queue.most, queue.count);
  if (queue.consumer >= 0)
    actors[queue.consumer].wakeAt = std::min(actors[queue.consumer].wakeAt, now + 1);
}

void Simulation::pop(int channel) {
  Queue &queue = queues[channel];
  --queue.count;
  queue.poppedIn = now;
  if (queue.producer >= 0)
    actors[queue.producer].wakeAt = std::min(actors[queue.producer].wakeAt, now + 1);
}

bool Simulation::drain(Actor &actor, bool &acted) {
  if (actor.due.empty() || actor.due.front() != actor.enabled)
    return false;
  int out = actor.node->outputs[0];
  if (!canPush(queues[out]))
    return true;
  push(out);
  actor.due.pop();
  acted = true;
  return false;
}

bool Simulation::step(Actor &actor) {
  bool acted = false;
  if (drain(actor, acted))
    return acted;
  const std::vector<StepRun> &period = actor.node->timing.period;
  const StepRun &run = period[actor.run];
  bool fires = true;
  for (size_t i = 0; i < actor.node->inputs.size(); ++i)
    if (run.consumes >> i & 1)
      fires &= queues[actor.node->inputs[i]].count > 0;
  if (fires) {
    for (size_t i = 0; i < actor.node->inputs.size(); ++i)
      if (run.consumes >> i & 1)
        pop(actor.node->inputs[i]);
    if (run.emits)
      actor.due.push(actor.enabled + actor.latency);
    ++actor.fired;
    if (--actor.left == 0) {
      actor.run = actor.run + 1 == period.size() ? 0 : actor.run + 1;
      actor.left = period[actor.run].count;
    }
  }
  ++actor.enabled;
  return acted || fires || !actor.due.empty();
}

/// Skips steps in which the process is alone: nothing consumed, nothing emitted, nothing at the output.
void Simulation::leap(Actor &actor) {
  const StepRun &run = actor.node->timing.period[actor.run];
  int64_t alone = actor.due.empty() ? kNever : actor.due.front() - actor.enabled;
  if (run.consumes != 0 || run.emits || alone <= 2 || actor.left <= 2)
    return;
  alone = std::min(alone, actor.left - 1);
  actor.left -= alone;
  actor.enabled += alone;
  actor.fired += alone;
  actor.busyUntil = now + 1 + alone;
}

template <typename Cursor> bool Simulation::stepBuffer(Actor &actor, Cursor &cursor) {
  bool acted = false;
  int in = actor.node->inputs[0];
  bool blocked = drain(actor, acted);
  bool accepts = queues[in].count > 0 && actor.accepted < cursor.limit();
  bool fires = !blocked && cursor.need() <= actor.accepted;
  if (accepts) {
    pop(in);
    ++actor.accepted;
  }
  if (fires) {
    actor.due.push(actor.enabled + actor.latency);
    cursor.advance();
    ++actor.fired;
  }
  if (!blocked)
    ++actor.enabled;
  return acted || accepts || fires || (!blocked && !actor.due.empty());
}

bool Simulation::stepBanks(Actor &actor) {
  bool acted = false;
  int in = actor.node->inputs[0];
  int64_t load = actor.node->timing.load;
  const std::vector<StepRun> &period = actor.node->timing.period;
  bool blocked = drain(actor, acted);
  bool accepts = queues[in].count > 0 && actor.accepted < (actor.vectors + 2) * load;
  bool fires = !blocked && (actor.vectors + 1) * load <= actor.accepted;
  if (accepts) {
    pop(in);
    ++actor.accepted;
  }
  if (fires) {
    if (period[actor.run].emits)
      actor.due.push(actor.enabled + actor.latency);
    ++actor.fired;
    if (--actor.left == 0) {
      actor.run = actor.run + 1 == period.size() ? 0 : actor.run + 1;
      actor.vectors += actor.run == 0;
      actor.left = period[actor.run].count;
    }
  }
  if (!blocked)
    ++actor.enabled;
  return acted || accepts || fires || (!blocked && !actor.due.empty());
}

bool Simulation::stepFork(Actor &actor) {
  if (queues[actor.node->inputs[0]].count == 0)
    return false;
  for (int out : actor.node->outputs)
    if (!canPush(queues[out]))
      return false;
  pop(actor.node->inputs[0]);
  for (int out : actor.node->outputs)
    push(out);
  ++actor.fired;
  return true;
}

/// One cycle of every process that is awake; returns when the next one is.
int64_t Simulation::evaluateAll() {
  for (size_t i = actors.size(); i-- > 0;) {
    Actor &actor = actors[i];
    if (actor.wakeAt > now || actor.busyUntil > now)
      continue;
    actor.wakeAt = kNever;
    bool acted = false;
    if (actor.kind == Timing::Kind::steps) {
      acted = step(actor);
      if (acted)
        actor.wakeAt = now + 1, leap(actor);
    } else {
      acted = actor.kind == Timing::Kind::window    ? stepBuffer(actor, actor.cursor[0])
              : actor.kind == Timing::Kind::banks   ? stepBanks(actor)
              : actor.kind == Timing::Kind::reorder ? stepBuffer(actor, actor.reorder[0])
                                                    : stepFork(actor);
      if (acted)
        actor.wakeAt = now + 1;
    }
    // A beat that left an output in this cycle makes room in the next.
    for (int out : actor.node->outputs)
      if (queues[out].poppedIn == now)
        actor.wakeAt = std::min(actor.wakeAt, now + 1);
  }
  int64_t next = kNever;
  for (const Actor &actor : actors)
    next = std::min(next, std::max(actor.wakeAt, actor.busyUntil));
  return next;
}

/// The outside offers every frame. Results are taken before, beats offered after the processes act, which is the order
/// of consumers before producers.
bool Simulation::offer() {
  bool acted = false;
  for (int channel : sources) {
    if (moved[channel] == network.channels[channel].beatsPerFrame * options.frames)
      continue;
    if (canPush(queues[channel])) {
      if (firstIn < 0)
        firstIn = now;
      push(channel);
      ++moved[channel];
      acted = true;
    } else if (queues[channel].poppedIn == now) {
      acted = true;
    }
  }
  return acted;
}

std::string Simulation::describe() const {
  std::string text;
  for (size_t i = 0; i < queues.size(); ++i)
    if (queues[i].count == queues[i].depth && queues[i].consumer >= 0)
      text += (text.empty() ? "" : ", ") + std::string("queue '") + network.channels[i].name +
              "' full (depth " + std::to_string(queues[i].depth) + ")";
  return text;
}

Schedule Simulation::run() {
  result.frameEnds.assign(options.frames, 0);
  int64_t outstanding = 0;
  for (int channel : sinks)
    outstanding += network.channels[channel].beatsPerFrame * options.frames;
  while (outstanding > 0 && now < options.cycleLimit) {
    bool acted = false;
    for (int channel : sinks) {
      if (queues[channel].count == 0)
        continue;
      pop(channel);
      --outstanding, acted = true;
      if (++moved[channel] % network.channels[channel].beatsPerFrame == 0) {
        int64_t frame = moved[channel] / network.channels[channel].beatsPerFrame - 1;
        result.frameEnds[frame] = std::max(result.frameEnds[frame], now);
      }
    }
    int64_t next = evaluateAll();
    acted |= offer();
    for (int channel : sources)
      if (int consumer = queues[channel].consumer; consumer >= 0)
        next = std::min(next, std::max(actors[consumer].wakeAt, actors[consumer].busyUntil));
    for (int channel : sinks)
      acted |= queues[channel].count > 0;
    if (!acted && next == kNever)
      break;
    now = acted ? now + 1 : std::max(next, now + 1);
  }
  if (outstanding > 0)
    result.deadlock = true, result.blocked = describe();
  result.cycles = now;
  result.latency = result.frameEnds[0] - firstIn;
  if (options.frames > 1)
    result.initiationInterval =
        result.frameEnds[options.frames - 1] - result.frameEnds[options.frames - 2];
  for (const Queue &queue : queues)
    result.occupancy.push_back(queue.most);
  for (const Actor &actor : actors)
    result.fired.push_back(actor.fired);
  return std::move(result);
}

} // namespace

Schedule weft::dataflow::simulate(const Network &network, const ScheduleOptions &options) {
  return Simulation(network, options).run();
}

int64_t weft::dataflow::initiationInterval(const Network &network, int *bottleneck) {
  int64_t most = 0;
  for (size_t i = 0; i < network.nodes.size(); ++i) {
    int64_t steps = network.nodes[i].timing.interval();
    if (steps > most && bottleneck)
      *bottleneck = static_cast<int>(i);
    most = std::max(most, steps);
  }
  for (const Network::Channel &channel : network.channels)
    most = std::max(most, channel.beatsPerFrame);
  return most;
}

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

/// Forgets what an earlier run chose.
void removeFifos(func::FuncOp design) {
  design.walk([](flow::WindowOp window) { window.setDepth(0); });
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

/// Beats that arrive at a process while it does not take any: what a queue before it must hold so that its producer, at the
/// same average rate, never waits. A matrix-vector unit takes a vector in its first pass and then works on it.
int64_t burst(const flow::Timing &timing) {
  int64_t taken = 0, pause = 0, longest = 0;
  for (const flow::StepRun &run : timing.period) {
    pause = run.consumes != 0 ? 0 : pause + run.count;
    taken += run.consumes != 0 ? run.count : 0;
    longest = std::max(longest, pause);
  }
  return std::min(longest, taken);
}

/// Chooses depths: never less than what cannot deadlock, and more where the simulation shows that it makes frames follow
/// each other faster.
class QueueSizing {
public:
  /// `asked`: cycles per frame that are wanted, 0 if none are.
  QueueSizing(Design &design, int64_t asked)
      : design(design), channels(design.network.channels), depths(queueDepths(design.network)), pace(paceOf(design.network, asked)) {
    for (const Network::Node &node : design.network.nodes)
      stepsPerFrame += node.timing.stepsPerFrame();
  }

  /// The cycles in which frames follow each other.
  int64_t run() {
    for (size_t i = 0; i < channels.size(); ++i)
      channels[i].depth = depths[i].least;
    best = trial().initiationInterval;
    relaxJoins();
    smoothBursts();
    relaxJoins();
    for (auto [channel, fifo] : llvm::zip(channels, design.queues))
      fifo.setDepth(channel.depth);
    for (auto [node, op] : llvm::zip(design.network.nodes, design.processes))
      if (auto window = dyn_cast<flow::WindowOp>(op))
        if (node.timing.window.depth != node.timing.window.fullDepth())
          window.setDepth(node.timing.window.depth);
    return best;
  }

private:
  /// Steps of processes that all trials together may simulate; some 20 million take a second.
  static constexpr int64_t kMostSteps = int64_t(1) << 30;

  Schedule trial() {
    ScheduleOptions options;
    budget -= stepsPerFrame * options.frames;
    return simulate(design.network, options);
  }
  /// Large designs get room that might do with less: what trials save is not worth their time.
  bool mayTry() const { return budget > 0; }

  /// Cycles per frame that are worth room: those of the slowest process with the least of its own, fewer where that is asked for and can be had.
  static int64_t paceOf(const Network &network, int64_t asked) {
    int64_t least = initiationInterval(network), steps = 0;
    for (const Network::Node &node : network.nodes)
      steps = std::max(steps, node.timing.stepsPerFrame());
    return asked > 0 ? std::min(least, std::max(asked, steps)) : least;
  }

  /// More room in front of joins, doubled until the slowest process sets the pace; no more than was held there. A branch that needs the whole frame
  /// before it begins (squeeze and excite) has the next one arrive meanwhile, so a queue may hold two.
  void relaxJoins() {
    std::vector<Network::Channel> chosen = channels;
    for (int64_t factor = mayTry() ? 1 : kMostSlack; best > pace && factor <= kMostSlack; factor = mayTry() ? factor * 2 : 2 * kMostSlack) {
      bool any = false;
      for (size_t i = 0; i < channels.size(); ++i)
        if (depths[i].slack > 0) {
          any = true;
          channels[i].depth = std::max(channels[i].depth, std::min(depths[i].least + depths[i].slack * factor,
                                                                   2 * channels[i].beatsPerFrame + 2));
        }
      if (!any)
        break;
      Schedule schedule = trial();
      if (schedule.initiationInterval >= best)
        continue;
      best = schedule.initiationInterval;
      chosen = channels;
      for (size_t i = 0; i < channels.size(); ++i)
        if (depths[i].slack > 0)
          chosen[i].depth = std::max(depths[i].least, std::min(channels[i].depth, schedule.occupancy[i]));
    }
    channels = chosen;
  }

  /// Room for a burst in front of every process that pauses, and in windows for the rows that the next frame begins with;
  /// then takes it away again where nothing is lost.
  void smoothBursts() {
    if (best <= pace)
      return;
    Network before = design.network;
    std::vector<Raised> queues, windows;
    for (size_t i = 0; i < design.network.nodes.size(); ++i) {
      auto [depth, wanted] = bufferOf(design.network.nodes[i]);
      if (!depth || wanted <= *depth)
        continue;
      bool isWindow = design.network.nodes[i].timing.kind == flow::Timing::Kind::window;
      (isWindow ? windows : queues).push_back({depth, *depth, wanted});
      *depth = wanted;
    }
    int64_t reached = trial().initiationInterval;
    if (reached >= best) {
      design.network = before;
      return;
    }
    best = reached;
    // Windows hold rows, and are worth a simulation each; queues hold a vector, and are looked at by the handful.
    lower(windows, 1);
    lower(queues, kFewQueues);
  }

  /// A buffer that was made larger.
  struct Raised {
    int64_t *depth, before, after;
  };

  static constexpr size_t kFewQueues = 8;
  static constexpr int64_t kMostSlack = 64;

  /// Takes room away again where nothing is lost. Few buffers matter: whole groups are tried at once, and halved where that
  /// is too much, down to groups of `least`.
  void lower(llvm::ArrayRef<Raised> group, size_t least) {
    if (group.empty() || !mayTry())
      return;
    for (const Raised &buffer : group)
      *buffer.depth = buffer.before;
    if (trial().initiationInterval <= best)
      return;
    for (const Raised &buffer : group)
      *buffer.depth = buffer.after;
    if (group.size() <= least)
      return;
    lower(group.take_front(group.size() / 2), least);
    lower(group.drop_front(group.size() / 2), least);
  }

  /// Where a process keeps input that it cannot use yet, and how much would be enough.
  std::pair<int64_t *, int64_t> bufferOf(Network::Node &node) { return bufferOf(node, design.network); }
  static std::pair<int64_t *, int64_t> bufferOf(Network::Node &node, Network &network) {
    if (node.timing.kind == flow::Timing::Kind::window)
      return {&node.timing.window.depth, node.timing.window.seamlessDepth()};
    if (node.timing.kind == flow::Timing::Kind::steps && node.inputs.size() == 1)
      return {&network.channels[node.inputs[0]].depth, burst(node.timing) + 2};
    return {nullptr, 0};
  }

  Design &design;
  std::vector<Network::Channel> &channels;
  std::vector<Depth> depths;
  int64_t pace, best = 0;
  int64_t stepsPerFrame = 0, budget = kMostSteps;
};

struct FlowInsertFifos : weft::dataflow::impl::FlowInsertFifosBase<FlowInsertFifos> {
  using FlowInsertFifosBase::FlowInsertFifosBase;

  /// A promise that processes cannot keep together, or that is about less than what they are.
  void warnSlower(func::FuncOp function, const Design &design, int64_t reached) {
    int slowest = 0;
    int64_t least = initiationInterval(design.network, &slowest);
    InFlightDiagnostic warning = function.emitWarning() << "frames follow each other every " << reached << " cycles, not every " << int64_t(cycles);
    if (least > cycles)
      warning << ": '" << design.network.nodes[slowest].name << "' needs " << least;
    warning << "; ask for " << reached << ", or for fewer until it holds";
  }

  void runOnOperation() override {
    func::FuncOp function = flow::findDesign(getOperation());
    if (!function)
      return;
    removeFifos(function);
    insertFifos(function);
    FailureOr<Design> design = readDesign(function);
    if (failed(design))
      return signalPassFailure();
    int64_t reached = QueueSizing(*design, cycles).run();
    if (cycles > 0 && reached > cycles)
      warnSlower(function, *design, reached);
  }
};

} // namespace

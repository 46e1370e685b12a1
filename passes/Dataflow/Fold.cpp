//===- Fold.cpp - choose PE and SIMD of every process --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/GatherCost.h"
#include "dialects/Flow/IR/WeightSource.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Dataflow/DenseUnit.h"
#include "passes/Dataflow/Design.h"
#include "passes/Dataflow/Folding.h"
#include "passes/Dataflow/ListReach.h"
#include "passes/Dataflow/Passes.h"
#include "passes/Evaluation/Evaluator.h"

#include "llvm/ADT/StringExtras.h"
#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::dataflow;

namespace weft::dataflow {
#define GEN_PASS_DEF_FLOWFOLD
#include "passes/Dataflow/Passes.h.inc"
} // namespace weft::dataflow

namespace {

enum class When { automatic, always, never };

/// When units that exploit a scheme are taken.
struct Choice {
  When clustered = When::automatic, multiplierless = When::automatic;
};

When whenOf(StringRef text) { return text == "always" ? When::always : text == "never" ? When::never : When::automatic; }

struct Asked {
  int64_t pe = 0, simd = 0;
  bool used = false;
};

std::vector<int64_t> divisorsOf(const SmallVector<int64_t> &extents) {
  return commonDivisors({extents.begin(), extents.end()});
}

/// One number for a device: a DSP counts as 100 LUT, a block RAM as 400.
double weigh(const flow::Resources &cost) { return cost.lut + cost.ff * 0.5 + cost.dsp * 100 + cost.bram * 400; }

/// The window in front of a pool or depthwise unit. Its order depends on its lanes (D4), so both have the same.
flow::WindowOp windowOf(Operation *op) {
  if (!isa<flow::PoolOp, flow::DepthwiseOp>(op))
    return {};
  Value input = op->getOperand(0);
  while (auto fifo = input.getDefiningOp<flow::FifoOp>())
    input = fifo.getInput();
  return input.getDefiningOp<flow::WindowOp>();
}

double costOf(Operation *op) { return weigh(cast<flow::Process>(op).getResources()); }

/// Fewest multipliers with which a lookup's sums drain in time; 0 if the groups of the codebook do not fit PE.
int64_t fewestMultipliers(flow::MvuOp mvu) {
  auto book = cast<RankedTensorType>(mvu.getLookup().getCodebook().getType());
  int64_t pe = mvu.getPe(), inputs = mvu.getK() / static_cast<int64_t>(mvu.getSimd());
  int64_t rows = mvu.getN() / book.getDimSize(0);
  if (pe % rows != 0 && rows % pe != 0)
    return 0;
  for (int64_t m = 1; m < pe; ++m)
    if (pe % m == 0 && flow::clusteredDrain(pe, book.getDimSize(1), m) <= inputs)
      return m;
  // Powers of two: each read of a bucket then has a memory of its own (weft_bucket).
  for (int64_t each = 1; each < 2 * book.getDimSize(1); each *= 2)
    if (flow::clusteredDrain(pe, book.getDimSize(1), pe * each) <= inputs)
      return pe * each;
  return 0;
}

/// The units that could do the work of `op`, as values of flow.mvu's `unit`.
SmallVector<int> unitsOf(flow::Foldable op, When multiplierless) {
  constexpr int multiply = static_cast<int>(flow::MvuUnit::multiply);
  auto mvu = dyn_cast<flow::MvuOp>(op.getOperation());
  if (!mvu || multiplierless == When::never)
    return {multiply};
  if (mvu.getPowers())
    return {static_cast<int>(flow::MvuUnit::shift)};
  if (!mvu.getBitplanes())
    return {multiply};
  if (multiplierless == When::always)
    return {static_cast<int>(flow::MvuUnit::bitserial)};
  return {multiply, static_cast<int>(flow::MvuUnit::bitserial)};
}

/// Sets the folding and the unit, and for a lookup the better unit.
void apply(flow::Foldable op, int64_t pe, int64_t simd, int unit, When clustered) {
  op.setFolding(pe, simd);
  if (flow::WindowOp window = windowOf(op)) {
    window.setFolding(pe, pe);
    for (Operation *user : window.getResult().getUsers())
      if (auto fifo = dyn_cast<flow::FifoOp>(user))
        fifo.getResult().setType(window.getResult().getType());
  }
  auto mvu = dyn_cast<flow::MvuOp>(op.getOperation());
  if (!mvu)
    return;
  mvu.setMultipliers(0);
  mvu.setUnit(static_cast<flow::MvuUnit>(unit));
  if (!mvu.getLookup() || clustered == When::never || mvu.getUnit() != flow::MvuUnit::multiply)
    return;
  double dense = costOf(mvu);
  mvu.setMultipliers(fewestMultipliers(mvu));
  if (mvu.getMultipliers() != 0 && clustered == When::automatic && costOf(mvu) > dense)
    mvu.setMultipliers(0);
}

class Folder {
public:
  Folder(func::FuncOp design, Choice when) : design(design), when(when) {
    design.walk([&](flow::Foldable op) {
      auto window = dyn_cast<flow::WindowOp>(op.getOperation());
      if (!window || window.getOrder() != flow::WindowOrder::depthwise)
        ops.push_back(op); // others are folded with the unit they feed
    });
  }

  LogicalResult readLayers(ArrayRef<std::string> layers);
  LogicalResult run(int64_t target);

private:
  LogicalResult narrow(flow::Foldable op, const Asked &asked, std::vector<int64_t> &pes, std::vector<int64_t> &simds);
  Candidate candidate(flow::Foldable op, int64_t pe, int64_t simd, int unit);
  FailureOr<FoldItem> itemOf(flow::Foldable op);
  LogicalResult readLists(flow::Foldable op);
  flow::Resources resourcesOf(flow::Foldable op);
  LogicalResult reportUnmet(const FoldResult &result, int64_t target);

  func::FuncOp design;
  Choice when;
  SmallVector<flow::Foldable> ops;
  llvm::StringMap<Asked> layers;
  llvm::DenseMap<Operation *, InputLists> lists; ///< of units that have such
  std::vector<FoldItem> items;
};

LogicalResult Folder::readLayers(ArrayRef<std::string> texts) {
  for (StringRef text : texts) {
    auto [layer, numbers] = text.rsplit('=');
    auto [pe, simd] = numbers.split(':');
    Asked asked;
    if (layer.empty() || pe.getAsInteger(10, asked.pe) || (!simd.empty() && simd.getAsInteger(10, asked.simd)) ||
        asked.pe < 1 || asked.simd < 0)
      return design.emitError() << "expected a folding layer=PE:SIMD, got '" << text << "'";
    layers[layer] = asked;
  }
  return success();
}

/// Leaves only what was asked for; a window and a reorder follow the unit they feed.
LogicalResult Folder::narrow(flow::Foldable op, const Asked &asked, std::vector<int64_t> &pes,
                             std::vector<int64_t> &simds) {
  auto pick = [&](StringRef what, int64_t value, std::vector<int64_t> &legal) -> LogicalResult {
    if (llvm::is_contained(legal, value)) {
      legal = {value};
      return success();
    }
    InFlightDiagnostic error = op->emitError() << "layer '" << nn::layerName(op) << "': " << what << " = " << value
                                               << " is not legal; legal are ";
    llvm::interleaveComma(legal, error);
    return error;
  };
  if (isa<flow::WindowOp, flow::PadOp, flow::ReorderOp>(op.getOperation())) {
    int64_t wanted = asked.simd != 0 ? asked.simd : asked.pe;
    pes = {std::gcd(pes.back(), wanted)};
    return success();
  }
  if (failed(pick("PE", asked.pe, pes)))
    return failure();
  if (asked.simd != 0 && op.getSimdExtents().empty())
    return asked.simd == asked.pe ? success()
                                  : op->emitError() << "layer '" << nn::layerName(op)
                                                    << "' has no SIMD of its own; give PE only";
  return asked.simd == 0 ? success() : pick("SIMD", asked.simd, simds);
}

Candidate Folder::candidate(flow::Foldable op, int64_t pe, int64_t simd, int unit) {
  apply(op, pe, simd, unit, when.clustered);
  auto process = cast<flow::Process>(op.getOperation());
  Candidate result{pe, simd, process.getTiming().stepsPerFrame(), weigh(resourcesOf(op)), unit};
  if (flow::WindowOp window = windowOf(op)) {
    result.cycles = std::max(result.cycles, window.getTiming().stepsPerFrame());
    result.cost += weigh(window.getResources());
  }
  return result;
}

LogicalResult Folder::readLists(flow::Foldable op) {
  auto gather = dyn_cast<flow::GatherMvuOp>(op.getOperation());
  if (!gather)
    return success();
  auto gaps = evaluation::evaluateConstant(gather.getGaps());
  if (!gaps.ok())
    return gather.emitError() << "layer '" << nn::layerName(gather) << "': expected a constant tensor of gaps: " << gaps.message();
  FailureOr<std::vector<int64_t>> inputs = gather.readInputs(gaps->integers());
  if (failed(inputs))
    return failure();
  InputLists &read = lists[gather];
  read = {gather.getEdges(), std::move(*inputs), {}};
  for (int64_t n = 0; n < gather.getN(); n += gather.getShare()) {
    read.lengths.push_back(0);
    for (int64_t i = n; i < n + gather.getShare(); ++i)
      read.lengths.back() = std::max(read.lengths.back(), gather.getLength(i));
  }
  return success();
}

flow::Resources Folder::resourcesOf(flow::Foldable op) {
  auto gather = dyn_cast<flow::GatherMvuOp>(op.getOperation());
  return gather ? flow::gatherResources(gather, listReach(lists[gather], gather.getSimd(), gather.getSets()))
                : cast<flow::Process>(op.getOperation()).getResources();
}

FailureOr<FoldItem> Folder::itemOf(flow::Foldable op) {
  if (failed(readLists(op)))
    return failure();
  std::vector<int64_t> pes = divisorsOf(op.getPeExtents()), simds = {1};
  if (!op.getSimdExtents().empty())
    simds = divisorsOf(op.getSimdExtents());
  if (auto mvu = dyn_cast<flow::MvuOp>(op.getOperation())) {
    auto source = flow::WeightSource::of(mvu.getWeight());
    llvm::erase_if(pes, [&](int64_t pe) { return !source.allowsPe(pe); });
    llvm::erase_if(simds, [&](int64_t simd) { return !source.allowsSimd(simd); });
  }
  llvm::erase_if(pes, [&](int64_t pe) { return llvm::none_of(simds, [&](int64_t simd) { return op.isLegalFolding(pe, simd); }); });
  llvm::erase_if(simds, [&](int64_t simd) { return llvm::none_of(pes, [&](int64_t pe) { return op.isLegalFolding(pe, simd); }); });
  auto asked = layers.find(nn::layerName(op));
  if (asked != layers.end()) {
    asked->second.used = true;
    if (failed(narrow(op, asked->second, pes, simds)))
      return failure();
  }
  FoldItem item;
  item.name = (nn::layerName(op) + " (" + op->getName().getStringRef() + ")").str();
  for (int unit : unitsOf(op, when.multiplierless))
    for (int64_t pe : pes)
      for (int64_t simd : simds)
        if (op.isLegalFolding(pe, simd))
          item.candidates.push_back(candidate(op, pe, simd, unit));
  if (item.candidates.empty())
    return op->emitError() << "layer '" << nn::layerName(op) << "': PE = " << asked->second.pe << " and SIMD = " << asked->second.simd
                           << " are not legal together; a clash-free unit has PE = 1, or all edges of an output as SIMD, and one with lists of inputs at most "
                              "9,999 memories";
  return item;
}

LogicalResult Folder::reportUnmet(const FoldResult &result, int64_t target) {
  return ops[result.bottleneck]->emitError()
         << "the target of " << target << " cycles per frame is not reachable: layer "
         << items[result.bottleneck].name << " needs at least " << result.nearest
         << "; the nearest reachable target is " << result.nearest;
}

LogicalResult Folder::run(int64_t target) {
  if (target <= 0 && layers.empty())
    return design.emitError("no folding was asked for: give a target (cycles per frame) or layer=PE:SIMD");
  int64_t slowestAsked = 0;
  for (flow::Foldable op : ops) {
    FailureOr<FoldItem> item = itemOf(op);
    if (failed(item))
      return failure();
    if (layers.count(nn::layerName(op)))
      for (const Candidate &candidate : item->candidates)
        if (candidate.unit == item->candidates.front().unit)
          slowestAsked = std::max(slowestAsked, candidate.cycles);
    items.push_back(std::move(*item));
  }
  for (auto &entry : layers)
    if (!entry.second.used)
      return design.emitError() << "no layer '" << entry.first() << "' to fold";
  FoldResult result = chooseFolding(items, target > 0 ? target : slowestAsked);
  if (!result.met)
    return reportUnmet(result, target > 0 ? target : slowestAsked);
  for (auto [op, item, choice] : llvm::zip(ops, items, result.choice)) {
    const Candidate &chosen = item.candidates[choice];
    apply(op, chosen.pe, chosen.simd, chosen.unit, when.clustered);
  }
  return success();
}

struct FlowFold : weft::dataflow::impl::FlowFoldBase<FlowFold> {
  using FlowFoldBase::FlowFoldBase;
  void runOnOperation() override {
    func::FuncOp design = flow::findDesign(getOperation());
    if (!design) {
      getOperation().emitError("expected a design as func.func @dataflow; run --nn-to-flow first");
      return signalPassFailure();
    }
    if (cycles > 0 && failed(replaceSlowGathers(design, cycles)))
      return signalPassFailure();
    Folder folder(design, {whenOf(clustered), whenOf(multiplierless)});
    SmallVector<std::string> asked(layers.begin(), layers.end());
    if (failed(folder.readLayers(asked)) || failed(folder.run(cycles)))
      return signalPassFailure();
    for (Operation &op : design.getBody().front())
      followLanes(&op);
    // Results carry lanes: the function's type follows.
    auto terminator = cast<func::ReturnOp>(design.getBody().front().getTerminator());
    design.setType(FunctionType::get(&getContext(), design.getArgumentTypes(), terminator.getOperandTypes()));
  }
};

} // namespace

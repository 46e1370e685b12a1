//===- FlowResources.cpp - estimated cost of each process ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Counts of the structures each module of runtime/rtl has (Costs.h). Good for comparing foldings, not for signing off.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/Costs.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Flow/IR/GatherCost.h"
#include "dialects/Flow/IR/WeightSource.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::flow;

namespace {

constexpr int64_t kControlLut = 20, kControlFf = 16;

int64_t log2Ceil(int64_t value) { return llvm::Log2_64_Ceil(value); }

Resources control(int64_t outputBits) {
  Resources cost;
  cost.lut = kControlLut;
  cost.ff = kControlFf + outputBits;
  return cost;
}

int64_t elementBits(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType().getIntOrFloatBitWidth();
}

} // namespace

Resources WindowOp::getResources() {
  Resources cost = control(0);
  cost += memoryCost(getShape().depth, getResult().getType().getBeatBits(), false);
  cost.lut += 8 * log2Ceil(getShape().depth + 2);
  cost.ff += 6 * log2Ceil(getShape().depth + 2);
  return cost;
}

Resources PadOp::getResources() { return control(getResult().getType().getBeatBits()); }

/// Per lane and term the choice of x or −x and a shifter of half a table per output bit and code value, then a pipelined tree.
static Resources shiftResources(MvuOp op) {
  weft::codec::PowersOp powers = op.getPowers();
  double lanes = static_cast<double>(op.getPe()) * static_cast<double>(op.getSimd());
  double terms = lanes * static_cast<double>(powers.getTerms()), code = static_cast<double>(powers.getCodeBits());
  double x = static_cast<double>(op.getInput().getType().getElementBits()), product = x + std::exp2(code - 1) - 1;
  Resources cost;
  cost.lut = terms * (x + product * (code - 1) * 0.6 + product), cost.ff = terms * (product + code + product / 3);
  cost.lut += x * static_cast<double>(op.getSimd()), cost.ff += 2 * x * static_cast<double>(op.getSimd());
  WeightSource source = WeightSource::ofCodes(op.getWeight());
  cost += source.resources(op.getPe(), op.getSimd());
  cost.ff += (source.latency(op.getPe(), op.getSimd()) - 1) * static_cast<double>(op.getSimd()) * x; // inputs wait for their codes
  return cost;
}

/// Per lane an AND and its share of a population count; per output a shifter.
static Resources bitserialResources(MvuOp op) {
  double lanes = static_cast<double>(op.getPe()) * static_cast<double>(op.getSimd());
  int64_t planes = op.getBitplanes().getPlaneCount(), x = op.getInput().getType().getElementBits();
  double sum = static_cast<double>(log2Ceil(op.getSimd()) + planes + x), acc = op.getResult().getType().getElementBits();
  Resources cost;
  cost.lut = lanes * 2 + static_cast<double>(op.getPe()) * (2.5 * sum + acc), cost.ff = lanes * 3 + static_cast<double>(op.getPe()) * sum;
  cost.lut += static_cast<double>(op.getSimd()) * static_cast<double>(x) / 4, cost.ff += static_cast<double>(op.getSimd());
  cost += memoryCost(op.getK() / op.getSimd() * (op.getN() / op.getPe()) * planes, op.getPe() * op.getSimd(), true);
  return cost;
}

/// Memory or decoder of weights, multipliers, adders: `simd` products for each of `pe` outputs. `operands`: inputs that differ.
static Resources macResources(WeightSource source, int64_t pe, int64_t simd, int64_t operands, int64_t x, int64_t acc) {
  int64_t w = source.weightType.getWidth();
  Resources cost = source.resources(pe, simd);
  cost.ff += (source.latency(pe, simd) - 1) * operands * x; // inputs wait for their weights
  cost += times(multiplierCost(x, w), static_cast<double>(pe * simd));
  cost.lut += pe * (simd * (x + w) + acc);
  cost.ff += pe * (simd * (x + w));
  return cost;
}

Resources MvuOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t simd = getSimd(), pe = getPe(), outputs = getN() / pe, inputs = getK() / simd;
  int64_t x = in.getElementBits(), w = elementBits(getWeight()), acc = out.getElementBits();
  Resources cost = control(out.getBeatBits());
  if (outputs > 1)
    cost += memoryCost(inputs, simd * x, false);
  cost += memoryCost(outputs, pe * acc, true);
  if (getUnit() != MvuUnit::multiply)
    return cost += getUnit() == MvuUnit::shift ? shiftResources(*this) : bitserialResources(*this);
  if (getMultipliers() == 0)
    return cost += macResources(WeightSource::of(getWeight()), pe, simd, simd, x, acc);
  auto codes = cast<RankedTensorType>(getLookup().getCodebook().getType());
  int64_t code = elementBits(getLookup().getCodes()), entries = codes.getDimSize(1);
  int64_t sum = x + 1 + log2Ceil(getK());
  cost += memoryCost(inputs * outputs, pe * simd * code, true);
  // Per lane one adder and a memory of sums, or registers where all of them are read at once; per multiplier the tree that
  // adds up the lanes.
  int64_t reads = std::max<int64_t>(1, static_cast<int64_t>(getMultipliers()) / pe);
  cost.lut += pe * simd * sum * (4 + entries / 32.0), cost.ff += pe * simd * sum * (reads >= entries ? 2.0 * entries : 2.5);
  cost.lut += getMultipliers() * simd * sum, cost.ff += getMultipliers() * simd * sum / 3.0;
  cost += times(multiplierCost(sum, w), static_cast<double>(getMultipliers()));
  return cost;
}

Resources SelectMvuOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t simd = getSimd(), pe = getPe(), outputs = getN() / pe, inputs = getK() / simd, lanes = getMultipliers();
  int64_t x = in.getElementBits(), acc = out.getElementBits(), operands = pe / getShare() * lanes;
  Resources cost = control(out.getBeatBits());
  if (outputs > 1)
    cost += memoryCost(inputs, simd * x, false);
  cost += memoryCost(outputs, pe * acc, true);
  cost += memoryCost(inputs * outputs, operands * elementBits(getIndices()), true);
  // A table of 6 inputs takes four data to one.
  cost.lut += operands * x * llvm::divideCeil(getGroup() - 1, 3), cost.ff += operands * x;
  return cost += macResources(WeightSource::of(getWeight()), pe, lanes, operands, x, acc);
}

// Where blocks begin differs: a memory holds somewhat more than its share of a vector.
Resources GatherMvuOp::getResources() {
  int64_t share = llvm::divideCeil(getK() * 5, static_cast<int64_t>(getSimd()) * 4);
  return gatherResources(*this, std::min<int64_t>(getK(), share));
}

Resources weft::flow::gatherResources(GatherMvuOp op, int64_t reach) {
  StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t simd = op.getSimd(), pe = op.getPe(), sets = op.getSets(), readers = sets * simd, groups = op.getN() / op.getShare() / sets;
  int64_t x = in.getElementBits(), acc = out.getElementBits(), load = op.getLoadLanes(), address = log2Ceil(op.getK());
  int64_t words = reach / load + 1; // twice, for two vectors
  Resources cost = control(out.getBeatBits());
  cost += times(memoryCost(2 * words, load * x, false), static_cast<double>(readers));
  cost.lut += readers * (2.0 * address + x * (load - 1) / 3.0) + simd * address / 2.0, cost.ff += readers * address;
  std::vector<int64_t> ofLists = op.getListSteps();
  cost += memoryCost(std::accumulate(ofLists.begin(), ofLists.end(), int64_t(0)), readers * elementBits(op.getGaps()), true);
  cost += memoryCost(groups, readers * log2Ceil(words * load), true);
  cost += memoryCost(op.getN() / pe, pe * acc, true);
  WeightSource source = WeightSource::of(op.getWeight());
  int64_t weights = 0; // a memory for each reader, with a counter
  for (int64_t n = 0; n < op.getN(); ++n)
    weights += op.getLength(n);
  source.columns = llvm::divideCeil(weights, op.getN());
  cost.lut += readers * log2Ceil(weights / readers + 1), cost.ff += readers * log2Ceil(weights / readers + 1);
  return cost += macResources(source, pe, simd, readers, x, acc);
}

Resources SparseMvuOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t edges = getEdges(), words = getK() / edges, rows = getK() / getMemories(), pe = getPe();
  int64_t x = in.getElementBits(), w = elementBits(getWeight()), acc = out.getElementBits();
  int64_t address = log2Ceil(words) + 1, turns = getMemories() / edges;
  Resources cost = control(out.getBeatBits());
  cost += times(memoryCost(2 * words, x, false), static_cast<double>(edges));
  cost.lut += edges * address * (turns > 1 ? 3.0 : 1.5), cost.ff += edges * address;
  int64_t starts = getInterleaver() == 1 ? getSweeps() * words : getInterleaver() == 2 ? getSweeps() * turns : turns;
  if (starts > 1)
    cost += memoryCost(starts, edges * log2Ceil(rows), true);
  if (Value lanes = getLanes(); lanes && cast<RankedTensorType>(lanes.getType()).getDimSize(0) > 1) {
    cost += memoryCost(getSweeps(), edges * log2Ceil(edges), true);
    cost.lut += edges * x * edges / 3.0; // the crossbar
  }
  cost += memoryCost(getN() / pe, pe * acc, true);
  WeightSource source = WeightSource::of(getWeight());
  cost += source.resources(pe, edges / pe);
  cost.ff += (source.latency(pe, edges / pe) - 1) * edges * x; // inputs wait for their weights
  cost += times(multiplierCost(x, w), static_cast<double>(edges));
  cost.lut += edges * (x + w) + pe * acc;
  cost.ff += edges * (x + w);
  return cost;
}

Resources DepthwiseOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t taps = in.getChannels() / out.getChannels(), pe = getPe();
  int64_t w = elementBits(getWeight());
  Resources cost = control(out.getBeatBits());
  cost += memoryCost(taps * out.getFold(), pe * w, true);
  cost += memoryCost(out.getFold(), out.getBeatBits(), true);
  cost += times(multiplierCost(in.getElementBits(), w), static_cast<double>(pe));
  cost.lut += out.getBeatBits();
  return cost;
}

Resources PoolOp::getResources() {
  StreamType out = getResult().getType();
  Resources cost = control(out.getBeatBits());
  cost.lut += 1.5 * out.getBeatBits();
  if (isWholeFrame() && out.getFold() > 1)
    cost += memoryCost(out.getFold(), out.getBeatBits(), false);
  return cost;
}

Resources RequantizeOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t lanes = getPe(), acc = in.getElementBits();
  int64_t words = cast<RankedTensorType>(getShift().getType()).getDimSize(0) == 1 ? 1 : out.getFold();
  Resources cost = control(out.getBeatBits());
  bool scale = getForm() == RequantizeForm::scale;
  cost += memoryCost(words, lanes * (scale ? 22 : 6), true);
  if (scale)
    cost += times(multiplierCost(acc, 16), static_cast<double>(lanes));
  int64_t width = acc + (scale ? 16 : 0);
  cost.lut += lanes * width * 2.5, cost.ff += lanes * width * 2;
  return cost;
}

Resources ThresholdOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  auto type = cast<RankedTensorType>(getThresholds().getType());
  int64_t each = type.getDimSize(1), words = type.getDimSize(0) == 1 ? 1 : out.getFold();
  Resources cost = control(out.getBeatBits());
  cost += memoryCost(words, getPe() * each * in.getElementBits(), true);
  cost.lut += getPe() * each * (in.getElementBits() / 2.0 + 1), cost.ff += getPe() * each;
  return cost;
}

Resources TableOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  Resources cost = control(out.getBeatBits());
  cost += times(memoryCost(int64_t(1) << in.getElementBits(), out.getElementBits(), true),
                static_cast<double>(getPe()));
  return cost;
}

Resources BiasOp::getResources() {
  StreamType out = getResult().getType();
  Resources cost = control(out.getBeatBits());
  cost += memoryCost(out.getBeats(), out.getBeatBits(), true);
  cost.lut += static_cast<double>(out.getBeatBits());
  cost.ff += static_cast<double>(out.getBeatBits());
  return cost;
}

Resources ReorderOp::getResources() {
  StreamType in = getInput().getType();
  Resources cost = control(0);
  cost += memoryCost(2 * in.getBeats(), in.getBeatBits(), false);
  int64_t address = log2Ceil(2 * in.getBeats()), loops = static_cast<int64_t>(getCounts().size());
  cost.lut += static_cast<double>(address * (2 + loops)), cost.ff += static_cast<double>(address * 2 + address * loops / 2);
  return cost;
}

Resources LutOp::getResources() {
  Resources cost = control(0);
  reference::LutNetwork network = getNetwork();
  for (const reference::LutTable &table : network.tables)
    cost.lut += table.arity > 0;
  lut::Stages stages = lut::stagesOf(network, getLevels());
  for (const std::vector<int32_t> &registers : stages.registers)
    cost.ff += registers.size();
  return cost;
}

Resources AddOp::getResources() {
  StreamType lhs = getLhs().getType(), rhs = getRhs().getType(), out = getResult().getType();
  Resources cost = control(out.getBeatBits());
  cost += times(multiplierCost(lhs.getElementBits(), 16), static_cast<double>(getPe()));
  cost += times(multiplierCost(rhs.getElementBits(), 16), static_cast<double>(getPe()));
  cost.lut += getPe() * 32, cost.ff += getPe() * 64;
  return cost;
}

Resources MultiplyOp::getResources() {
  StreamType lhs = getLhs().getType(), rhs = getRhs().getType(), out = getResult().getType();
  Resources cost = control(out.getBeatBits());
  auto lanes = static_cast<double>(getPe());
  cost += times(multiplierCost(lhs.getElementBits() + 1, rhs.getElementBits() + 1), lanes);
  for (auto [bits, zero] : {std::pair(lhs.getElementBits(), getLhsZeroPoint()), std::pair(rhs.getElementBits(), getRhsZeroPoint())})
    cost.lut += zero == 0 ? 0 : lanes * static_cast<double>(bits);
  cost.ff += lanes * static_cast<double>(lhs.getElementBits() + rhs.getElementBits() + 2 + out.getElementBits());
  return cost;
}

Resources ConcatOp::getResources() {
  Resources cost = control(getResult().getType().getBeatBits());
  cost.lut += getResult().getType().getBeatBits() * static_cast<double>(getInputs().size()) / 2;
  return cost;
}

Resources SliceOp::getResources() { return control(getResult().getType().getBeatBits()); }

Resources WidthOp::getResources() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t bits = std::max(in.getBeatBits(), out.getBeatBits());
  if (isGearbox()) {
    int64_t choices = std::min(in.getLanes(), out.getLanes()) / std::gcd(in.getLanes(), out.getLanes());
    Resources cost = control(out.getBeatBits());
    cost.lut += (in.getBeatBits() + out.getBeatBits()) * static_cast<double>(choices) / 2, cost.ff += bits;
    return cost;
  }
  Resources cost = control(bits);
  cost.lut += bits / 2.0, cost.ff += bits;
  return cost;
}

Resources FifoOp::getResources() {
  Resources cost = memoryCost(getDepth(), getResult().getType().getBeatBits(), false);
  cost.lut += 4 * log2Ceil(getDepth() + 1) + 4;
  cost.ff += 3 * log2Ceil(getDepth() + 1);
  return cost;
}

Resources ForkOp::getResources() {
  Resources cost;
  cost.lut = static_cast<double>(getOutputs().size());
  return cost;
}

Resources ViewOp::getResources() { return {}; }

//===- FlowRecurrent.cpp - the recurrent unit -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// What FlowVerify, FlowTiming, FlowFolding and FlowResources say of other processes. Numbers are those of module weft_recurrent.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/Costs.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Flow/IR/WeightSource.h"

using namespace mlir;
using namespace weft::flow;

int64_t RecurrentOp::getGates() { return getKind() == RecurrentKind::lstm ? 4 : getKind() == RecurrentKind::gru ? 3 : 1; }

static bool hasShape(Value tensor, std::initializer_list<int64_t> shape) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return type.getShape() == ArrayRef<int64_t>(shape) && isa<IntegerType>(type.getElementType());
}

LogicalResult RecurrentOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t hidden = getHidden(), rows = getGates() * hidden, bits = in.getElementBits(), steps = getLast() ? 1 : getSteps();
  if (in.getHeight() != 1 || in.getChannels() != rows || out.getHeight() != 1 || out.getWidth() != steps)
    return emitOpError() << "expected frames of 1x" << getSteps() << "x" << rows << " and 1x" << steps << "x" << hidden << ", got " << in << " and " << out;
  if (!in.isSigned() || !out.isSigned() || bits > 14 || out.getElementBits() > 16)
    return emitOpError() << "expected signed gates of at most 14 bits and a signed result of at most 16, got " << in << " and " << out;
  if (!hasShape(getWeight(), {rows, hidden}) || !hasShape(getBias(), {rows}))
    return emitOpError() << "expected a weight [" << rows << ", " << hidden << "] and a bias [" << rows << "] of integers, got "
                         << getWeight().getType() << " and " << getBias().getType();
  for (Value v : {getMultiplier(), getShift()})
    if (!hasShape(v, {1}) && !hasShape(v, {rows}))
      return emitOpError() << "expected a multiplier and a shift of integers [1] or [" << rows << "], got " << v.getType();
  for (Value table : {getSigmoid(), getTanh()})
    if (!hasShape(table, {int64_t(1) << bits}))
      return emitOpError() << "expected tables of " << (int64_t(1) << bits) << " integers, got " << table.getType();
  for (auto [v, count] : {std::pair(getInitialH(), hidden), {getInitialState(), hidden}, {getPeepholes(), 3 * hidden}})
    if (v && !hasShape(v, {count}))
      return emitOpError() << "expected initial states [" << hidden << "] and peepholes [" << 3 * hidden << "] of integers, got " << v.getType();
  int64_t simd = getSimd();
  if (simd < 1 || hidden % simd != 0 || !isLegalFolding(getPe(), simd))
    return emitOpError() << "expected pe and simd that divide the " << hidden << " elements of the state, of which one divides the other and which "
                         << "the weight's blocks allow, got " << getPe() << " and " << simd;
  return success();
}

//===--- timing ---------------------------------------------------------------------------===//

/// Steps after a gate that is not the last: of a gru, until its entries can be read again, or until the state that they reset can.
static int64_t gapOf(RecurrentOp op, int64_t gate, int64_t each, int64_t latency) {
  if (op.getResetFirst())
    return gate == 1 ? latency - 2 : 0;
  return op.getKind() == RecurrentKind::gru ? std::max<int64_t>(0, 7 - each) : 0;
}

/// Stages behind the matrix-vector unit's.
static int64_t tailOf(RecurrentOp op) {
  switch (op.getKind()) {
  case RecurrentKind::lstm: return op.getPeepholes() ? 18 : 15;
  case RecurrentKind::gru: return op.getResetFirst() ? 11 : 14;
  case RecurrentKind::rnn: return 7;
  }
  llvm_unreachable("a kind");
}

Timing RecurrentOp::getTiming() {
  int64_t simd = getSimd(), sums = getHidden() / simd, beats = getHidden() / getPe();
  Timing timing;
  timing.kind = Timing::Kind::steps;
  timing.latency = 3 + WeightSource::of(getWeight()).latency(getPe(), simd) + treeStages(simd) + tailOf(*this);
  timing.periodsPerFrame = 1;
  auto append = [&](int64_t count, uint32_t consumes, bool emits) {
    if (count > 0)
      timing.period.push_back({count, consumes, emits});
  };
  for (int64_t t = 0; t < getSteps(); ++t)
    for (int64_t gate = 0; gate < getGates(); ++gate) {
      bool last = gate + 1 == getGates(), emits = last && (!getLast() || t + 1 == getSteps());
      for (int64_t beat = 0; beat < beats; ++beat) {
        append(sums - 1, 0, false);
        append(1, 1, emits);
      }
      append(last ? timing.latency - 1 : gapOf(*this, gate, sums * beats, timing.latency), 0, false);
    }
  return timing;
}

//===--- folding ----------------------------------------------------------------------------===//

SmallVector<int64_t> RecurrentOp::getPeExtents() { return {getHidden()}; }
SmallVector<int64_t> RecurrentOp::getSimdExtents() { return {getHidden()}; }
bool RecurrentOp::isLegalFolding(int64_t pe, int64_t simd) {
  auto source = WeightSource::of(getWeight());
  return (pe % simd == 0 || simd % pe == 0) && source.allowsPe(pe) && source.allowsSimd(simd);
}
void RecurrentOp::setFolding(int64_t pe, int64_t simd) {
  getResult().setType(getResult().getType().withLanes(pe));
  setSimd(simd);
}
int64_t RecurrentOp::getInputLanes(unsigned) { return getPe(); }

//===--- cost -------------------------------------------------------------------------------===//

Resources RecurrentOp::getResources() {
  constexpr int64_t kEntryBits = 17;
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t simd = getSimd(), pe = getPe(), hidden = getHidden(), gates = getGates(), rows = gates * hidden;
  int64_t gateBits = in.getElementBits(), code = out.getElementBits(), latency = getTiming().latency;
  auto bitsOf = [](Value v) { return cast<RankedTensorType>(v.getType()).getElementTypeBitWidth(); };
  int64_t w = bitsOf(getWeight()), acc = bitsOf(getBias());
  auto lanes = static_cast<double>(pe), products = static_cast<double>(pe * simd);
  WeightSource source = WeightSource::of(getWeight());
  Resources cost = source.resources(pe, simd);
  cost += memoryCost(rows / pe, pe * acc, true);
  cost += memoryCost(2 * hidden / std::max(pe, simd), std::max(pe, simd) * code, false);
  cost += times(multiplierCost(code, w), products);
  cost.lut += products * static_cast<double>(code + w) + lanes * static_cast<double>(acc);
  cost.ff += products * static_cast<double>(code + w);
  // Rescaling, tables, what waits: the input in shift registers, earlier gates in memories.
  cost += times(multiplierCost(acc, 16), lanes);
  cost += times(memoryCost(int64_t(2) << gateBits, kEntryBits, true), lanes);
  cost += times(memoryCost(hidden / pe, pe * kEntryBits, false), static_cast<double>(gates - 1));
  cost.lut += lanes * static_cast<double>(gateBits * latency) / 16 + lanes * static_cast<double>(acc + 16) * 2.5 + 60;
  cost.ff += lanes * static_cast<double>(acc + 16) * 3 + 3.0 * static_cast<double>(latency) + 60;
  if (getInitialH())
    cost += memoryCost(hidden / simd, simd * code, true);
  if (getKind() == RecurrentKind::rnn)
    return cost;
  // A memory of the state for the gates that read it, too: its product before them.
  int64_t copies = getPeepholes() || getResetFirst() ? 2 : 1;
  cost += times(memoryCost(hidden / pe, pe * 16, false), static_cast<double>(copies - 1));
  if (getInitialState())
    cost += times(memoryCost(hidden / pe, pe * 16, true), static_cast<double>(copies));
  if (getResetFirst()) {
    cost += memoryCost(2 * hidden / std::max(pe, simd), std::max(pe, simd) * code, false);
    cost += times(multiplierCost(kEntryBits, 16), lanes);
  }
  if (getPeepholes()) {
    cost += memoryCost(rows / pe, pe * 16, true);
    cost += memoryCost(hidden / pe, pe * 16, true);
    cost += times(memoryCost(int64_t(1) << gateBits, kEntryBits, true), lanes);
    cost += times(multiplierCost(16, 16), lanes * 2);
    cost.lut += lanes * 120, cost.ff += lanes * 200;
  }
  cost += memoryCost(hidden / pe, pe * 16, false);
  cost += times(multiplierCost(kEntryBits, 18), lanes * 3);
  if (getKind() == RecurrentKind::lstm)
    cost += times(memoryCost(int64_t(1) << gateBits, kEntryBits, true), lanes);
  cost.lut += lanes * 150, cost.ff += lanes * 200;
  return cost;
}

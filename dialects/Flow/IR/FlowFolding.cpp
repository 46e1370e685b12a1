//===- FlowFolding.cpp - which parallelism a process may have ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Flow/IR/WeightSource.h"

using namespace mlir;
using namespace weft::flow;

namespace {
/// PE is the lanes of the result.
template <typename Op> void setLanes(Op op, int64_t pe) {
  op.getResult().setType(op.getResult().getType().withLanes(pe));
}
} // namespace

// A window's beat holds channels of one tap, so its lanes divide the channels of its input.
SmallVector<int64_t> WindowOp::getPeExtents() { return {getInput().getType().getChannels()}; }
SmallVector<int64_t> WindowOp::getSimdExtents() { return {}; }
void WindowOp::setFolding(int64_t pe, int64_t) { setLanes(*this, pe); }
int64_t WindowOp::getInputLanes(unsigned) { return getPe(); }

SmallVector<int64_t> MvuOp::getPeExtents() { return {getN()}; }
SmallVector<int64_t> MvuOp::getSimdExtents() { return {getK()}; }
void MvuOp::setFolding(int64_t pe, int64_t simd) {
  setLanes(*this, pe);
  setSimd(simd);
}
int64_t MvuOp::getInputLanes(unsigned) { return getSimd(); }

// An output's edges, or whole outputs, side by side; a dither permutes all memories.
SmallVector<int64_t> SparseMvuOp::getPeExtents() { return {std::max<int64_t>(1, getMemories() / getFanIn())}; }
SmallVector<int64_t> SparseMvuOp::getSimdExtents() { return {std::min(getMemories(), getFanIn())}; }
bool SparseMvuOp::isLegalFolding(int64_t pe, int64_t simd) {
  return (pe == 1 || simd == getFanIn()) && (!getLanes() || pe * simd == getMemories());
}
void SparseMvuOp::setFolding(int64_t pe, int64_t simd) {
  setLanes(*this, pe);
  setEdges(pe * simd);
}
int64_t SparseMvuOp::getInputLanes(unsigned) { return getEdges(); }

// Whole groups of inputs, and all outputs that share indices.
SmallVector<int64_t> SelectMvuOp::getPeExtents() { return {getN()}; }
SmallVector<int64_t> SelectMvuOp::getSimdExtents() { return {getK()}; }
bool SelectMvuOp::isLegalFolding(int64_t pe, int64_t simd) {
  return pe % getShare() == 0 && simd % getGroup() == 0 && WeightSource::of(getWeight()).allowsSimd(simd / getGroup() * getKept());
}
void SelectMvuOp::setFolding(int64_t pe, int64_t simd) {
  setLanes(*this, pe);
  setSimd(simd);
}
int64_t SelectMvuOp::getInputLanes(unsigned) { return getSimd(); }

// Several sets of outputs that read the same inputs, or a part of one.
SmallVector<int64_t> GatherMvuOp::getPeExtents() { return {getN()}; }
SmallVector<int64_t> GatherMvuOp::getSimdExtents() { return {getEdges()}; }
bool GatherMvuOp::isLegalFolding(int64_t pe, int64_t simd) {
  constexpr int64_t kMostMemories = 9999; // their images have four digits
  return (pe % getShare() == 0 || getShare() % pe == 0) && std::max<int64_t>(1, pe / getShare()) * simd <= kMostMemories;
}
void GatherMvuOp::setFolding(int64_t pe, int64_t simd) {
  setLanes(*this, pe);
  setSimd(simd);
}
int64_t GatherMvuOp::getInputLanes(unsigned) { return getLoadLanes(); }

SmallVector<int64_t> ConcatOp::getPeExtents() {
  SmallVector<int64_t> extents;
  for (Value input : getInputs())
    extents.push_back(cast<StreamType>(input.getType()).getChannels());
  return extents;
}
SmallVector<int64_t> ConcatOp::getSimdExtents() { return {}; }
void ConcatOp::setFolding(int64_t pe, int64_t) { setLanes(*this, pe); }
int64_t ConcatOp::getInputLanes(unsigned) { return getPe(); }

SmallVector<int64_t> SliceOp::getPeExtents() {
  SmallVector<int64_t> extents = {getInput().getType().getChannels(), getSizes()[2]};
  if (getStarts()[2] != 0)
    extents.push_back(getStarts()[2]);
  return extents;
}
SmallVector<int64_t> SliceOp::getSimdExtents() { return {}; }
void SliceOp::setFolding(int64_t pe, int64_t) { setLanes(*this, pe); }
int64_t SliceOp::getInputLanes(unsigned) { return getPe(); }

SmallVector<int64_t> ReorderOp::getPeExtents() {
  int64_t run = getStrides().back() == 1 ? getCounts().back() : 1;
  SmallVector<int64_t> extents{run, getInput().getType().getChannels(), getResult().getType().getChannels()};
  for (int64_t stride : getStrides().drop_back())
    if (stride != 0)
      extents.push_back(std::abs(stride));
  if (getBase() != 0)
    extents.push_back(getBase());
  return extents;
}
SmallVector<int64_t> ReorderOp::getSimdExtents() { return {}; }
void ReorderOp::setFolding(int64_t pe, int64_t) { setLanes(*this, pe); }
int64_t ReorderOp::getInputLanes(unsigned) { return getPe(); }

/// Processes that take and give the same channels, lane by lane.
#define WEFT_LANE_BY_LANE(Op)                                                                      \
  SmallVector<int64_t> Op::getPeExtents() { return {getResult().getType().getChannels()}; }        \
  SmallVector<int64_t> Op::getSimdExtents() { return {}; }                                         \
  void Op::setFolding(int64_t pe, int64_t) { setLanes(*this, pe); }                                \
  int64_t Op::getInputLanes(unsigned) { return getPe(); }
WEFT_LANE_BY_LANE(PadOp)
WEFT_LANE_BY_LANE(DepthwiseOp)
WEFT_LANE_BY_LANE(PoolOp)
WEFT_LANE_BY_LANE(RequantizeOp)
WEFT_LANE_BY_LANE(ThresholdOp)
WEFT_LANE_BY_LANE(TableOp)
WEFT_LANE_BY_LANE(AddOp)
WEFT_LANE_BY_LANE(MultiplyOp)
WEFT_LANE_BY_LANE(BiasOp)
#undef WEFT_LANE_BY_LANE

int64_t LutOp::getInputLanes(unsigned) { return getInput().getType().getChannels(); }
int64_t ViewOp::getInputLanes(unsigned) { return getPe(); }
int64_t WidthOp::getInputLanes(unsigned) { return getInput().getType().getLanes(); }
int64_t FifoOp::getInputLanes(unsigned) { return getPe(); }
int64_t ForkOp::getInputLanes(unsigned) { return getInput().getType().getLanes(); }

//===- ListRoms.cpp - memories of a unit with lists of inputs -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/ListRoms.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::conversion {

/// Bits of a number below `count`, at least 1.
static int64_t bitsBelow(int64_t count) { return std::max<int64_t>(1, llvm::Log2_64_Ceil(count)); }

namespace {

/// Which edge of its list each memory reads in each step.
class Placement {
public:
  Placement(flow::GatherMvuOp op, std::vector<int64_t> inputs)
      : simd(op.getSimd()), sets(op.getSets()), edges(op.getEdges()), share(op.getShare()), steps(op.getListSteps()), inputs(std::move(inputs)) {
    for (int64_t list = 0; list < op.getN() / share; ++list) {
      int64_t length = 0, each = steps[list / sets];
      for (int64_t n = list * share; n < (list + 1) * share; ++n)
        length = std::max(length, op.getLength(n));
      places.emplace_back();
      for (int64_t s = 0; s < simd; ++s) {
        int64_t next = std::min(length, s * each), end = std::min(length, next + each);
        while (next < end && this->inputs[list * edges + next] < 0)
          ++next; // a memory may begin at any input: no escapes before the first
        for (int64_t t = 0; t < each; ++t)
          places.back().push_back(next < end ? next++ : -1);
      }
    }
  }

  /// Edge of list `list` that memory s reads in step t, −1 for none.
  int64_t edge(int64_t list, int64_t s, int64_t t) const { return places[list][s * steps[list / sets] + t]; }
  /// Its input, −1 for none.
  int64_t input(int64_t list, int64_t s, int64_t t) const {
    int64_t e = edge(list, s, t);
    return e < 0 ? -1 : inputs[list * edges + e];
  }
  bool readsAlways() const {
    for (size_t list = 0; list < places.size(); ++list)
      for (int64_t e : places[list])
        if (e < 0 || inputs[static_cast<int64_t>(list) * edges + e] < 0)
          return false;
    return true;
  }

  int64_t simd, sets, edges, share;
  std::vector<int64_t> steps; ///< of each set of lists
  std::vector<int64_t> inputs;

private:
  std::vector<std::vector<int64_t>> places;
};

} // namespace

/// The part of a vector that each memory needs.
static void addMemories(ListImages &images, const Placement &placement, int64_t load) {
  for (int64_t s = 0; s < placement.simd; ++s) {
    int64_t first = -1, last = -1;
    for (int64_t list = 0; list < placement.sets * static_cast<int64_t>(placement.steps.size()); ++list)
      for (int64_t t = 0; t < placement.steps[list / placement.sets]; ++t)
        if (int64_t k = placement.input(list, s, t); k >= 0) {
          first = first < 0 ? k / load : std::min(first, k / load);
          last = std::max(last, k / load);
        }
    images.firsts.push_back(std::max<int64_t>(first, 0));
    images.depth = std::max(images.depth, last - images.firsts.back() + 1);
  }
}

/// STARTS and GAPS.
static void addLists(ListImages &images, const Placement &placement, const Tensor &gaps, int64_t load) {
  int64_t simd = placement.simd, lanes = placement.sets * simd, bits = gaps.type().bits, none = images.depth * load;
  images.starts = {lanes, bitsBelow(none + (images.isRagged ? 1 : 0)), {}};
  images.gaps = {lanes, bits, {}};
  for (size_t g = 0; g < placement.steps.size(); ++g)
    for (int64_t t = 0; t < placement.steps[g]; ++t)
      for (int64_t i = 0; i < lanes; ++i) {
        int64_t list = static_cast<int64_t>(g) * placement.sets + i / simd, s = i % simd;
        int64_t input = placement.input(list, s, t), next = t + 1 < placement.steps[g] ? placement.edge(list, s, t + 1) : -1;
        if (t == 0)
          images.starts.elements.push_back(input < 0 ? none : input - images.firsts[s] * load);
        bool isLast = t + 1 == placement.steps[g];
        images.gaps.elements.push_back(isLast ? 0 : next < 0 ? static_cast<int64_t>(llvm::maxUIntN(bits)) : gaps.integers()[list * placement.edges + next]);
      }
}

/// COUNTS and the orders of WEIGHTS.
static void addOutputs(ListImages &images, flow::GatherMvuOp op, const Placement &placement) {
  int64_t pe = op.getPe(), outputs = op.getN() / pe, each = outputs / static_cast<int64_t>(placement.steps.size());
  int64_t rows = pe / placement.sets;
  images.counts = {2, bitsBelow(images.steps), {}};
  images.weights.resize(placement.sets * placement.simd);
  for (int64_t nf = 0; nf < outputs; ++nf) {
    int64_t steps = placement.steps[nf / each];
    bool idle = op.isIdle(nf);
    images.counts.elements.insert(images.counts.elements.end(), {steps - 1, idle});
    for (int64_t t = 0; t < (idle ? 0 : steps); ++t)
      for (int64_t i = 0; i < placement.sets * placement.simd; ++i) {
        int64_t first = nf * pe + i / placement.simd * rows, list = first / placement.share;
        if (placement.input(list, i % placement.simd, t) >= 0)
          for (int64_t n = first; n < first + rows; ++n)
            images.weights[i].push_back(n * placement.edges + placement.edge(list, i % placement.simd, t));
      }
  }
  for (std::vector<int64_t> &memory : images.weights)
    if (memory.empty())
      memory.assign(rows, -1);
}

std::vector<int64_t> ListImages::wholeWords(int64_t rows, int64_t simd) const {
  std::vector<int64_t> whole;
  auto sets = static_cast<int64_t>(weights.size()) / simd;
  for (size_t word = 0; word < weights[0].size(); word += rows)
    for (int64_t p = 0; p < sets * rows; ++p)
      for (int64_t s = 0; s < simd; ++s)
        whole.push_back(weights[p / rows * simd + s][word + p % rows]);
  return whole;
}

FailureOr<ListImages> listImages(flow::GatherMvuOp op, const Tensor &gaps) {
  FailureOr<std::vector<int64_t>> inputs = op.readInputs(gaps.integers());
  if (failed(inputs))
    return failure();
  Placement placement(op, std::move(*inputs));
  ListImages images;
  images.steps = *std::max_element(placement.steps.begin(), placement.steps.end());
  images.isRagged = !placement.readsAlways() || *std::min_element(placement.steps.begin(), placement.steps.end()) != images.steps;
  for (int64_t nf = 0; nf < op.getN() / op.getPe(); ++nf)
    images.isRagged |= op.isIdle(nf);
  addMemories(images, placement, op.getLoadLanes());
  addLists(images, placement, gaps, op.getLoadLanes());
  addOutputs(images, op, placement);
  return images;
}

} // namespace weft::conversion

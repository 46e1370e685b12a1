//===- Contraction.cpp - in which order a tensor train is applied --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Contraction.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace weft::compression {

using Kind = TrainAxis::Kind;

static int64_t extentOf(const std::vector<TrainAxis> &axes) {
  int64_t product = 1;
  for (const TrainAxis &axis : axes)
    product *= axis.extent;
  return product;
}

int64_t ContractionStep::pixels() const { return extentOf(kept); }
int64_t ContractionStep::inputs() const { return extentOf(contracted); }
int64_t ContractionStep::outputs() const { return extentOf(produced); }
int64_t ContractionStep::macs() const { return pixels() * inputs() * outputs(); }

int64_t contractionMacs(const std::vector<ContractionStep> &steps) {
  int64_t macs = 0;
  for (const ContractionStep &step : steps)
    macs += step.macs();
  return macs;
}

/// Core `k` on a value with these axes.
static ContractionStep stepOf(const std::vector<CoreShape> &cores, int64_t k, const std::vector<TrainAxis> &axes) {
  const CoreShape &core = cores[static_cast<size_t>(k)];
  ContractionStep step{k, {}, {}, {}};
  TrainAxis input{Kind::input, k, core.columns}, before{Kind::bond, k - 1, core.left}, after{Kind::bond, k, core.right};
  auto has = [&](const TrainAxis &axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
  step.contracted.push_back(input);
  step.produced.push_back({Kind::output, k, core.rows});
  if (k > 0)
    (has(before) ? step.contracted : step.produced).push_back(before);
  if (k + 1 < static_cast<int64_t>(cores.size()))
    (has(after) ? step.contracted : step.produced).push_back(after);
  for (const TrainAxis &axis : axes)
    if (std::find(step.contracted.begin(), step.contracted.end(), axis) == step.contracted.end())
      step.kept.push_back(axis);
  return step;
}

/// The axes of a value on which a set of cores was applied, in some order.
static std::vector<TrainAxis> axesAfter(const std::vector<CoreShape> &cores, unsigned applied) {
  std::vector<TrainAxis> axes;
  for (size_t k = 0; k < cores.size(); ++k) {
    bool done = applied >> k & 1;
    int64_t index = static_cast<int64_t>(k);
    axes.push_back(done ? TrainAxis{Kind::output, index, cores[k].rows} : TrainAxis{Kind::input, index, cores[k].columns});
    if (k + 1 < cores.size() && done != (applied >> (k + 1) & 1))
      axes.push_back({Kind::bond, index, cores[k].right});
  }
  return axes;
}

static std::vector<int64_t> cheapestOrder(const std::vector<CoreShape> &cores) {
  unsigned all = (1u << cores.size()) - 1;
  std::vector<int64_t> cost(all + 1, std::numeric_limits<int64_t>::max()), last(all + 1, -1);
  cost[0] = 0;
  for (unsigned set = 1; set <= all; ++set)
    for (size_t k = 0; k < cores.size(); ++k) {
      if (!(set >> k & 1))
        continue;
      unsigned before = set & ~(1u << k);
      int64_t macs = cost[before] + stepOf(cores, static_cast<int64_t>(k), axesAfter(cores, before)).macs();
      if (macs < cost[set])
        cost[set] = macs, last[set] = static_cast<int64_t>(k);
    }
  std::vector<int64_t> order;
  for (unsigned set = all; set != 0; set &= ~(1u << order.back()))
    order.push_back(last[set]);
  std::reverse(order.begin(), order.end());
  return order;
}

std::vector<ContractionStep> cheapestContraction(const std::vector<CoreShape> &cores) {
  assert(!cores.empty() && cores.size() <= 8 && "sets of cores are bits");
  std::vector<int64_t> order = cheapestOrder(cores);
  std::vector<TrainAxis> axes = axesAfter(cores, 0);
  std::vector<ContractionStep> steps;
  for (size_t i = 0; i < order.size(); ++i) {
    ContractionStep step = stepOf(cores, order[i], axes);
    if (i + 1 < order.size()) {
      int64_t next = order[i + 1];
      std::stable_partition(step.produced.begin(), step.produced.end(), [&](const TrainAxis &axis) {
        return axis.kind != Kind::bond || (axis.index != next && axis.index != next - 1);
      });
    }
    axes = step.kept;
    axes.insert(axes.end(), step.produced.begin(), step.produced.end());
    steps.push_back(std::move(step));
  }
  return steps;
}

} // namespace weft::compression

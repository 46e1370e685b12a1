//===- SparseLayout.cpp - where the zeros of a weight are left out ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/SparseLayout.h"
#include <algorithm>
#include <numeric>

using namespace weft::cpu;

int64_t Pattern::count() const { return std::count(nonzero.begin(), nonzero.end(), true); }

namespace {

using Order = std::vector<int64_t>;

Order naturalOrder(const Pattern &pattern, int64_t lanes) {
  Order order((pattern.rows + lanes - 1) / lanes * lanes, -1);
  std::iota(order.begin(), order.begin() + pattern.rows, 0);
  return order;
}

/// Columns of each row.
std::vector<std::vector<uint32_t>> columnsOf(const Pattern &pattern) {
  std::vector<std::vector<uint32_t>> columns(pattern.rows);
  for (int64_t r = 0; r < pattern.rows; ++r)
    for (int64_t c = 0; c < pattern.depth; ++c)
      if (pattern.at(r, c))
        columns[r].push_back(c);
  return columns;
}

void setPlaces(SparseLayout &layout, int64_t rows) {
  layout.places.resize(rows);
  for (size_t i = 0; i < layout.order.size(); ++i)
    if (layout.order[i] >= 0)
      layout.places[layout.order[i]] = i;
}

/// Units of each group of rows in which one of them is not zero.
std::vector<std::vector<uint32_t>> activeUnits(const Pattern &pattern, const Order &order, int64_t lanes, int64_t unit) {
  std::vector<std::vector<uint32_t>> active(order.size() / lanes);
  for (size_t g = 0; g < active.size(); ++g) {
    std::vector<bool> used((pattern.depth + unit - 1) / unit, false);
    for (int64_t lane = 0; lane < lanes; ++lane)
      if (int64_t row = order[g * lanes + lane]; row >= 0)
        for (int64_t c = 0; c < pattern.depth; ++c)
          if (pattern.at(row, c))
            used[c / unit] = true;
    for (size_t u = 0; u < used.size(); ++u)
      if (used[u])
        active[g].push_back(u);
  }
  return active;
}

int64_t total(const std::vector<std::vector<uint32_t>> &lists) {
  int64_t sum = 0;
  for (const auto &list : lists)
    sum += list.size();
  return sum;
}

} // namespace

SparseLayout weft::cpu::layoutLanes(const Pattern &pattern, int64_t lanes) {
  SparseLayout layout;
  layout.form = SparseLayout::Form::lanes, layout.lanes = lanes;
  layout.order = naturalOrder(pattern, lanes);
  auto columns = columnsOf(pattern);
  std::stable_sort(layout.order.begin(), layout.order.begin() + pattern.rows,
                   [&](int64_t a, int64_t b) { return columns[a].size() > columns[b].size(); });
  int64_t start = 0;
  for (size_t g = 0; g < layout.order.size(); g += lanes) {
    int64_t steps = columns[layout.order[g]].size(); // of its longest row
    layout.groups.push_back({start, steps});
    for (int64_t s = 0; s < steps; ++s)
      for (int64_t lane = 0; lane < lanes; ++lane) {
        int64_t row = layout.order[g + lane];
        bool there = row >= 0 && s < static_cast<int64_t>(columns[row].size());
        layout.columns.push_back(there ? columns[row][s] : pattern.depth);
      }
    start += steps;
  }
  setPlaces(layout, pattern.rows);
  return layout;
}

SparseLayout weft::cpu::layoutBlocks(const Pattern &pattern, int64_t lanes, int64_t unit) {
  SparseLayout layout;
  layout.form = SparseLayout::Form::blocks, layout.lanes = lanes, layout.unit = unit;
  layout.order = naturalOrder(pattern, lanes);
  auto active = activeUnits(pattern, layout.order, lanes, unit);
  Order sorted = layout.order;
  auto columns = columnsOf(pattern);
  std::stable_sort(sorted.begin(), sorted.begin() + pattern.rows, [&](int64_t a, int64_t b) { return columns[a] < columns[b]; });
  auto activeSorted = activeUnits(pattern, sorted, lanes, unit);
  if (total(activeSorted) < total(active))
    layout.order = std::move(sorted), active = std::move(activeSorted);
  int64_t start = 0;
  for (const auto &units : active) {
    layout.groups.push_back({start, static_cast<int64_t>(units.size())});
    layout.columns.insert(layout.columns.end(), units.begin(), units.end());
    start += units.size();
  }
  setPlaces(layout, pattern.rows);
  return layout;
}

namespace {

/// Bytes a core reads in a cycle from its second-level cache, and from behind it.
constexpr double kNearBytes = 40, kFarBytes = 10;
constexpr double kNearCapacity = 1.5e6;
/// Cycles per vector of multiply-adds in tiles; per gathered element; per element of a tile of samples in form lanes.
constexpr double kVectorCycles = 0.5, kGatherCycles = 0.66, kTileElementCycles = 1.9;
/// A vector of weights with one sample in form blocks: its broadcast and its column have to be loaded, too.
constexpr double kBlockCycles = 1.4;

struct Cost {
  double one, many; // cycles per sample
};

double readCycles(double bytes) { return bytes / (bytes <= kNearCapacity ? kNearBytes : kFarBytes); }

Cost denseCost(const Pattern &p, const SparseTarget &t) {
  double weights = static_cast<double>(p.rows) * p.depth, vectors = weights / (t.lanes * t.unit);
  return {std::max(readCycles(weights * t.weightBytes), vectors * kVectorCycles), vectors * kVectorCycles};
}

/// `elements` with padding.
Cost lanesCost(double elements, const Pattern &p, const SparseTarget &t) {
  double ends = (p.rows + p.depth) * 0.2; // copying inputs, gathering sums
  return {std::max(readCycles(elements * (t.weightBytes + 2)), elements * kGatherCycles) + ends, elements * kTileElementCycles / t.lanes + ends};
}

Cost blocksCost(double steps, const Pattern &p, const SparseTarget &t) {
  double ends = p.rows * 0.7;
  double bytes = steps * (t.lanes * t.unit * t.weightBytes + 4);
  return {std::max(readCycles(bytes), steps * kBlockCycles) + ends, steps * kVectorCycles * 1.2 + ends};
}

/// How much faster, both ways together; 0 if either is slower.
double gain(const Cost &dense, const Cost &sparse) {
  double one = dense.one / sparse.one, many = dense.many / sparse.many;
  return std::min(one, many) < 0.95 ? 0 : one * many;
}

} // namespace

std::optional<SparseLayout> weft::cpu::chooseSparse(const Pattern &pattern, const SparseTarget &target) {
  double all = static_cast<double>(pattern.rows) * pattern.depth, count = pattern.count();
  if (all < 1024 || count > 0.75 * all)
    return std::nullopt;
  Cost dense = denseCost(pattern, target);
  constexpr double kWorthwhile = 1.3;
  std::optional<SparseLayout> best;
  double bestGain = kWorthwhile;
  SparseLayout blocks = layoutBlocks(pattern, target.lanes, target.unit);
  if (double g = gain(dense, blocksCost(blocks.steps(), pattern, target)); g > bestGain)
    best = std::move(blocks), bestGain = g;
  if (gain(dense, lanesCost(count, pattern, target)) > bestGain) { // before padding
    SparseLayout lanes = layoutLanes(pattern, target.lanes);
    if (gain(dense, lanesCost(static_cast<double>(lanes.columns.size()), pattern, target)) > bestGain)
      best = std::move(lanes);
  }
  return best;
}

//===- ScaledLevels.cpp - the best scale for a set of levels ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/ScaledLevels.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace weft::compression {

Levels Levels::twosComplement(unsigned bits) {
  Levels levels;
  for (int64_t v = 1; v <= int64_t(1) << (bits - 1); ++v) {
    levels.negative.push_back(v);
    if (v < int64_t(1) << (bits - 1))
      levels.positive.push_back(v);
  }
  return levels;
}

int64_t nearestLevel(const Levels &levels, double value) {
  const std::vector<int64_t> &side = value < 0 ? levels.negative : levels.positive;
  double magnitude = std::fabs(value);
  auto above = std::lower_bound(side.begin(), side.end(), magnitude, [](int64_t v, double m) { return static_cast<double>(v) < m; });
  int64_t low = above == side.begin() ? 0 : *(above - 1), high = above == side.end() ? low : *above;
  int64_t nearest = static_cast<double>(high) - magnitude < magnitude - static_cast<double>(low) ? high : low;
  return value < 0 ? -nearest : nearest;
}

namespace {

/// Magnitudes of one sign, descending, each with the number of values it stands for.
struct Side {
  std::vector<double> magnitudes, counts;
};

Side sideOf(const float *values, size_t count, bool negative, size_t limit) {
  std::vector<double> sorted;
  for (size_t i = 0; i < count; ++i)
    if (values[i] != 0 && (values[i] < 0) == negative)
      sorted.push_back(std::fabs(static_cast<double>(values[i])));
  std::sort(sorted.begin(), sorted.end(), std::greater<double>());
  size_t each = std::max<size_t>(1, (sorted.size() + limit - 1) / limit);
  Side side;
  for (size_t i = 0; i < sorted.size(); i += each) {
    size_t end = std::min(sorted.size(), i + each);
    double sum = 0;
    for (size_t j = i; j < end; ++j)
      sum += sorted[j];
    side.magnitudes.push_back(sum / static_cast<double>(end - i));
    side.counts.push_back(static_cast<double>(end - i));
  }
  return side;
}

/// The crossings of one sign into one level, in the order in which a falling scale meets them.
struct Crossings {
  const Side *side;
  double middle;      ///< between the level and the one below
  double step, energy; ///< what the level adds to q and to q²
  size_t next = 0;

  double scale() const { return side->magnitudes[next] / middle; }
};

std::vector<Crossings> crossingsOf(const Side &side, const std::vector<int64_t> &levels) {
  std::vector<Crossings> all;
  double below = 0;
  for (int64_t level : levels) {
    auto v = static_cast<double>(level);
    if (!side.magnitudes.empty())
      all.push_back({&side, (below + v) / 2, v - below, v * v - below * below});
    below = v;
  }
  return all;
}

} // namespace

double fitScale(const Levels &levels, const float *values, size_t count, const ScaleOptions &options) {
  size_t most = std::max({levels.negative.size(), levels.positive.size(), size_t(1)});
  size_t limit = std::max<size_t>(64, options.exactLimit / most);
  Side negative = sideOf(values, count, true, limit), positive = sideOf(values, count, false, limit);
  std::vector<Crossings> lists = crossingsOf(negative, levels.negative);
  for (Crossings &c : crossingsOf(positive, levels.positive))
    lists.push_back(c);
  // Merges the lists, each of which is sorted; on a tie the first list goes first.
  auto later = [&](size_t a, size_t b) {
    double sa = lists[a].scale(), sb = lists[b].scale();
    return sa != sb ? sa < sb : a > b;
  };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> heap(later);
  for (size_t i = 0; i < lists.size(); ++i)
    heap.push(i);
  double product = 0, energy = 0, bestGain = 0, best = 0; // Σ value·q, Σ q²
  while (!heap.empty()) {
    size_t i = heap.top();
    heap.pop();
    Crossings &c = lists[i];
    double n = c.side->counts[c.next];
    product += n * c.side->magnitudes[c.next] * c.step;
    energy += n * c.energy;
    if (product * product / energy > bestGain) {
      bestGain = product * product / energy;
      best = product / energy;
    }
    if (++c.next < c.side->magnitudes.size())
      heap.push(i);
  }
  return best;
}

} // namespace weft::compression

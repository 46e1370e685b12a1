//===- Delta.cpp - numbers as small differences -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/DeltaReferences.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::compression {

namespace {

/// Consecutive differences of least squared error: the shortest path through the weights that each position could have.
class Trellis {
public:
  Trellis(const double *values, size_t count, const DeltaFormat &format) : values(values), count(count), f(format) {
    auto [low, high] = std::minmax_element(values, values + count);
    double s = static_cast<double>(step(f));
    first = std::max(ceilDiv(f.least, step(f)), static_cast<int64_t>(std::floor(*low / s)) - 1);
    last = std::min(floorDiv(f.greatest, step(f)), static_cast<int64_t>(std::ceil(*high / s)) + 1);
    if (first > last) // all numbers are outside of the format
      first = last = std::clamp(first, ceilDiv(f.least, step(f)), floorDiv(f.greatest, step(f)));
  }

  /// Weights of the positions as multiples of the step. `before`: the multiple in front of the first, if it is not free.
  std::vector<int64_t> solve(const int64_t *before);
  bool isSmall() const { return states() <= 1024; }

private:
  size_t states() const { return static_cast<size_t>(last - first + 1); }
  double cost(size_t i, size_t state) const {
    double e = values[i] - static_cast<double>((first + static_cast<int64_t>(state)) * step(f));
    return e * e;
  }
  void start(size_t i, const int64_t *before);
  void advance(size_t i, uint16_t *from);

  const double *values;
  size_t count;
  DeltaFormat f;
  int64_t first, last;
  std::vector<double> costs, next; ///< per state: of the best path to it
  std::vector<size_t> window;
};

void Trellis::start(size_t i, const int64_t *before) {
  bool reached = false;
  for (size_t k = 0; k < states(); ++k) {
    int64_t delta = before ? first + static_cast<int64_t>(k) - *before : 0;
    bool legal = delta >= leastDelta(f) && delta <= greatestDelta(f);
    costs[k] = legal ? cost(i, k) : std::numeric_limits<double>::infinity();
    reached |= legal;
  }
  if (!reached) // the nearest is as near as it gets
    costs[*before < first ? 0 : states() - 1] = 0;
}

/// costs[k] becomes the least error of paths to weight k at position i; from[k] its predecessor. The window of predecessors slides with k.
void Trellis::advance(size_t i, uint16_t *from) {
  auto n = static_cast<int64_t>(states());
  size_t head = 0, tail = 0; // of the window: predecessors of rising cost
  int64_t entering = 0;
  for (int64_t k = 0; k < n; ++k) {
    // k = predecessor + d: predecessors k − greatest … k − least.
    for (; entering < n && entering <= k - leastDelta(f); ++entering) {
      while (tail > head && costs[window[tail - 1]] > costs[static_cast<size_t>(entering)])
        --tail;
      window[tail++] = static_cast<size_t>(entering);
    }
    while (static_cast<int64_t>(window[head]) < k - greatestDelta(f))
      ++head;
    from[k] = static_cast<uint16_t>(window[head]);
    next[static_cast<size_t>(k)] = costs[window[head]] + cost(i, static_cast<size_t>(k));
  }
  costs.swap(next);
}

std::vector<int64_t> Trellis::solve(const int64_t *before) {
  constexpr size_t kPiece = size_t(1) << 14;
  std::vector<int64_t> path(count);
  std::vector<uint16_t> from(std::min(count, kPiece) * states());
  costs.resize(states()), next.resize(states()), window.resize(states());
  for (size_t begin = 0; begin < count; begin += kPiece) {
    size_t length = std::min(kPiece, count - begin);
    start(begin, begin != 0 ? &path[begin - 1] : before);
    for (size_t i = 1; i < length; ++i)
      advance(begin + i, &from[i * states()]);
    auto state = static_cast<size_t>(std::min_element(costs.begin(), costs.end()) - costs.begin());
    for (size_t i = length; i-- > 0; state = from[i * states() + state])
      path[begin + i] = first + static_cast<int64_t>(state);
  }
  return path;
}

double squaredError(const double *values, const DeltaFormat &f, const DeltaRun &run) {
  double error = 0;
  int64_t before = run.reference;
  for (size_t i = 0; i < run.deltas.size(); ++i) {
    int64_t weight = (f.consecutive ? before : run.reference) + run.deltas[i] * step(f);
    before = weight;
    error += std::pow(values[i] - static_cast<double>(weight), 2);
  }
  return error;
}

/// Differences of the numbers themselves; clipped further where the decoder would leave the format.
DeltaRun encodeOpenLoop(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  DeltaRun run{reference, {}, 0};
  double before = static_cast<double>(reference);
  int64_t decoded = reference;
  for (size_t i = 0; i < count; ++i) {
    double wanted = std::nearbyint((std::nearbyint(values[i]) - before) / static_cast<double>(step(f)));
    wanted = std::clamp(wanted, static_cast<double>(leastDelta(f)), static_cast<double>(greatestDelta(f)));
    int64_t delta = nearestDelta(static_cast<double>(decoded) + wanted * static_cast<double>(step(f)), decoded, f);
    run.deltas.push_back(delta);
    decoded += delta * step(f);
    before = std::nearbyint(values[i]);
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

/// Each difference the nearest to what the decoder has: for formats of so many weights that all paths are too many.
DeltaRun encodeGreedily(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  DeltaRun run{reference, {}, 0};
  int64_t decoded = reference;
  for (size_t i = 0; i < count; ++i) {
    run.deltas.push_back(nearestDelta(values[i], decoded, f));
    decoded += run.deltas.back() * step(f);
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

/// The multiple of the step that is nearest and one of the format.
int64_t nearestMultiple(double value, const DeltaFormat &f) {
  return std::clamp(static_cast<int64_t>(std::nearbyint(value / static_cast<double>(step(f)))), ceilDiv(f.least, step(f)),
                    floorDiv(f.greatest, step(f)));
}

/// From `reference`; `free`: the reference becomes the first weight.
DeltaRun encodeClosedLoop(const double *values, size_t count, const DeltaFormat &f, int64_t reference, bool free) {
  DeltaRun run{reference, {}, 0};
  if (count == 0)
    return run;
  int64_t before = floorDiv(reference, step(f)), offset = reference - before * step(f);
  // References of given runs need not be multiples of the step: the numbers are moved instead.
  std::vector<double> moved(values, values + count);
  DeltaFormat grid = f;
  grid.least -= offset, grid.greatest -= offset;
  for (double &v : moved)
    v -= static_cast<double>(offset);
  Trellis trellis(moved.data(), count, grid);
  if (!trellis.isSmall())
    return encodeGreedily(values, count, f, free ? nearestMultiple(values[0], f) * step(f) : reference);
  std::vector<int64_t> path = trellis.solve(free ? nullptr : &before);
  if (free)
    before = path[0], run.reference = before * step(f);
  for (int64_t multiple : path) {
    run.deltas.push_back(std::clamp(multiple - before, leastDelta(f), greatestDelta(f)));
    before += run.deltas.back();
  }
  run.squaredError = squaredError(values, f, run);
  return run;
}

} // namespace

DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  if (f.consecutive)
    return f.openLoop ? encodeOpenLoop(values, count, f, reference) : encodeClosedLoop(values, count, f, reference, false);
  DeltaRun run{reference, {}, 0};
  for (size_t i = 0; i < count; ++i)
    run.deltas.push_back(nearestDelta(values[i], reference, f));
  run.squaredError = squaredError(values, f, run);
  return run;
}

DeltaRun encodeRun(const double *values, size_t count, const DeltaFormat &f) {
  if (!f.consecutive)
    return encodeRun(values, count, f, fixedReference(values, count, f));
  if (f.reference == DeltaReference::best && !f.openLoop)
    return encodeClosedLoop(values, count, f, 0, true);
  return encodeRun(values, count, f, ruledReference(values, count, f, referenceBounds(f, false)));
}

} // namespace weft::compression

//===- IntervalPartition.cpp - sorted points into k intervals -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/IntervalPartition.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace weft::compression {

namespace {

/// best[i]: least cost of the first i points in so many clusters; start[i]: where the last of them begins.
struct Layer {
  std::vector<double> best;
  std::vector<uint32_t> start;
  /// the last cluster is the zero cluster
  std::vector<bool> isZero;
};

/// best[i] = min over j ≤ i of previous[j] + cost(j, i), with the least such j. The cost has the Monge property, so j
/// does not decrease with i: the middle row bounds the rows on both sides.
class LayerSolver {
public:
  LayerSolver(const PrefixSums &p, const std::vector<double> &previous) : p(p), previous(previous) {
    layer.best.resize(p.size() + 1);
    layer.start.resize(p.size() + 1);
    solve(0, p.size() + 1, 0, p.size());
  }
  Layer layer;

private:
  void solve(size_t begin, size_t end, size_t low, size_t high) {
    if (begin >= end)
      return;
    size_t middle = begin + (end - begin) / 2, argument = low;
    double least = INFINITY;
    for (size_t j = low, last = std::min(high, middle); j <= last; ++j) {
      double c = previous[j] + p.cost(j, middle);
      if (c < least) {
        least = c;
        argument = j;
      }
    }
    layer.best[middle] = least;
    layer.start[middle] = static_cast<uint32_t>(argument);
    solve(begin, middle, low, argument);
    solve(middle + 1, end, argument, high);
  }

  const PrefixSums &p;
  const std::vector<double> &previous;
};

/// Lets the zero cluster be the last one where that is better: it costs nothing, so any start that was cheap will do.
void endInZero(Layer &layer, const std::vector<double> &freeBefore) {
  layer.isZero.assign(layer.best.size(), false);
  double least = INFINITY;
  uint32_t argument = 0;
  for (size_t i = 0; i < layer.best.size(); ++i) {
    if (freeBefore[i] < least) {
      least = freeBefore[i];
      argument = static_cast<uint32_t>(i);
    }
    if (least < layer.best[i]) {
      layer.best[i] = least;
      layer.start[i] = argument;
      layer.isZero[i] = true;
    }
  }
}

} // namespace

IntervalPartition partitionOptimally(const PrefixSums &p, unsigned k, bool keepZero) {
  assert(k >= 1 && (!keepZero || p.origin == 0));
  size_t n = p.size();
  // free[c]: c clusters around their means. zero[c]: c clusters, one of them around 0.
  std::vector<Layer> free(k + 1), zero(k + 1);
  free[0].best.assign(n + 1, INFINITY);
  free[0].best[0] = 0;
  zero[0].best.assign(n + 1, INFINITY);
  for (unsigned c = 1; c <= k; ++c) {
    if (keepZero) {
      zero[c] = LayerSolver(p, zero[c - 1].best).layer;
      endInZero(zero[c], free[c - 1].best);
      zero[c - 1].best = {};
    }
    if (!keepZero || c < k)
      free[c] = LayerSolver(p, free[c - 1].best).layer;
    free[c - 1].best = {};
  }
  IntervalPartition result;
  result.starts.assign(k + 1, n);
  bool seekZero = keepZero;
  for (unsigned c = k; c >= 1; --c) {
    const Layer &layer = seekZero ? zero[c] : free[c];
    size_t end = result.starts[c];
    result.starts[c - 1] = layer.start[end];
    if (seekZero && layer.isZero[end]) {
      result.zeroCluster = static_cast<int>(c) - 1;
      seekZero = false;
    }
  }
  return result;
}

} // namespace weft::compression

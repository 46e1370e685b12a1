//===- KMeans1D.cpp - globally optimal clustering of numbers ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"

#include "passes/Compression/Algorithms/IntervalPartition.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace weft::compression {

static PrefixSums prefixOf(const DistinctValues &d, bool originIsZero) {
  PrefixSums p;
  double weight = 0, sum = 0;
  for (size_t i = 0; i < d.values.size() && !originIsZero; ++i) {
    weight += d.weights[i];
    sum += d.weights[i] * d.values[i];
  }
  p.origin = weight > 0 ? sum / weight : 0;
  p.weight.assign(d.values.size() + 1, 0.0);
  p.sum.assign(d.values.size() + 1, 0.0);
  for (size_t i = 0; i < d.values.size(); ++i) {
    p.weight[i + 1] = p.weight[i] + d.weights[i];
    p.sum[i + 1] = p.sum[i] + d.weights[i] * (d.values[i] - p.origin);
  }
  return p;
}

/// Merges neighbours into bins, each with at most 1/limit of the weight and 1/limit of the spread: fine where the values
/// are dense and where they are far apart. Returns the first point of each bin, and the end.
static std::vector<size_t> binStarts(const DistinctValues &d, const PrefixSums &p, size_t limit) {
  double maxWeight = p.weight.back() / static_cast<double>(limit);
  double maxSpread = (static_cast<double>(d.values.back()) - d.values.front()) / static_cast<double>(limit);
  std::vector<size_t> starts{0};
  for (size_t i = 1; i < d.values.size(); ++i) {
    size_t first = starts.back();
    if (p.weight[i + 1] - p.weight[first] > maxWeight || static_cast<double>(d.values[i]) - d.values[first] > maxSpread)
      starts.push_back(i);
  }
  starts.push_back(d.values.size());
  return starts;
}

static double centerOf(const DistinctValues &d, const PrefixSums &p, const IntervalPartition &part, size_t cluster) {
  size_t i = part.starts[cluster], j = part.starts[cluster + 1];
  if (static_cast<int>(cluster) == part.zeroCluster)
    return 0;
  return j - i == 1 ? static_cast<double>(d.values[i]) : p.mean(i, j);
}

/// The optimum among partitions that begin their clusters at `cuts` only.
static IntervalPartition partitionAt(const std::vector<size_t> &cuts, const PrefixSums &p, const KMeansOptions &options) {
  PrefixSums bins;
  bins.origin = p.origin;
  for (size_t cut : cuts) {
    bins.weight.push_back(p.weight[cut]);
    bins.sum.push_back(p.sum[cut]);
  }
  IntervalPartition part = partitionOptimally(bins, options.k, options.keepZero);
  for (size_t &s : part.starts)
    s = cuts[s];
  return part;
}

/// First over bins; then again and again with every single point around the boundaries just found, until these stay.
static IntervalPartition partitionInBins(const DistinctValues &d, const PrefixSums &p, const KMeansOptions &options) {
  constexpr int kMaxRounds = 10;
  const std::vector<size_t> bins = binStarts(d, p, options.exactLimit);
  const size_t window = std::max<size_t>(4, options.exactLimit / (2 * options.k));
  IntervalPartition part = partitionAt(bins, p, options);
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<size_t> cuts = bins;
    for (size_t boundary : part.starts)
      for (size_t i = boundary - std::min(boundary, window), end = std::min(boundary + window, p.size()); i < end; ++i)
        cuts.push_back(i);
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    IntervalPartition next = partitionAt(cuts, p, options);
    bool same = next.starts == part.starts;
    part = std::move(next);
    if (same)
      break;
  }
  return part;
}

static void assignCodes(const float *values, size_t count, const std::vector<float> &firsts, std::vector<uint8_t> &codes) {
  codes.resize(count);
  for (size_t i = 0; i < count; ++i) {
    // Branchless search of the last cluster that starts at or below the value.
    size_t code = 0;
    for (size_t step = 128; step; step /= 2)
      code += code + step < firsts.size() && firsts[code + step] <= values[i] ? step : 0;
    codes[i] = static_cast<uint8_t>(code);
  }
}

/// A zero entry that no value takes: it starts where the next entry does, which the search for codes prefers.
static void insertUnusedZero(std::vector<float> &codebook, std::vector<float> &firsts) {
  auto place = std::lower_bound(codebook.begin(), codebook.end(), 0.0f) - codebook.begin();
  bool last = place == static_cast<std::ptrdiff_t>(codebook.size());
  firsts.insert(firsts.begin() + place, last ? INFINITY : firsts[static_cast<size_t>(place)]);
  codebook.insert(codebook.begin() + place, 0.0f);
}

Clustering clusterOptimally(const float *values, size_t count, const KMeansOptions &options, const float *sampleWeights) {
  assert(options.k >= 1 && options.k <= 256);
  Clustering result;
  if (count == 0)
    return result;
  DistinctValues d = findDistinct(values, count, sampleWeights);
  PrefixSums p = prefixOf(d, options.keepZero);
  KMeansOptions limited = options;
  limited.k = static_cast<unsigned>(std::min<size_t>(options.k, d.values.size() + options.keepZero));
  limited.exactLimit = std::min(options.exactLimit, (size_t(1) << 23) / limited.k);
  IntervalPartition part = d.values.size() > limited.exactLimit ? partitionInBins(d, p, limited)
                                                                : partitionOptimally(p, limited.k, options.keepZero);
  std::vector<float> firsts; // least value of each cluster
  for (size_t c = 0; c < part.clusters(); ++c) {
    size_t i = part.starts[c], j = part.starts[c + 1];
    if (i == j)
      continue;
    auto center = static_cast<float>(centerOf(d, p, part, c));
    result.codebook.push_back(center);
    firsts.push_back(d.values[i]);
    for (size_t v = i; v < j; ++v)
      result.squaredError += d.weights[v] * std::pow(static_cast<double>(d.values[v]) - center, 2);
  }
  if (options.keepZero && !std::binary_search(result.codebook.begin(), result.codebook.end(), 0.0f))
    insertUnusedZero(result.codebook, firsts);
  assignCodes(values, count, firsts, result.codes);
  return result;
}

} // namespace weft::compression

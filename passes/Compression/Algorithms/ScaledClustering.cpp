//===- ScaledClustering.cpp - one codebook for values of different scales -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/ScaledClustering.h"

#include "passes/Compression/Algorithms/KMeans1D.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace weft::compression {

namespace {

constexpr int kRounds = 8;

/// Largest magnitudes, so that all groups begin within [−1, 1].
std::vector<float> firstScales(const std::vector<std::vector<float>> &groups) {
  std::vector<float> scales;
  for (const std::vector<float> &group : groups) {
    float bound = 0;
    for (float v : group)
      bound = std::max(bound, std::fabs(v));
    scales.push_back(bound > 0 ? bound : 1.0f);
  }
  return scales;
}

/// The integer codebook of the values over their scales, and the unit of its entries.
std::vector<int64_t> fixedPointCodebook(const std::vector<std::vector<float>> &groups, const std::vector<float> &scales, unsigned k,
                                        unsigned bits, bool keepZero, double &unit) {
  std::vector<float> values, weights;
  for (size_t g = 0; g < groups.size(); ++g)
    for (float v : groups[g]) {
      values.push_back(v / scales[g]);
      weights.push_back(std::max(scales[g] * scales[g], 1e-30f));
    }
  KMeansOptions options;
  options.k = k;
  options.keepZero = keepZero;
  Clustering c = clusterOptimally(values.data(), values.size(), options, weights.data());
  double bound = 0;
  for (float entry : c.codebook)
    bound = std::max(bound, std::fabs(static_cast<double>(entry)));
  const double greatest = std::ldexp(1.0, static_cast<int>(bits) - 1) - 1;
  unit = bound > 0 ? bound / greatest : 1;
  std::vector<int64_t> book;
  for (float entry : c.codebook)
    book.push_back(std::llround(static_cast<double>(entry) / unit));
  book.erase(std::unique(book.begin(), book.end()), book.end());
  return book;
}

uint8_t nearest(const std::vector<int64_t> &book, double value) {
  auto above = std::lower_bound(book.begin(), book.end(), value);
  size_t i = static_cast<size_t>(above - book.begin());
  if (i == book.size() || (i > 0 && value - static_cast<double>(book[i - 1]) <= static_cast<double>(book[i]) - value))
    --i;
  return static_cast<uint8_t>(i);
}

} // namespace

ScaledClustering clusterScaled(const std::vector<std::vector<float>> &groups, unsigned k, unsigned bits, bool keepZero) {
  assert(k >= 1 && k <= 256 && bits >= 2 && bits <= 16);
  ScaledClustering best;
  best.squaredError = INFINITY;
  std::vector<float> scales = firstScales(groups);
  for (int round = 0; round < kRounds; ++round) {
    ScaledClustering next;
    double unit = 1;
    next.codebook = fixedPointCodebook(groups, scales, k, bits, keepZero, unit);
    if (next.codebook.empty())
      next.codebook = {0};
    for (size_t g = 0; g < groups.size(); ++g) {
      double product = 0, energy = 0, scale = scales[g] * unit;
      next.codes.emplace_back();
      for (float v : groups[g]) {
        next.codes.back().push_back(nearest(next.codebook, static_cast<double>(v) / scale));
        double entry = static_cast<double>(next.codebook[next.codes.back().back()]);
        product += v * entry;
        energy += entry * entry;
      }
      next.scales.push_back(static_cast<float>(energy > 0 && product > 0 ? product / energy : scale));
      for (size_t i = 0; i < groups[g].size(); ++i)
        next.squaredError += std::pow(next.scales[g] * static_cast<double>(next.codebook[next.codes[g][i]]) - groups[g][i], 2);
      scales[g] = static_cast<float>(next.scales[g] / unit);
    }
    if (!(next.squaredError < best.squaredError))
      break;
    best = std::move(next);
  }
  return best;
}

} // namespace weft::compression

//===- KMeans1DTest.cpp - optimal clustering against naive versions -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace weft::compression;

namespace {

double clusterError(const std::vector<double> &x, const std::vector<double> &w, size_t i, size_t j, bool aroundZero) {
  double sum = 0, weight = 0, error = 0;
  for (size_t v = i; v < j; ++v) {
    sum += w[v] * x[v];
    weight += w[v];
  }
  double center = aroundZero || weight == 0 ? 0 : sum / weight;
  for (size_t v = i; v < j; ++v)
    error += w[v] * (x[v] - center) * (x[v] - center);
  return error;
}

/// Least error of the points [i, n) in k intervals, by trying every one. `zero`: one of them has the centre 0.
double exhaustive(const std::vector<double> &x, const std::vector<double> &w, size_t i, unsigned k, bool zero) {
  if (k == 0)
    return i == x.size() && !zero ? 0 : INFINITY;
  double best = INFINITY;
  for (size_t j = i; j <= x.size(); ++j) {
    best = std::min(best, clusterError(x, w, i, j, false) + exhaustive(x, w, j, k - 1, zero));
    if (zero)
      best = std::min(best, clusterError(x, w, i, j, true) + exhaustive(x, w, j, k - 1, false));
  }
  return best;
}

/// O(k n²) dynamic programming, without the monotonicity.
double quadratic(const std::vector<double> &x, const std::vector<double> &w, unsigned k) {
  size_t n = x.size();
  std::vector<std::vector<double>> cost(n + 1, std::vector<double>(n + 1, 0.0));
  for (size_t i = 0; i < n; ++i) {
    double mean = 0, weight = 0, error = 0; // Welford's update: no cancellation
    for (size_t j = i; j < n; ++j) {
      weight += w[j];
      double delta = x[j] - mean;
      mean += delta * w[j] / weight;
      error += w[j] * delta * (x[j] - mean);
      cost[i][j + 1] = error;
    }
  }
  std::vector<double> best(n + 1, INFINITY);
  best[0] = 0;
  for (unsigned c = 0; c < k; ++c) {
    std::vector<double> next(n + 1, INFINITY);
    for (size_t j = 0; j <= n; ++j)
      for (size_t i = 0; i <= j; ++i)
        next[j] = std::min(next[j], best[i] + cost[i][j]);
    best = next;
  }
  return best[n];
}

double errorOf(const std::vector<float> &values, const std::vector<float> &weights, const Clustering &c) {
  double error = 0;
  for (size_t i = 0; i < values.size(); ++i)
    error += weights[i] * std::pow(static_cast<double>(values[i]) - c.codebook.at(c.codes[i]), 2);
  return error;
}

TEST(KMeans1D, AgreesWithExhaustiveSearch) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    size_t n = 1 + random() % 9;
    unsigned k = 1 + random() % 4;
    bool zero = random() % 2;
    std::vector<float> values(n), weights(n);
    std::vector<double> x(n), w(n);
    for (size_t i = 0; i < n; ++i) {
      values[i] = static_cast<float>(static_cast<int>(random() % 41) - 20 + (trial % 3 ? 0 : 15));
      weights[i] = static_cast<float>(1 + random() % 3);
    }
    std::sort(values.begin(), values.end());
    for (size_t i = 0; i < n; ++i) {
      x[i] = values[i];
      w[i] = weights[i];
    }
    KMeansOptions options;
    options.k = k;
    options.keepZero = zero;
    Clustering c = clusterOptimally(values.data(), n, options, weights.data());
    EXPECT_NEAR(c.squaredError, exhaustive(x, w, 0, k, zero), 1e-4) << "n " << n << " k " << k << " zero " << zero;
    EXPECT_NEAR(c.squaredError, errorOf(values, weights, c), 1e-6);
    EXPECT_LE(c.codebook.size(), k);
    EXPECT_TRUE(std::is_sorted(c.codebook.begin(), c.codebook.end()));
    if (zero) {
      EXPECT_EQ(std::count(c.codebook.begin(), c.codebook.end(), 0.0f), 1);
    }
  }
}

TEST(KMeans1D, AgreesWithQuadraticProgramming) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal(0.3f, 0.05f);
  for (unsigned k : {2u, 3u, 8u, 16u, 40u}) {
    std::vector<float> values(300), ones(300, 1.0f);
    for (float &v : values)
      v = normal(random);
    std::sort(values.begin(), values.end());
    std::vector<double> x(values.begin(), values.end()), w(300, 1.0);
    KMeansOptions options;
    options.k = k;
    Clustering c = clusterOptimally(values.data(), values.size(), options);
    double optimum = quadratic(x, w, k);
    EXPECT_NEAR(c.squaredError, optimum, 1e-9 + 1e-5 * optimum) << "k " << k; // the codebook is rounded to f32
  }
}

TEST(KMeans1D, BinsComeWithinAMillionth) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.0f, 0.05f);
  std::vector<float> values(60000);
  for (float &v : values)
    v = normal(random);
  values[17] = 40.0f; // one far outlier must not spoil the bins
  for (unsigned k : {4u, 16u, 64u}) {
    KMeansOptions exact, binned;
    exact.k = binned.k = k;
    binned.exactLimit = 8192;
    double optimum = clusterOptimally(values.data(), values.size(), exact).squaredError;
    double error = clusterOptimally(values.data(), values.size(), binned).squaredError;
    EXPECT_LE(error, optimum * (1 + 1e-6)) << "k " << k;
  }
}

TEST(KMeans1D, FewDistinctValuesAreKeptExactly) {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i)
    values.push_back(0.1f * static_cast<float>(i % 7) - 0.3f);
  KMeansOptions options;
  options.k = 16;
  Clustering c = clusterOptimally(values.data(), values.size(), options);
  EXPECT_EQ(c.codebook.size(), 7u);
  EXPECT_EQ(c.squaredError, 0.0);
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(c.codebook[c.codes[i]], values[i]);
}

TEST(KMeans1D, SignsOfZeroAreOneValue) {
  std::vector<float> values{-0.0f, 0.0f, 1.0f};
  EXPECT_EQ(findDistinct(values.data(), values.size()).values.size(), 2u);
}

} // namespace

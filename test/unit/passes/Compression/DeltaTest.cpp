//===- DeltaTest.cpp - differences against exhaustive search ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Delta.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace weft::compression;

namespace {

std::vector<double> gaussian(size_t count, double sigma, unsigned seed, double mean = 0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(mean, sigma);
  std::vector<double> values(count);
  for (double &v : values)
    v = normal(random);
  return values;
}

/// What a decoder makes of a run.
std::vector<int64_t> decode(const DeltaRun &run, const DeltaFormat &f) {
  std::vector<int64_t> weights;
  for (int64_t d : run.deltas)
    weights.push_back((f.consecutive && !weights.empty() ? weights.back() : run.reference) + d * (int64_t(1) << f.shift));
  return weights;
}

void expectLegal(const DeltaRun &run, const DeltaFormat &f, const std::vector<double> &values) {
  double error = 0;
  std::vector<int64_t> weights = decode(run, f);
  ASSERT_EQ(weights.size(), values.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_GE(weights[i], f.least);
    EXPECT_LE(weights[i], f.greatest);
    EXPECT_GE(run.deltas[i], -(1 << (f.width - 1)));
    EXPECT_LT(run.deltas[i], 1 << (f.width - 1));
    error += std::pow(values[i] - static_cast<double>(weights[i]), 2);
  }
  EXPECT_NEAR(run.squaredError, error, 1e-6 * (1 + error));
}

/// The least error of all runs of differences from `from` on, tried one by one.
double leastError(const std::vector<double> &values, size_t i, int64_t from, const DeltaFormat &f) {
  if (i == values.size())
    return 0;
  double least = INFINITY;
  for (int64_t d = -(1 << (f.width - 1)); d < 1 << (f.width - 1); ++d) {
    int64_t weight = from + d * (int64_t(1) << f.shift);
    if (weight >= f.least && weight <= f.greatest)
      least = std::min(least, std::pow(values[i] - static_cast<double>(weight), 2) + leastError(values, i + 1, f.consecutive ? weight : from, f));
  }
  return least;
}

TEST(Delta, FixedReferenceIsTheBestOfAll) {
  for (unsigned seed = 0; seed < 20; ++seed)
    for (unsigned shift : {0u, 2u}) {
      DeltaFormat f;
      f.width = 3, f.shift = shift;
      std::vector<double> values = gaussian(200, 1 + seed, seed, seed % 3 * 2.0);
      DeltaRun run = encodeRun(values.data(), values.size(), f);
      expectLegal(run, f, values);
      double least = INFINITY;
      for (int64_t reference = -128; reference <= 127; ++reference) {
        bool zero = reference % (1 << shift) == 0 && -reference / (1 << shift) >= -4 && -reference / (1 << shift) < 4;
        if (zero) // which the values hold
          least = std::min(least, encodeRun(values.data(), values.size(), f, reference).squaredError);
      }
      EXPECT_NEAR(run.squaredError, least, 1e-9 * least);
    }
}

TEST(Delta, ConsecutiveDifferencesAreTheBestOfAll) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    DeltaFormat f;
    f.width = 2, f.shift = seed % 2, f.consecutive = true, f.least = -16, f.greatest = 15;
    std::vector<double> values = gaussian(6, 4, seed);
    DeltaRun fromZero = encodeRun(values.data(), values.size(), f, 0);
    expectLegal(fromZero, f, values);
    EXPECT_NEAR(fromZero.squaredError, leastError(values, 0, 0, f), 1e-9);
    DeltaRun free = encodeRun(values.data(), values.size(), f);
    expectLegal(free, f, values);
    EXPECT_LE(free.squaredError, fromZero.squaredError + 1e-9);
  }
}

TEST(Delta, ZeroStaysExact) {
  for (bool consecutive : {false, true}) {
    DeltaFormat f;
    f.shift = 2, f.consecutive = consecutive;
    std::vector<double> values = {0, 21, 27, 0, 13, 0, 2, -3, 0};
    std::vector<int64_t> weights = decode(encodeRun(values.data(), values.size(), f), f);
    for (size_t i : {0u, 3u, 5u, 8u})
      EXPECT_EQ(weights[i], 0);
  }
}

TEST(Delta, RulesForReferences) {
  std::vector<double> values = {7, 1, 2, 3, 0};
  DeltaFormat f;
  for (auto [rule, expected] : {std::pair(DeltaReference::first, 7), {DeltaReference::median, 2}, {DeltaReference::midRange, 4}}) {
    f.reference = rule;
    EXPECT_EQ(encodeRun(values.data(), values.size(), f).reference, expected);
  }
}

// The table of the paper's traps: 4,096 weights of 4 LSB, differences of 4 bits.
TEST(Delta, ClosedLoopDoesNotDrift) {
  std::vector<double> values = gaussian(4096, 4, 7);
  for (double &v : values)
    v = std::nearbyint(v);
  DeltaFormat f;
  auto rmse = [&] { return std::sqrt(encodeRun(values.data(), values.size(), f).squaredError / 4096); };
  EXPECT_LT(rmse(), 0.6);
  f.consecutive = true;
  EXPECT_LT(rmse(), 1.2);
  f.openLoop = true;
  EXPECT_GT(rmse(), 20);
}

TEST(Delta, LongAndWideRuns) {
  DeltaFormat f;
  f.consecutive = true;
  std::vector<double> values = gaussian(40000, 6, 1);
  expectLegal(encodeRun(values.data(), values.size(), f), f, values);
  f.least = -32768, f.greatest = 32767; // too many levels for all paths
  std::vector<double> wide = gaussian(500, 3000, 2);
  expectLegal(encodeRun(wide.data(), wide.size(), f), f, wide);
  std::vector<double> outside = {500, 500, -500};
  f.least = -128, f.greatest = 127;
  expectLegal(encodeRun(outside.data(), outside.size(), f), f, outside);
  EXPECT_TRUE(encodeRun(nullptr, 0, f, 3).deltas.empty());
}

TEST(Delta, ScalesAndReferencesTogether) {
  std::vector<double> normal = gaussian(32 * 100, 0.05, 3);
  std::vector<float> weights(normal.begin(), normal.end());
  std::fill(weights.begin() + 500, weights.begin() + 600, 0.0f); // a row of zeros
  for (bool consecutive : {false, true})
    for (bool perRow : {false, true})
      for (size_t runs : {size_t(1), size_t(32), size_t(160)}) {
        DeltaOptions options;
        options.format.consecutive = consecutive;
        options.runs = runs, options.perRow = perRow;
        DeltaWeights encoded = encodeWeights(weights.data(), 32, 100, options);
        ASSERT_EQ(encoded.references.size(), runs);
        ASSERT_EQ(encoded.scales.size(), perRow ? 32u : 1u);
        double error = 0, energy = 0;
        int64_t before = 0;
        for (size_t i = 0; i < weights.size(); ++i) {
          int64_t from = consecutive && i % (3200 / runs) != 0 ? before : encoded.references[i / (3200 / runs)];
          before = from + encoded.deltas[i];
          EXPECT_TRUE(before >= -128 && before <= 127);
          double scale = encoded.scales[perRow ? i / 100 : 0];
          EXPECT_GT(scale, 0);
          error += std::pow(static_cast<double>(before) * scale - weights[i], 2), energy += std::pow(weights[i], 2);
        }
        EXPECT_LT(std::sqrt(error / energy), consecutive ? 0.16 : 0.13);
      }
}

} // namespace

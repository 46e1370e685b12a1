//===- ScaledLevelsTest.cpp - scales against every scale ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/ScaledLevels.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weft::compression;

namespace {

int64_t naiveNearest(const Levels &levels, double value) {
  std::vector<int64_t> all{0};
  for (int64_t v : levels.positive)
    all.push_back(v);
  for (int64_t v : levels.negative)
    all.push_back(-v);
  int64_t best = 0;
  for (int64_t v : all)
    if (std::fabs(value - static_cast<double>(v)) < std::fabs(value - static_cast<double>(best)))
      best = v;
  return best;
}

double errorAt(const Levels &levels, const std::vector<float> &values, double scale) {
  double error = 0;
  for (float v : values)
    error += std::pow(v - scale * static_cast<double>(naiveNearest(levels, v / scale)), 2);
  return error;
}

/// The least error of every assignment of levels to values, each with its own best scale.
double exhaustive(const Levels &levels, const std::vector<float> &values) {
  std::vector<int64_t> all{0};
  all.insert(all.end(), levels.positive.begin(), levels.positive.end());
  for (int64_t v : levels.negative)
    all.push_back(-v);
  double energy = 0, gain = 0;
  for (float v : values)
    energy += static_cast<double>(v) * v;
  std::vector<size_t> digit(values.size(), 0);
  for (;;) {
    double product = 0, square = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      auto q = static_cast<double>(all[digit[i]]);
      product += values[i] * q;
      square += q * q;
    }
    if (product > 0)
      gain = std::max(gain, product * product / square);
    size_t i = 0;
    while (i < digit.size() && ++digit[i] == all.size())
      digit[i++] = 0;
    if (i == digit.size())
      return energy - gain;
  }
}

std::vector<float> normal(unsigned seed, size_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> draw;
  std::vector<float> values(count);
  for (float &v : values)
    v = draw(random);
  return values;
}

} // namespace

TEST(ScaledLevels, NearestIsThatOfEveryLevel) {
  for (const Levels &levels : {Levels{{1, 2, 4}, {1, 2, 4}}, Levels{{}, {3}}, Levels{{1, 7}, {}}, Levels::twosComplement(3)})
    for (double v = -12; v <= 12; v += 0.125)
      EXPECT_EQ(std::fabs(v - nearestLevel(levels, v)), std::fabs(v - naiveNearest(levels, v))) << v;
  EXPECT_EQ(nearestLevel(Levels::twosComplement(3), 0.5), 0);
  EXPECT_EQ(nearestLevel(Levels::twosComplement(3), -1.5), -1);
  EXPECT_EQ(nearestLevel(Levels::twosComplement(3), -9), -4);
  EXPECT_EQ(nearestLevel(Levels::twosComplement(3), 9), 3);
}

TEST(ScaledLevels, ScaleIsTheGlobalOptimum) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::vector<float> values = normal(seed, 5);
    for (const Levels &levels : {Levels{{1}, {1}}, Levels{{1, 2, 4}, {1, 2, 4}}, Levels{{2}, {1, 3}}, Levels::twosComplement(2)}) {
      double least = exhaustive(levels, values);
      EXPECT_NEAR(errorAt(levels, values, fitScale(levels, values.data(), values.size())), least, 1e-9 * (1 + least)) << seed;
    }
  }
}

TEST(ScaledLevels, NoScaleOfAGridIsBetter) {
  Levels levels{{1, 2, 4, 8, 16, 32, 64}, {1, 2, 4, 8, 16, 32, 64}};
  for (unsigned seed = 0; seed < 5; ++seed) {
    std::vector<float> values = normal(seed, 300);
    double found = errorAt(levels, values, fitScale(levels, values.data(), values.size()));
    for (double scale = 0.005; scale < 2; scale *= 1.003)
      EXPECT_LE(found, errorAt(levels, values, scale) * (1 + 1e-9));
  }
}

TEST(ScaledLevels, BinsCostNextToNothing) {
  Levels levels = Levels::twosComplement(4);
  std::vector<float> values = normal(3, 20000);
  double exact = errorAt(levels, values, fitScale(levels, values.data(), values.size()));
  double binned = errorAt(levels, values, fitScale(levels, values.data(), values.size(), {size_t(1) << 12}));
  EXPECT_LE(exact, binned);
  EXPECT_LT(binned, exact * 1.001);
}

TEST(ScaledLevels, SpecialCases) {
  std::vector<float> zeros(4, 0.0f), one{-0.0f, 3e-30f}, negative{-1, -2};
  EXPECT_EQ(fitScale(Levels::twosComplement(4), zeros.data(), zeros.size()), 0);
  EXPECT_EQ(fitScale(Levels::twosComplement(4), nullptr, 0), 0);
  EXPECT_GT(fitScale(Levels::twosComplement(4), one.data(), one.size()), 0);
  EXPECT_EQ(fitScale(Levels{{}, {1}}, negative.data(), 2), 0); // nothing to use
}

//===- ObserverTest.cpp - ranges from distributions -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Observer.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weft::quantization;

static std::vector<float> normalWithOutlier(float outlier) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 1);
  std::vector<float> v(20000);
  for (float &x : v)
    x = normal(random);
  v.push_back(outlier);
  return v;
}

TEST(Observer, MinMaxIsExact) {
  Observer o;
  std::vector<float> a{1.5f, -0.25f}, b{7.0f, NAN, INFINITY};
  o.observe(a.data(), a.size());
  o.observe(b.data(), b.size());
  EXPECT_EQ(o.range(RangeMethod::minMax, 0, {}), (Range{-0.25, 7.0}));
  EXPECT_EQ(o.count(), 3u);
}

TEST(Observer, OrderDoesNotMatter) {
  std::vector<float> v = normalWithOutlier(100);
  Observer forward, backward;
  for (size_t i = 0; i < v.size(); i += 100)
    forward.observe(v.data() + i, std::min<size_t>(100, v.size() - i));
  std::reverse(v.begin(), v.end());
  backward.observe(v.data(), v.size());
  for (auto method : {RangeMethod::percentile, RangeMethod::mse})
    EXPECT_EQ(forward.range(method, 99.9, {}), backward.range(method, 99.9, {}));
}

TEST(Observer, PercentileLeavesOutliersOut) {
  std::vector<float> v = normalWithOutlier(100);
  Observer o;
  o.observe(v.data(), v.size());
  Range r = o.range(RangeMethod::percentile, 99.9, {});
  EXPECT_LT(r.hi, 4.5);
  EXPECT_GT(r.hi, 2.5);
  EXPECT_NEAR(r.lo, -3.3, 0.5);
}

/// The histogram's choice is close to the best clipping found by quantizing every number.
TEST(Observer, MseAgreesWithTrying) {
  for (float outlier : {0.0f, 30.0f})
    for (unsigned bits : {3u, 4u, 8u}) {
      std::vector<float> v = normalWithOutlier(outlier);
      Observer o;
      o.observe(v.data(), v.size());
      Scheme scheme{bits, true, false};
      auto error = [&](Range r) {
        Parameters p = chooseParameters(r, scheme);
        double sum = 0;
        for (float x : v)
          sum += std::pow(dequantize(quantize(x, p), p) - x, 2);
        return sum;
      };
      double best = INFINITY;
      for (int i = 1; i <= 200; ++i)
        best = std::min(best, error({-0.15 * i, 0.15 * i}));
      EXPECT_LT(error(o.range(RangeMethod::mse, 0, scheme)), 1.1 * best) << bits << " bits, outlier " << outlier;
    }
}

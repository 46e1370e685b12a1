//===- ThresholdsTest.cpp - steps of monotone functions -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Thresholds.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace weft::quantization;

static void expectExact(const std::function<int64_t(int64_t)> &f, int64_t accLo, int64_t accHi, int64_t lo, int64_t hi) {
  std::vector<int64_t> t = findThresholds(f, accLo, accHi, lo, hi);
  ASSERT_EQ(t.size(), static_cast<size_t>(hi - lo));
  EXPECT_TRUE(std::is_sorted(t.begin(), t.end()));
  for (int64_t acc = accLo; acc <= accHi; ++acc) {
    int64_t y = lo;
    for (int64_t threshold : t)
      y += acc >= threshold;
    EXPECT_EQ(y, f(acc)) << "at " << acc;
  }
}

TEST(Thresholds, ReproduceTheFunction) {
  expectExact([](int64_t a) { return std::clamp<int64_t>(a / 10, 0, 15); }, -300, 300, 0, 15);
  expectExact([](int64_t a) { return static_cast<int64_t>(std::nearbyint(3 * std::tanh(a * 0.01))); }, -500, 500, -4, 3);
  expectExact([](int64_t) { return 1; }, -5, 5, 0, 3); // levels 2 and 3 are never reached
  expectExact([](int64_t a) { return a >= 3 ? 3 : 0; }, -5, 5, 0, 3); // several thresholds in one place
}

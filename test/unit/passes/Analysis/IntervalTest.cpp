//===- IntervalTest.cpp - ranges of sums against all their values ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Analysis/Interval.h"

#include <gtest/gtest.h>
#include <random>

using namespace weft::analysis;

TEST(Interval, Bits) {
  EXPECT_EQ(signedBits({0, 0}), 1u);
  EXPECT_EQ(signedBits({-1, 0}), 1u);
  EXPECT_EQ(signedBits({0, 1}), 2u);
  EXPECT_EQ(signedBits({-128, 127}), 8u);
  EXPECT_EQ(signedBits({-128, 128}), 9u);
  EXPECT_EQ(signedBits({-129, 0}), 9u);
  EXPECT_EQ(unsignedBits({0, 255}), 8u);
  EXPECT_EQ(unsignedBits({0, 256}), 9u);
}

/// Every x of every interval, added in order and from the bias as well as from 0.
TEST(Interval, SumRangeIsExact) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    size_t count = 1 + random() % 3;
    std::vector<int64_t> w(count);
    std::vector<Interval> x(count);
    for (size_t k = 0; k < count; ++k) {
      w[k] = static_cast<int>(random() % 15) - 7;
      int64_t lo = static_cast<int>(random() % 9) - 6;
      x[k] = {lo, lo + static_cast<int>(random() % 6)};
    }
    int64_t bias = static_cast<int>(random() % 41) - 20;
    Interval range = sumRange(w.data(), count, x, bias), full{INT64_MAX, INT64_MIN};
    std::vector<int64_t> v(count);
    for (size_t k = 0; k < count; ++k)
      v[k] = x[k].lo;
    for (bool more = true; more;) {
      int64_t sum = bias;
      for (size_t k = 0; k < count; ++k) {
        EXPECT_TRUE(range.contains(sum));
        EXPECT_TRUE(range.contains(sum - bias));
        sum += w[k] * v[k];
      }
      full = full.hull({sum, sum});
      more = false;
      for (size_t k = 0; k < count && !more; ++k) {
        more = ++v[k] <= x[k].hi;
        if (!more)
          v[k] = x[k].lo;
      }
    }
    EXPECT_TRUE(range.contains(full.lo) && range.contains(full.hi));
    bool allHoldZero = bias == 0;
    for (auto &i : x)
      allHoldZero &= i.contains(0);
    if (allHoldZero) { // then nothing is wider than needed
      EXPECT_TRUE(range == full.withZero());
    }
  }
}

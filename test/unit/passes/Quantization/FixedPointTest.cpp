//===- FixedPointTest.cpp - multiply and shift instead of a real factor ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/FixedPoint.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weft::quantization;

/// No multiplier and shift of the allowed ranges is closer to the factor.
TEST(FixedPoint, IsTheBestOfAll) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    double factor = std::ldexp(0.5 + (random() % 1000000) / 2e6, -static_cast<int>(random() % 20));
    auto found = toFixedPoint(factor);
    ASSERT_TRUE(found);
    EXPECT_GE(found->multiplier, 1 << 15);
    EXPECT_LT(found->multiplier, 1 << 16);
    double best = INFINITY;
    for (unsigned n = 0; n <= kMaxShift; ++n) {
      double m = std::nearbyint(std::ldexp(factor, static_cast<int>(n)));
      if (m < 65536)
        best = std::min(best, std::fabs(std::ldexp(m, -static_cast<int>(n)) - factor));
    }
    EXPECT_LE(std::fabs(found->value() - factor), best * (1 + 1e-12));
  }
}

TEST(FixedPoint, Edges) {
  auto carry = toFixedPoint(1.0 - 1e-9); // rounds up to the next power of two
  ASSERT_TRUE(carry);
  EXPECT_EQ(carry->multiplier, 1 << 15);
  EXPECT_EQ(carry->shift, 15u);
  auto tiny = toFixedPoint(std::ldexp(1.0, -40));
  ASSERT_TRUE(tiny);
  EXPECT_EQ(tiny->multiplier, 128);
  EXPECT_EQ(tiny->shift, kMaxShift);
  EXPECT_TRUE(toFixedPoint(65535.0));
  EXPECT_FALSE(toFixedPoint(65536.0));
  EXPECT_FALSE(toFixedPoint(0));
  EXPECT_FALSE(toFixedPoint(-1));
}

TEST(FixedPoint, ShiftWantsAPowerOfTwo) {
  EXPECT_EQ(toShift(1.0)->shift, 0u);
  EXPECT_EQ(toShift(0.125)->shift, 3u);
  EXPECT_FALSE(toShift(0.1));
  EXPECT_FALSE(toShift(2.0));
}

TEST(FixedPoint, PairSharesTheShift) {
  auto pair = toFixedPointPair(0.7, -0.01);
  ASSERT_TRUE(pair);
  EXPECT_NEAR(std::ldexp(static_cast<double>(pair->lhs), -static_cast<int>(pair->shift)), 0.7, 1e-4);
  EXPECT_NEAR(std::ldexp(static_cast<double>(pair->rhs), -static_cast<int>(pair->shift)), -0.01, 1e-4);
  EXPECT_LT(pair->lhs, 1 << 15);
}

/// Rule A4s rounds halves up and floors the shift.
TEST(FixedPoint, Requantize) {
  EXPECT_EQ(requantize(5, {1, 1}, 0, -128, 127), 3);
  EXPECT_EQ(requantize(-5, {1, 1}, 0, -128, 127), -2);
  EXPECT_EQ(requantize(1000, {1, 0}, 3, -128, 127), 127);
  EXPECT_EQ(requantize(-1000, {1, 0}, 3, 3, 127), 3);
}

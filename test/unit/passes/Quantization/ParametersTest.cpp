//===- ParametersTest.cpp - scale and zero point from a range ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Parameters.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace weft::quantization;

TEST(Parameters, NotNegativeIsUnsigned) {
  Parameters p = chooseParameters({0, 2.55}, {8, false, false});
  EXPECT_FALSE(p.format.isSigned);
  EXPECT_EQ(p.zeroPoint, 0);
  EXPECT_FLOAT_EQ(p.scale, 0.01f);
}

TEST(Parameters, AffineCoversTheRangeAndZero) {
  for (unsigned bits : {2u, 4u, 8u, 16u}) {
    Parameters p = chooseParameters({-1, 3}, {bits, false, false});
    EXPECT_TRUE(p.format.isSigned);
    EXPECT_EQ(dequantize(p.zeroPoint, p), 0.0f);
    EXPECT_NEAR(dequantize(quantize(-1, p), p), -1, p.scale);
    EXPECT_NEAR(dequantize(quantize(3, p), p), 3, p.scale);
  }
}

TEST(Parameters, SymmetricHasNoZeroPoint) {
  Parameters p = chooseParameters({-1, 3}, {8, true, false});
  EXPECT_EQ(p.zeroPoint, 0);
  EXPECT_FLOAT_EQ(p.scale, 3.0f / 127);
}

TEST(Parameters, PowerOfTwo) {
  Parameters p = chooseParameters({0, 1}, {8, false, true});
  EXPECT_EQ(p.scale, std::ldexp(1.0f, -7)); // 1/255 rounded up
  EXPECT_EQ(roundUpToPowerOfTwo(0.25), 0.25f);
  EXPECT_EQ(roundUpToPowerOfTwo(0.26), 0.5f);
}

TEST(Parameters, DegenerateRanges) {
  EXPECT_EQ(chooseParameters({0, 0}, {8, false, false}).scale, 1.0f);
  EXPECT_EQ(chooseParameters({0, INFINITY}, {8, false, false}).scale, 1.0f);
  EXPECT_EQ(chooseWeightParameters(0, 8, false).scale, 1.0f);
}

/// Rule A1: halves go to even, NaN to lo.
TEST(Parameters, Quantize) {
  Parameters p{1.0f, 0, {8, true}};
  EXPECT_EQ(quantize(0.5f, p), 0);
  EXPECT_EQ(quantize(1.5f, p), 2);
  EXPECT_EQ(quantize(1e9f, p), 127);
  EXPECT_EQ(quantize(NAN, p), -128);
}

//===- HalfTest.cpp - 16-bit floating point formats -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Half.h"
#include "Golden.h"

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(HalfTest, everyBitPatternSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float half = halfToFloat(static_cast<uint16_t>(bits)), brain = brainToFloat(static_cast<uint16_t>(bits));
    if (!std::isnan(half)) {
      ASSERT_EQ(floatToHalf(half), bits);
    }
    if (!std::isnan(brain)) {
      ASSERT_EQ(floatToBrain(brain), bits);
    }
  }
  EXPECT_TRUE(std::isnan(halfToFloat(floatToHalf(std::nanf("")))));
  EXPECT_TRUE(std::isnan(brainToFloat(floatToBrain(std::nanf("")))));
}

TEST(HalfTest, roundsAsNumpy) { expectTensor(cast(golden("half.x"), ElementType::f16()), golden("half.y")); }

TEST(HalfTest, tiesGoToEven) {
  EXPECT_EQ(halfToFloat(floatToHalf(2049)), 2048.0f);
  EXPECT_EQ(halfToFloat(floatToHalf(2051)), 2052.0f);
  EXPECT_EQ(halfToFloat(floatToHalf(65519)), 65504.0f);
  EXPECT_TRUE(std::isinf(halfToFloat(floatToHalf(65520))));
  EXPECT_EQ(brainToFloat(floatToBrain(257)), 256.0f);
  EXPECT_EQ(brainToFloat(floatToBrain(259)), 260.0f);
}
} // namespace

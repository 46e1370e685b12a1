//===- MetricsTest.cpp - accuracy, differences, divergences ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Metrics.h"

#include <gtest/gtest.h>

using namespace weft::report;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

TEST(PredictedClasses, FirstOfEqualsWins) {
  EXPECT_EQ(predictedClasses(Tensor::ofFloats({3, 3}, {0, 1, 1, 5, 2, 1, -3, -2, -1})), (std::vector<int64_t>{1, 0, 2}));
}

TEST(PredictedClasses, OneIntegerIsTheClass) {
  EXPECT_EQ(predictedClasses(Tensor::ofIntegers(ElementType::i64(), {2, 1}, {7, 4})), (std::vector<int64_t>{7, 4}));
}

TEST(Difference, MeanSquareAndGreatest) {
  Difference d = difference(Tensor::ofFloats({2}, {1, 2}), Tensor::ofFloats({2}, {1, -1}));
  EXPECT_DOUBLE_EQ(d.meanSquare, 4.5);
  EXPECT_DOUBLE_EQ(d.greatest, 3);
}

TEST(AreClassLabels, OnlyIndicesInRange) {
  Tensor output = Tensor::ofFloats({2, 3}, {0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(areClassLabels(Tensor::ofIntegers(ElementType::i64(), {2}, {0, 2}), output));
  EXPECT_FALSE(areClassLabels(Tensor::ofIntegers(ElementType::i64(), {2}, {0, 3}), output));
  EXPECT_FALSE(areClassLabels(Tensor::ofFloats({2}, {0, 0.5f}), output));
  EXPECT_FALSE(areClassLabels(Tensor::ofFloats({3}, {0, 0, 0}), output));
}

TEST(FirstDivergence, NamesFrameAndIndex) {
  auto type = ElementType::integer(8, true);
  Tensor a = Tensor::ofIntegers(type, {2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
  Tensor b = a;
  EXPECT_FALSE(firstDivergence(a, b));
  b.integers()[6] = -1;
  b.integers()[7] = -1;
  auto found = firstDivergence(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->where(), "frame 1, [1, 0]");
  EXPECT_EQ(found->expected, 6);
  EXPECT_EQ(found->found, -1);
}

} // namespace

//===- QuantizeTest.cpp - A1, A2, A4, A5, A5m, A7 ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Quantize.h"
#include "Golden.h"
#include "runtime/reference/Exact.h"

#include <limits>
#include <random>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(QuantizeTest, a1AndA2AsNumpy) {
  for (auto [bits, isSigned] : {std::pair(8u, true), {8u, false}, {4u, true}, {2u, false}, {16u, true}, {1u, false}}) {
    const std::string name = "quantize_" + std::to_string(bits) + "_" + std::to_string(isSigned);
    Tensor zero = golden(name + ".zero", integer(bits, isSigned)), scale = golden(name + ".scale");
    auto q = quantize(golden(name + ".x"), scale, zero, 0);
    expectTensor(q, golden(name + ".q"));
    expectTensor(dequantize(*q, scale, zero, 0, ElementType::f32()), golden(name + ".y"));
  }
}

TEST(QuantizeTest, a1TiesNanAndInfinities) {
  const ElementType i8 = integer(8);
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(quantizeOne(0.5f, 1, 0, i8), 0);
  EXPECT_EQ(quantizeOne(1.5f, 1, 0, i8), 2);
  EXPECT_EQ(quantizeOne(-2.5f, 1, 0, i8), -2);
  EXPECT_EQ(quantizeOne(0.5f, 1, 1, i8), 1); // the tie is broken before the zero point is added
  EXPECT_EQ(quantizeOne(std::nanf(""), 1, 7, i8), -128);
  EXPECT_EQ(quantizeOne(infinity, 1, -7, i8), 127);
  EXPECT_EQ(quantizeOne(-infinity, 1, 7, i8), -128);
  EXPECT_EQ(quantizeOne(infinity, 1, 0, integer(32)), 2147483647);
  EXPECT_EQ(quantizeOne(-infinity, 1, 0, integer(32)), -2147483648LL);
  EXPECT_EQ(quantizeOne(infinity, 1, 0, integer(64)), INT64_MAX);
}

TEST(QuantizeTest, perChannel) {
  Tensor x = Tensor::ofFloats({2, 2, 1}, {1, 1, 2, 2}), scale = Tensor::ofFloats({2}, {1, 0.5f});
  Tensor zero = Tensor::ofIntegers(integer(8), {2}, {0, 10});
  auto q = quantize(x, scale, zero, 1);
  ASSERT_TRUE(q) << q.message();
  EXPECT_EQ(q->integers(), (std::vector<int64_t>{1, 12, 2, 14}));
  expectTensor(dequantize(*q, scale, zero, 1, ElementType::f32()), x);
  expectFailure(quantize(x, scale, zero, 2), "found 2 channel parameters for axis 2 of shape [2, 2, 1]");
}

TEST(RequantizeTest, a4sAsUnboundedIntegers) {
  expectTensor(requantize(golden("requantize.acc"), golden("requantize.m", integer(32)), golden("requantize.n", integer(32)),
                          {-3, -100, 90}, integer(8)), golden("requantize.y"));
}

TEST(RequantizeTest, a4sRoundsTiesUp) {
  const Clamp clamp = {0, -1000, 1000};
  EXPECT_EQ(requantizeOne(3, 1, 1, clamp), 2);   // 1.5
  EXPECT_EQ(requantizeOne(-3, 1, 1, clamp), -1); // −1.5
  EXPECT_EQ(requantizeOne(-1, 1, 1, clamp), 0);  // −0.5
  EXPECT_EQ(requantizeOne(-5, 1, 2, clamp), -1); // −1.25
  EXPECT_EQ(requantizeOne(7, 1, 0, clamp), 7);
}

TEST(RequantizeTest, a4pIsARealDivision) {
  std::mt19937_64 random(3);
  const Clamp clamp = {0, INT64_MIN, INT64_MAX};
  for (int i = 0; i < 100000; ++i) {
    const int64_t acc = static_cast<int64_t>(random()) >> (random() % 60 + 1), n = static_cast<int64_t>(random() % 48);
    // Quotient and remainder by division of magnitudes, which knows nothing of shifts of negative numbers.
    const Int128 unit = Int128(1) << n, magnitude = acc < 0 ? -Int128(acc) : Int128(acc);
    Int128 quotient = magnitude / unit, remainder = magnitude % unit;
    if (acc >= 0 ? 2 * remainder >= unit : 2 * remainder > unit)
      ++quotient;
    ASSERT_EQ(requantizeOne(acc, 1, n, clamp), static_cast<int64_t>(acc < 0 ? -quotient : quotient)) << acc << " >> " << n;
  }
}

TEST(RequantizeTest, refusesWhatTheRulesForbid) {
  Tensor acc(integer(32), {1, 2}), m = Tensor::ofIntegers(integer(32), {1}, {1}), n = m;
  n.integers()[0] = 48;
  expectFailure(requantize(acc, m, n, {0, 0, 1}, integer(8)), "shift is 48, expected 0 to 47 (A4s)");
  n.integers()[0] = 1;
  m.integers()[0] = -1;
  expectFailure(requantize(acc, m, n, {0, 0, 1}, integer(8)), "multiplier is -1");
  expectFailure(requantize(acc, n, n, {0, 0, 128}, integer(8)), "clamps to [0, 128], outside of i8 (A4s)");
}

TEST(ThresholdTest, a4tAsSearchsorted) {
  expectTensor(threshold(golden("threshold.x"), golden("threshold.t"), -8, integer(4)), golden("threshold.y"));
}

TEST(ThresholdTest, a4tIsTheCountItSays) {
  std::mt19937_64 random(4);
  Tensor x = randomTensor(integer(6), {2, 3, 50}, random), t = randomTensor(integer(6), {1, 7}, random);
  std::sort(t.integers().begin(), t.integers().end());
  auto y = threshold(x, t, 0, integer(3, false));
  for (int64_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y->integers()[i], std::count_if(t.integers().begin(), t.integers().end(), [&](int64_t k) { return x.integers()[i] >= k; }));
  expectFailure(threshold(x, Tensor::ofIntegers(integer(6), {1, 2}, {1, 0}), 0, integer(8)), "thresholds of channel 0 decrease (A4t)");
}

TEST(QaddTest, a5AsUnboundedIntegers) {
  expectTensor(qadd(golden("qadd.a"), golden("qadd.b"), {-77, 12345, 99, 14, {5, 0, 255}}, integer(8, false)), golden("qadd.y"));
}

TEST(QmulTest, a5mAsUnboundedIntegers) {
  expectTensor(qmul(golden("qmul.a"), golden("qmul.b"), 100, 120, integer(17)), golden("qmul.y"));
  expectTensor(qmul(golden("qmul.b"), golden("qmul.a"), 120, 100, integer(17)), golden("qmul.y"));
  expectFailure(qmul(golden("qmul.a"), golden("qmul.b"), 100, 120, integer(16)), "a product is outside of i16 (A5m)");
  expectFailure(qmul(Tensor(integer(8), {2, 3}), Tensor(integer(8), {2, 2}), 0, 0, integer(16)), "cannot broadcast shapes");
  expectFailure(qmul(Tensor(integer(8), {2}), Tensor::ofFloats({2}, {0, 1}), 0, 0, integer(16)), "expected integers, found i8 and f32");
}

TEST(TableTest, a7StartsAtTheLeastValue) {
  Tensor x = Tensor::ofIntegers(integer(2), {4}, {-2, -1, 0, 1}), t = Tensor::ofIntegers(integer(8), {4}, {10, 20, 30, 40});
  EXPECT_EQ(table(x, t)->integers(), (std::vector<int64_t>{10, 20, 30, 40}));
  EXPECT_EQ(table(Tensor::ofIntegers(integer(2, false), {2}, {0, 3}), Tensor::ofFloats({4}, {0, 1, 2, 3}))->floats(), (std::vector<float>{0, 3}));
  expectFailure(table(x, Tensor(integer(8), {3})), "found 3 for i2 (A7)");
}
} // namespace

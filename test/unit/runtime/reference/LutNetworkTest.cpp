//===- LutNetworkTest.cpp - A18 against integer functions ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/LutNetwork.h"
#include "Golden.h"

#include <random>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
LutTable table(std::vector<int32_t> fanIns, uint64_t truth) {
  LutTable t;
  t.arity = static_cast<int32_t>(fanIns.size());
  std::copy(fanIns.begin(), fanIns.end(), t.fanIns.begin());
  t.truth = truth;
  return t;
}

/// A ripple adder of two signed 2-bit numbers into 3 bits.
LutNetwork adder() {
  LutNetwork n;
  n.inputs = 4; // a0 a1 b0 b1
  n.tables = {table({0, 2}, 0x6), table({0, 2}, 0x8), table({1, 3, 5}, 0x96), table({1, 3, 5}, 0)};
  for (int a = 0; a < 8; ++a) { // the sign of the sum
    const int a1 = a & 1, b1 = a >> 1 & 1, carry = a >> 2;
    const int sum = -2 * a1 - 2 * b1 + 2 * carry;
    n.tables.back().truth |= uint64_t(sum < 0) << a;
  }
  n.outputs = {4, 6, 7};
  return n;
}

TEST(LutNetworkTest, a18AddsSignedElements) {
  Tensor x(integer(2), {16, 2});
  std::vector<int64_t> sums;
  for (int64_t i = 0; i < 16; ++i) {
    x.integers()[2 * i] = i / 4 - 2;
    x.integers()[2 * i + 1] = i % 4 - 2;
    sums.push_back(i / 4 - 2 + i % 4 - 2);
  }
  auto y = lutNetwork(adder(), x, integer(3), {1});
  ASSERT_TRUE(y) << y.message();
  EXPECT_EQ(y->integers(), sums);
  EXPECT_EQ(y->shape(), (Shape{16, 1}));
  EXPECT_EQ(adder().levels(), (std::vector<int32_t>{0, 0, 0, 0, 1, 1, 2, 2}));
}

TEST(LutNetworkTest, constantsAndPassThrough) {
  LutNetwork n;
  n.inputs = 1;
  n.tables = {table({}, 1), table({}, 0)};
  n.outputs = {1, 0, 2};
  auto y = lutNetwork(n, Tensor::ofIntegers(integer(1, false), {2, 1}, {0, 1}), integer(3, false), {1});
  ASSERT_TRUE(y) << y.message();
  EXPECT_EQ(y->integers(), (std::vector<int64_t>{1, 3}));
}

TEST(LutNetworkTest, wordsAreSamples) {
  std::mt19937_64 random(3);
  LutNetwork n;
  n.inputs = 9;
  for (int t = 0; t < 60; ++t) {
    const int arity = t % 7;
    std::vector<int32_t> fanIns;
    for (int k = 0; k < arity; ++k)
      fanIns.push_back(random() % (n.inputs + t));
    n.tables.push_back(table(fanIns, random() & LutTable::mask(arity)));
  }
  for (int i = 0; i < n.signals(); ++i)
    n.outputs.push_back(i);
  ASSERT_TRUE(n.check());
  std::vector<uint64_t> words(n.inputs);
  for (uint64_t &w : words)
    w = random();
  const std::vector<uint64_t> all = n.evaluateWords(words);
  for (int s = 0; s < 64; ++s) {
    std::vector<uint8_t> bits;
    for (uint64_t w : words)
      bits.push_back(w >> s & 1);
    const std::vector<uint8_t> one = n.evaluate(bits);
    for (size_t i = 0; i < one.size(); ++i)
      ASSERT_EQ(one[i], all[i] >> s & 1) << "signal " << i << ", sample " << s;
  }
}

TEST(LutNetworkTest, refuses) {
  auto broken = [](auto change) {
    LutNetwork n = adder();
    change(n);
    return lutNetwork(n, Tensor(integer(2), {1, 2}), integer(3), {1});
  };
  expectFailure(broken([](LutNetwork &n) { n.inputs = -1; }), "has -1 input bits");
  expectFailure(broken([](LutNetwork &n) { n.tables[1].arity = 7; }), "table 1 has 7 fan-ins, expected 0 to 6 (A18)");
  expectFailure(broken([](LutNetwork &n) { n.tables[0].fanIns[1] = 4; }), "table 0 reads signal 4, expected one before it, 0 to 3 (A18)");
  expectFailure(broken([](LutNetwork &n) { n.tables[0].truth = 16; }), "table 0 sets entries beyond the 4 that its 2 fan-ins address (A18)");
  expectFailure(broken([](LutNetwork &n) { n.outputs[2] = 8; }), "output bit 2 is signal 8, expected 0 to 7 (A18)");
  expectFailure(lutNetwork(adder(), Tensor(integer(3), {1, 2}), integer(3), {1}), "a sample of 2 x i3 does not fill 4 input bits (A18)");
  expectFailure(lutNetwork(adder(), Tensor(integer(2), {1, 2}), integer(3), {2}), "3 output bits do not fill 2 x i3 (A18)");
  expectFailure(lutNetwork(adder(), Tensor(ElementType::f32(), {1, 2}), integer(3), {1}), "expected integers [N, ...] to integers");
}
} // namespace

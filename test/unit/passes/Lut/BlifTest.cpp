//===- BlifTest.cpp - networks through BLIF and through ABC --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Abc.h"
#include "passes/Lut/Algorithms/NetworkBuilder.h"
#include "Random.h"

using namespace weft::lut;

namespace {
LutNetwork randomNetwork(std::mt19937_64 &random, int32_t inputs, int tables) {
  NetworkBuilder builder(inputs);
  std::vector<int32_t> signals;
  for (int32_t i = 0; i < inputs; ++i)
    signals.push_back(i);
  for (int t = 0; t < tables; ++t) {
    std::vector<int32_t> fanIns;
    for (int k = 0; k < 1 + t % 6; ++k)
      fanIns.push_back(signals[random() % signals.size()]);
    signals.push_back(builder.add(fanIns, random()));
  }
  return builder.finish({signals[3], signals.back(), signals[signals.size() - 2], builder.constant(true)});
}

void expectSame(const LutNetwork &a, const LutNetwork &b, std::mt19937_64 &random) {
  ASSERT_TRUE(b.check());
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<uint64_t> words(a.inputs);
    for (uint64_t &w : words)
      w = random();
    ASSERT_EQ(a.evaluateWords(words), b.evaluateWords(words));
  }
}

TEST(BlifTest, thereAndBack) {
  std::mt19937_64 random(23);
  for (int tables : {0, 1, 40}) {
    const LutNetwork network = randomNetwork(random, 9, tables);
    auto again = fromBlif(toBlif(network), network.inputs, static_cast<int32_t>(network.outputs.size()));
    ASSERT_TRUE(again) << again.message();
    expectSame(network, *again, random);
  }
}

TEST(BlifTest, dashesZerosAndContinuations) {
  auto network = fromBlif(".model x\n.inputs i0 i1 \\\n i2\n.outputs o0\n.names n o0\n1 1\n.names i0 i1 i2 n\n1-0 0\n-11 0 # off-set\n.end\n", 3, 1);
  ASSERT_TRUE(network) << network.message();
  for (int a = 0; a < 8; ++a) {
    const bool i0 = a & 1, i1 = a >> 1 & 1, i2 = a >> 2 & 1;
    EXPECT_EQ(network->evaluate({i0, i1, i2})[0], !((i0 && !i2) || (i1 && i2))) << a;
  }
}

TEST(BlifTest, refuses) {
  auto message = [](const std::string &text) {
    auto network = fromBlif(text, 2, 1);
    return network ? std::string() : network.message();
  };
  EXPECT_EQ(message(".names i0 x\n1 1\n"), "BLIF has no driver for o0");
  EXPECT_EQ(message(".names a o0\n1 1\n.names o0 a\n1 1\n"), "BLIF has no driver for a");
  EXPECT_EQ(message(".names i0 i1 i0 i1 i0 i1 i0 o0\n1111111 1\n"), "BLIF node o0 has 7 fan-ins, expected at most 6");
  EXPECT_EQ(message(".names i0 i1 o0\n1 1\n"), "BLIF has the line '1' under a node of 2 fan-ins");
}

TEST(AbcTest, minimizesAndProves) {
  std::optional<std::string> abc = findAbc();
  if (!abc)
    GTEST_SKIP() << "ABC is not installed";
  std::mt19937_64 random(29);
  const LutNetwork network = randomNetwork(random, 12, 60);
  for (int arity : {4, 6}) {
    auto smaller = minimizeByAbc(network, arity, *abc);
    ASSERT_TRUE(smaller) << smaller.message();
    expectSame(network, *smaller, random);
    for (const LutTable &table : smaller->tables)
      EXPECT_LE(table.arity, arity);
  }
  LutNetwork other = network;
  other.outputs[0] = other.outputs[1];
  auto proved = proveByAbc(network, other, *abc);
  ASSERT_FALSE(proved);
  EXPECT_EQ(proved.message(), "ABC does not prove that the minimized network is equal");
}
} // namespace

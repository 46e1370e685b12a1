//===- LayerTest.cpp - layers as functions of bits ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Random.h"

using namespace weft::lut;

namespace {
TEST(LayerTest, bitsThatTheRangeKeepsConstantAreNoInputs) {
  Layer layer;
  layer.bits = 8;
  layer.hi = 3; // as a clamp leaves it in a ui8
  EXPECT_EQ(layer.varyingBits(), (std::vector<int>{0, 1}));
  layer.lo = -1;
  layer.hi = 1;
  layer.isSigned = true;
  EXPECT_EQ(layer.varyingBits().size(), 8u);
  layer.lo = 4;
  layer.hi = 7;
  EXPECT_EQ(layer.varyingBits(), (std::vector<int>{0, 1}));
  EXPECT_EQ(layer.decode(layer.rawOf({0, 1}, 2)), 6);
}

TEST(LayerTest, tabulatesEveryAddress) {
  Layer layer;
  layer.elements = 3;
  layer.bits = 2;
  layer.isSigned = true;
  layer.lo = -1;
  layer.hi = 1;
  layer.resultBits = 2;
  Neuron neuron;
  neuron.elements = {2, 0};
  neuron.weights = {3, -1};
  neuron.bias = 1;
  test::addSteps(layer, neuron, 3);
  const NeuronTables tables = tabulate(layer, neuron);
  EXPECT_EQ(tables.inputs, (std::vector<int32_t>{4, 5, 0, 1}));
  const int64_t value[] = {0, 1, -2, -1};
  for (uint64_t a = 0; a < 16; ++a) {
    const int64_t x2 = value[a & 3], x0 = value[a >> 2];
    ASSERT_EQ(tables.care.get(a), x2 != -2 && x0 != -2) << a;
    if (tables.care.get(a)) {
      EXPECT_EQ(int64_t(tables.bits[0].get(a)) + 2 * tables.bits[1].get(a), neuron.codeOf(1 + 3 * x2 - x0)) << a;
    }
  }
}

TEST(TruthTableTest, cofactorsAgreeWithEveryEntry) {
  std::mt19937_64 random(7);
  for (int n = 1; n <= 9; ++n) {
    TruthTable f(n);
    for (uint64_t a = 0; a < f.size(); ++a)
      f.set(a, random() & 1);
    for (int k = 0; k < n; ++k)
      for (bool value : {false, true}) {
        const TruthTable g = f.cofactor(k, value);
        for (uint64_t a = 0; a < g.size(); ++a) {
          const uint64_t low = a & ((uint64_t(1) << k) - 1), high = (a >> k) << (k + 1);
          ASSERT_EQ(g.get(a), f.get(low | high | uint64_t(value) << k)) << n << " variables, variable " << k;
        }
      }
  }
}
} // namespace

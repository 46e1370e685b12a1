//===- StagesTest.cpp - pipelines of tables, cycle by cycle -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Lut/IR/LutOps.h"
#include "gtest/gtest.h"

#include <map>
#include <random>

using namespace weft::lut;
using weft::reference::LutNetwork;
using weft::reference::LutTable;

namespace {
LutNetwork randomNetwork(std::mt19937_64 &random, int tables) {
  LutNetwork network;
  network.inputs = 5;
  for (int t = 0; t < tables; ++t) {
    LutTable table;
    table.arity = t % 4;
    for (int k = 0; k < table.arity; ++k)
      table.fanIns[k] = static_cast<int32_t>(random() % network.signals());
    table.truth = random() & LutTable::mask(table.arity);
    network.tables.push_back(table);
  }
  for (int i = 0; i < 6; ++i)
    network.outputs.push_back(static_cast<int32_t>(random() % network.signals()));
  network.outputs.push_back(2);
  return network;
}

/// The output bits, each stage reading only what the registers before it hold.
std::vector<uint8_t> evaluateStaged(const LutNetwork &network, const Stages &stages, const std::vector<uint8_t> &bits) {
  std::map<int32_t, uint8_t> known;
  for (int64_t k = 0; k < stages.count; ++k) {
    for (int32_t s = 0; s < network.signals(); ++s) {
      if (s < network.inputs) {
        if (k == 0)
          known[s] = bits[s];
        continue;
      }
      const LutTable &table = network.tables[s - network.inputs];
      if (table.arity != 0 && stages.of[s] != k)
        continue;
      int address = 0;
      for (int i = 0; i < table.arity; ++i) {
        EXPECT_TRUE(known.count(table.fanIns[i])) << "stage " << k << " has no signal " << table.fanIns[i];
        address |= known[table.fanIns[i]] << i;
      }
      known[s] = table.truth >> address & 1;
    }
    std::map<int32_t, uint8_t> held;
    for (int32_t s : stages.registers[k])
      held[s] = known.at(s);
    for (int32_t s = network.inputs; s < network.signals(); ++s)
      if (network.tables[s - network.inputs].arity == 0)
        held[s] = static_cast<uint8_t>(network.tables[s - network.inputs].truth);
    known = held;
  }
  std::vector<uint8_t> result;
  for (int32_t output : network.outputs)
    result.push_back(known.at(output));
  return result;
}

TEST(StagesTest, registersHoldWhatIsRead) {
  std::mt19937_64 random(47);
  for (int trial = 0; trial < 40; ++trial) {
    const LutNetwork network = randomNetwork(random, trial);
    for (int64_t levels : {0, 1, 2, 5}) {
      const Stages stages = stagesOf(network, levels);
      ASSERT_GE(stages.count, 1);
      std::vector<uint8_t> bits;
      for (int32_t i = 0; i < network.inputs; ++i)
        bits.push_back(random() & 1);
      ASSERT_EQ(evaluateStaged(network, stages, bits), network.evaluate(bits)) << trial << ", " << levels << " levels";
    }
  }
}

TEST(StagesTest, countsLevels) {
  LutNetwork chain;
  chain.inputs = 1;
  for (int t = 0; t < 7; ++t) {
    LutTable table;
    table.arity = 1;
    table.fanIns[0] = t;
    table.truth = 1;
    chain.tables.push_back(table);
  }
  chain.outputs = {7};
  EXPECT_EQ(stagesOf(chain, 0).count, 1);
  EXPECT_EQ(stagesOf(chain, 3).count, 3);
  EXPECT_EQ(stagesOf(chain, 7).count, 1);
  chain.outputs = {0};
  EXPECT_EQ(stagesOf(chain, 1).count, 1);
}
} // namespace

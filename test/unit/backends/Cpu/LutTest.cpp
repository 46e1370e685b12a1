//===- LutTest.cpp - netlists of truth tables against the reference interpreter ---------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/LutSchedule.h"
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <random>

using namespace weft::cpu;
using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::LutNetwork;
using weft::reference::LutTable;
using weft::reference::Tensor;

/// Tables of any arity, with unused, repeated and constant ones.
static LutNetwork randomNetwork(int inputs, int tables, int outputs, unsigned seed) {
  std::mt19937_64 random(seed);
  LutNetwork network;
  network.inputs = inputs;
  for (int t = 0; t < tables; ++t) {
    LutTable table;
    table.arity = random() % 8 ? 4 + random() % 3 : random() % 4;
    if (inputs + t == 0)
      table.arity = 0;
    for (int i = 0; i < table.arity; ++i)
      table.fanIns[i] = random() % (inputs + t);
    table.truth = random() & LutTable::mask(table.arity);
    if (random() % 5 == 0)
      table.truth &= random() & random();
    network.tables.push_back(t && random() % 9 == 0 ? network.tables[random() % t] : table);
  }
  for (int o = 0; o < outputs; ++o)
    network.outputs.push_back(random() % network.signals());
  return network;
}

/// Runs a schedule on words of 64 samples.
static std::vector<uint64_t> run(const LutSchedule &schedule, const std::vector<int32_t> &inputSlot, const std::vector<uint64_t> &inputs) {
  std::vector<uint64_t> memory(schedule.slots, 0xDEADBEEFDEADBEEF), result;
  memory[schedule.zero] = 0;
  for (size_t i = 0; i < inputs.size(); ++i)
    memory[inputSlot[i]] = inputs[i];
  for (const LutChunk &chunk : schedule.chunks) {
    std::vector<uint64_t> values;
    size_t next = 0;
    auto store = [&] {
      for (; next < chunk.stores.size() && chunk.stores[next].after <= values.size(); ++next)
        memory[chunk.stores[next].slot] = chunk.stores[next].value >= 0 ? values[chunk.stores[next].value] : chunk.stores[next].value == -1 ? 0 : ~uint64_t(0);
    };
    for (const LutChunk::Instruction &i : chunk.code) {
      store();
      uint64_t value = i.slot >= 0 ? memory[i.slot] : 0;
      for (int s = 0; i.slot < 0 && s < 64; ++s) {
        auto bit = [&](int j) { return values[i.step.operands[j]] >> s & 1; };
        value |= uint64_t(i.step.truth >> (4 * bit(0) + 2 * bit(1) + bit(2)) & 1) << s;
      }
      values.push_back(value);
    }
    store();
  }
  for (int32_t slot : schedule.outputSlots)
    result.push_back(memory[slot]);
  return result;
}

TEST(CpuLut, SchedulesComputeTheNetwork) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    LutNetwork network = randomNetwork(seed % 7 ? seed % 13 + 1 : 0, 60, 25, seed);
    ASSERT_TRUE(network.check().ok());
    std::mt19937_64 random(seed);
    std::vector<uint64_t> words(network.inputs);
    std::vector<int32_t> slots;
    for (uint64_t &w : words)
      w = random(), slots.push_back(slots.size() * 2 + 1);
    for (size_t steps : {1, 30, 100000})
      EXPECT_EQ(run(scheduleLut(network, slots, 2 * network.inputs + 3, steps), slots, words), network.evaluateWords(words));
  }
}

TEST(CpuLut, SlotsAreUsedAgain) {
  LutNetwork chain;
  chain.inputs = 1;
  for (int t = 0; t < 100; ++t) {
    LutTable table;
    table.arity = 1, table.fanIns[0] = t, table.truth = 1;
    chain.tables.push_back(table);
  }
  chain.outputs = {100};
  EXPECT_LE(scheduleLut(chain, {0}, 1, 10).slots, 3);
}

struct Types {
  std::string in, out;
  ElementType inType;
  int inBits, outBits, elements, results;
};

static void compare(const Types &t, int tables, std::initializer_list<int64_t> samples) {
  LutNetwork network = randomNetwork(t.elements * t.inBits, tables, t.results * t.outBits, tables);
  std::vector<int32_t> arities, fanIns;
  std::vector<int64_t> truths;
  for (const LutTable &table : network.tables) {
    arities.push_back(table.arity), truths.push_back(table.truth);
    fanIns.insert(fanIns.end(), table.fanIns.begin(), table.fanIns.begin() + table.arity);
  }
  std::string in = fmt::format("tensor<?x{}x{}>", t.elements, t.in), out = fmt::format("tensor<?x{}x{}>", t.results, t.out);
  std::string text = fmt::format("func.func @main(%x: {0}) -> {1} {{\n  %y = lut.network %x {{arities = array<i32: {2}>, fan_ins = array<i32: {3}>, "
                                 "tables = array<i64: {4}>, outputs = array<i32: {5}>}} : {0} -> {1}\n  return %y : {1}\n}}\n", in, out,
                                 fmt::join(arities, ", "), fmt::join(fanIns, ", "), fmt::join(truths, ", "), fmt::join(network.outputs, ", "));
  Parsed parsed = parse(text);
  ASSERT_TRUE(parsed.module);
  for (const std::string &cpu : testedCpus()) {
    CpuOptions options;
    options.cpu = cpu;
    auto model = jit(*parsed.module, options);
    ASSERT_TRUE(succeeded(model)) << text;
    for (int64_t n : samples) {
      Tensor x = randomTensor(t.inType, {n, t.elements}, t.inType.least(), t.inType.greatest(), n);
      auto found = (*model)->run({x});
      ASSERT_TRUE(succeeded(found)) << text;
      auto expected = weft::reference::lutNetwork(network, x, (*model)->outputs()[0].type, {t.results});
      ASSERT_TRUE(expected.ok()) << expected.message();
      expectClose((*found)[0], *expected, 0, cpu + ", " + std::to_string(n) + " samples");
    }
  }
}

TEST(CpuLut, BitsOfBytesEqualTheReference) {
  compare({"ui1", "ui1", ElementType::integer(1, false), 1, 1, 100, 70}, 60, {1, 9, 70, 1700});
  compare({"ui3", "i3", ElementType::integer(3, false), 3, 3, 21, 12}, 30, {1, 130});
}

TEST(CpuLut, WideElementsEqualTheReference) {
  compare({"i5", "ui8", ElementType::integer(5, true), 5, 8, 70, 20}, 30, {75, 600});
  compare({"i12", "ui33", ElementType::integer(12, true), 12, 33, 5, 3}, 30, {1, 75});
}

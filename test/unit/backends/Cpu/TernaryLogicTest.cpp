//===- TernaryLogicTest.cpp - every synthesized table is evaluated ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/TernaryLogic.h"
#include <gtest/gtest.h>
#include <random>

using namespace weft::cpu;

static void expectEqual(uint64_t truth, int arity, size_t most) {
  TernaryProgram program = synthesizeTernary(truth, arity);
  ASSERT_LE(program.steps.size(), most) << std::hex << truth;
  for (size_t s = 0; s < program.steps.size(); ++s)
    for (int operand : program.steps[s].operands)
      ASSERT_TRUE(operand >= 0 && operand < TernaryProgram::kInputs + static_cast<int>(s));
  for (int a = 0; a < 1 << arity; ++a)
    ASSERT_EQ(program.evaluate(a), truth >> a & 1) << "table " << std::hex << truth << ", address " << a;
}

TEST(TernaryLogic, EveryTableOfUpToThreeInputsIsOneStep) {
  for (int arity = 0; arity <= 3; ++arity)
    for (uint64_t truth = 0; truth < uint64_t(1) << (1 << arity); ++truth)
      expectEqual(truth, arity, 1);
}

TEST(TernaryLogic, EveryTableOfFourInputs) {
  for (uint64_t truth = 0; truth < 1 << 16; ++truth)
    expectEqual(truth, 4, 3);
}

TEST(TernaryLogic, RandomTablesOfFiveAndSixInputs) {
  std::mt19937_64 random(1);
  size_t steps = 0;
  for (int i = 0; i < 3000; ++i) {
    uint64_t truth = random();
    expectEqual(truth & 0xFFFFFFFF, 5, 7);
    expectEqual(truth, 6, 15);
    expectEqual(truth & random() & random(), 6, 15);
    steps += synthesizeTernary(truth, 6).steps.size();
  }
  EXPECT_LT(steps / 3000.0, 11.3);
}

TEST(TernaryLogic, KnownFunctionsAreShort) {
  uint64_t parity = 0, majority = 0, conjunction = uint64_t(1) << 63, chosen = 0;
  for (int a = 0; a < 64; ++a) {
    parity |= uint64_t(__builtin_popcount(a) & 1) << a;
    majority |= uint64_t(__builtin_popcount(a & 31) >= 3) << a;
    chosen |= uint64_t(a >> (2 + (a & 3)) & 1) << a;
  }
  expectEqual(parity, 6, 5);
  expectEqual(majority, 5, 6);
  expectEqual(conjunction, 6, 4);
  expectEqual(chosen, 6, 3);
  expectEqual(~uint64_t(0), 6, 0);
  expectEqual(0x5555555555555555, 6, 1);
}

TEST(TernaryLogic, GatesEqualTheirStep) {
  for (int truth = 0; truth < 256; ++truth) {
    BinaryProgram program = expandTernary(truth);
    EXPECT_LE(program.gates.size(), 6u);
    std::vector<uint8_t> value{0xF0, 0xCC, 0xAA, 0xFF};
    for (const BinaryGate &gate : program.gates) {
      ASSERT_TRUE(gate.l >= 0 && gate.r >= 0);
      uint8_t l = value[gate.l], r = value[gate.r];
      switch (gate.kind) {
      case BinaryGate::Kind::And: value.push_back(l & r); break;
      case BinaryGate::Kind::Or: value.push_back(l | r); break;
      case BinaryGate::Kind::Xor: value.push_back(l ^ r); break;
      case BinaryGate::Kind::AndNot: value.push_back(l & ~r); break;
      }
    }
    EXPECT_EQ(program.result < 0 ? 0 : value[program.result], truth);
  }
}

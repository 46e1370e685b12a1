//===- TernaryLogic.h - truth tables as sequences of three-input steps ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_TERNARYLOGIC_H
#define BACKENDS_CPU_TERNARYLOGIC_H

#include <array>
#include <cstdint>
#include <vector>

namespace weft::cpu {

/// Any function of three operands: its value for (a, b, c) is bit 4a + 2b + c of `truth`, as vpternlog has it.
struct TernaryStep {
  uint8_t truth;
  std::array<int, 3> operands;
};

/// A Boolean function as steps. Operand i < kInputs is an input, kInputs + s is the result of step s.
struct TernaryProgram {
  static constexpr int kInputs = 6, kZero = -1, kOne = -2;
  std::vector<TernaryStep> steps;
  /// An operand, kZero or kOne.
  int result = kZero;

  /// Its value where input i is bit i of `address`.
  bool evaluate(int address) const;
};

/// A program for a table of `arity` ≤ 6 inputs whose entry a is bit a of `truth`. Functions of three inputs take one step, of
/// four at most three. Of five and six, the variables to split on are those whose cofactors cost least; equal and
/// complementary cofactors are built once. A random table of six inputs takes eleven steps in the mean.
TernaryProgram synthesizeTernary(uint64_t truth, int arity);

/// One operation on two operands.
struct BinaryGate {
  enum class Kind { And, Or, Xor, AndNot } kind; // AndNot: l and not r
  int l, r;
};

/// A step for machines without ternary logic. Operands 0, 1, 2 are a, b, c, kOnes is all ones, 4 + g the result of gate g.
struct BinaryProgram {
  static constexpr int kOnes = 3;
  std::vector<BinaryGate> gates;
  /// An operand, or −1 for zero.
  int result;
};

/// Gates of a shortest formula for a step.
BinaryProgram expandTernary(uint8_t truth);

} // namespace weft::cpu

#endif // BACKENDS_CPU_TERNARYLOGIC_H

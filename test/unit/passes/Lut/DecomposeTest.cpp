//===- DecomposeTest.cpp - truth tables to networks against the tables --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Decompose.h"
#include "Random.h"

using namespace weft::lut;

namespace {
/// Every address that matters, and the arity of every table.
void expectEqual(const LutNetwork &network, const std::vector<TruthTable> &functions, const TruthTable &care, int arity) {
  ASSERT_TRUE(network.check());
  for (const LutTable &table : network.tables)
    ASSERT_LE(table.arity, arity);
  for (uint64_t a = 0; a < care.size(); ++a) {
    std::vector<uint8_t> bits;
    for (int k = 0; k < care.variables(); ++k)
      bits.push_back(a >> k & 1);
    const std::vector<uint8_t> found = network.evaluate(bits);
    for (size_t f = 0; care.get(a) && f < functions.size(); ++f)
      ASSERT_EQ(found[f], functions[f].get(a)) << "function " << f << ", address " << a;
  }
}

LutNetwork decomposed(const std::vector<TruthTable> &functions, const TruthTable &care, int arity) {
  NetworkBuilder builder(care.variables());
  std::vector<int32_t> variables;
  for (int k = 0; k < care.variables(); ++k)
    variables.push_back(k);
  return builder.finish(decompose(builder, functions, care, variables, arity));
}

TEST(DecomposeTest, randomFunctionsAndDontCares) {
  std::mt19937_64 random(11);
  for (int n : {1, 3, 6, 7, 8, 10})
    for (int arity : {4, 5, 6})
      for (int cares : {4, 2, 1}) { // of 4 addresses
        TruthTable care(n);
        std::vector<TruthTable> functions(2, TruthTable(n));
        for (uint64_t a = 0; a < care.size(); ++a) {
          care.set(a, static_cast<int>(random() % 4) < cares);
          for (TruthTable &f : functions)
            f.set(a, random() & 1);
        }
        expectEqual(decomposed(functions, care, arity), functions, care, arity);
      }
}

TEST(DecomposeTest, sumsNeedFewTables) {
  // Majority of 11: a sum of 6 fits 3 tables, 3 + 5 inputs remain.
  const int n = 11;
  TruthTable care(n, true), majority(n);
  for (uint64_t a = 0; a < care.size(); ++a)
    majority.set(a, __builtin_popcountll(a) > n / 2);
  const LutNetwork network = decomposed({majority}, care, 6);
  expectEqual(network, {majority}, care, 6);
  EXPECT_LE(network.tables.size(), 10u);
}

TEST(DecomposeTest, constantsAndSingleVariables) {
  TruthTable care(8, true), zero(8), one(8, true), third(8);
  for (uint64_t a = 0; a < care.size(); ++a)
    third.set(a, a >> 3 & 1);
  const LutNetwork network = decomposed({zero, one, third}, care, 6);
  EXPECT_EQ(network.tables.size(), 2u);
  EXPECT_EQ(network.outputs[2], 3);
  expectEqual(network, {zero, one, third}, care, 6);
}

TEST(DecomposeTest, everythingIsADontCare) {
  EXPECT_EQ(decomposed({TruthTable(9, true)}, TruthTable(9), 6).tables.size(), 1u);
}
} // namespace

//===- TruthTable.h - Boolean functions of a few variables as bits ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_TRUTHTABLE_H
#define PASSES_LUT_ALGORITHMS_TRUTHTABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::lut {

/// The values of a function of n variables: bit a is its value at address a, variable k is bit k of the address.
class TruthTable {
public:
  static constexpr int kMaxVariables = 20;

  explicit TruthTable(int variables = 0, bool value = false)
      : n(variables), words(variables > 6 ? size_t(1) << (variables - 6) : 1, value ? ~uint64_t(0) : 0) {
    words[0] = word();
  }

  int variables() const { return n; }
  uint64_t size() const { return uint64_t(1) << n; }
  bool get(uint64_t address) const { return words[address >> 6] >> (address & 63) & 1; }
  void set(uint64_t address, bool value) {
    const uint64_t bit = uint64_t(1) << (address & 63);
    words[address >> 6] = value ? words[address >> 6] | bit : words[address >> 6] & ~bit;
  }
  /// The entries as one word, for at most 6 variables; the bits beyond them are 0.
  uint64_t word() const { return n >= 6 ? words[0] : words[0] & ((uint64_t(1) << size()) - 1); }

  bool isConstant(bool value) const;
  /// Fixes variable `k`; the result has one variable less, those above move down.
  TruthTable cofactor(int k, bool value) const;
  /// The same function with variable i of the result being variable order[i] of this one.
  TruthTable permuted(const std::vector<int> &order) const;

  TruthTable operator&(const TruthTable &o) const { return zip(o, [](uint64_t a, uint64_t b) { return a & b; }); }
  TruthTable operator|(const TruthTable &o) const { return zip(o, [](uint64_t a, uint64_t b) { return a | b; }); }
  TruthTable operator^(const TruthTable &o) const { return zip(o, [](uint64_t a, uint64_t b) { return a ^ b; }); }
  bool operator==(const TruthTable &o) const { return (*this ^ o).isConstant(false); }
  bool operator<(const TruthTable &o) const { return n != o.n ? n < o.n : words < o.words; }

private:
  template <typename F>
  TruthTable zip(const TruthTable &o, F f) const {
    TruthTable result(n);
    for (size_t i = 0; i < words.size(); ++i)
      result.words[i] = f(words[i], o.words[i]);
    return result;
  }

  int n;
  std::vector<uint64_t> words;
};

/// A function of which only the entries in `care` matter.
struct PartialFunction {
  TruthTable on, care;
  /// The values where they matter, 0 elsewhere.
  TruthTable known() const { return on & care; }
  bool canBe(bool value) const;
  /// Merges the cofactors of variable k if no entry contradicts: then the function need not depend on it.
  bool dropVariable(int k);
};

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_TRUTHTABLE_H

//===- TruthTable.cpp - Boolean functions of a few variables as bits -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/TruthTable.h"

namespace weft::lut {

bool TruthTable::isConstant(bool value) const {
  if (n < 6)
    return word() == (value ? (uint64_t(1) << size()) - 1 : 0);
  for (uint64_t w : words)
    if (w != (value ? ~uint64_t(0) : 0))
      return false;
  return true;
}

/// The even groups of 2^k bits of `w`, moved together, k < 6.
static uint64_t compact(uint64_t w, int k) {
  static const uint64_t masks[] = {0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F,
                                   0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF};
  w &= masks[k];
  for (int i = k; i < 5; ++i)
    w = (w | w >> (1 << i)) & masks[i + 1];
  return w;
}

TruthTable TruthTable::cofactor(int k, bool value) const {
  TruthTable result(n - 1);
  if (k >= 6) {
    const size_t stride = size_t(1) << (k - 6);
    for (size_t i = 0; i < result.words.size(); ++i)
      result.words[i] = words[(i / stride * 2 + value) * stride + i % stride];
    return result;
  }
  for (size_t i = 0; i < words.size(); ++i) {
    const uint64_t half = compact(words[i] >> (value ? 1 << k : 0), k);
    result.words[i / 2] |= half << (i % 2 * 32);
  }
  return result;
}

TruthTable TruthTable::permuted(const std::vector<int> &order) const {
  TruthTable result(n);
  for (uint64_t a = 0; a < size(); ++a) {
    uint64_t from = 0;
    for (int i = 0; i < n; ++i)
      from |= (a >> i & 1) << order[i];
    if (get(from))
      result.set(a, true);
  }
  return result;
}

bool PartialFunction::canBe(bool value) const {
  return value ? ((on ^ care) & care).isConstant(false) : known().isConstant(false);
}

bool PartialFunction::dropVariable(int k) {
  const TruthTable on0 = on.cofactor(k, false), on1 = on.cofactor(k, true);
  const TruthTable care0 = care.cofactor(k, false), care1 = care.cofactor(k, true);
  if (!((on0 ^ on1) & care0 & care1).isConstant(false))
    return false;
  on = (on0 & care0) | (on1 & care1);
  care = care0 | care1;
  return true;
}

} // namespace weft::lut

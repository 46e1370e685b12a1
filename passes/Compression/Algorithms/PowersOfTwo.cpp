//===- PowersOfTwo.cpp - numbers as sums of few powers of two -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/PowersOfTwo.h"

#include <cassert>
#include <cstdlib>

namespace weft::compression {

int64_t powerOfCode(uint64_t code, unsigned bits) {
  uint64_t sign = code >> (bits - 1), v = code & ((uint64_t(1) << (bits - 1)) - 1);
  int64_t magnitude = v == 0 ? 0 : int64_t(1) << (v - 1);
  return sign ? -magnitude : magnitude;
}

PowerSums::PowerSums(unsigned bits, unsigned terms) : codeBits(bits), termCount(terms) {
  assert(bits >= leastBits && bits <= mostBits && terms >= 1 && terms <= mostTerms);
  int64_t largest = powerOfCode((uint64_t(1) << (bits - 1)) - 1, bits);
  reach = largest * terms;
  entries.resize(static_cast<size_t>(2 * reach + 1));
  auto at = [&](int64_t sum) -> Entry & { return entries[static_cast<size_t>(sum + reach)]; };
  at(0).needed = 0;
  // Breadth first: what needs t terms is what needs t − 1 plus one more.
  for (unsigned t = 1; t <= terms; ++t)
    for (int64_t sum = -reach; sum <= reach; ++sum) {
      if (at(sum).needed != t - 1)
        continue;
      for (int64_t power = largest; power >= 1; power /= 2)
        for (int64_t term : {power, -power})
          if (std::llabs(sum + term) <= reach && at(sum + term).needed > t)
            at(sum + term) = {static_cast<uint8_t>(t), term};
    }
}

Levels PowerSums::levels(int64_t least, int64_t greatest) const {
  Levels levels;
  for (int64_t m = 1; m <= reach; ++m) {
    if (m <= greatest && entries[static_cast<size_t>(reach + m)].needed <= termCount)
      levels.positive.push_back(m);
    if (-m >= least && entries[static_cast<size_t>(reach - m)].needed <= termCount)
      levels.negative.push_back(m);
  }
  return levels;
}

std::vector<uint8_t> PowerSums::codes(int64_t sum) const {
  if (std::llabs(sum) > reach || entries[static_cast<size_t>(sum + reach)].needed > termCount)
    return {};
  std::vector<uint8_t> codes;
  while (sum != 0) {
    int64_t term = entries[static_cast<size_t>(sum + reach)].term;
    unsigned v = 1;
    while (int64_t(1) << (v - 1) != std::llabs(term))
      ++v;
    codes.push_back(static_cast<uint8_t>(v | (term < 0 ? 1u << (codeBits - 1) : 0u)));
    sum -= term;
  }
  codes.resize(termCount, 0);
  return codes;
}

} // namespace weft::compression

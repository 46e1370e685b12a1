//===- PowersOfTwo.h - numbers as sums of few powers of two ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_POWERSOFTWO_H
#define PASSES_COMPRESSION_ALGORITHMS_POWERSOFTWO_H

#include "passes/Compression/Algorithms/ScaledLevels.h"

namespace weft::compression {

/// Every sum of `terms` signed powers of two whose codes have `bits` bits, with the codes that make it (rule A15: the top bit is the
/// sign, the others v: 0 for v = 0, else 2^(v−1)). 2 ≤ bits ≤ 5, 1 ≤ terms ≤ 3. Immutable.
class PowerSums {
public:
  static constexpr unsigned leastBits = 2, mostBits = 5, mostTerms = 3;

  PowerSums(unsigned bits, unsigned terms);

  unsigned bits() const { return codeBits; }
  unsigned terms() const { return termCount; }
  /// The greatest magnitude: terms · 2^(2^(bits−1) − 2).
  int64_t greatest() const { return reach; }
  /// The sums within `least` … `greatest`.
  Levels levels(int64_t least, int64_t greatest) const;
  Levels levels() const { return levels(-reach, reach); }
  /// `terms()` codes of a sum: as few terms as it needs, then terms that are 0. Empty for what is no sum.
  std::vector<uint8_t> codes(int64_t sum) const;

private:
  unsigned codeBits, termCount;
  int64_t reach;
  /// For each sum from −reach on, the number of terms it needs and the value of one of them; terms > termCount: no sum.
  struct Entry {
    uint8_t needed = 255;
    int64_t term = 0;
  };
  std::vector<Entry> entries;
};

/// The value of a code of `bits` bits (A15).
int64_t powerOfCode(uint64_t code, unsigned bits);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_POWERSOFTWO_H

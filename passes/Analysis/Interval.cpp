//===- Interval.cpp - intervals of integers -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Analysis/Interval.h"

#include <cassert>

namespace weft::analysis {

unsigned signedBits(Interval i) {
  unsigned bits = 1;
  while (bits < 64 && (i.lo < -(int64_t(1) << (bits - 1)) || i.hi > (int64_t(1) << (bits - 1)) - 1))
    ++bits;
  return bits;
}

unsigned unsignedBits(Interval i) {
  assert(i.lo >= 0 && "an unsigned type holds no negatives");
  unsigned bits = 1;
  while (bits < 63 && i.hi > (int64_t(1) << bits) - 1)
    ++bits;
  return bits;
}

Interval sumRange(const int64_t *weights, size_t count, const std::vector<Interval> &x, int64_t bias) {
  assert(x.size() == 1 || x.size() == count);
  Interval sum = Interval{bias, bias}.withZero();
  for (size_t k = 0; k < count; ++k)
    sum = sum + (x[x.size() == 1 ? 0 : k] * weights[k]).withZero();
  return sum;
}

} // namespace weft::analysis

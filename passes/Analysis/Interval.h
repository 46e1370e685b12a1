//===- Interval.h - intervals of integers ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_ANALYSIS_INTERVAL_H
#define PASSES_ANALYSIS_INTERVAL_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::analysis {

/// All integers lo … hi.
struct Interval {
  int64_t lo = 0, hi = 0;

  bool contains(int64_t v) const { return lo <= v && v <= hi; }
  bool operator==(const Interval &o) const { return lo == o.lo && hi == o.hi; }
  Interval hull(Interval o) const { return {std::min(lo, o.lo), std::max(hi, o.hi)}; }
  /// The least hull with 0, the value every sum starts from.
  Interval withZero() const { return hull({0, 0}); }
  Interval operator+(Interval o) const { return {lo + o.lo, hi + o.hi}; }
  Interval operator*(int64_t f) const { return f < 0 ? Interval{hi * f, lo * f} : Interval{lo * f, hi * f}; }
};

/// Bits of the smallest signed type that holds the interval (1 for 0 … 0 and −1 … 0).
unsigned signedBits(Interval i);
/// Bits of the smallest unsigned type; the interval must not be negative.
unsigned unsignedBits(Interval i);

/// All values of Σ_k w[k] · x[k] + bias, and of every partial sum in any order, starting from 0 or from the bias (A3).
/// `x` has one interval for all k, or one for each.
Interval sumRange(const int64_t *weights, size_t count, const std::vector<Interval> &x, int64_t bias);

} // namespace weft::analysis

#endif // PASSES_ANALYSIS_INTERVAL_H

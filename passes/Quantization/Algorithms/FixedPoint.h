//===- FixedPoint.h - a real factor as multiply and shift ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_ALGORITHMS_FIXEDPOINT_H
#define PASSES_QUANTIZATION_ALGORITHMS_FIXEDPOINT_H

#include <cstdint>
#include <optional>

namespace weft::quantization {

/// factor ≈ multiplier / 2^shift, as rule A4s uses it.
struct FixedPoint {
  int64_t multiplier = 1;
  unsigned shift = 0;
  double value() const;
};

/// Greatest shift of rules A4s and A5.
constexpr unsigned kMaxShift = 47;

/// The best multiplier of `multiplierBits` bits for a factor > 0: 2^(bits−1) ≤ multiplier < 2^bits, relative error
/// at most 2^−bits. A factor below 2^(bits−1−47) has fewer significant bits; one of 2^bits or more has none at all.
std::optional<FixedPoint> toFixedPoint(double factor, unsigned multiplierBits = 16);

/// The shift of a factor that is a power of two not above 1 (rule A4p).
std::optional<FixedPoint> toShift(double factor);

/// Multipliers of rule A5 with one shift: |lhs|, |rhs| < 2^15.
struct FixedPointPair {
  int64_t lhs = 0, rhs = 0;
  unsigned shift = 0;
};
std::optional<FixedPointPair> toFixedPointPair(double lhs, double rhs);

/// Rule A4s on one number.
int64_t requantize(int64_t acc, const FixedPoint &f, int64_t zeroPoint, int64_t lo, int64_t hi);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_ALGORITHMS_FIXEDPOINT_H

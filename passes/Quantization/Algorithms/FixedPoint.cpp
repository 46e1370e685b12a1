//===- FixedPoint.cpp - a real factor as multiply and shift ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/FixedPoint.h"

#include <algorithm>
#include <cmath>

namespace weft::quantization {

double FixedPoint::value() const { return std::ldexp(static_cast<double>(multiplier), -static_cast<int>(shift)); }

std::optional<FixedPoint> toFixedPoint(double factor, unsigned multiplierBits) {
  if (!(factor > 0) || !std::isfinite(factor))
    return std::nullopt;
  int exponent; // factor = f · 2^exponent, f in [0.5, 1)
  std::frexp(factor, &exponent);
  int shift = static_cast<int>(multiplierBits) - exponent;
  // Rounding may carry into the next power of two.
  if (shift <= static_cast<int>(kMaxShift) && std::nearbyint(std::ldexp(factor, shift)) >= std::ldexp(1.0, multiplierBits))
    --shift;
  if (shift < 0)
    return std::nullopt;
  shift = std::min(shift, static_cast<int>(kMaxShift));
  return FixedPoint{std::llrint(std::ldexp(factor, shift)), static_cast<unsigned>(shift)};
}

std::optional<FixedPoint> toShift(double factor) {
  int exponent;
  if (!(factor > 0) || std::frexp(factor, &exponent) != 0.5 || exponent > 1 || 1 - exponent > static_cast<int>(kMaxShift))
    return std::nullopt;
  return FixedPoint{1, static_cast<unsigned>(1 - exponent)};
}

std::optional<FixedPointPair> toFixedPointPair(double lhs, double rhs) {
  auto larger = toFixedPoint(std::max(std::fabs(lhs), std::fabs(rhs)), 15);
  if (!larger)
    return std::nullopt;
  int shift = static_cast<int>(larger->shift);
  return FixedPointPair{std::llrint(std::ldexp(lhs, shift)), std::llrint(std::ldexp(rhs, shift)), larger->shift};
}

int64_t requantize(int64_t acc, const FixedPoint &f, int64_t zeroPoint, int64_t lo, int64_t hi) {
  __int128 product = static_cast<__int128>(acc) * f.multiplier;
  if (f.shift > 0)
    product += static_cast<__int128>(1) << (f.shift - 1);
  return static_cast<int64_t>(std::clamp<__int128>((product >> f.shift) + zeroPoint, lo, hi));
}

} // namespace weft::quantization

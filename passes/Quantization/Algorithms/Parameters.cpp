//===- Parameters.cpp - scale and zero point from a range -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Parameters.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace weft::quantization {

float roundUpToPowerOfTwo(double scale) {
  int exponent;
  double mantissa = std::frexp(scale, &exponent); // in [0.5, 1)
  return std::ldexp(1.0f, mantissa == 0.5 ? exponent - 1 : exponent);
}

/// A scale is a normal float: neither 0 nor a denormal, whose quotients would overflow.
static float toScale(double scale, bool powerOfTwo) {
  if (!std::isfinite(scale) || scale <= FLT_MIN)
    return 1.0f;
  return powerOfTwo ? roundUpToPowerOfTwo(scale) : static_cast<float>(scale);
}

Parameters chooseParameters(Range range, const Scheme &scheme) {
  double lo = std::min(0.0, range.lo), hi = std::max(0.0, range.hi);
  Parameters p;
  p.format = {scheme.bits, lo < 0};
  double least = static_cast<double>(p.format.least()), greatest = static_cast<double>(p.format.greatest());
  if (lo == 0 || scheme.symmetric) {
    // One bit, signed, has no positive code: its scale then follows the negative side.
    double positive = greatest > 0 ? hi / greatest : 0, negative = least < 0 ? lo / least : 0;
    p.scale = toScale(std::max(positive, negative), scheme.powerOfTwo);
    return p;
  }
  p.scale = toScale((hi - lo) / (greatest - least), scheme.powerOfTwo);
  p.zeroPoint = std::llrint(std::clamp(least - lo / static_cast<double>(p.scale), least, greatest));
  return p;
}

Parameters chooseWeightParameters(double bound, unsigned bits, bool powerOfTwo) {
  Parameters p;
  p.format = {bits, true};
  p.scale = toScale(bound / static_cast<double>(std::max<int64_t>(1, p.format.greatest())), powerOfTwo);
  return p;
}

int64_t quantize(float x, const Parameters &p) {
  float lo = static_cast<float>(p.format.least() - p.zeroPoint), hi = static_cast<float>(p.format.greatest() - p.zeroPoint);
  float t = x / p.scale;
  t = t > lo ? t : lo;
  t = t < hi ? t : hi;
  return static_cast<int64_t>(std::nearbyint(t)) + p.zeroPoint;
}

float dequantize(int64_t q, const Parameters &p) { return static_cast<float>(q - p.zeroPoint) * p.scale; }

} // namespace weft::quantization

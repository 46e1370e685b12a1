//===- Half.cpp - 16-bit floating point formats ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Half.h"

#include <cmath>
#include <cstring>

namespace weft::reference {

static uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
static float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

float halfToFloat(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000u) << 16;
  int exponent = (bits >> 10) & 31;
  uint32_t fraction = bits & 1023u;
  if (exponent == 31)
    return floatOf(sign | 0x7f800000u | (fraction << 13));
  float magnitude = exponent == 0 ? std::ldexp(float(fraction), -24) : std::ldexp(float(1024 + fraction), exponent - 25);
  return floatOf(sign | bitsOf(magnitude));
}

uint16_t floatToHalf(float value) {
  uint16_t sign = static_cast<uint16_t>((bitsOf(value) >> 16) & 0x8000u);
  if (std::isnan(value))
    return sign | 0x7e00u;
  float magnitude = std::fabs(value);
  if (magnitude >= 65520.0f) // half way from the greatest half to the next step
    return sign | 0x7c00u;
  if (magnitude < std::ldexp(1.0f, -14)) // subnormal: steps of 2^-24; 1024 of them are the least normal number
    return sign | static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, 24)));
  int exponent;
  std::frexp(magnitude, &exponent);                                             // in [2^(exponent-1), 2^exponent)
  float fraction = std::nearbyint(std::ldexp(magnitude, 11 - exponent)) - 1024; // 0 to 1024; 1024 carries
  return sign | static_cast<uint16_t>(((exponent + 14) << 10) + static_cast<int>(fraction));
}

float brainToFloat(uint16_t bits) { return floatOf(uint32_t(bits) << 16); }

uint16_t floatToBrain(float value) {
  uint32_t bits = bitsOf(value);
  if (std::isnan(value))
    return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

void roundToType(Tensor &tensor) {
  if (!tensor.type().isFloat() || tensor.type().bits != 16)
    return;
  for (float &x : tensor.floats())
    x = tensor.type().isBrain ? brainToFloat(floatToBrain(x)) : halfToFloat(floatToHalf(x));
}

} // namespace weft::reference

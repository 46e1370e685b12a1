//===- StochasticRound.cpp - unbiased rounding ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/StochasticRound.h"

#include <cmath>

namespace weft::reference {

uint32_t streamBits(uint32_t seed, uint32_t stream, uint32_t index) {
  uint32_t h = (index * 0x9E3779B1u) ^ (seed + stream * 0x85EBCA6Bu);
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return h ^ (h >> 16);
}

Result<Tensor> stochasticRound(const Tensor &x, const Tensor &seed, int64_t stream) {
  if (x.type() != ElementType::f32() || !seed.type().isInteger() || seed.size() != 1)
    return error("expected f32 and one seed, found ", x.type().name(), " and ", toString(seed.shape()), " (A20)");
  Tensor y(x.type(), x.shape());
  for (int64_t i = 0; i < x.size(); ++i) {
    uint32_t bits = streamBits(static_cast<uint32_t>(seed.asInteger(0)), static_cast<uint32_t>(stream), static_cast<uint32_t>(i));
    const float floor = std::floor(x.floats()[i]), fraction = x.floats()[i] - floor;
    y.floats()[i] = fraction > static_cast<float>(bits >> 8) * 0x1p-24f ? floor + 1 : floor;
  }
  return y;
}

} // namespace weft::reference

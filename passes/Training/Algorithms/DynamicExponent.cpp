//===- DynamicExponent.cpp - one power of two for a tensor that changes ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/DynamicExponent.h"

#include <algorithm>
#include <cmath>

namespace weft::training {

/// Products of two units stay normal numbers of f32.
constexpr int kMostExponent = 40;
constexpr double kFull = 0.9, kEmpty = 0.3;
/// Steps in a row: few at first, when nothing is known.
constexpr int64_t kFirstSteps = 10;
constexpr int kFirstPatience = 1, kPatience = 5;

float DynamicExponent::unit() const { return std::ldexp(1.0f, exponent); }

void DynamicExponent::move(int distance) {
  exponent = std::clamp(exponent + distance, -kMostExponent, kMostExponent);
  above = below = 0;
}

void DynamicExponent::observe(double greatest, double most, int64_t step) {
  if (!(greatest > 0))
    return;
  double share = std::ldexp(greatest, -exponent) / most;
  above = share > kFull ? above + 1 : 0;
  below = share < kEmpty ? below + 1 : 0;
  int patience = step < kFirstSteps ? kFirstPatience : kPatience;
  if (above > patience)
    move(1);
  else if (below > patience)
    move(-1);
}

bool DynamicExponent::settle(double greatest, double most) {
  int before = exponent;
  double share = std::ldexp(greatest, -exponent) / most;
  if (!(share > 0))
    move(-4);
  else if (share > kFull)
    move(1);
  else
    for (; share < kEmpty && exponent > -kMostExponent; share *= 2)
      move(-1);
  return exponent == before;
}

void DynamicExponent::save(float *state) const {
  state[0] = static_cast<float>(exponent), state[1] = static_cast<float>(above), state[2] = static_cast<float>(below);
}

void DynamicExponent::restore(const float *state) {
  exponent = static_cast<int>(state[0]), above = static_cast<int>(state[1]), below = static_cast<int>(state[2]);
}

} // namespace weft::training

//===- Schedule.cpp - learning rates over time ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Schedule.h"

#include <algorithm>
#include <cmath>

namespace weft::training {

/// From `from` to `to` as t goes from 0 to 1.
static double alongCosine(double from, double to, double t) { return to + (from - to) * (1 + std::cos(M_PI * t)) / 2; }

double Schedule::at(int64_t step) const {
  if (step < warmup)
    return rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  double t = static_cast<double>(step - warmup) / static_cast<double>(std::max<int64_t>(1, steps - warmup));
  switch (kind) {
  case Kind::constant:
    return rate;
  case Kind::cosine:
    return alongCosine(rate, 0, t);
  case Kind::oneCycle: {
    double last = static_cast<double>(std::max<int64_t>(1, steps - 1)), top = 0.3 * static_cast<double>(steps) - 1, s = static_cast<double>(step);
    if (s <= top)
      return alongCosine(rate / 25, rate, s / top);
    return alongCosine(rate, rate / 25e4, (s - top) / (last - top));
  }
  case Kind::step:
    return rate * std::pow(0.1, std::floor(3 * t));
  }
  return rate;
}

} // namespace weft::training

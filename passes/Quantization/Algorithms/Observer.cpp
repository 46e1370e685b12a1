//===- Observer.cpp - the distribution of a value over samples ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Observer.h"

#include <algorithm>
#include <cmath>

namespace weft::quantization {

void Observer::grow(double magnitude) {
  if (bins.empty()) {
    bins.assign(kBins, 0.0);
    reach = magnitude > 0 ? roundUpToPowerOfTwo(magnitude) : 1.0;
  }
  while (magnitude > reach) {
    std::vector<double> merged(kBins, 0.0);
    for (size_t i = 0; i < kBins; ++i)
      merged[kBins / 4 + i / 2] += bins[i];
    bins.swap(merged);
    reach *= 2;
  }
}

void Observer::observe(const float *values, size_t count) {
  Range batch;
  bool any = false;
  for (size_t i = 0; i < count; ++i) {
    double v = values[i];
    if (!std::isfinite(v))
      continue;
    batch = any ? Range{std::min(batch.lo, v), std::max(batch.hi, v)} : Range{v, v};
    any = true;
  }
  if (!any)
    return;
  grow(std::max(-batch.lo, batch.hi));
  seen = total ? Range{std::min(seen.lo, batch.lo), std::max(seen.hi, batch.hi)} : batch;
  double perUnit = kBins / (2 * reach);
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i]))
      continue;
    auto bin = static_cast<size_t>((values[i] + reach) * perUnit);
    bins[std::min(bin, kBins - 1)] += 1;
    ++total;
  }
}

double Observer::binCenter(size_t bin) const {
  double center = (static_cast<double>(bin) + 0.5) * (2 * reach / kBins) - reach;
  return std::clamp(center, seen.lo, seen.hi);
}

Range Observer::percentileRange(double percentile) const {
  bool oneSided = seen.lo >= 0 || seen.hi <= 0;
  double tail = static_cast<double>(total) * (1 - percentile / 100) / (oneSided ? 1 : 2);
  double width = 2 * reach / kBins, below = 0, above = 0;
  Range r = seen;
  if (seen.lo < 0)
    for (size_t i = 0; i < kBins && below + bins[i] <= tail; ++i) {
      below += bins[i];
      r.lo = std::clamp((static_cast<double>(i) + 1) * width - reach, seen.lo, seen.hi);
    }
  if (seen.hi > 0)
    for (size_t i = kBins; i-- > 0 && above + bins[i] <= tail;) {
      above += bins[i];
      r.hi = std::clamp(static_cast<double>(i) * width - reach, r.lo, seen.hi);
    }
  return r;
}

double Observer::squaredError(const Parameters &p) const {
  double error = 0;
  double lo = (p.format.least() - p.zeroPoint) * static_cast<double>(p.scale);
  double hi = (p.format.greatest() - p.zeroPoint) * static_cast<double>(p.scale);
  double rounding = static_cast<double>(p.scale) * p.scale / 12;
  double width = 2 * reach / kBins;
  for (size_t i = 0; i < kBins; ++i) {
    if (bins[i] == 0)
      continue;
    double x = binCenter(i), clipped = std::clamp(x, lo, hi);
    if (clipped != x)
      error += bins[i] * (x - clipped) * (x - clipped);
    else if (width < p.scale) // bins finer than the codes: the real rounding error
      error += bins[i] * std::pow(x - std::nearbyint(x / p.scale) * static_cast<double>(p.scale), 2);
    else
      error += bins[i] * rounding;
  }
  return error;
}

Range Observer::mseRange(const Scheme &scheme) const {
  constexpr int kSteps = 100;
  constexpr double kShrink = 0.96; // 0.96^100 = 1.7 %
  Range best = seen;
  double least = squaredError(chooseParameters(best, scheme));
  auto consider = [&](Range r) {
    double error = squaredError(chooseParameters(r, scheme));
    if (error < least) {
      least = error;
      best = r;
    }
  };
  // Both ends together, then one after the other from there.
  double f = kShrink;
  for (int i = 0; i < kSteps; ++i, f *= kShrink)
    consider({seen.lo * f, seen.hi * f});
  if (scheme.symmetric || seen.lo >= 0 || seen.hi <= 0)
    return best;
  for (bool low : {true, false}) {
    Range start = best;
    f = 1;
    for (int i = 0; i < kSteps; ++i, f *= kShrink)
      consider(low ? Range{seen.lo * f, start.hi} : Range{start.lo, seen.hi * f});
  }
  return best;
}

Range Observer::range(RangeMethod method, double percentile, const Scheme &scheme) const {
  if (total == 0)
    return {};
  switch (method) {
  case RangeMethod::minMax:
    return seen;
  case RangeMethod::percentile:
    return percentileRange(percentile);
  case RangeMethod::mse:
    return mseRange(scheme);
  }
  return seen;
}

} // namespace weft::quantization

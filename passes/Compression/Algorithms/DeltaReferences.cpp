//===- DeltaReferences.cpp - what fixed differences start from ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/DeltaReferences.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::compression {

int64_t nearestDelta(double value, int64_t from, const DeltaFormat &f) {
  int64_t least = std::max(leastDelta(f), ceilDiv(f.least - from, step(f)));
  int64_t greatest = std::min(greatestDelta(f), floorDiv(f.greatest - from, step(f)));
  double ideal = std::nearbyint((value - static_cast<double>(from)) / static_cast<double>(step(f)));
  return static_cast<int64_t>(std::clamp(ideal, static_cast<double>(least), static_cast<double>(greatest)));
}

bool holdsZero(const double *values, size_t count) {
  return std::any_of(values, values + count, [](double v) { return std::fabs(v) < 0.5; });
}

std::pair<int64_t, int64_t> referenceBounds(const DeltaFormat &f, bool zero) {
  int64_t least = ceilDiv(f.least, step(f)), greatest = floorDiv(f.greatest, step(f));
  if (!zero)
    return {least, greatest};
  return {std::max(least, -greatestDelta(f)), std::min(greatest, -leastDelta(f))};
}

int64_t ruledReference(const double *values, size_t count, const DeltaFormat &f, std::pair<int64_t, int64_t> bounds) {
  std::vector<double> sorted(values, values + count);
  double at = count ? values[0] : 0;
  if (f.reference == DeltaReference::median && count) {
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count / 2), sorted.end());
    at = sorted[count / 2];
  } else if (f.reference == DeltaReference::midRange && count) {
    auto [low, high] = std::minmax_element(values, values + count);
    at = (*low + *high) / 2;
  }
  double multiple = std::nearbyint(at / static_cast<double>(step(f)));
  return static_cast<int64_t>(std::clamp(multiple, static_cast<double>(bounds.first), static_cast<double>(bounds.second))) * step(f);
}

/// To the nearest integer, to even on a tie; |x| < 2^51. The compiler makes vectors of it, of std::nearbyint calls.
static double rounded(double x) {
  constexpr double kShift = 6755399441055744.0; // 1.5 · 2^52
  return (x + kShift) - kShift;
}

double fixedError(const double *values, size_t count, const DeltaFormat &f, int64_t reference) {
  auto least = static_cast<double>(std::max(leastDelta(f), ceilDiv(f.least - reference, step(f))));
  auto greatest = static_cast<double>(std::min(greatestDelta(f), floorDiv(f.greatest - reference, step(f))));
  auto from = static_cast<double>(reference), unit = static_cast<double>(step(f));
  double errors[4] = {};
  for (size_t i = 0; i < count; ++i) {
    double wanted = (values[i] - from) / unit;
    double e = wanted - std::min(std::max(rounded(wanted), least), greatest);
    errors[i % 4] += e * e;
  }
  return (errors[0] + errors[1] + errors[2] + errors[3]) * unit * unit;
}

/// Going down from the middle and from the median: the error of a reference falls towards the best one.
static int64_t bestFixedReference(const double *values, size_t count, const DeltaFormat &f) {
  auto bounds = referenceBounds(f, holdsZero(values, count));
  int64_t best = bounds.first;
  double least = std::numeric_limits<double>::infinity();
  for (DeltaReference start : {DeltaReference::midRange, DeltaReference::median}) {
    DeltaFormat ruled = f;
    ruled.reference = start;
    int64_t at = ruledReference(values, count, ruled, bounds) / step(f);
    double error = fixedError(values, count, f, at * step(f));
    for (int64_t sign : {1, -1})
      for (int64_t next = at + sign; next >= bounds.first && next <= bounds.second; next += sign) {
        double there = fixedError(values, count, f, next * step(f));
        if (there >= error)
          break;
        error = there, at = next;
      }
    if (error < least)
      least = error, best = at;
  }
  return best * step(f);
}

int64_t fixedReference(const double *values, size_t count, const DeltaFormat &f) {
  return f.reference == DeltaReference::best ? bestFixedReference(values, count, f)
                                             : ruledReference(values, count, f, referenceBounds(f, holdsZero(values, count)));
}

} // namespace weft::compression

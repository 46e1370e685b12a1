//===- Observer.h - the distribution of a value over samples --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_ALGORITHMS_OBSERVER_H
#define PASSES_QUANTIZATION_ALGORITHMS_OBSERVER_H

#include "passes/Quantization/Algorithms/Parameters.h"

#include <cstddef>
#include <string>
#include <vector>

namespace weft::quantization {

/// How a range is chosen from what was observed.
enum class RangeMethod {
  minMax,     ///< everything that was seen
  percentile, ///< all but a share of the values
  mse         ///< least squared quantization error
};

/// Sees numbers one after the other, keeps their extremes and a histogram over [−reach, reach), where reach is a power
/// of two that doubles (merging bins in pairs) when a number falls outside. So the result does not depend on the
/// order of the numbers.
class Observer {
public:
  void observe(const float *values, size_t count);

  size_t count() const { return total; }
  Range extremes() const { return seen; }

  /// The range by `method`. `percentile` is the share (0 to 100) that stays inside; `scheme` is what mse measures.
  Range range(RangeMethod method, double percentile, const Scheme &scheme) const;

  /// Expected squared error of quantization with `p` (from the histogram).
  double squaredError(const Parameters &p) const;

private:
  void grow(double magnitude);
  double binCenter(size_t bin) const;
  Range percentileRange(double percentile) const;
  Range mseRange(const Scheme &scheme) const;

  static constexpr size_t kBins = 8192;
  std::vector<double> bins;
  double reach = 0;
  Range seen;
  size_t total = 0;
};

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_ALGORITHMS_OBSERVER_H

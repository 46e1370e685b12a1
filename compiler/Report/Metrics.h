//===- Metrics.h - how well a model does on data --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_METRICS_H
#define COMPILER_REPORT_METRICS_H

#include "runtime/reference/Tensor.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::report {

/// Class of each sample (dimension 0): the value itself where there is one integer per sample (a model that ends in ArgMax),
/// the index of the greatest element else; the first of equals, as numpy.argmax.
std::vector<int64_t> predictedClasses(const reference::Tensor &output);

/// The share of equal entries, 0…1; the vectors are equally long and not empty.
double shareEqual(const std::vector<int64_t> &a, const std::vector<int64_t> &b);

/// Mean of squared differences, and the greatest absolute one, over equally many elements.
struct Difference {
  double meanSquare = 0, greatest = 0;
};
Difference difference(const reference::Tensor &a, const reference::Tensor &b);

/// Whether labels can be class indices of `output`: integers in range, one per sample.
bool areClassLabels(const reference::Tensor &labels, const reference::Tensor &output);

/// The first element in which two integer tensors differ.
struct Divergence {
  int64_t sample = 0;
  /// Index inside the sample, per dimension.
  std::vector<int64_t> index;
  int64_t expected = 0, found = 0;
  /// "frame 3, [5, 0, 2]".
  std::string where() const;
};
/// None where shapes and values are equal. The shapes must have equal element counts per sample.
std::optional<Divergence> firstDivergence(const reference::Tensor &expected, const reference::Tensor &found);

} // namespace weft::report

#endif // COMPILER_REPORT_METRICS_H

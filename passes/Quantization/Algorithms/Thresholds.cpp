//===- Thresholds.cpp - a monotone function as steps ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Algorithms/Thresholds.h"

namespace weft::quantization {

std::vector<int64_t> findThresholds(const std::function<int64_t(int64_t)> &f, int64_t accLo, int64_t accHi, int64_t lo,
                                    int64_t hi) {
  std::vector<int64_t> thresholds;
  int64_t from = accLo; // no threshold is below its predecessor
  for (int64_t level = lo + 1; level <= hi; ++level) {
    int64_t first = from, end = accHi + 1;
    while (first < end) {
      int64_t middle = first + (end - first) / 2;
      if (f(middle) >= level)
        end = middle;
      else
        first = middle + 1;
    }
    thresholds.push_back(first);
    from = first;
  }
  return thresholds;
}

} // namespace weft::quantization

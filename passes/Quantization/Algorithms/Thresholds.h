//===- Thresholds.h - a monotone function as steps -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_ALGORITHMS_THRESHOLDS_H
#define PASSES_QUANTIZATION_ALGORITHMS_THRESHOLDS_H

#include <cstdint>
#include <functional>
#include <vector>

namespace weft::quantization {

/// The thresholds of rule A4t for a function that does not decrease on accLo … accHi and has values in lo … hi:
/// `result[k]` is the least acc with f(acc) ≥ lo + k + 1, or accHi + 1 if there is none. So
/// f(acc) = lo + Σ_k [acc ≥ result[k]] for every acc of the interval. f is called O((hi − lo) · log(accHi − accLo)) times.
std::vector<int64_t> findThresholds(const std::function<int64_t(int64_t)> &f, int64_t accLo, int64_t accHi, int64_t lo,
                                    int64_t hi);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_ALGORITHMS_THRESHOLDS_H

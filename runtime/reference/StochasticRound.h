//===- StochasticRound.h - unbiased rounding -------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_STOCHASTICROUND_H
#define RUNTIME_REFERENCE_STOCHASTICROUND_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// 32 bits for element `index` of a stream. Source of the mixing: Wellons, hash-prospector (public domain), lowbias32.
uint32_t streamBits(uint32_t seed, uint32_t stream, uint32_t index);

/// A20: element i of f32 becomes ⌊x⌋, or the number above where the fraction is greater than u = streamBits(…) >> 8 in units of 2^−24. The seed is a
/// scalar. Source: Gupta et al., ICML 2015.
Result<Tensor> stochasticRound(const Tensor &x, const Tensor &seed, int64_t stream);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_STOCHASTICROUND_H

//===- Factors.h - what factorized weights evaluate to ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_FACTORS_H
#define RUNTIME_REFERENCE_FACTORS_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// A12: cores `[r_{k−1}, m_k, n_k, r_k]` of f32 with r_0 = r_d = 1 as the weight `[Π m, Π n]`. Sums in f64, rounded once. Source: Oseledets,
/// SIAM J. Sci. Comput. 2011; Novikov et al., NIPS 2015.
Result<Tensor> tensorTrain(const std::vector<const Tensor *> &cores);

/// A12c: output `[O, r1]`, core `[r1, r2, k…]` and input `[r2, C]` of f32 as the kernel `[O, C, k…]`. Sums in f64, rounded once. Source: Kim et
/// al., ICLR 2016.
Result<Tensor> tucker(const Tensor &output, const Tensor &core, const Tensor &input);

/// A14: coefficients `[R, K…]` times one of G bases `[G, s, s]`, by runs of s positions. Integers of the given type, exactly, with an error where
/// it cannot hold a value, or f32 (then either operand may be integers). Source: Zhao et al. (SmartExchange), ISCA 2020.
Result<Tensor> basisProduct(const Tensor &coefficients, const Tensor &basis, int64_t channels, ElementType type);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_FACTORS_H

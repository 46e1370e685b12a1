//===- Linear.h - linear and matmul -------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_LINEAR_H
#define RUNTIME_REFERENCE_LINEAR_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// `y[…, o] = Σ_k w[o, k] · x[…, k] + b[o]`: input `[d…, K]`, weight `[N, K]`, bias `[N]` → `[d…, N]` of the
/// bias' type. Integers: A3, exact; error if a sum does not fit the bias' type. Floats: f32 (f64) sums in an
/// unspecified order.
Result<Tensor> linear(const Tensor &input, const Tensor &weight, const Tensor &bias);

/// numpy.matmul for ranks ≥ 2: `[b…, M, K]`, `[b…, K, N]` → `[b…, M, N]`, b broadcast. Integers are exact, and f32 gives
/// f64 where that is asked for, exact up to 53 bits; error if a
/// sum does not fit `type`.
Result<Tensor> matmul(const Tensor &lhs, const Tensor &rhs, ElementType type);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_LINEAR_H

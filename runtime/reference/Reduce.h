//===- Reduce.h - reductions over axes, arg_reduce, softmax ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_REDUCE_H
#define RUNTIME_REFERENCE_REDUCE_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

enum class ReduceKind { sum, mean, max, min, prod, sum_square, l1, l2, log_sum, log_sum_exp };

/// Reduction over `axes` (not negative). Floats are added up in f64 and rounded once. Integers know all kinds but those
/// with a root or a logarithm, are exact, and a mean truncates; error if a value does not fit `type`. Of no element, a
/// maximum is −∞ (the least integer), a mean is NaN (error for integers).
Result<Tensor> reduce(ReduceKind kind, const Tensor &input, const Shape &axes, bool keepdims, ElementType type);

/// i64 index of the greatest (least) element along an axis, the first or last of equal ones. Error if the axis is empty.
Result<Tensor> argReduce(const Tensor &input, int64_t axis, bool keepdims, bool isMax, bool selectLast, ElementType type);

/// softmax along `axis`, or its logarithm, the maximum subtracted first. Floats only; sums in f64.
Result<Tensor> softmax(const Tensor &input, int64_t axis, bool logarithm);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_REDUCE_H

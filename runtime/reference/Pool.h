//===- Pool.h - reductions of windows ----------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_POOL_H
#define RUNTIME_REFERENCE_POOL_H

#include "runtime/reference/Window.h"

namespace weft::reference {

enum class PoolKind { max, average, sum };

struct PoolAttributes {
  PoolKind kind = PoolKind::max;
  Window window;
  /// The divisor of an average counts padding too; else only the elements inside the input.
  bool countIncludePad = false;
  /// What the padding of a sum holds (A6).
  int64_t padValue = 0;
};

/// input `[N, C, spatial…]` → `[N, C, spatial'…]` of `type`. Integers: A6, error if a sum does not fit `type`, and for
/// an average, which is no integer operator. In a maximum padding never wins and NaN is ignored.
Result<Tensor> pool(const Tensor &input, const PoolAttributes &attributes, ElementType type);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_POOL_H

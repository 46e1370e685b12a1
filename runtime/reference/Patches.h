//===- Patches.h - windows as columns, and back ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_PATCHES_H
#define RUNTIME_REFERENCE_PATCHES_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"
#include "runtime/reference/Window.h"

namespace weft::reference {

/// nn.patches: `[N, C, spatial…]` of f32 → `[N, C·taps, windows]`.
Result<Tensor> patches(const Tensor &x, const Window &window, double padValue);

/// nn.fold: `[N, C·taps, windows]` of f32 → `[N, C, spatial…]`. Windows are added in ascending order.
Result<Tensor> fold(const Tensor &x, const Shape &spatial, const Window &window);

/// nn.max_pool_gradient: `[N, C, spatial…]`, `[N, C, windows…]` of f32 → the shape of x.
Result<Tensor> maxPoolGradient(const Tensor &x, const Tensor &gradient, const Window &window);

/// nn.row_products: `[N, O, P]`, `[N, C, P]` of f32 → `[O, C]`, summed in double.
Result<Tensor> rowProducts(const Tensor &lhs, const Tensor &rhs);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_PATCHES_H

//===- Conv.h - convolution -----------------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_CONV_H
#define RUNTIME_REFERENCE_CONV_H

#include "runtime/reference/Window.h"

namespace weft::reference {

/// What an `nn.conv` says beside its operands. The kernel's shape is the weight's.
struct ConvAttributes {
  Shape strides, padsBegin, padsEnd, dilations;
  int64_t groups = 1;
  /// What the padding holds: the zero point of an integer input (A3).
  int64_t padValue = 0;
};

/// input `[N, C, spatial…]`, weight `[O, C/groups, kernel…]`, bias `[O]` → `[N, O, spatial'…]` of the bias' type:
/// `y[n, o, p] = b[o] + Σ_{c, t} w[o, c, t] · x[n, c + first channel of o's group, p·stride + t·dilation − pad]`.
/// Integers: A3, exact; error if a sum does not fit the bias' type. Floats: f32 (f64) sums in an unspecified order.
Result<Tensor> conv(const Tensor &input, const Tensor &weight, const Tensor &bias, const ConvAttributes &attributes);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_CONV_H

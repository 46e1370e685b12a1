//===- Winograd.h - 3×3 convolutions with fewer products ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_WINOGRAD_H
#define BACKENDS_CPU_KERNELS_WINOGRAD_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// Least tolerances (greatest difference of a layer's result over its greatest magnitude) from which m × m results are computed at once.
constexpr double kTolerance2 = 1e-6, kTolerance4 = 1e-5;

/// F(4×4, 3×3) or F(2×2, 3×3) where the kernel's tolerance allows it and an estimate says that it is faster than products of all taps;
/// else nothing is written and the answer is false.
bool emitConvWinograd(Kernel &kernel, nn::ConvOp op);
/// Whether it would.
bool takesWinograd(const Emitter &e, nn::ConvOp op, double tolerance);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_WINOGRAD_H

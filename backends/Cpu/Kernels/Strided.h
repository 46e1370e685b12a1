//===- Strided.h - copies between strided views of buffers -------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_STRIDED_H
#define BACKENDS_CPU_KERNELS_STRIDED_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// to[Σ i·toStride + toStart] = from[Σ i·fromStride + fromStart] over `extents`; dimensions that are contiguous
/// in both are merged, so the inner loop is as long as it can be.
void copyStrided(Emitter &e, mlir::Type storage, mlir::Value from, mlir::Value fromStart, mlir::SmallVector<int64_t> fromStrides,
                 mlir::Value to, mlir::Value toStart, mlir::SmallVector<int64_t> toStrides, mlir::SmallVector<int64_t> extents);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_STRIDED_H

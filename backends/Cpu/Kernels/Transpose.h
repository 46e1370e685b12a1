//===- Transpose.h - matrices transposed in registers ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_TRANSPOSE_H
#define BACKENDS_CPU_KERNELS_TRANSPOSE_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// As many vectors as they have lanes become their transpose: lane l of vector i goes to lane i of vector l.
void transposeLanes(Emitter &e, mlir::SmallVector<mlir::Value> &vectors);

/// Whether a permutation swaps the last two dimensions and moves nothing else.
bool swapsMatrices(mlir::ArrayRef<int64_t> perm);

/// The kernel of such a transpose of f32, a block of lanes × lanes at a time.
void transposeMatrices(Kernel &kernel, nn::TransposeOp op);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_TRANSPOSE_H

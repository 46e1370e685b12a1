//===- Transpose.h - matrices transposed in registers ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_TRANSPOSE_H
#define BACKENDS_CPU_KERNELS_TRANSPOSE_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// As many vectors as they have lanes become their transpose: lane l of vector i goes to lane i of vector l.
void transposeLanes(Emitter &e, mlir::SmallVector<mlir::Value> &vectors);

/// A matrix, transposed in blocks of lanes × lanes, bands of rows divided between the threads if `share` is set: `load` gives `count` neighbours
/// of a row, `store` takes `count` neighbours of a column; the first of them are at (row, column).
void transposeBlocks(Emitter &e, int64_t rows, int64_t columns, bool share, mlir::function_ref<mlir::Value(mlir::Value row, mlir::Value column, int count)> load,
                     mlir::function_ref<void(mlir::Value row, mlir::Value column, mlir::Value vector, int count)> store);

/// Whether a permutation swaps the last two dimensions and moves nothing else.
bool swapsMatrices(mlir::ArrayRef<int64_t> perm);

/// The kernel of such a transpose of f32, a block of lanes × lanes at a time.
void transposeMatrices(Kernel &kernel, nn::TransposeOp op);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_TRANSPOSE_H

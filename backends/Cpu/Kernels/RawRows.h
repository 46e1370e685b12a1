//===- RawRows.h - sums with gaps between their rows -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_RAWROWS_H
#define BACKENDS_CPU_KERNELS_RAWROWS_H

#include "backends/Cpu/Kernels/Planes.h"

namespace weft::cpu {

/// Sums of the anchor's neighbouring channels, for neighbouring rows (indices of the first spatial dimension), as they were computed:
/// [channel][row]…, rows as long as in the plane that was read.
struct RawRows {
  mlir::Value base;
  mlir::Type element; // what sums are computed in
  int64_t channels, channelPitch;
  llvm::SmallVector<int64_t> dims, pitchedDims; // results; places for them
  mlir::Value sample, firstChannel;
};

/// Hands every sum to the epilogue; `firstPixel`: the first one's place in its plane of the result.
void deliverRows(Kernel &kernel, const RawRows &rows, mlir::Value firstPixel);

/// Runs what stands before the group's pool on every sum, and hands greatest values of windows to the epilogue. `rows` are
/// a whole number of the pool's strides, or end with the result; `firstPixel` is in the pool's result.
void poolRows(Kernel &kernel, const RawRows &rows, mlir::Value firstPixel);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_RAWROWS_H

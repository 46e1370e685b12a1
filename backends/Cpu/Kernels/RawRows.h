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

/// Runs the group's epilogue on them, behind its pool if it has one: then they are a whole number of `rowStep`, or end with the result.
/// `firstRow`: the first one's index.
void finishRows(Kernel &kernel, const RawRows &rows, mlir::Value firstRow);

/// Rows that the group's pool, or else its epilogue, takes at once.
int64_t rowStep(const Group &group);
/// Of so many rows of the anchor, those that the group reads.
int64_t rowsNeeded(const Group &group, int64_t rows);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_RAWROWS_H

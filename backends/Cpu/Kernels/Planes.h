//===- Planes.h - images as stacks of planes ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_PLANES_H
#define BACKENDS_CPU_KERNELS_PLANES_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// `count` planes of `dims` storage elements each, one after the other.
struct Planes {
  mlir::Value base;
  mlir::Type element; // a storage type, or i32 for four packed bytes
  int64_t count;
  mlir::SmallVector<int64_t> dims;
  /// A vector read may run past the end.
  bool hasSlack = false;

  int64_t planeSize() const;
  mlir::SmallVector<int64_t> pitches() const;
};

struct Window {
  mlir::SmallVector<int64_t> kernel, strides, begin, end, dilations;
  static Window of(nn::ConvOp op);
  static Window of(nn::PoolOp op);
  bool isStrided() const;
  bool isPadded() const;
  int64_t taps() const;
  /// Padded extents of an input.
  mlir::SmallVector<int64_t> padded(mlir::ArrayRef<int64_t> dims) const;
  /// Offset of each tap in a padded plane.
  mlir::SmallVector<int64_t> tapOffsets(mlir::ArrayRef<int64_t> paddedDims) const;
};

/// Scratch planes with a border of `fill`, allocated and filled once; `writeInterior` copies `from` into them. `own`: for each thread.
Planes allocatePadded(Kernel &k, mlir::Type element, int64_t count, mlir::ArrayRef<int64_t> dims, const Window &window, mlir::Value fill,
                      bool own = false);
void writeInterior(Kernel &k, const Planes &from, const Planes &to, const Window &window);
/// Four byte planes become one plane of i32 (missing ones are 0), top bits flipped if asked.
void packInterior(Kernel &k, const Planes &from, const Planes &to, const Window &window, bool flipSign);
/// Planes split by position modulo the strides, so that a strided window reads its taps from neighbours: plane p becomes the
/// phases f that some tap reads, each of ⌈padded/stride⌉ extents, one after the other along the first dimension.
class Phases {
public:
  Phases(const Window &window, mlir::ArrayRef<int64_t> dims);
  int64_t count() const { return used.size(); }
  /// Extents of one phase.
  mlir::ArrayRef<int64_t> extents() const { return phaseDims; }
  /// Offset of each tap in a plane of all phases.
  mlir::SmallVector<int64_t> tapOffsets() const;
  Planes allocate(Kernel &k, mlir::Type element, int64_t count, mlir::Value fill, bool own) const;
  /// `from` has no padding yet.
  void split(Kernel &k, const Planes &from, const Planes &to) const;

private:
  Window window;
  mlir::SmallVector<int64_t> inDims, phaseDims;
  mlir::SmallVector<mlir::SmallVector<int64_t>> used; // residues of each phase, in order
  bool hasBorder;
};

/// to[plane · taps + tap][out position] = from[plane][window position]; `from` is padded already.
void gatherWindows(Kernel &k, const Planes &from, const Planes &to, const Window &window);

/// Constants in memory, i64, shared by all that ask for the same.
mlir::Value offsetTable(Kernel &k, mlir::ArrayRef<int64_t> offsets);

/// `lanes` elements at, at + stride, …: of stride 1 one load, of stride 2 two, which end at the last element needed.
mlir::Value loadStrided(Emitter &e, mlir::Value base, mlir::Value at, int64_t stride, mlir::Type storage, int lanes);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_PLANES_H

//===- ConvStages.h - the input of a convolution as its products read it -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_CONVSTAGES_H
#define BACKENDS_CPU_KERNELS_CONVSTAGES_H

#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"
#include <optional>

namespace weft::cpu {

/// Padded planes of one group; of strided windows their phases, or the windows themselves (im2col) where that copies less; bytes
/// four channels to an i32, or, of few channels, four neighbours of a window.
class ConvStages {
public:
  ConvStages(Kernel &kernel, nn::ConvOp op, const Arithmetic &arithmetic);
  /// The arithmetic of a convolution whose input goes through such stages.
  static Arithmetic choose(Kernel &kernel, nn::ConvOp op);

  /// Takes the memory, for each thread if `own`.
  void allocate(bool own);
  /// Planes of the input of one group, which begins at `input`.
  Planes run(mlir::Value input) const;

  /// A gathered window's elements lie in planes of their own, at offset 0.
  bool isGathered() const { return gathered.has_value(); }
  /// Windows are gathered before their bytes are packed.
  const bool bytesFirst;
  /// Set by `allocate`: the planes, their extents, and where each tap of a window is in one.
  int64_t planes = 0;
  mlir::SmallVector<int64_t> dims, tapOffsets;

private:
  mlir::Value fill() const;

  Kernel &k;
  Emitter &e;
  mutable nn::ConvOp op; // operation handles have no const methods
  const Arithmetic &arithmetic;
  Window window, noWindow, phaseWindow; // phaseWindow: without the padding that an earlier stage has written
  mlir::Type input;
  int64_t inChannels;
  mlir::SmallVector<int64_t> inDims, outDims;
  std::optional<Planes> padded, gathered, packed, phased;
  std::optional<Phases> phases;
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_CONVSTAGES_H

//===- ConvCosts.h - what the kernels of a convolution are estimated to take -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_CONVCOSTS_H
#define BACKENDS_CPU_KERNELS_CONVCOSTS_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// Whether all operands and the result are stored as f32, as half floats are.
bool isStoredAsFloats(nn::ConvOp op);

/// What the kernel with channels in its lanes computes at once.
struct ChannelTile {
  int64_t pixels, vectors; // of output channels
  bool inRow;              // pixels are neighbours; else they are looked up
  bool isFar;              // weights come from the last cache
  double cost;             // cycles of a vector of products
};

/// The tile of least cost.
ChannelTile channelTile(const Emitter &e, nn::ConvOp op);

/// Cycles of a vector of results, as a machine takes that does two products of vectors in each: fitted to measured convolutions. Floats of
/// one group; infinite where the kernel does not fit.
double channelsCost(const Emitter &e, nn::ConvOp op);
double pixelsCost(const Emitter &e, nn::ConvOp op);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_CONVCOSTS_H

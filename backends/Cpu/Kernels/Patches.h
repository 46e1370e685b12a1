//===- Patches.h - kernels of what gradients need ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_PATCHES_H
#define BACKENDS_CPU_KERNELS_PATCHES_H

#include "backends/Cpu/Kernel.h"
#include "dialects/Nn/IR/NnGradients.h"

namespace weft::cpu {

mlir::LogicalResult emitPatches(Kernel &kernel, nn::PatchesOp op);
mlir::LogicalResult emitFold(Kernel &kernel, nn::FoldOp op);
mlir::LogicalResult emitRowProducts(Kernel &kernel, nn::RowProductsOp op);
/// Row products with windows of the group: the gradient of a convolution's weight, from the image.
void emitWeightGradient(Kernel &kernel, nn::RowProductsOp op, nn::PatchesOp windows);
mlir::LogicalResult emitMaxPoolGradient(Kernel &kernel, nn::MaxPoolGradientOp op);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_PATCHES_H

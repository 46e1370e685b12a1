//===- SharedKernels.h - one kernel for equal layers -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_SHAREDKERNELS_H
#define BACKENDS_CPU_SHAREDKERNELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace weft::cpu {

/// A kernel, and the symbols of the constants that a call hands it after its other arguments.
struct KernelUse {
  mlir::func::FuncOp kernel;
  std::vector<std::string> constants;
};

/// Of kernels that differ in nothing but the constants they read, all but the first are erased: networks repeat their layers, and LLVM
/// takes most of the time of a compilation. A use for each of `kernels`, in order.
std::vector<KernelUse> shareKernels(llvm::ArrayRef<mlir::func::FuncOp> kernels);

} // namespace weft::cpu

#endif // BACKENDS_CPU_SHAREDKERNELS_H

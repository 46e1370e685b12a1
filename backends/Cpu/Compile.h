//===- Compile.h - from a prepared function to an object ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_COMPILE_H
#define BACKENDS_CPU_COMPILE_H

#include "backends/Cpu/CpuBackend.h"
#include "backends/Cpu/Module.h"
#include "backends/Cpu/Prepare.h"

namespace weft::cpu {

/// Code for one set of input shapes. The unit is what one count of `n` stands for: a sample, or, where samples depend on
/// each other or dimension 0 is fixed, the whole of it.
struct CompiledUnit {
  /// Shapes of one unit.
  Shapes inputs, outputs;
  int64_t workspaceBytes = 0;
  /// A unit is one sample, and samples do not depend on each other.
  bool apart = false;
};

std::vector<TensorSpec> inputSpecs(mlir::func::FuncOp func);
std::vector<TensorSpec> outputSpecs(mlir::func::FuncOp func);

/// True if dimension 0 of every input is open and nothing else is.
bool onlySamplesAreOpen(mlir::func::FuncOp func);

/// Emits `func` for inputs of `shapes` as the entry `prefix` of a native module. Failure after a diagnostic.
mlir::FailureOr<CompiledUnit> emitUnit(NativeModule &native, mlir::func::FuncOp func, const Shapes &shapes, llvm::StringRef prefix,
                                       const CpuOptions &options, const Target &target);

} // namespace weft::cpu

#endif // BACKENDS_CPU_COMPILE_H

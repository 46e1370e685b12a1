//===- Threads.h - kernels that several threads share ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_THREADS_H
#define BACKENDS_CPU_THREADS_H

#include "backends/Cpu/Emitter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::cpu {

/// Multiply-adds (or what costs as much) of a call from which more threads than one are worth waking.
constexpr int64_t kLeastParallelWork = 1 << 20;

void when(Emitter &e, mlir::Value condition, mlir::function_ref<void()> body);

/// A function of the OpenMP runtime, declared in the module where code is emitted.
mlir::func::FuncOp openMpFunction(Emitter &e, llvm::StringRef name, mlir::TypeRange arguments, mlir::TypeRange results);

/// A barrier of all threads where there are several.
void waitForAll(Emitter &e, mlir::Value parts);

} // namespace weft::cpu

#endif // BACKENDS_CPU_THREADS_H

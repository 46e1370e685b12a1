//===- Executor.h - the four ways to run a model ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_EXECUTOR_H
#define COMPILER_DRIVER_EXECUTOR_H

#include "compiler/Driver/Samples.h"
#include "compiler/Pipeline/PipelineOptions.h"
#include "mlir/IR/BuiltinOps.h"
#include "passes/Compression/PlaneCut.h"
#include <memory>

namespace weft::driver {

/// Runs one function of a module on whole tensors; dimension 0 of every tensor counts samples.
class Executor {
public:
  virtual ~Executor();
  /// "native", "reference", "hls", "rtl".
  virtual llvm::StringRef name() const = 0;
  virtual llvm::Expected<Tensors> run(const Tensors &inputs) = 0;
};

/// Native code, compiled now for this machine, of @main or @core. Planes are cut when it runs, where native code can.
llvm::Expected<std::unique_ptr<Executor>> makeNative(mlir::ModuleOp module, llvm::StringRef function, const compression::PlaneCuts &cuts = {},
                                                     const pipeline::NativeOptions &native = {});

/// The reference interpreter. The module must outlive it.
llvm::Expected<std::unique_ptr<Executor>> makeReference(mlir::ModuleOp module, llvm::StringRef function);

/// One of the two, by name; the reference interpreter runs a module that was cut.
llvm::Expected<std::unique_ptr<Executor>> makeExecutor(llvm::StringRef name, mlir::ModuleOp module, llvm::StringRef function,
                                                       llvm::ArrayRef<compression::PlaneRequest> planes = {},
                                                       const pipeline::NativeOptions &native = {});

} // namespace weft::driver

#endif // COMPILER_DRIVER_EXECUTOR_H

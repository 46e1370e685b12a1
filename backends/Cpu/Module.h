//===- Module.h - a network as one module of native functions ---------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_MODULE_H
#define BACKENDS_CPU_MODULE_H

#include "backends/Cpu/ConstantPool.h"
#include "backends/Cpu/CpuBackend.h"
#include "backends/Cpu/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

namespace weft::cpu {

/// A function compiled for so many samples at once.
struct Tile {
  int64_t samples;
  mutable mlir::func::FuncOp func; // operation handles have no const methods
};

/// A value that stays in the workspace after a run with one sample.
struct KeptValue {
  std::string name, location;
  mlir::RankedTensorType type;
  /// Byte offset in the workspace.
  int64_t offset;
};

/// scf, arith, vector and llvm operations; `prefix`_run and `prefix`_workspace_size are its entry points.
struct NativeModule {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<ConstantPool> pool;
  std::vector<KeptValue> kept;
  /// Symbols that callers see; the kernels of groups.
  std::vector<std::string> exports, kernels;
};

NativeModule createNativeModule(mlir::Location loc, LargeConstants large, ObjectWriter *file = nullptr);

/// The layers of a prepared function whose planes are cut at run time.
std::vector<PlaneSetting> planeSettings(mlir::func::FuncOp func);

/// Adds `int32 prefix_run(inputs, outputs, n, workspace)`: n samples, as many as fit in the tiles' order (greatest first), one
/// tile after the other; where planes can be cut, `int32 prefix_run_planes(…, planes)` with an int32 for each of `planeSettings`; and `int64 prefix_workspace_size()`, which is returned too. With
/// `threads`, they run on as many of them, and `int32 prefix_run_threads(…, int32 threads)` on fewer. `keepIntermediates` gives every value its own
/// place in the workspace and fuses nothing. Fails with a diagnostic for an operation without a kernel.
mlir::FailureOr<int64_t> emitEntry(NativeModule &native, llvm::ArrayRef<Tile> tiles, llvm::StringRef prefix, const TargetInfo &target,
                                   const CpuOptions &options);

/// Lowers to the llvm dialect, in place.
mlir::LogicalResult lowerToLlvm(mlir::ModuleOp module);

/// Translates, optimises and writes a relocatable object. Of large constants it has those that are in the module.
mlir::LogicalResult generateObject(NativeModule &native, const Target &target, llvm::raw_pwrite_stream &object);

} // namespace weft::cpu

#endif // BACKENDS_CPU_MODULE_H

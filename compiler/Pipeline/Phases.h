//===- Phases.h - the named steps of a compilation ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_PHASES_H
#define COMPILER_PIPELINE_PHASES_H

#include "compiler/Pipeline/PipelineOptions.h"
#include "llvm/ADT/ArrayRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "passes/Compression/Recipe.h"
#include "runtime/reference/Tensor.h"
#include <functional>
#include <optional>

namespace weft::pipeline {

/// What the phases of one compilation share.
struct PipelineState {
  const PipelineOptions &options;
  /// What `options.compress` or `options.recipeFile` say.
  compression::Recipe recipe;
  /// One tensor per input of @main, dimension 0 counts samples; empty if there is no data.
  std::vector<reference::Tensor> calibration;
  /// Called as a long phase advances.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// Why a phase may fail: decides the exit code.
enum class PhaseFault {
  /// The model holds what the phase cannot represent.
  Unsupported,
  /// A file (weights, calibration data, recipe) is bad.
  InvalidInput,
};

/// One named step. `run` rewrites the module, or fails with diagnostics.
struct Phase {
  llvm::StringLiteral name;
  /// The phase whose result it takes.
  llvm::StringLiteral from;
  llvm::StringLiteral summary;
  PhaseFault fault;
  mlir::LogicalResult (*run)(mlir::ModuleOp module, PipelineState &state);
};

/// All phases, a parent before its children.
llvm::ArrayRef<Phase> phases();

/// The phase of that name, or null.
const Phase *findPhase(llvm::StringRef name);

/// The phases that lead from `from` (exclusive) to `to`; none at all if `to` does not follow from it.
std::optional<std::vector<const Phase *>> pathBetween(llvm::StringRef from, llvm::StringRef to);

/// The phase whose result a module is: its attribute `weft.phase`, or what its contents look like.
llvm::StringRef phaseOf(mlir::ModuleOp module);

/// Runs one phase, verifies, and marks the module with its name.
mlir::LogicalResult runPhase(const Phase &phase, mlir::ModuleOp module, PipelineState &state);

/// The nn phase for `weft info`: a module that is further along is left as it is.
mlir::LogicalResult simplifyForReading(mlir::ModuleOp module);

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_PHASES_H

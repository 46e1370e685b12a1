//===- Prepare.h - from an nn module to functions of static shapes ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_PREPARE_H
#define BACKENDS_CPU_PREPARE_H

#include "backends/Cpu/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace weft::cpu {

using Shapes = std::vector<std::vector<int64_t>>;

/// A copy of the module with one function: `entry` with calls inlined, codec expressions and other constant subgraphs
/// folded, dead operations gone. Weights that the target's kernels read compressed are left. Null after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> prepare(mlir::ModuleOp module, llvm::StringRef entry, const TargetInfo &target);

/// True for a codec.lookup that feeds only linear operations, with a codebook that fits one register of the target.
bool isNativeLookup(mlir::Operation *op, const TargetInfo &target);

/// Of a codec.bitplanes that is left: the weight of all planes, where it stays in the near caches and is read as it is.
inline constexpr llvm::StringLiteral kDenseAttr = "cpu.dense";

/// A clone of `func` (inserted after it) whose arguments have `shapes`; every other shape follows. Null if the shapes do
/// not go through; with a diagnostic if `report`.
mlir::func::FuncOp specialize(mlir::func::FuncOp func, const Shapes &shapes, bool report);

/// True if, of two specializations that differ in dimension 0 of the arguments, every value holds the samples side
/// by side along one dimension and no operation mixes them. Then a batch may be cut into any tiles.
bool samplesAreIndependent(mlir::func::FuncOp one, mlir::func::FuncOp many);

} // namespace weft::cpu

#endif // BACKENDS_CPU_PREPARE_H

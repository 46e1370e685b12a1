//===- PhaseFunctions.h - what each phase runs ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_PHASEFUNCTIONS_H
#define COMPILER_PIPELINE_PHASEFUNCTIONS_H

#include "compiler/Pipeline/Phases.h"

namespace weft::pipeline {

// NnPhases.cpp
mlir::LogicalResult simplify(mlir::ModuleOp module, PipelineState &state);
mlir::LogicalResult compress(mlir::ModuleOp module, PipelineState &state);
mlir::LogicalResult quantize(mlir::ModuleOp module, PipelineState &state);
mlir::LogicalResult integerize(mlir::ModuleOp module, PipelineState &state);

// TargetPhases.cpp
mlir::LogicalResult toFlow(mlir::ModuleOp module, PipelineState &state);
mlir::LogicalResult toRtl(mlir::ModuleOp module, PipelineState &state);
mlir::LogicalResult toEmitc(mlir::ModuleOp module, PipelineState &state);

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_PHASEFUNCTIONS_H

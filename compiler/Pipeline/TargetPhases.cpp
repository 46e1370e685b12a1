//===- TargetPhases.cpp - from an integer core towards the targets ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/PhaseFunctions.h"

using namespace mlir;

namespace weft::pipeline {

LogicalResult toFlow(ModuleOp module, PipelineState &state) { return success(); }
LogicalResult toEmitc(ModuleOp module, PipelineState &state) { return success(); }
LogicalResult toCpuLlvm(ModuleOp module, PipelineState &state) { return success(); }

} // namespace weft::pipeline

//===- NnPhases.cpp - from an imported graph to an integer core ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/PhaseFunctions.h"

using namespace mlir;

namespace weft::pipeline {

LogicalResult simplify(ModuleOp module, PipelineState &) { return success(); }
LogicalResult compress(ModuleOp module, PipelineState &state) { return success(); }
LogicalResult quantize(ModuleOp module, PipelineState &state) { return success(); }
LogicalResult integerize(ModuleOp module, PipelineState &state) { return success(); }

} // namespace weft::pipeline

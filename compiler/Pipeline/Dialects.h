//===- Dialects.h - the dialects of the pipeline ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_DIALECTS_H
#define COMPILER_PIPELINE_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace weft::pipeline {

/// What any phase may contain. They are loaded when they are met, so that a short command starts fast; registering all of
/// MLIR would cost more than importing a model.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_DIALECTS_H

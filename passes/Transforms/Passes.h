//===- Passes.h - normal forms of nn graphs ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_TRANSFORMS_PASSES_H
#define PASSES_TRANSFORMS_PASSES_H

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>

namespace weft::transforms {

#define GEN_PASS_DECL
#include "passes/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Transforms/Passes.h.inc"

} // namespace weft::transforms

#endif // PASSES_TRANSFORMS_PASSES_H

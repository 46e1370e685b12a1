//===- Passes.h - gradients and training steps -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_PASSES_H
#define PASSES_TRAINING_PASSES_H

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>

namespace weft::training {

#define GEN_PASS_DECL
#include "passes/Training/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Training/Passes.h.inc"

} // namespace weft::training

#endif // PASSES_TRAINING_PASSES_H

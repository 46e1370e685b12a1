//===- Passes.h - layers as truth tables --------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_PASSES_H
#define PASSES_LUT_PASSES_H

#include "dialects/Lut/IR/LutOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::lut {

#define GEN_PASS_DECL
#include "passes/Lut/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Lut/Passes.h.inc"

} // namespace weft::lut

#endif // PASSES_LUT_PASSES_H

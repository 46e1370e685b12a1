//===- Passes.h - from float networks to integer ones ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_PASSES_H
#define PASSES_QUANTIZATION_PASSES_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>
#include <string>

namespace weft::quantization {

#define GEN_PASS_DECL
#include "passes/Quantization/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Quantization/Passes.h.inc"

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_PASSES_H

//===- Passes.h - compressed weights --------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_PASSES_H
#define PASSES_COMPRESSION_PASSES_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>
#include <string>

namespace weft::compression {

#define GEN_PASS_DECL
#include "passes/Compression/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/Compression/Passes.h.inc"

} // namespace weft::compression

#endif // PASSES_COMPRESSION_PASSES_H

//===- Entropy.h - leaves of weights as they are stored -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ENTROPY_H
#define PASSES_COMPRESSION_ENTROPY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "mlir/IR/BuiltinOps.h"

namespace weft::compression {

/// Whether a recipe's step `entropy` marked layers of the module.
bool isEntropyCoded(mlir::ModuleOp module);

/// Stores every integer leaf of the chosen layers' weights as `codec.huffman`, where that is smaller. Remarks say what it saves.
void encodeEntropy(mlir::ModuleOp module, llvm::function_ref<bool(llvm::StringRef)> isChosen);

/// The same for the marked layers: what is done last, before a module is written.
void encodeMarkedLayers(mlir::ModuleOp module);

/// Replaces every `codec.huffman` by the constant it stands for: what is done first, when a module was read.
mlir::LogicalResult decodeEntropy(mlir::ModuleOp module);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ENTROPY_H

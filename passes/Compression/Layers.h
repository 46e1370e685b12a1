//===- Layers.h - which layers a compression works on ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_LAYERS_H
#define PASSES_COMPRESSION_LAYERS_H

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <vector>

namespace weft::compression {

/// The linear operators of a function whose names match a glob pattern (`fc*`, `conv[12]`, `{a,b}`), in order. Error: the
/// pattern is not one, or matches none; then the message names the layers nearest to it.
reference::Result<std::vector<nn::WeightedOp>> findLayers(mlir::func::FuncOp function, llvm::StringRef pattern);

/// The f32 values of a weight that is a constant; nothing if it is computed or compressed already.
std::optional<reference::Tensor> constantWeight(nn::WeightedOp layer);

/// Bits of the layer's weight as it is stored now.
int64_t weightBits(nn::WeightedOp layer);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_LAYERS_H

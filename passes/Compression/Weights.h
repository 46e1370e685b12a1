//===- Weights.h - weights of layers, dense and coded ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_WEIGHTS_H
#define PASSES_COMPRESSION_WEIGHTS_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "runtime/reference/Tensor.h"

namespace weft::compression {

/// The weight of a layer as it is stored: what a dequantize makes it of, or the weight itself.
mlir::Value encodedWeight(nn::WeightedOp layer);

/// Bits that store a weight; behind a dequantize, those of its codes.
int64_t weightBits(mlir::Value weight);

/// Codes into one codebook per group of rows. Groups may have codebooks of different sizes.
struct CodedWeight {
  reference::Shape shape;
  std::vector<uint8_t> codes;
  std::vector<std::vector<double>> codebooks;
};

/// A `codec.lookup` before the layer. Codes get as few bits as the largest codebook needs; shorter codebooks repeat their
/// last entry. `entry` is the element type of the weight; `codebook`, where given, is a constant that holds the codebooks already.
/// `before`: an operation to build it before, where that is not the layer.
mlir::Value makeLookup(nn::WeightedOp layer, const CodedWeight &coded, reference::ElementType entry, mlir::Value codebook = {},
                       mlir::Operation *before = nullptr);

/// The integers `codes`, a weight of the layer, times a scale: one, or one per output channel.
mlir::Value makeScaled(nn::WeightedOp layer, mlir::Value codes, std::vector<float> scales);

/// "784 → 98 bytes (cluster{k=16})".
std::string storageRemark(int64_t bitsBefore, mlir::Value after);

/// Erases constants and codec operations that nothing uses any more.
void eraseUnusedWeights(mlir::Operation *function);

/// Bits of a layer's weight, as it is and as f32.
struct LayerStorage {
  std::string layer, scheme;
  int64_t bits = 0, denseBits = 0;
};

/// The layers of a module in the order of the IR.
std::vector<LayerStorage> storageOf(mlir::ModuleOp module);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_WEIGHTS_H

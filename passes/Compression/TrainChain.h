//===- TrainChain.h - a tensor train as a chain of layers --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_TRAINCHAIN_H
#define PASSES_COMPRESSION_TRAINCHAIN_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"

namespace weft::compression {

/// On the layers of a chain and the reshapes between them: the name of the layer that they were.
inline constexpr llvm::StringLiteral kTrainAttr = "codec.train";
/// Beside it. Of a layer: of each bond of its core {bond, 0 along rows of the weight and 1 along columns, extent, stride}; index (row / stride) mod extent. Of a
/// reshape: of each dimension the bonds that are part of it.
inline constexpr llvm::StringLiteral kBondsAttr = "codec.bonds";

/// Replaces `op`, whose weight is `train`, by one linear layer per core, named <name>.core<k>, in the cheapest order, with reshapes and transposes between them. The bias comes
/// after the last: inside it where it is the same at all positions, else as a constant that is added. A clamp behind the layer moves before the last
/// transpose, where it costs nothing. All dimensions of the input but the first are known.
mlir::LogicalResult expandTrain(nn::LinearOp op, codec::TensorTrainOp train);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_TRAINCHAIN_H

//===- Attention.h - scaled dot-product attention -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_ATTENTION_H
#define COMPILER_IMPORT_OPS_ATTENTION_H

#include "compiler/Import/Ops/Compose.h"

namespace weft::import {

/// softmax(scale · Q·Kᵀ + bias)·V for heads [B, H, S, D]. Keys and values may have fewer heads, each of which then serves as
/// many consecutive heads of the queries.
struct Attention {
  mlir::Value query, key, value;
  /// Added to the scores [B, H, S, T]; null for none. Broadcasts.
  llvm::SmallVector<mlir::Value> biases;
  double scale = 1;
  /// Scores become cap · tanh(score / cap); 0: they do not.
  double softcap = 0;
  /// The type the softmax is computed in; null: the scores'.
  mlir::Type precision;

  // Results.
  mlir::Value scores, capped, biased, probabilities;
  /// The result [B, H, S, D].
  mlir::Value compute(Node &node);
};

/// [B, S, H·D] → [B, H, S, D], and back.
mlir::Value splitHeads(Node &node, mlir::Value x, int64_t heads);
mlir::Value joinHeads(Node &node, mlir::Value x);

/// 0 where `keep` (of booleans), else `otherwise`, in the type of `like`.
mlir::Value maskBias(Node &node, mlir::Value keep, mlir::Value like, double otherwise);

/// [1, 1, S, T] of booleans: query i sees the keys up to `past` + i. Reports dimensions that are not known.
mlir::Value causalMask(Node &node, mlir::Value query, mlir::Value key, int64_t past);

/// The key and the value behind those of the past, which may be null.
mlir::Value behindPast(Node &node, mlir::Value past, mlir::Value x);

/// Pairs of elements of the last dimension rotated by angles of which cosine and sine are given [.., pairs]: pairs are the two halves
/// of the first 2·pairs elements, or (interleaved) neighbours.
mlir::Value rotatePairs(Node &node, mlir::Value x, mlir::Value cosine, mlir::Value sine, bool interleaved);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_ATTENTION_H

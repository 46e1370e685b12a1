//===- WeightRoms.h - memories of weights, for every target ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_WEIGHTROMS_H
#define PASSES_CONVERSION_WEIGHTROMS_H

#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Flow/IR/WeightSource.h"
#include "mlir/IR/Operation.h"
#include "runtime/reference/Tensor.h"

namespace weft::conversion {

/// Words of equally many elements of `bits` bits: element e of word i is `elements[i · perWord + e]`.
struct RomImage {
  int64_t perWord = 1, bits = 1;
  std::vector<int64_t> elements;

  int64_t words() const { return static_cast<int64_t>(elements.size()) / perWord; }
};

/// A matrix `[N, K]` as a unit of PE × SIMD lanes reads it: word nf·(K/SIMD) + sf has element (nf·PE + p, sf·SIMD + s) at p·SIMD + s.
RomImage unitImage(const reference::Tensor &matrix, int64_t pe, int64_t simd);

/// Indices `[N/h, K/m, n]` of a unit that selects inputs: those of a step in a word, as unitImage() has weights.
RomImage indicesImage(flow::SelectMvuOp op, const reference::Tensor &indices);

/// A stack `[T, …]` of B-bit elements as one tensor `[…]` of T·B-bit ones, the first of the stack in the least significant bits.
reference::Tensor sideBySide(const reference::Tensor &stack);

/// A stack of planes `[T, N, K]` as a unit reads it that takes the planes of a step in turn: word (nf·(K/SIMD) + sf)·T + t has element
/// (t, nf·PE + p, sf·SIMD + s) at p·SIMD + s.
RomImage planesImage(const reference::Tensor &planes, int64_t pe, int64_t simd);

/// What module `weft_weights` and the sources of runtime/hls keep of a weight: WEIGHTS and TABLE. `table` is empty without a decoder.
struct WeightImages {
  RomImage weights, table;
};

/// Fails with a diagnostic on `op` where the source's leaves are no constants. `order`: for each element of the memory which one of the stored
/// matrix it is, −1 for 0; empty for the order of unitImage().
mlir::FailureOr<WeightImages> weightImages(mlir::Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd,
                                           llvm::ArrayRef<int64_t> order = {});

/// The same in memories of their own, with words of `rows` elements: `orders` has one for each, and `table` is that of all.
struct MemoryImages {
  std::vector<RomImage> weights;
  RomImage table;
};
mlir::FailureOr<MemoryImages> memoryImages(mlir::Operation *op, const flow::WeightSource &source, int64_t pe, int64_t rows,
                                           llvm::ArrayRef<std::vector<int64_t>> orders);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_WEIGHTROMS_H

//===- ListRoms.h - memories of a unit with lists of inputs ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_LISTROMS_H
#define PASSES_CONVERSION_LISTROMS_H

#include "passes/Conversion/WeightRoms.h"

namespace weft::conversion {

/// What the memories of a unit hold that reads listed inputs, and where: modules `weft_gather` and `weft_mvu_gather`.
struct ListImages {
  int64_t depth = 1;           ///< beats of each memory
  int64_t steps = 1;           ///< of the longest list
  bool isRagged = false;       ///< lists differ in their steps, or some places of a step read nothing
  std::vector<int64_t> firsts; ///< for each memory of a list the beat at which it begins
  RomImage starts, gaps;
  RomImage counts;              ///< of PE outputs each: two elements, steps of their lists less one and whether they read nothing
  /// Each memory of inputs has a memory of weights, which goes on only where the first reads: for each element which of `[N, E]` it is, those of the PE/sets
  /// outputs of a step side by side. A memory that never reads has one word, whose elements are −1, for 0.
  std::vector<std::vector<int64_t>> weights;

  /// The weights of all memories in one, a word for each step; where all of them read in every step.
  std::vector<int64_t> wholeWords(int64_t rows, int64_t simd) const;
};

/// Fails with a diagnostic where lists are of inputs that there are not.
mlir::FailureOr<ListImages> listImages(flow::GatherMvuOp op, const reference::Tensor &gaps);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_LISTROMS_H

//===- WeightSource.h - how weights reach multipliers -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_WEIGHTSOURCE_H
#define DIALECTS_FLOW_IR_WEIGHTSOURCE_H

#include "dialects/Flow/IR/Timing.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <algorithm>

namespace weft::flow {

/// What the hardware stores of a weight `[N, K]` and how its elements become weights, step by step of a matrix-vector unit: memory →
/// arrangement → decoder, as in module `weft_weights`, whose header defines words and cycles. The unit's lanes, PE and SIMD, are
/// arguments: folding tries many.
struct WeightSource {
  /// Values are those of the module's parameter DECODER.
  enum class Decoder {
    stored = 0,      ///< elements are weights
    lookup = 1,      ///< codes into a codebook (A9)
    delta = 2,       ///< differences to a reference (A10, fixed)
    consecutive = 3, ///< differences to the weight before (A10, consecutive)
  };
  Decoder decoder = Decoder::stored;
  /// What is stored: `[N, K]`, or vectors `[N/b, K/b, b]` of circulant blocks. A constant, or an expression that no decoder understands
  /// and that is evaluated.
  mlir::Value stored;
  /// The codebook `[G, E]` or the references `[G · runs]`; null without a decoder.
  mlir::Value table;
  int64_t rows = 1, columns = 1;
  mlir::IntegerType weightType, storedType;
  /// Groups of rows and entries of each group in `table`; references per row where there are more than one.
  int64_t groups = 1, entries = 1, runs = 1;
  /// Differences count 2^shift.
  int64_t shift = 0;
  /// Size of circulant blocks (A13).
  int64_t block = 1;

  /// A weight of the source is the codes of a `codec.powers`, its terms side by side; what is stored, or the table, is such an operation.
  bool isCodes = false;

  /// Reads the expression of a weight `[N, K]` of integers.
  static WeightSource of(mlir::Value weight);
  /// The same for a unit that takes the codes of powers of two in place of weights.
  static WeightSource ofCodes(mlir::Value weight);

  /// Lanes divide the block or are multiples of it, and have one reference.
  bool allowsPe(int64_t pe) const { return block % pe == 0 || pe % block == 0; }
  bool allowsSimd(int64_t simd) const { return (block % simd == 0 || simd % block == 0) && columns / runs % simd == 0; }

  /// Groups of the table in hardware: those of `table`, or one for each row where they do not align with PE or have runs.
  int64_t tableGroups(int64_t pe) const;
  /// Words of the table's memory, and groups side by side in each.
  int64_t tableWords(int64_t pe) const;
  int64_t tableBeside(int64_t pe) const;
  /// Elements of a word of the stored memory, and its words.
  int64_t wordElements(int64_t pe, int64_t simd) const { return std::max(pe, block) * std::max(simd, block) / block; }
  int64_t words(int64_t pe, int64_t simd) const { return rows / std::max(pe, block) * (columns / std::max(simd, block)); }
  /// Blocks are rotated from step to step.
  bool rotates(int64_t pe, int64_t simd) const { return pe < block || simd < block; }
  /// Cycles from a step to its weights; 1 for weights as they are.
  int64_t latency(int64_t pe, int64_t simd) const;
  /// Memories and decoders.
  Resources resources(int64_t pe, int64_t simd) const;
};

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_WEIGHTSOURCE_H

//===- WeightSource.h - how weights reach multipliers -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_WEIGHTSOURCE_H
#define DIALECTS_FLOW_IR_WEIGHTSOURCE_H

#include "dialects/Flow/IR/Timing.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <string>

namespace weft::flow {

/// What the hardware stores of a weight `[N, K]` and how its elements become weights, step by step of a matrix-vector unit: memory →
/// arrangement → decoder, as in module `weft_weights`, whose header defines words and cycles. The unit's lanes, PE and SIMD, are
/// arguments: folding tries many.
struct WeightSource {
  /// Values are those of the module's parameter DECODER.
  enum class Decoder {
    stored = 0, ///< elements are weights
    lookup = 1, ///< codes into a codebook (A9)
  };
  Decoder decoder = Decoder::stored;
  /// What is stored: `[N, K]`. A constant, or an expression that no decoder understands and that is evaluated.
  mlir::Value stored;
  /// The codebook `[G, E]`; null without a decoder.
  mlir::Value table;
  int64_t rows = 1, columns = 1;
  mlir::IntegerType weightType, storedType;
  /// Groups of rows and entries of each group in `table`.
  int64_t groups = 1, entries = 1;

  /// A weight of the source is the codes of a `codec.powers`, its terms side by side; what is stored, or the table, is such an operation.
  bool isCodes = false;

  /// Reads the expression of a weight `[N, K]` of integers.
  static WeightSource of(mlir::Value weight);
  /// The same for a unit that takes the codes of powers of two in place of weights.
  static WeightSource ofCodes(mlir::Value weight);

  /// Groups of the table in hardware: those of `table`, or one for each row where they do not align with PE.
  int64_t tableGroups(int64_t pe) const;
  /// Words of the table's memory, and groups side by side in each.
  int64_t tableWords(int64_t pe) const;
  int64_t tableBeside(int64_t pe) const;
  /// Elements of a word of the stored memory, and its words.
  int64_t wordElements(int64_t pe, int64_t simd) const { return pe * simd; }
  int64_t words(int64_t pe, int64_t simd) const { return rows / pe * (columns / simd); }
  /// Cycles from a step to its weights; 1 for weights as they are.
  int64_t latency(int64_t pe, int64_t simd) const;
  /// Memories and decoders.
  Resources resources(int64_t pe, int64_t simd) const;
};

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_WEIGHTSOURCE_H

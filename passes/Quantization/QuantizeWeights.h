//===- QuantizeWeights.h - weights as dequantized integers -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_QUANTIZEWEIGHTS_H
#define PASSES_QUANTIZATION_QUANTIZEWEIGHTS_H

#include "dialects/Nn/IR/NnOps.h"

namespace weft::quantization {

struct WeightOptions {
  unsigned bits = 8, codebookBits = 8;
  bool perChannel = true, powerOfTwo = false;
};

/// Replaces the weight of `op` by `dequantize` of an integer constant, or of `codec.lookup` with an integer codebook.
/// `inputScale` bounds weight scales from below, so that the bias fits the accumulator.
mlir::LogicalResult quantizeWeight(nn::WeightedOp op, float inputScale, const WeightOptions &options);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_QUANTIZEWEIGHTS_H

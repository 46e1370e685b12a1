//===- QuantizedWeights.h - factors of weights that are codes -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_TRANSFORMS_QUANTIZEDWEIGHTS_H
#define PASSES_TRANSFORMS_QUANTIZEDWEIGHTS_H

#include "dialects/Nn/IR/NnOps.h"

namespace weft::transforms {

/// Whether the weight is constant codes, dequantized with one scale or one per output.
bool hasQuantizedWeight(nn::WeightedOp op);

/// Multiplies the weights of every output by `factor` (one entry, or one per output). The scales take the magnitudes, the codes the signs:
/// a code of a negative output becomes its mirror image at the zero point. False, and nothing changes, where such a code is not of the type.
bool scaleQuantizedWeight(nn::WeightedOp op, const std::vector<double> &factor);

} // namespace weft::transforms

#endif // PASSES_TRANSFORMS_QUANTIZEDWEIGHTS_H

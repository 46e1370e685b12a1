//===- Factorize.h - factorizations within a limit, and what they cost --------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_FACTORIZE_H
#define PASSES_COMPRESSION_ALGORITHMS_FACTORIZE_H

#include "passes/Compression/Algorithms/TensorTrain.h"
#include "passes/Compression/Algorithms/Tucker.h"

namespace weft::compression {

/// What bounds a factorization; exactly one is more than 0, or `outputError` is set.
struct FactorLimit {
  /// Rank of every bond.
  int64_t rank = 0;
  /// Relative Frobenius error of the weight.
  double error = 0;
  /// Weights in all factors, and multiply-accumulates per inference.
  int64_t parameters = 0, macs = 0;
  /// The error of a weight [rows, columns] on data, and the greatest that is allowed: the least rank is chosen.
  std::function<double(const std::vector<double> &)> outputError;
  double greatestOutputError = 0;
};

/// Weights and multiply-accumulates per inference.
struct FactorCost {
  int64_t parameters = 0, macs = 0;
};

/// Pixels a convolution reads and writes.
struct ConvPixels {
  int64_t input = 1, output = 1;
};

/// In the cheapest order of contraction.
FactorCost costOf(const TensorTrain &train);
/// As 1×1, k×k and 1×1 convolution.
FactorCost costOf(const Tucker &tucker, const KernelShape &shape, const ConvPixels &pixels);

TensorTrain fitTrain(const std::vector<float> &weight, const TrainShapes &shapes, const FactorLimit &limit);
Tucker fitTucker(const std::vector<float> &kernel, const KernelShape &shape, const ConvPixels &pixels, const FactorLimit &limit);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_FACTORIZE_H

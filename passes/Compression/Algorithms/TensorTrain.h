//===- TensorTrain.h - TT-SVD of a matrix -------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_TENSORTRAIN_H
#define PASSES_COMPRESSION_ALGORITHMS_TENSORTRAIN_H

#include "passes/Compression/Algorithms/FactorShapes.h"

#include <functional>

namespace weft::compression {

/// G[a, i, j, b] of shape left × rows × columns × right, row-major.
struct TrainCore {
  int64_t left = 1, rows = 1, columns = 1, right = 1;
  std::vector<float> values;
};

using TensorTrain = std::vector<TrainCore>;

/// When a bond is cut: what satisfies all.
struct TrainLimits {
  /// Frobenius error relative to the matrix; 0 keeps every singular value that is not noise.
  double error = 0;
  /// Greatest rank of a bond; 0: none.
  int64_t rank = 0;
};

/// The train of the matrix `weight` [Π rows, Π columns] by successive singular value decompositions, each cut where what is dropped has at
/// most norm error·‖W‖/√(d − 1), so that without a limit of the rank the error is at most `error`. Singular values are shared evenly between the
/// cores of a bond, so that quantization treats them alike. Source: Oseledets, SIAM J. Sci. Comput. 33 (2011), algorithm 1.
TensorTrain decomposeTrain(const std::vector<float> &weight, const TrainShapes &shapes, const TrainLimits &limits);

/// The matrix of a train, row-major, with sums in f64.
std::vector<double> composeTrain(const TensorTrain &train);

/// Numbers in all cores.
int64_t parameterCount(const TensorTrain &train);

/// ‖a − b‖ / ‖a‖; 0 for two zeros.
double relativeDistance(const std::vector<float> &a, const std::vector<double> &b);

/// The train of greatest rank that is `acceptable`, and the one of rank 1 where none is: `acceptable` holds up to some rank, as budgets of parameters
/// and operations do. Bisection, so about log2(rank) decompositions.
TensorTrain largestTrain(const std::vector<float> &weight, const TrainShapes &shapes, const std::function<bool(const TensorTrain &)> &acceptable);

/// The train of least rank that is `acceptable`, and the exact one where none is: `acceptable` holds from some rank on, as bounds of an error on data do.
TensorTrain smallestTrain(const std::vector<float> &weight, const TrainShapes &shapes, const std::function<bool(const TensorTrain &)> &acceptable);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_TENSORTRAIN_H

//===- IntegerWeights.h - schemes that are about integers --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_INTEGERWEIGHTS_H
#define PASSES_COMPRESSION_INTEGERWEIGHTS_H

#include "passes/Compression/Algorithms/ScaledLevels.h"
#include "passes/Compression/Scheme.h"

namespace weft::compression {

/// value ≈ integers · scales[row].
struct ScaledIntegers {
  std::vector<int64_t> integers;
  std::vector<float> scales; ///< one, or one for each row
};

/// An f32 leaf in the given levels with the least squared error: the best scale for each row where it is a layer's weight and `perChannel`, else
/// one. The scale of rows of zeros, and the least scale, follow from the greatest one, so that no bias overflows. Diagnoses other types.
mlir::FailureOr<ScaledIntegers> quantizeToLevels(const EncodeTarget &target, const Levels &levels, bool perChannel);

/// `integers` as the f32 leaf's value: an nn.dequantize.
mlir::Value scaled(const EncodeTarget &target, mlir::Value integers, const std::vector<float> &scales);

/// The signed integer type that holds −greatest … greatest; the leaf's own type where that is an integer.
mlir::IntegerType integerTypeFor(const EncodeTarget &target, int64_t greatest);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_INTEGERWEIGHTS_H

//===- FactorShapes.h - extents as products ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_FACTORSHAPES_H
#define PASSES_COMPRESSION_ALGORITHMS_FACTORSHAPES_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::compression {

using Factors = std::vector<int64_t>;

/// `extent` ≥ 1 as a product of `count` ≥ 1 factors, not decreasing, with the least sum there is: 784 as 28 · 28, 300 as 15 · 20, 7 as 1 · 7.
Factors balancedFactors(int64_t extent, size_t count);

/// How the rows and columns of a weight are factorized, as text: `15x20:28x28`.
struct TrainShapes {
  Factors rows, columns;
};

/// Parses `m1x…xmd:n1x…xnd`; nothing where it is something else, where a factor is less than 1, or where the counts differ.
std::optional<TrainShapes> parseTrainShapes(const std::string &text);

/// "15x20".
std::string factorsText(const Factors &factors);

/// The product, or −1 where it is more than 2^40.
int64_t productOf(const Factors &factors);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_FACTORSHAPES_H

//===- Decompose.h - truth tables to networks of K-input tables ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_DECOMPOSE_H
#define PASSES_LUT_ALGORITHMS_DECOMPOSE_H

#include "passes/Lut/Algorithms/NetworkBuilder.h"
#include "passes/Lut/Algorithms/TruthTable.h"

namespace weft::lut {

/// Adds tables of at most `arity` (3 to 6) fan-ins that compute `functions` of the signals `variables`, wherever they
/// care; all care about the same addresses. The signals of the functions.
///
/// Two ways, of which the one with fewer tables is taken: Shannon expansion by one or two variables, and functional
/// decomposition f(b, r) = g(h(b), r), where h codes the classes of b that f tells apart (Ashenhurst 1957, Curtis 1962).
/// Sums have few classes.
std::vector<int32_t> decompose(NetworkBuilder &builder, const std::vector<TruthTable> &functions, const TruthTable &care,
                               const std::vector<int32_t> &variables, int arity);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_DECOMPOSE_H

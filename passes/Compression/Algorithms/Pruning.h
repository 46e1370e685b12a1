//===- Pruning.h - which weights to keep, where no hardware fixes it ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++: weights [rows, columns] in, what is kept out. All deterministic: of equal magnitudes the one that comes first is kept.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_PRUNING_H
#define PASSES_COMPRESSION_ALGORITHMS_PRUNING_H

#include <cstdint>
#include <vector>

namespace weft::compression {

/// Keeps the `count` weights of greatest magnitude.
std::vector<bool> keepGreatest(const float *weight, int64_t size, int64_t count);

/// Keeps weights of at least that magnitude, but no zeros.
std::vector<bool> keepAbove(const float *weight, int64_t size, double threshold);

/// Of every M weights the N of greatest magnitude, which is the best there is: indices ascending, group by group. M divides `size`.
std::vector<int64_t> keepPerGroup(const float *weight, int64_t size, int64_t n, int64_t m);

/// Flags of the rows and columns that are kept of each block of h × w, block after block.
struct BlockChoice {
  std::vector<bool> rows, columns;
};

/// Removes from every block the row or column with the least energy per element until no more than `density` of its elements are
/// left. `withRows` = false removes columns only. h divides rows, w divides columns.
BlockChoice pruneBlocks(const float *weight, int64_t rows, int64_t columns, int64_t h, int64_t w, double density, bool withRows);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_PRUNING_H

//===- SparseLayout.h - where the zeros of a weight are left out -------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_SPARSELAYOUT_H
#define BACKENDS_CPU_SPARSELAYOUT_H

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::cpu {

/// Where a matrix [rows, depth] is not zero.
struct Pattern {
  int64_t rows = 0, depth = 0;
  /// Row-major.
  std::vector<bool> nonzero;
  bool at(int64_t row, int64_t column) const { return nonzero[row * depth + column]; }
  int64_t count() const;
};

/// The elements of a sparse matrix in the order in which a kernel reads them. Rows stand in groups of `lanes`, side by
/// side; each step of a group multiplies one element per row. A row's elements keep their order.
///  - lanes: every row has its own columns (SELL-C-σ; Kreutzer et al., SIAM J. Sci. Comput. 36(5), 2014); shorter rows are
///    padded to the longest of their group;
///  - blocks: the rows of a group share the columns, `unit` neighbouring ones a step, in which any of them is not zero.
struct SparseLayout {
  enum class Form { lanes, blocks };
  struct Group {
    int64_t start, steps;
  };
  Form form = Form::lanes;
  int64_t lanes = 1, unit = 1;
  /// The row at each place, −1 for none; a multiple of `lanes`.
  std::vector<int64_t> order;
  /// The place of each row.
  std::vector<int64_t> places;
  std::vector<Group> groups;
  /// lanes: [step][lane], `depth` for padding. blocks: [step], the unit's number.
  std::vector<uint32_t> columns;

  int64_t steps() const { return groups.empty() ? 0 : groups.back().start + groups.back().steps; }
};

/// Rows by falling number of elements, so that groups hold rows of like length.
SparseLayout layoutLanes(const Pattern &pattern, int64_t lanes);
/// Rows as they come, or those with equal columns side by side: what takes fewer steps.
SparseLayout layoutBlocks(const Pattern &pattern, int64_t lanes, int64_t unit);

/// What costs of the kernels depend on.
struct SparseTarget {
  /// Accumulators of a vector, columns a dense step multiplies at once, bytes of a stored weight.
  int64_t lanes, unit, weightBytes;
};

/// The layout whose kernels are estimated to beat the dense ones, for one sample and for many together (one choice, so
/// that a sample's sum has one order); nothing if zeros are too few.
std::optional<SparseLayout> chooseSparse(const Pattern &pattern, const SparseTarget &target);

} // namespace weft::cpu

#endif // BACKENDS_CPU_SPARSELAYOUT_H

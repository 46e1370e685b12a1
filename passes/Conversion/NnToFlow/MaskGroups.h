//===- MaskGroups.h - what is regular about a mask ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++: masks of [rows, columns] in the order of a stream, as units read them.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_MASKGROUPS_H
#define PASSES_CONVERSION_NNTOFLOW_MASKGROUPS_H

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::conversion {

/// Of every `of` columns `kept` are set, the same ones for `share` rows at a time.
struct KeptGroups {
  int64_t of = 1, kept = 1, share = 1;
  /// [rows / share, columns / of, kept], ascending in each group.
  std::vector<int64_t> indices;

  /// The column of each element that is set, row after row.
  std::vector<int64_t> columnOfEdge(int64_t rows, int64_t columns) const;
};

/// The groups of a mask (0 where an element is not set); nothing where their numbers of columns or the rows of a share differ. `of` divides
/// `columns`, `share` divides the rows.
std::optional<KeptGroups> keptGroups(const std::vector<int64_t> &mask, int64_t columns, int64_t of, int64_t share);

/// Lists of the columns that are read, each for `share` rows, with positions as gaps: so many columns are left out before a column. A gap with all
/// its bits set leaves out as many columns and reads none (dialects/Flow, gather_mvu).
struct ColumnLists {
  int64_t share = 1, edges = 0;
  unsigned bits = 1;             ///< of a gap
  std::vector<int64_t> columns;  ///< [rows / share, edges], ascending; −1 for none
  std::vector<int64_t> gaps;     ///< [rows / share, edges], 0 behind the end of a list
  std::vector<int64_t> lengths;  ///< [rows]: edges of the list, or 0 where no column of the row is set
  int64_t storedBits = 0;        ///< of gaps, and of values where a column is read, but for what lanes of hardware fill up

  /// The column of each edge, row after row.
  std::vector<int64_t> columnOfEdge(int64_t rows) const;
  /// All rows have all edges.
  bool isFull() const;
};

/// Lists of the columns in which any row of a share is set, with values of `valueBits`. Gaps have as many bits as make least to store, where
/// an escape, which is a step, counts as a quarter of the values of an edge. The greatest length is rounded up, so that folding has something to divide.
ColumnLists columnLists(const std::vector<int64_t> &mask, int64_t columns, int64_t share, int64_t valueBits);

/// Those that are least to store: a list is for `most` rows, which divide the rows of the mask, or for a divisor of them.
ColumnLists smallestLists(const std::vector<int64_t> &mask, int64_t columns, int64_t most, int64_t valueBits);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_MASKGROUPS_H

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

/// The columns that are read for `share` rows at a time, equally many for all.
struct ColumnLists {
  int64_t share = 1, edges = 0;
  /// [rows / share, edges], ascending in each list.
  std::vector<int64_t> columns;

  /// The column of each edge, row after row.
  std::vector<int64_t> columnOfEdge(int64_t rows) const;
  /// [rows / share, edges]: columns left out before each of a list.
  std::vector<int64_t> gaps() const;
};

/// Lists of the columns in which any row of a share is set. Lists of different lengths are filled up with other columns, those in the middle of
/// what is left out, to the greatest length, rounded up to a multiple of four where it is more than that: folding has something to divide.
ColumnLists columnLists(const std::vector<int64_t> &mask, int64_t columns, int64_t share);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_MASKGROUPS_H

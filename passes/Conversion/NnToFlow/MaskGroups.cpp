//===- MaskGroups.cpp - what is regular about a mask ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/MaskGroups.h"

#include <algorithm>

namespace weft::conversion {

std::vector<int64_t> KeptGroups::columnOfEdge(int64_t rows, int64_t columns) const {
  int64_t each = columns / of * kept;
  std::vector<int64_t> result;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t e = 0; e < each; ++e)
      result.push_back(e / kept * of + indices[static_cast<size_t>(row / share * each + e)]);
  return result;
}

std::optional<KeptGroups> keptGroups(const std::vector<int64_t> &mask, int64_t columns, int64_t of, int64_t share) {
  KeptGroups groups{of, std::count_if(mask.begin(), mask.begin() + of, [](int64_t set) { return set != 0; }), share, {}};
  auto rows = static_cast<int64_t>(mask.size()) / columns;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t first = 0; first < columns; first += of) {
      int64_t count = 0;
      for (int64_t k = first; k < first + of; ++k) {
        bool set = mask[static_cast<size_t>(row * columns + k)] != 0;
        if (set != (mask[static_cast<size_t>(row / share * share * columns + k)] != 0))
          return std::nullopt;
        count += set;
        if (set && row % share == 0)
          groups.indices.push_back(k - first);
      }
      if (count != groups.kept)
        return std::nullopt;
    }
  return groups;
}

std::vector<int64_t> ColumnLists::columnOfEdge(int64_t rows) const {
  std::vector<int64_t> result;
  for (int64_t row = 0; row < rows; ++row)
    result.insert(result.end(), columns.begin() + row / share * edges, columns.begin() + (row / share + 1) * edges);
  return result;
}

bool ColumnLists::isFull() const {
  return std::all_of(lengths.begin(), lengths.end(), [&](int64_t length) { return length == edges; });
}

namespace {

/// Columns of each list, and how many of its rows have any.
struct Lists {
  std::vector<std::vector<int64_t>> columns;
  std::vector<int64_t> rows;
  std::vector<bool> isEmpty; ///< of each row of the mask
};

Lists listsOf(const std::vector<int64_t> &mask, int64_t columns, int64_t share) {
  auto rows = static_cast<int64_t>(mask.size()) / columns;
  Lists lists{std::vector<std::vector<int64_t>>(static_cast<size_t>(rows / share)), std::vector<int64_t>(static_cast<size_t>(rows / share)), {}};
  for (int64_t row = 0; row < rows; ++row) {
    auto first = mask.begin() + row * columns;
    lists.isEmpty.push_back(std::all_of(first, first + columns, [](int64_t set) { return set == 0; }));
    lists.rows[static_cast<size_t>(row / share)] += lists.isEmpty.back() ? 0 : 1;
  }
  for (int64_t list = 0; list < rows / share; ++list)
    for (int64_t k = 0; k < columns; ++k)
      for (int64_t row = list * share; row < (list + 1) * share; ++row)
        if (mask[static_cast<size_t>(row * columns + k)] != 0) {
          lists.columns[static_cast<size_t>(list)].push_back(k);
          break;
        }
  return lists;
}

/// Calls `edge(gap, column)` for every edge of a list with gaps up to `escape`, which reads no column (−1).
template <typename Edge> void forEachEdge(const std::vector<int64_t> &columns, int64_t escape, Edge edge) {
  int64_t next = 0;
  for (int64_t column : columns) {
    for (; column - next >= escape; next += escape)
      edge(escape, int64_t(-1));
    edge(column - next, column);
    next = column + 1;
  }
}

/// Bits of the gaps and values of all lists, and a quarter of those of as many values as escapes have not.
std::pair<int64_t, int64_t> storedBits(const Lists &lists, unsigned bits, int64_t valueBits) {
  int64_t stored = 0, escapes = 0;
  for (size_t list = 0; list < lists.columns.size(); ++list) {
    int64_t edges = 0, columns = static_cast<int64_t>(lists.columns[list].size()), values = valueBits * lists.rows[list];
    forEachEdge(lists.columns[list], (int64_t(1) << bits) - 1, [&](int64_t, int64_t) { ++edges; });
    stored += edges * bits + columns * values;
    escapes += (edges - columns) * values;
  }
  return {stored, escapes / 4};
}

} // namespace

ColumnLists columnLists(const std::vector<int64_t> &mask, int64_t columns, int64_t share, int64_t valueBits) {
  Lists lists = listsOf(mask, columns, share);
  ColumnLists result;
  result.share = share;
  int64_t least = 0;
  for (unsigned bits = 1; (int64_t(1) << (bits - 1)) <= columns; ++bits) {
    auto [stored, escapes] = storedBits(lists, bits, valueBits);
    if (bits == 1 || stored + escapes <= least)
      result.bits = bits, result.storedBits = stored, least = stored + escapes;
  }
  std::vector<std::vector<std::pair<int64_t, int64_t>>> edges; // gap and column
  size_t most = 1;
  for (const std::vector<int64_t> &list : lists.columns) {
    edges.emplace_back();
    forEachEdge(list, (int64_t(1) << result.bits) - 1, [&](int64_t gap, int64_t column) { edges.back().emplace_back(gap, column); });
    most = std::max(most, edges.back().size());
  }
  int64_t multiple = most <= 4 ? 1 : most <= 24 ? 4 : most <= 120 ? 12 : 60;
  result.edges = (static_cast<int64_t>(most) + multiple - 1) / multiple * multiple;
  for (const auto &list : edges)
    for (int64_t i = 0; i < result.edges; ++i) {
      bool within = i < static_cast<int64_t>(list.size());
      result.gaps.push_back(within ? list[static_cast<size_t>(i)].first : 0);
      result.columns.push_back(within ? list[static_cast<size_t>(i)].second : -1);
    }
  for (size_t row = 0; row < lists.isEmpty.size(); ++row)
    result.lengths.push_back(lists.isEmpty[row] ? 0 : static_cast<int64_t>(edges[row / static_cast<size_t>(share)].size()));
  return result;
}

ColumnLists smallestLists(const std::vector<int64_t> &mask, int64_t columns, int64_t most, int64_t valueBits) {
  ColumnLists best = columnLists(mask, columns, most, valueBits);
  for (int64_t share = most - 1; share >= 1; --share)
    if (most % share == 0)
      if (ColumnLists lists = columnLists(mask, columns, share, valueBits); lists.storedBits < best.storedBits)
        best = std::move(lists);
  return best;
}

} // namespace weft::conversion

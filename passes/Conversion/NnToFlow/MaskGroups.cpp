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

std::vector<int64_t> ColumnLists::gaps() const {
  std::vector<int64_t> result;
  for (size_t i = 0; i < columns.size(); ++i)
    result.push_back(columns[i] - (i % static_cast<size_t>(edges) == 0 ? 0 : columns[i - 1] + 1));
  return result;
}

/// Fills an ascending list up to `count` columns below `columns`.
static void fillUp(std::vector<int64_t> &list, int64_t columns, int64_t count) {
  while (static_cast<int64_t>(list.size()) < count) {
    int64_t most = 0, middle = 0, from = 0;
    for (size_t i = 0; i <= list.size(); ++i) {
      int64_t to = i < list.size() ? list[i] : columns;
      if (to - from > most)
        most = to - from, middle = from + most / 2;
      from = to + 1;
    }
    list.insert(std::lower_bound(list.begin(), list.end(), middle), middle);
  }
}

ColumnLists columnLists(const std::vector<int64_t> &mask, int64_t columns, int64_t share) {
  auto rows = static_cast<int64_t>(mask.size()) / columns;
  std::vector<std::vector<int64_t>> lists(static_cast<size_t>(rows / share));
  size_t most = 1, least = static_cast<size_t>(columns);
  for (int64_t list = 0; list < rows / share; ++list) {
    std::vector<int64_t> &found = lists[static_cast<size_t>(list)];
    for (int64_t k = 0; k < columns; ++k)
      for (int64_t row = list * share; row < (list + 1) * share; ++row)
        if (mask[static_cast<size_t>(row * columns + k)] != 0) {
          found.push_back(k);
          break;
        }
    most = std::max(most, found.size()), least = std::min(least, found.size());
  }
  ColumnLists result{share, static_cast<int64_t>(most), {}};
  if (most != least && most > 4)
    result.edges = std::min(columns, (result.edges + 3) / 4 * 4);
  for (std::vector<int64_t> &list : lists) {
    fillUp(list, columns, result.edges);
    result.columns.insert(result.columns.end(), list.begin(), list.end());
  }
  return result;
}

} // namespace weft::conversion

//===- ListReach.cpp - parts of a vector that lists of inputs need ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/ListReach.h"

#include <algorithm>
#include <limits>

namespace weft::dataflow {

/// Groups of lists that are looked at.
static constexpr int64_t kFewGroups = 64;

int64_t listReach(const InputLists &lists, int64_t simd, int64_t sets) {
  auto groups = static_cast<int64_t>(lists.lengths.size()) / sets, stride = std::max<int64_t>(1, groups / kFewGroups);
  std::vector<int64_t> first(static_cast<size_t>(simd), std::numeric_limits<int64_t>::max()), last(static_cast<size_t>(simd), -1);
  for (int64_t group = 0; group < groups; group += stride) {
    auto length = lists.lengths.begin() + group * sets;
    int64_t steps = (*std::max_element(length, length + sets) + simd - 1) / simd;
    for (int64_t list = group * sets; list < (group + 1) * sets; ++list)
      for (int64_t s = 0; s < simd; ++s) {
        auto begin = lists.inputs.begin() + list * lists.edges;
        auto from = begin + std::min(lists.lengths[list], s * steps), to = begin + std::min(lists.lengths[list], (s + 1) * steps);
        while (from != to && *from < 0)
          ++from;
        while (from != to && to[-1] < 0)
          --to;
        if (from != to)
          first[s] = std::min(first[s], *from), last[s] = std::max(last[s], to[-1]);
      }
  }
  int64_t reach = 1;
  for (int64_t s = 0; s < simd; ++s)
    reach = std::max(reach, last[s] < 0 ? 1 : last[s] - first[s] + 1);
  return reach;
}

} // namespace weft::dataflow

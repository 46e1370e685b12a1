//===- Folding.cpp - choosing how parallel each process is ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/Folding.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

using namespace weft::dataflow;

namespace {
int cheapestWithin(const FoldItem &item, int64_t target) {
  auto rank = [](const Candidate &c) { return std::make_tuple(c.cost, c.cycles, c.pe * c.simd, c.pe); };
  int best = -1;
  for (size_t i = 0; i < item.candidates.size(); ++i)
    if (item.candidates[i].cycles <= target &&
        (best < 0 || rank(item.candidates[i]) < rank(item.candidates[best])))
      best = static_cast<int>(i);
  return best;
}
} // namespace

FoldResult weft::dataflow::chooseFolding(const std::vector<FoldItem> &items, int64_t target) {
  FoldResult result;
  int unmet = -1;
  for (size_t i = 0; i < items.size(); ++i) {
    int64_t fastest = std::numeric_limits<int64_t>::max();
    for (const Candidate &candidate : items[i].candidates)
      fastest = std::min(fastest, candidate.cycles);
    if (fastest > result.nearest) {
      result.nearest = fastest;
      if (fastest > target)
        unmet = static_cast<int>(i);
    }
    int choice = cheapestWithin(items[i], target);
    result.choice.push_back(choice);
    if (choice >= 0 && items[i].candidates[choice].cycles > result.cycles) {
      result.cycles = items[i].candidates[choice].cycles;
      result.bottleneck = static_cast<int>(i);
    }
  }
  if (unmet >= 0)
    result.met = false, result.bottleneck = unmet;
  return result;
}

LanePath weft::dataflow::lanePath(int64_t from, int64_t to, int64_t least) {
  LanePath best{from, to};
  auto size = [](const LanePath &path) { // of the gearbox: elements times choices for each
    int64_t choices = std::min(path.cut, path.joined) / std::gcd(path.cut, path.joined);
    return std::make_tuple(path.cut == path.joined ? 0 : (path.cut + path.joined) * choices, -path.cut);
  };
  for (int64_t cut : commonDivisors({from}))
    for (int64_t joined : commonDivisors({to})) {
      LanePath path{cut, joined};
      bool isStep = cut == joined || (cut % joined != 0 && joined % cut != 0);
      if (isStep && std::min(cut, joined) >= std::min({least, from, to}) && size(path) < size(best))
        best = path;
    }
  return best;
}

std::vector<int64_t> weft::dataflow::commonDivisors(const std::vector<int64_t> &extents) {
  int64_t all = 0;
  for (int64_t extent : extents)
    all = std::gcd(all, extent);
  std::vector<int64_t> divisors;
  for (int64_t d = 1; d <= all; ++d)
    if (all % d == 0)
      divisors.push_back(d);
  return divisors;
}

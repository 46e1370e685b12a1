//===- Folding.h - choosing how parallel each process is -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++. Queues decouple processes and converters join different widths, so that given a target each process is
// chosen alone: the cheapest that needs no more cycles per frame than the target.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_FOLDING_H
#define PASSES_DATAFLOW_FOLDING_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::dataflow {

/// One way to build a process.
struct Candidate {
  int64_t pe = 1, simd = 1;
  int64_t cycles = 0; ///< per frame
  double cost = 0;
  int unit = 0; ///< which of the units that could do it
};

/// A process and all its legal foldings.
struct FoldItem {
  std::string name;
  std::vector<Candidate> candidates;
};

struct FoldResult {
  bool met = true;
  std::vector<int> choice;      ///< candidate per item
  int64_t cycles = 0;           ///< of the slowest chosen
  int bottleneck = -1;          ///< item that is slowest; the one that cannot meet the target, where there is one
  int64_t nearest = 0;          ///< least target that every item meets
};

/// The cheapest candidates within `target` cycles per frame; on equal cost the faster, then the one of fewer lanes.
FoldResult chooseFolding(const std::vector<FoldItem> &items, int64_t target);

/// How a stream gets other lanes: it is cut into beats of `cut`, a divisor of those it has, which become beats of `joined`, a divisor of those wanted,
/// in a gearbox where they are not the same; then these are joined.
struct LanePath {
  int64_t cut, joined;
};

/// The path of the smallest gearbox, none where it can be, from beats of `from` to beats of `to` of which none has fewer lanes than `least`, `from` and `to`.
LanePath lanePath(int64_t from, int64_t to, int64_t least);

/// Common divisors of `extents`, ascending.
std::vector<int64_t> commonDivisors(const std::vector<int64_t> &extents);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_FOLDING_H

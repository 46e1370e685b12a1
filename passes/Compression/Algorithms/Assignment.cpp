//===- Assignment.cpp - items to bins of equal capacity --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Interleaver.h"

#include <cmath>

namespace weft::compression {

namespace {

/// Bins are nodes; moving an item from bin a to bin b gains benefit[b] − benefit[a]. Every new item takes the path of greatest gain to a bin with
/// room, which keeps the assignment of the items so far optimal.
class Transport {
public:
  Transport(const std::vector<double> &benefit, int64_t items, int64_t bins)
      : benefit(benefit), items(items), bins(bins), capacity(items / bins), bin(items, -1), members(bins), mover(bins * bins, -1) {}

  std::vector<int64_t> run() {
    for (int64_t item = 0; item < items; ++item)
      insert(item);
    return bin;
  }

private:
  double gain(int64_t item, int64_t to) const { return benefit[item * bins + to] - benefit[item * bins + bin[item]]; }

  /// The item of bin a that is moved to b at the least loss.
  void findMovers(int64_t a) {
    for (int64_t b = 0; b < bins; ++b) {
      int64_t best = -1;
      for (int64_t item : members[a])
        if (best < 0 || gain(item, b) > gain(best, b))
          best = item;
      mover[a * bins + b] = best;
    }
  }

  void insert(int64_t item) {
    // Bellman–Ford, for the greatest gain of a path that ends in each bin.
    std::vector<double> reach(bins);
    std::vector<int64_t> from(bins, -1);
    for (int64_t b = 0; b < bins; ++b)
      reach[b] = benefit[item * bins + b];
    bool changed = true;
    for (int64_t round = 0; changed && round < bins; ++round) {
      changed = false;
      for (int64_t a = 0; a < bins; ++a) {
        if (static_cast<int64_t>(members[a].size()) < capacity)
          continue; // a path ends where there is room
        for (int64_t b = 0; b < bins; ++b) {
          if (b == a || mover[a * bins + b] < 0)
            continue;
          double through = reach[a] + gain(mover[a * bins + b], b);
          if (through > reach[b] + 1e-12 * (1 + std::abs(reach[b]))) {
            reach[b] = through;
            from[b] = a;
            changed = true;
          }
        }
      }
    }
    int64_t end = -1;
    for (int64_t b = 0; b < bins; ++b)
      if (static_cast<int64_t>(members[b].size()) < capacity && (end < 0 || reach[b] > reach[end]))
        end = b;
    follow(item, end, from);
  }

  void follow(int64_t item, int64_t end, const std::vector<int64_t> &from) {
    std::vector<int64_t> touched{end};
    int64_t b = end;
    for (int64_t steps = 0; from[b] >= 0 && steps < bins; ++steps) {
      int64_t a = from[b], moved = mover[a * bins + b];
      std::vector<int64_t> &source = members[a];
      for (size_t i = 0; i < source.size(); ++i)
        if (source[i] == moved) {
          source.erase(source.begin() + static_cast<std::ptrdiff_t>(i));
          break;
        }
      members[b].push_back(moved);
      bin[moved] = b;
      touched.push_back(b = a);
    }
    members[b].push_back(item);
    bin[item] = b;
    for (int64_t t : touched)
      findMovers(t);
  }

  const std::vector<double> &benefit;
  int64_t items, bins, capacity;
  std::vector<int64_t> bin;
  std::vector<std::vector<int64_t>> members;
  std::vector<int64_t> mover;
};

} // namespace

std::vector<int64_t> assignToBins(const std::vector<double> &benefit, int64_t items, int64_t bins) {
  return Transport(benefit, items, bins).run();
}

} // namespace weft::compression

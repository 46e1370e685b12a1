//===- Interleaver.cpp - clash-free masks: legality, and the best for a trained layer --===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Interleaver.h"

#include "runtime/reference/Masks.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace weft::compression {

//===--- legality ------------------------------------------------------------------===//

std::vector<int64_t> legalFanOuts(int64_t left, int64_t right) {
  std::vector<int64_t> legal;
  // right/fanOut = left/fanIn outputs share a sweep.
  for (int64_t fanOut = 1; fanOut <= right; ++fanOut)
    if (right % fanOut == 0 && left % (right / fanOut) == 0)
      legal.push_back(fanOut);
  return legal;
}

std::vector<int64_t> legalMemories(int64_t left, int64_t fanIn) {
  std::vector<int64_t> legal;
  for (int64_t z = 1; z <= left; ++z)
    if (left % z == 0 && (fanIn % z == 0 || z % fanIn == 0))
      legal.push_back(z);
  return legal;
}

int64_t chooseMemories(int64_t left, int64_t fanIn, int64_t most) {
  int64_t best = 1;
  for (int64_t z : legalMemories(left, fanIn))
    if (z <= most)
      best = z;
  return best;
}

int64_t nearestOf(const std::vector<int64_t> &candidates, int64_t value) {
  int64_t best = candidates.front();
  for (int64_t c : candidates)
    if (std::llabs(c - value) < std::llabs(best - value))
      best = c;
  return best;
}

std::string unbalanced(const Junction &junction, const Junction &next) {
  int64_t done = std::max<int64_t>(1, junction.z / junction.fanIn());
  if (next.z >= done)
    return "";
  std::vector<int64_t> legal = legalMemories(next.left, next.fanIn());
  auto enough = std::lower_bound(legal.begin(), legal.end(), done);
  return "takes z = " + std::to_string(next.z) + " inputs a cycle, fewer than the " + std::to_string(done) +
         " outputs that the layer before it may finish in one" +
         (enough == legal.end() ? std::string() : "; the nearest legal z is " + std::to_string(*enough));
}

//===--- fitting -------------------------------------------------------------------===//

namespace {

/// Chooses tables for the greatest kept energy.
class Fit {
public:
  Fit(const float *weight, const Junction &junction, int type, bool dithered)
      : w(weight), j(junction), type(type), z(j.z), depth(j.rows()), fanIn(j.fanIn()), dithered(dithered && fanIn < z) {
    tables.type = type;
    tables.startShape = type == 1 ? std::vector<int64_t>{j.fanOut, depth, z} : std::vector<int64_t>{type == 2 ? j.fanOut : 1, z};
    tables.starts.assign(static_cast<size_t>((type == 3 ? 1 : j.fanOut) * z * (type == 1 ? depth : 1)), 0);
    if (this->dithered) {
      tables.dither.resize(static_cast<size_t>(j.fanOut * z));
      for (size_t i = 0; i < tables.dither.size(); ++i)
        tables.dither[i] = static_cast<int64_t>(i) % z;
    }
  }

  InterleaverTables run() {
    if (type == 3)
      alternate();
    else
      for (int64_t s = 0; s < j.fanOut; ++s)
        fitSweep(s);
    double all = 0, kept = keptEnergy();
    for (int64_t i = 0; i < j.left * j.right; ++i)
      all += energy(i);
    tables.keptEnergy = all > 0 ? kept / all : 1;
    return std::move(tables);
  }

private:
  double energy(int64_t i) const { return static_cast<double>(w[i]) * w[i]; }
  /// Of the edge of lane `lane` in row r of sweep s, if it comes from row t of `memory`.
  double edge(int64_t s, int64_t r, int64_t lane, int64_t t, int64_t memory) const {
    int64_t right = (s * j.left + r * z + lane) / fanIn;
    return energy(right * j.left + t * z + memory);
  }
  int64_t memoryOf(int64_t s, int64_t lane) const { return dithered ? tables.dither[static_cast<size_t>(s * z + lane)] : lane; }

  double withStart(int64_t s, int64_t lane, int64_t memory, int64_t start) const {
    double sum = 0;
    for (int64_t r = 0; r < depth; ++r)
      sum += edge(s, r, lane, (start + r) % depth, memory);
    return sum;
  }
  /// Best start of a lane that reads `memory`: {start, energy}.
  std::pair<int64_t, double> bestStart(int64_t s, int64_t lane, int64_t memory) const {
    std::pair<int64_t, double> best{0, -1};
    for (int64_t start = 0; start < depth; ++start)
      if (double e = withStart(s, lane, memory, start); e > best.second)
        best = {start, e};
    return best;
  }

  /// Rows of a memory to rows of the interleaver, for type 1. Rows r that belong to the same output are one bin.
  std::pair<std::vector<int64_t>, double> bestRows(int64_t s, int64_t lane, int64_t memory) const {
    int64_t perBin = std::max<int64_t>(1, fanIn / z), bins = depth / perBin;
    std::vector<double> benefit(static_cast<size_t>(depth * bins));
    for (int64_t t = 0; t < depth; ++t)
      for (int64_t b = 0; b < bins; ++b)
        benefit[static_cast<size_t>(t * bins + b)] = edge(s, b * perBin, lane, t, memory);
    std::vector<int64_t> bin = assignToBins(benefit, depth, bins), next(static_cast<size_t>(bins), 0), rows(static_cast<size_t>(depth));
    double sum = 0;
    for (int64_t t = 0; t < depth; ++t) {
      int64_t b = bin[static_cast<size_t>(t)];
      rows[static_cast<size_t>(b * perBin + next[static_cast<size_t>(b)]++)] = t;
      sum += benefit[static_cast<size_t>(t * bins + b)];
    }
    return {rows, sum};
  }

  double bestOf(int64_t s, int64_t lane, int64_t memory) const {
    return type == 1 ? bestRows(s, lane, memory).second : bestStart(s, lane, memory).second;
  }

  /// Memories to groups of lanes that feed the same output: within one, lanes are alike.
  template <typename Energy> void assignLanes(int64_t s, Energy of) {
    int64_t groups = z / fanIn;
    std::vector<double> benefit(static_cast<size_t>(z * groups));
    for (int64_t memory = 0; memory < z; ++memory)
      for (int64_t g = 0; g < groups; ++g)
        benefit[static_cast<size_t>(memory * groups + g)] = of(g * fanIn, memory);
    std::vector<int64_t> group = assignToBins(benefit, z, groups), next(static_cast<size_t>(groups), 0);
    for (int64_t memory = 0; memory < z; ++memory) {
      int64_t g = group[static_cast<size_t>(memory)];
      tables.dither[static_cast<size_t>(s * z + g * fanIn + next[static_cast<size_t>(g)]++)] = memory;
    }
  }

  void fitSweep(int64_t s) {
    if (dithered)
      assignLanes(s, [&](int64_t lane, int64_t memory) { return bestOf(s, lane, memory); });
    for (int64_t lane = 0; lane < z; ++lane) {
      if (type == 2) {
        tables.starts[static_cast<size_t>(s * z + lane)] = bestStart(s, lane, memoryOf(s, lane)).first;
        continue;
      }
      std::vector<int64_t> rows = bestRows(s, lane, memoryOf(s, lane)).first;
      for (int64_t r = 0; r < depth; ++r)
        tables.starts[static_cast<size_t>((s * depth + r) * z + lane)] = rows[static_cast<size_t>(r)];
    }
  }

  /// The one start of each lane, over all sweeps.
  void commonStarts() {
    for (int64_t lane = 0; lane < z; ++lane) {
      double best = -1;
      for (int64_t start = 0; start < depth; ++start) {
        double sum = 0;
        for (int64_t s = 0; s < j.fanOut; ++s)
          sum += withStart(s, lane, memoryOf(s, lane), start);
        if (sum > best) {
          best = sum;
          tables.starts[static_cast<size_t>(lane)] = start;
        }
      }
    }
  }

  void alternate() {
    commonStarts();
    double before = keptEnergy();
    for (int round = 0; dithered && round < 8; ++round) {
      InterleaverTables last = tables;
      for (int64_t s = 0; s < j.fanOut; ++s)
        permuteLanes(s);
      commonStarts();
      double now = keptEnergy();
      if (now <= before * (1 + 1e-9)) {
        if (now < before)
          tables = last;
        return;
      }
      before = now;
    }
  }

  /// With given starts every lane differs.
  void permuteLanes(int64_t s) {
    std::vector<double> benefit(static_cast<size_t>(z * z));
    for (int64_t memory = 0; memory < z; ++memory)
      for (int64_t lane = 0; lane < z; ++lane)
        benefit[static_cast<size_t>(memory * z + lane)] = withStart(s, lane, memory, tables.starts[static_cast<size_t>(lane)]);
    std::vector<int64_t> lane = assignToBins(benefit, z, z);
    for (int64_t memory = 0; memory < z; ++memory)
      tables.dither[static_cast<size_t>(s * z + lane[static_cast<size_t>(memory)])] = memory;
  }

  double keptEnergy() const {
    double sum = 0;
    for (int64_t s = 0; s < j.fanOut; ++s)
      for (int64_t r = 0; r < depth; ++r)
        for (int64_t lane = 0; lane < z; ++lane) {
          int64_t t = type == 1 ? tables.starts[static_cast<size_t>((s * depth + r) * z + lane)]
                                : (tables.starts[static_cast<size_t>((type == 3 ? 0 : s) * z + lane)] + r) % depth;
          sum += edge(s, r, lane, t, memoryOf(s, lane));
        }
    return sum;
  }

  const float *w;
  Junction j;
  int type;
  int64_t z, depth, fanIn;
  bool dithered;
  InterleaverTables tables;
};

} // namespace

InterleaverTables fitInterleaver(const float *weight, const Junction &junction, int type, bool dither) {
  return Fit(weight, junction, type, dither).run();
}

InterleaverTables randomInterleaver(const Junction &j, int type, bool dither, uint64_t seed) {
  InterleaverTables tables;
  tables.type = type;
  reference::SplitMix64 random(seed);
  auto shuffled = [&](int64_t n) {
    std::vector<int64_t> order(static_cast<size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    for (int64_t i = n - 1; i > 0; --i)
      std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(random.below(i + 1))]);
    return order;
  };
  int64_t sweeps = type == 3 ? 1 : j.fanOut, depth = j.rows();
  tables.startShape = type == 1 ? std::vector<int64_t>{sweeps, depth, j.z} : std::vector<int64_t>{sweeps, j.z};
  tables.starts.resize(static_cast<size_t>(sweeps * j.z * (type == 1 ? depth : 1)));
  for (int64_t s = 0; s < sweeps; ++s)
    for (int64_t m = 0; m < j.z; ++m) {
      if (type != 1) {
        tables.starts[static_cast<size_t>(s * j.z + m)] = random.below(depth);
        continue;
      }
      std::vector<int64_t> rows = shuffled(depth);
      for (int64_t r = 0; r < depth; ++r)
        tables.starts[static_cast<size_t>((s * depth + r) * j.z + m)] = rows[static_cast<size_t>(r)];
    }
  for (int64_t s = 0; dither && j.fanIn() < j.z && s < j.fanOut; ++s)
    for (int64_t v : shuffled(j.z))
      tables.dither.push_back(v);
  return tables;
}

} // namespace weft::compression

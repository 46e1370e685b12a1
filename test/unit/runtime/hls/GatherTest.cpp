//===- GatherTest.cpp - rules A3 and A11b -------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <algorithm>
#include <numeric>

using namespace weft::hls;
using namespace weft::hls::test;

using Acc = Int<40, true>;

namespace {

/// Which E of K inputs count for each of LISTS lists, in SIMD parts: part 0 of all lists from the front of the vector, and so on, as First
/// and DEPTH have it.
template <int K, int E, int LISTS, int LOAD, int DEPTH, class First> Values randomLists() {
  constexpr int EACH = E / First::count;
  std::mt19937 random(K + E);
  Values lists;
  for (int l = 0; l < LISTS; ++l) {
    int from = 0;
    for (int s = 0; s < First::count; ++s) {
      from = std::max(from, First::beat[s] * LOAD);
      Values all(std::min((First::beat[s] + DEPTH) * LOAD, K - (First::count - 1 - s) * EACH) - from);
      std::iota(all.begin(), all.end(), from);
      std::shuffle(all.begin(), all.end(), random);
      std::sort(all.begin(), all.begin() + EACH);
      lists.insert(lists.end(), all.begin(), all.begin() + EACH);
      from = int(lists.back()) + 1;
    }
  }
  return lists;
}

/// A unit of PE sums, SHARE to a list.
template <class First, int DEPTH, int SHARE, class Gap, int VECTORS, int K, int N, int E, int PE> struct Gather {
  static constexpr int SIMD = First::count, STEPS = E / SIMD, ROWS = STEPS * (N / PE), SETS = PE > SHARE ? PE / SHARE : 1, BESIDE = PE / SETS;

  /// Weights of each memory: sf of a sum in memory s is that of input s·E/SIMD + sf.
  template <int BITS> struct Rom {
    uint32_t words[SETS * SIMD][ROWS][(BESIDE * BITS + 31) / 32] = {};

    explicit Rom(const Values &weights) {
      for (int i = 0; i < SETS * SIMD; ++i)
        for (int r = 0; r < ROWS; ++r) {
          Values row;
          for (int b = 0; b < BESIDE; ++b)
            row.push_back(weights[(r / STEPS * PE + i / SIMD * BESIDE + b) * E + i % SIMD * STEPS + r % STEPS]);
          packRow(words[i][r], (BESIDE * BITS + 31) / 32, row, BITS);
        }
    }
  };
  template <class Source, class In, class Out, class Words, class Table, class Tables, class Bias>
  static void run(In &in, Out &out, const Words &words, const Table &table, const Tables &tables, const Bias &bias, unsigned frames) {
    mvuGather<Source, First, DEPTH, SHARE, Gap, VECTORS, K, N, E>(in, out, words, table, tables.starts, tables.gaps, tables.counts, bias, frames);
  }
  template <class Source, class In, class Out, class Words, class Tables, class Bias>
  static void run(In &in, Out &out, const Words &words, const Tables &tables, const Bias &bias, unsigned frames) {
    mvuGather<Source, First, DEPTH, SHARE, Gap, VECTORS, K, N, E>(in, out, words, tables.starts, tables.gaps, tables.counts, bias, frames);
  }
};

/// Where lists begin and what they leave out, as the unit has them.
template <class First, int SETS, int LISTS, int E, int LOAD, int GW, int OUTPUTS> struct Tables {
  static constexpr int SIMD = First::count, STEPS = E / SIMD, LANES = SETS * SIMD, WORDS = (LANES * GW + 31) / 32;
  uint16_t starts[LISTS / SETS][LANES];
  uint32_t gaps[LISTS / SETS * STEPS][WORDS] = {};
  uint8_t counts[OUTPUTS][2];

  explicit Tables(const Values &lists) {
    for (auto &count : counts)
      count[0] = STEPS - 1, count[1] = 0;
    for (int g = 0; g < LISTS / SETS; ++g)
      for (int t = 0; t < STEPS; ++t) {
        Values row;
        for (int i = 0; i < LANES; ++i) {
          const int64_t *part = &lists[(g * SETS + i / SIMD) * E + i % SIMD * STEPS];
          if (t == 0)
            starts[g][i] = uint16_t(part[0] - First::beat[i % SIMD] * LOAD);
          row.push_back(t + 1 < STEPS ? part[t + 1] - part[t] - 1 : 0);
        }
        packRow(gaps[g * STEPS + t], WORDS, row, GW);
      }
  }
};

template <class X, class W, class First, int DEPTH, int SHARE, int K, int N, int E, int LOAD, int PE, int ENTRIES = 0> void check() {
  constexpr int VECTORS = 3, FRAMES = 2, GW = 5, SETS = PE > SHARE ? PE / SHARE : 1;
  using Unit = Gather<First, DEPTH, SHARE, Int<GW, false>, VECTORS, K, N, E, PE>;
  Values lists = randomLists<K, E, N / SHARE, LOAD, DEPTH, First>();
  Stored<W, ENTRIES> stored(N * E);
  Values x = randomValues<X>(FRAMES * VECTORS * K, 2), bias = randomValues<Int<20, true>>(N, 3), expected;
  for (int v = 0; v < FRAMES * VECTORS; ++v)
    for (int n = 0; n < N; ++n) {
      int64_t sum = bias[n];
      for (int e = 0; e < E; ++e)
        sum += stored.weights[n * E + e] * x[v * K + lists[n / SHARE * E + e]];
      expected.push_back(sum);
    }
  int64_t biases[N / PE][PE];
  for (int n = 0; n < N; ++n)
    biases[n / PE][n % PE] = bias[n];
  Tables<First, SETS, N / SHARE, E, LOAD, GW, N / PE> tables(lists);
  Stream<Beat<X, LOAD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, LOAD>(in, x);
  stored.template run<Unit>(in, out, tables, biases, FRAMES);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ((drain<Acc, PE>(out)), expected);
}

} // namespace

TEST(HlsGather, BlocksOfOutputs) {
  using X = Int<8, false>;
  using W = Int<8, true>;
  check<X, W, Firsts<0, 5, 10>, 14, 4, 24, 8, 12, 1, 2>();
  check<X, W, Firsts<0, 2>, 6, 3, 16, 12, 8, 2, 6>();
  check<X, W, Firsts<0>, 4, 2, 16, 4, 7, 4, 2>();
}

TEST(HlsGather, EveryOutput) {
  check<Int<4, true>, Int<3, false>, Firsts<0, 4>, 6, 1, 20, 5, 6, 2, 1>();
  check<Int<4, true>, Int<3, true>, Firsts<0>, 4, 1, 16, 6, 5, 4, 3>();
}

TEST(HlsGather, OneStepAndOneBeat) {
  using X = Int<8, true>;
  using W = Int<6, true>;
  check<X, W, Firsts<0, 0, 0, 0>, 1, 2, 8, 4, 4, 8, 4>();
  check<X, W, Firsts<0>, 8, 4, 8, 4, 8, 1, 1>();
}

TEST(HlsGather, ListsOfDifferentLengths) {
  // Two memories, gaps of two bits. The first list: 0, 1, none; 2, an escape, 7. Its second sum and the next list read nothing. The last list: 6;
  // none. What no step reads is 9.
  using X = Int<8, true>;
  const uint32_t weights[2][3][1] = {{{1}, {3}, {5}}, {{2}, {4}, {9}}};
  const uint8_t starts[3][2] = {{0, 0}, {8, 8}, {6, 8}}, counts[6][2] = {{2, 0}, {2, 1}, {0, 1}, {0, 1}, {0, 0}, {0, 1}};
  const uint32_t gaps[5][1] = {{0xc}, {0x7}, {0}, {0}, {0}};
  const int32_t bias[6][1] = {{10}, {20}, {30}, {40}, {50}, {60}};
  Values x = randomValues<X>(2 * 2 * 10, 5), expected;
  for (size_t v = 0; v < x.size(); v += 10)
    for (int64_t y : {10 + x[v] + 3 * x[v + 1] + 2 * x[v + 2] + 4 * x[v + 7], int64_t(20), int64_t(30), int64_t(40), 50 + 5 * x[v + 6], int64_t(60)})
      expected.push_back(y);
  Stream<Beat<X, 1>> in;
  Stream<Beat<Acc, 1>> out;
  feed<X, 1>(in, x);
  mvuGather<Int<8, true>, Firsts<0, 2>, 8, 2, Int<2, false>, 2, 10, 6, 6>(in, out, weights, starts, gaps, counts, bias, 2);
  EXPECT_EQ((drain<Acc, 1>(out)), expected);
}

TEST(HlsGather, Codes) {
  check<Int<8, false>, Int<8, true>, Firsts<0, 5, 10>, 14, 4, 24, 8, 12, 1, 2, 5>();
  check<Int<8, false>, Int<8, true>, Firsts<0>, 4, 2, 16, 4, 8, 4, 4, 16>();
}

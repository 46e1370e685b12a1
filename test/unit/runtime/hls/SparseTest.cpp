//===- SparseTest.cpp - rules A3 and A11c -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <algorithm>
#include <numeric>

using namespace weft::hls;
using namespace weft::hls::test;

using Acc = Int<40, true>;

namespace {

/// A clash-free mask of `z` memories by its formula, and the tables of a unit with Z edges a cycle.
template <int TYPE, int K, int N, int FI, int TURNS, int Z, int DITHERS = 0> struct Interleaver {
  static constexpr int z = Z * TURNS, ROWS = K / z, SWEEPS = N * FI / K;
  static constexpr int DEPTH = TYPE == 1 ? SWEEPS * ROWS * TURNS : TYPE == 2 ? SWEEPS * TURNS : TURNS;
  std::vector<int> left; ///< input of each edge
  uint16_t starts[DEPTH][Z];
  uint8_t lanes[DITHERS ? DITHERS : 1][Z];

  explicit Interleaver(unsigned seed) {
    std::mt19937 random(seed);
    std::vector<int> dither(z), order(ROWS);
    std::vector<std::vector<int>> row(z, std::vector<int>(ROWS));
    std::iota(dither.begin(), dither.end(), 0);
    for (int s = 0; s < SWEEPS; ++s) {
      if (s < DITHERS)
        std::shuffle(dither.begin(), dither.end(), random);
      for (int m = 0; m < z; ++m) {
        std::iota(order.begin(), order.end(), 0);
        if (TYPE == 1)
          std::shuffle(order.begin(), order.end(), random);
        else if (TYPE == 2 || s == 0)
          std::rotate(order.begin(), order.begin() + random() % ROWS, order.end());
        if (TYPE != 3 || s == 0)
          row[m] = order;
      }
      for (int r = 0; r < ROWS; ++r)
        for (int lane = 0; lane < z; ++lane) {
          int memory = dither[lane];
          left.push_back(row[memory][r] * z + memory);
          int turn = lane / Z, at = TYPE == 1 ? (s * ROWS + r) * TURNS + turn : TYPE == 2 ? s * TURNS + turn : turn;
          if (TYPE == 1 || r == 0)
            starts[at][memory % Z] = uint16_t(row[memory][r]);
          if (s < DITHERS)
            lanes[s][lane] = uint8_t(memory);
        }
    }
  }
};

/// The unit with a dither, and without one.
template <int DITHERS> struct Unit {
  template <class W, int TYPE, int VECTORS, int K, int N, int FI, int TURNS, class In, class Out, class Rom, class Mask, class Bias>
  static void run(In &in, Out &out, const Rom &rom, const Mask &mask, const Bias &bias, unsigned frames) {
    sparseMvuDithered<W, TYPE, VECTORS, K, N, FI>(in, out, rom, mask.starts, mask.lanes, bias, frames);
  }
};
template <> struct Unit<0> {
  template <class W, int TYPE, int VECTORS, int K, int N, int FI, int TURNS, class In, class Out, class Rom, class Mask, class Bias>
  static void run(In &in, Out &out, const Rom &rom, const Mask &mask, const Bias &bias, unsigned frames) {
    sparseMvu<W, TYPE, VECTORS, K, N, FI, TURNS>(in, out, rom, mask.starts, bias, frames);
  }
};

template <class X, class W, int TYPE, int K, int N, int FI, int TURNS, int Z, int DITHERS = 0> void check() {
  constexpr int VECTORS = 3, FRAMES = 2, PE = Z > FI ? Z / FI : 1, WORDS = (Z * IntTraits<W>::width + 31) / 32;
  constexpr int STEPS = N * FI / Z;
  Interleaver<TYPE, K, N, FI, TURNS, Z, DITHERS> mask(K + N);
  Values w = randomValues<W>(N * FI, 1), x = randomValues<X>(FRAMES * VECTORS * K, 2),
         bias = randomValues<Int<20, true>>(N, 3), expected;
  for (int v = 0; v < FRAMES * VECTORS; ++v)
    for (int n = 0; n < N; ++n) {
      int64_t sum = bias[n];
      for (int e = n * FI; e < (n + 1) * FI; ++e)
        sum += w[e] * x[v * K + mask.left[e]];
      expected.push_back(sum);
    }
  uint32_t rom[STEPS][WORDS] = {};
  for (int c = 0; c < STEPS; ++c)
    packRow(rom[c], WORDS, Values(w.begin() + c * Z, w.begin() + (c + 1) * Z), IntTraits<W>::width);
  int64_t biases[N / PE][PE];
  for (int n = 0; n < N; ++n)
    biases[n / PE][n % PE] = bias[n];
  Stream<Beat<X, Z>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, Z>(in, x);
  Unit<DITHERS>::template run<W, TYPE, VECTORS, K, N, FI, TURNS>(in, out, rom, mask, biases, FRAMES);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ((drain<Acc, PE>(out)), expected);
}

} // namespace

TEST(HlsSparse, Types) {
  using X = Int<8, false>;
  using W = Int<8, true>;
  check<X, W, 3, 24, 12, 6, 1, 3>();
  check<X, W, 2, 24, 12, 6, 1, 3>();
  check<X, W, 1, 24, 12, 6, 1, 3>();
  check<X, W, 2, 16, 8, 8, 1, 4>();
  check<X, W, 3, 5, 5, 1, 1, 1>();
}

TEST(HlsSparse, FewerEdgesThanMemories) {
  using X = Int<8, true>;
  using W = Int<3, true>;
  check<X, W, 3, 24, 6, 12, 4, 2>();
  check<X, W, 2, 36, 6, 12, 2, 3>();
  check<X, W, 1, 24, 6, 8, 8, 1>();
}

TEST(HlsSparse, SeveralOutputsAStep) {
  using X = Int<4, false>;
  using W = Int<5, true>;
  check<X, W, 2, 24, 12, 2, 1, 8>();
  check<X, W, 2, 24, 12, 2, 2, 4>();
  check<X, W, 1, 8, 8, 4, 1, 8>(); // one row
}

TEST(HlsSparse, Dither) {
  using X = Int<8, true>;
  using W = Int<8, true>;
  check<X, W, 2, 24, 12, 2, 1, 8, 1>();
  check<X, W, 2, 24, 24, 2, 1, 8, 2>();
  check<X, W, 1, 18, 12, 3, 1, 6, 2>();
}

//===- SelectTest.cpp - rules A3, A11n and A11b -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <algorithm>
#include <numeric>

using namespace weft::hls;
using namespace weft::hls::test;

using Acc = Int<40, true>;

namespace {

/// A unit in which KEEP of every OF inputs count, the same for SHARE sums.
template <int OF, int KEEP, int SHARE, int VECTORS, int K, int N, int SIMD, int PE> struct Select {
  static constexpr int EDGES = K / OF * KEEP, LANES = SIMD / OF * KEEP, ROWS = K / SIMD * (N / PE);

  template <int BITS> struct Rom : UnitRom<ROWS, (PE * LANES * BITS + 31) / 32> {
    explicit Rom(const Values &weights) : UnitRom<ROWS, (PE * LANES * BITS + 31) / 32>(weights, EDGES, PE, LANES, BITS) {}
  };
  template <class Source, class... Arguments> static void run(Arguments &&...arguments) {
    mvuSelect<Source, OF, KEEP, SHARE, VECTORS, K, N>(arguments...);
  }
};

template <class X, class W, int OF, int KEEP, int SHARE, int K, int N, int SIMD, int PE, int ENTRIES = 0> void check() {
  constexpr int VECTORS = 3, FRAMES = 2, INDEX = detail::indexBits(OF);
  using Unit = Select<OF, KEEP, SHARE, VECTORS, K, N, SIMD, PE>;
  constexpr int EDGES = Unit::EDGES, LANES = Unit::LANES;
  std::mt19937 random(K + N);
  Values index;
  for (int g = 0; g < N / SHARE * (K / OF); ++g) {
    Values all(OF);
    std::iota(all.begin(), all.end(), 0);
    std::shuffle(all.begin(), all.end(), random);
    std::sort(all.begin(), all.begin() + KEEP);
    index.insert(index.end(), all.begin(), all.begin() + KEEP);
  }
  Stored<W, ENTRIES> stored(N * EDGES);
  Values x = randomValues<X>(FRAMES * VECTORS * K, 2), bias = randomValues<Int<20, true>>(N, 3), expected;
  for (int v = 0; v < FRAMES * VECTORS; ++v)
    for (int n = 0; n < N; ++n) {
      int64_t sum = bias[n];
      for (int e = 0; e < EDGES; ++e)
        sum += stored.weights[n * EDGES + e] * x[v * K + e / KEEP * OF + index[n / SHARE * EDGES + e]];
      expected.push_back(sum);
    }
  int64_t biases[N / PE][PE];
  for (int n = 0; n < N; ++n)
    biases[n / PE][n % PE] = bias[n];
  UnitRom<Unit::ROWS, (PE / SHARE * LANES * INDEX + 31) / 32> indices(index, EDGES, PE / SHARE, LANES, INDEX);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  stored.template run<Unit>(in, out, indices.words, biases, FRAMES);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ((drain<Acc, PE>(out)), expected);
}

} // namespace

TEST(HlsSelect, GroupsOfEveryOutput) {
  using X = Int<8, false>;
  using W = Int<8, true>;
  check<X, W, 4, 2, 1, 16, 6, 8, 2>();
  check<X, W, 4, 1, 1, 8, 4, 4, 1>();
  check<X, W, 5, 3, 1, 10, 2, 10, 2>();
  check<Int<3, true>, Int<2, false>, 2, 1, 1, 12, 3, 2, 3>();
}

TEST(HlsSelect, SharedByBlocksOfOutputs) {
  using X = Int<8, true>;
  using W = Int<6, true>;
  check<X, W, 8, 3, 4, 16, 8, 8, 4>();
  check<X, W, 4, 2, 2, 12, 8, 4, 8>();
}

TEST(HlsSelect, Codes) {
  using X = Int<8, false>;
  using W = Int<8, true>;
  check<X, W, 4, 2, 1, 16, 4, 8, 2, 5>();
  check<X, W, 4, 2, 2, 8, 4, 4, 4, 16>();
}

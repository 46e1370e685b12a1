//===- WeightsTest.cpp - rules A9, A10 and A13 in front of the multipliers -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

namespace {

using X = Int<8, false>;
using Acc = Int<40, true>;

/// Packed rows of `perRow` elements.
template <int WIDTH, int PER_ROW, int ROWS> struct Packed {
  static constexpr int WORDS = (PER_ROW * WIDTH + 31) / 32;
  uint32_t rows[ROWS][WORDS] = {};
  explicit Packed(const Values &elements) {
    EXPECT_EQ(elements.size(), size_t(PER_ROW) * ROWS);
    for (int r = 0; r < ROWS; ++r)
      packRow(rows[r], WORDS, Values(elements.begin() + r * PER_ROW, elements.begin() + (r + 1) * PER_ROW), WIDTH);
  }
};

constexpr int larger(int a, int b) { return a > b ? a : b; }

/// Runs a unit over stored elements e (vectors of BLOCK, row by row) and table entries, and over the weights that the rules say.
template <class W, class E, Decoder D, int ENTRIES, int GROUPS, int RUNS, int SHIFT, int B, int K, int N, int SIMD, int PE>
void check() {
  constexpr int VECTORS = 2, PU = larger(PE, B), SU = larger(SIMD, B), SIZE = N / GROUPS, BESIDE = larger(1, PE / SIZE);
  Values e = randomValues<E>(N * K / B, 1), entries = randomValues<W>(GROUPS * RUNS * ENTRIES, 4), w(N * K);
  if (D == Decoder::lookup)
    for (int64_t &code : e)
      code %= ENTRIES;
  for (int n = 0; n < N; ++n)
    for (int k = 0; k < K; ++k) {
      int64_t element = e[(n / B * (K / B) + k / B) * B + (n % B - k % B + B) % B];
      int group = RUNS > 1 ? n * RUNS + k * RUNS / K : n * GROUPS / N;
      int64_t before = k % (K / RUNS) == 0 || D == Decoder::delta ? entries[group * ENTRIES] : w[n * K + k - 1];
      w[n * K + k] = D == Decoder::stored   ? element
                     : D == Decoder::lookup ? entries[group * ENTRIES + element]
                                            : toInt64(W(before + element * (1 << SHIFT)));
    }
  Values words, table;
  for (int nu = 0; nu < N; nu += PU)
    for (int su = 0; su < K; su += SU)
      for (int n = nu; n < nu + PU; n += B)
        for (int k = su; k < su + SU; k += B)
          for (int t = 0; t < B; ++t)
            words.push_back(e[(n / B * (K / B) + k / B) * B + t]);
  if (RUNS > 1)
    for (int nf = 0; nf < N; nf += PE)
      for (int run = 0; run < RUNS; ++run)
        for (int p = 0; p < PE; ++p)
          table.push_back(entries[(nf + p) * RUNS + run]);
  else
    table = entries;
  Packed<IntTraits<E>::width, PU / B * SU, (N / PU) * (K / SU)> rom(words);
  Packed<IntTraits<W>::width, BESIDE * ENTRIES, GROUPS / BESIDE * RUNS> tableRom(table);
  Values x = randomValues<X>(VECTORS * K, 2), expected;
  int64_t bias[N / PE][PE] = {};
  for (int v = 0; v < VECTORS; ++v)
    for (int n = 0; n < N; ++n) {
      int64_t sum = bias[n / PE][n % PE] = n - 3;
      for (int k = 0; k < K; ++k)
        sum += w[n * K + k] * x[v * K + k];
      expected.push_back(sum);
    }
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvu<WeightSource<W, E, D, ENTRIES, GROUPS, RUNS, SHIFT, B>, VECTORS, K, N>(in, out, rom.rows, tableRom.rows, bias, 1);
  EXPECT_EQ((drain<Acc, PE>(out)), expected);
}

using I8 = Int<8, true>;
using I4 = Int<4, true>;
using U4 = Int<4, false>;

} // namespace

TEST(HlsWeights, Lookup) {
  check<I8, U4, Decoder::lookup, 16, 1, 1, 0, 1, 16, 6, 4, 2>();
  check<Int<8, false>, Int<3, false>, Decoder::lookup, 5, 1, 1, 0, 1, 9, 4, 3, 2>();
  check<I8, Int<2, false>, Decoder::lookup, 4, 6, 1, 0, 1, 8, 6, 2, 2>();
  check<I8, Int<2, false>, Decoder::lookup, 4, 2, 1, 0, 1, 8, 8, 2, 2>();
}

TEST(HlsWeights, Deltas) {
  check<I8, I4, Decoder::delta, 1, 1, 1, 0, 1, 16, 6, 4, 2>();
  check<I8, I4, Decoder::delta, 1, 6, 1, 2, 1, 8, 6, 2, 3>();
  check<I8, Int<2, true>, Decoder::delta, 1, 6, 3, 0, 1, 12, 6, 2, 3>();
  check<I8, I4, Decoder::consecutive, 1, 6, 1, 0, 1, 16, 6, 4, 2>();
  check<I8, I4, Decoder::consecutive, 1, 3, 1, 1, 1, 7, 3, 1, 1>();
  check<I8, I4, Decoder::consecutive, 1, 4, 2, 0, 1, 20, 4, 5, 2>();
}

TEST(HlsWeights, CirculantBlocks) {
  check<I8, I8, Decoder::stored, 1, 1, 1, 0, 4, 16, 8, 8, 4>();
  check<I8, I8, Decoder::stored, 1, 1, 1, 0, 4, 8, 8, 1, 1>();
  check<I8, I8, Decoder::stored, 1, 1, 1, 0, 4, 16, 8, 8, 2>();
  check<I8, I8, Decoder::stored, 1, 1, 1, 0, 6, 12, 12, 3, 2>();
  check<I8, U4, Decoder::lookup, 16, 3, 1, 0, 4, 8, 12, 2, 2>();
  check<I8, I4, Decoder::delta, 1, 4, 1, 0, 2, 6, 8, 1, 4>();
}

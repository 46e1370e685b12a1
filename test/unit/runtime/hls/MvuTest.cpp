//===- MvuTest.cpp - rules A3 and A9 ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

using Acc = Int<40, true>;

namespace {

/// A ROM for an N × K matrix as the units read it.
template <int K, int N, int SIMD, int PE, int WIDTH> struct Rom {
  static constexpr int SF = K / SIMD, NF = N / PE, WORDS = (PE * SIMD * WIDTH + 31) / 32;
  uint32_t rows[SF * NF][WORDS] = {};
  explicit Rom(const Values &matrix) {
    for (int nf = 0; nf < NF; ++nf)
      for (int sf = 0; sf < SF; ++sf) {
        Values row;
        for (int p = 0; p < PE; ++p)
          for (int s = 0; s < SIMD; ++s)
            row.push_back(matrix[(nf * PE + p) * K + sf * SIMD + s]);
        packRow(rows[nf * SF + sf], WORDS, row, WIDTH);
      }
  }
};

template <int N, int PE> struct BiasRom {
  int64_t rows[N / PE][PE];
  explicit BiasRom(const Values &bias) {
    for (int n = 0; n < N; ++n)
      rows[n / PE][n % PE] = bias[n];
  }
};

Values products(const Values &w, const Values &x, const Values &bias, int K) {
  Values y;
  int N = int(bias.size());
  for (size_t v = 0; v < x.size() / K; ++v)
    for (int n = 0; n < N; ++n) {
      int64_t sum = bias[n];
      for (int k = 0; k < K; ++k)
        sum += w[n * K + k] * x[v * K + k];
      y.push_back(sum);
    }
  return y;
}

template <class X, class W, int K, int N, int SIMD, int PE> void checkDense() {
  constexpr int VECTORS = 3, FRAMES = 2;
  Values w = randomValues<W>(N * K, 1), x = randomValues<X>(FRAMES * VECTORS * K, 2),
         bias = randomValues<Int<20, true>>(N, 3);
  Rom<K, N, SIMD, PE, IntTraits<W>::width> rom(w);
  BiasRom<N, PE> biases(bias);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvu<W, VECTORS, K, N>(in, out, rom.rows, biases.rows, FRAMES);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ((drain<Acc, PE>(out)), products(w, x, bias, K));
}

template <class X, int WIDTH, int K, int N, int SIMD, int PE, int CLUSTERS, int GROUPS, int MULTS>
void checkClustered() {
  constexpr int VECTORS = 2, FRAMES = 2;
  using Code = Int<WIDTH, false>;
  Values codes(N * K), x = randomValues<X>(FRAMES * VECTORS * K, 2),
                       bias = randomValues<Int<20, true>>(N, 3), w;
  std::mt19937 random(K);
  for (int64_t &code : codes)
    code = random() % CLUSTERS;
  int8_t codebook[GROUPS][CLUSTERS];
  for (auto &group : codebook)
    for (int8_t &entry : group)
      entry = int8_t(random());
  for (int i = 0; i < N * K; ++i)
    w.push_back(codebook[i / K * GROUPS / N][codes[i]]); // A9
  Rom<K, N, SIMD, PE, WIDTH> rom(codes);
  BiasRom<N, PE> biases(bias);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvuClustered<Int<8, true>, Code, Int<24, true>, VECTORS, K, N, CLUSTERS, MULTS>(
      in, out, rom.rows, codebook, biases.rows, FRAMES);
  EXPECT_EQ((drain<Acc, PE>(out)), products(w, x, bias, K));
}

template <class X, class W, int C, int TAPS, int PE> void checkDepthwise() {
  constexpr int PIXELS = 3, FRAMES = 2, CF = C / PE;
  constexpr int WIDTH = IntTraits<W>::width, WORDS = (PE * WIDTH + 31) / 32;
  Values w = randomValues<W>(C * TAPS, 1), x = randomValues<X>(FRAMES * PIXELS * C * TAPS, 2),
         bias = randomValues<Int<20, true>>(C, 3), expected;
  uint32_t rom[CF * TAPS][WORDS] = {};
  for (int cf = 0; cf < CF; ++cf)
    for (int t = 0; t < TAPS; ++t) {
      Values row;
      for (int p = 0; p < PE; ++p)
        row.push_back(w[(cf * PE + p) * TAPS + t]);
      packRow(rom[cf * TAPS + t], WORDS, row, WIDTH);
    }
  for (int i = 0; i < FRAMES * PIXELS; ++i)
    for (int c = 0; c < C; ++c) {
      int64_t sum = bias[c];
      for (int t = 0; t < TAPS; ++t)
        sum += w[c * TAPS + t] * x[((i * CF + c / PE) * TAPS + t) * PE + c % PE];
      expected.push_back(sum);
    }
  BiasRom<C, PE> biases(bias);
  Stream<Beat<X, PE>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, PE>(in, x);
  depthwise<W, PIXELS, C, TAPS>(in, out, rom, biases.rows, FRAMES);
  EXPECT_EQ((drain<Acc, PE>(out)), expected);
}

template <class X, int BITS, int TERMS, int SHIFT, int K, int N, int SIMD, int PE> void checkShift() {
  constexpr int VECTORS = 2, FRAMES = 2;
  using Code = Int<BITS, false>;
  Values codes = randomValues<Code>(N * K * TERMS, 1), x = randomValues<X>(FRAMES * VECTORS * K, 2),
         bias = randomValues<Int<20, true>>(N, 3), w(N * K), stored(N * K);
  for (int i = 0; i < N * K * TERMS; ++i) {
    int64_t v = codes[i] & ((1 << (BITS - 1)) - 1), power = v ? int64_t(1) << (v - 1 + SHIFT) : 0;
    w[i / TERMS] += codes[i] >> (BITS - 1) ? -power : power; // A15
    stored[i / TERMS] |= codes[i] << i % TERMS * BITS;
  }
  Rom<K, N, SIMD, PE, BITS * TERMS> rom(stored);
  BiasRom<N, PE> biases(bias);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvuShift<Int<BITS * TERMS, false>, TERMS, SHIFT, VECTORS, K, N>(in, out, rom.rows, biases.rows, FRAMES);
  EXPECT_EQ((drain<Acc, PE>(out)), products(w, x, bias, K));
}

/// Powers out of a codebook for each group of outputs.
template <class X, int BITS, int TERMS, int ENTRIES, int GROUPS, int K, int N, int SIMD, int PE> void checkShiftLookup() {
  constexpr int VECTORS = 2, FRAMES = 2, SIZE = N / GROUPS, BESIDE = PE > SIZE ? PE / SIZE : 1, WIDTH = BITS * TERMS;
  constexpr int WORDS = (BESIDE * ENTRIES * WIDTH + 31) / 32;
  using Codes = Int<WIDTH, false>;
  Values book = randomValues<Codes>(GROUPS * ENTRIES, 4), codes(N * K), x = randomValues<X>(FRAMES * VECTORS * K, 2),
         bias = randomValues<Int<20, true>>(N, 3), w;
  for (int i = 0; i < N * K; ++i) {
    codes[i] = (i * 7 + i / K) % ENTRIES;
    int64_t sum = 0, entry = book[i / K / SIZE * ENTRIES + codes[i]];
    for (int t = 0; t < TERMS; ++t) {
      int64_t code = (entry >> t * BITS) & ((1 << BITS) - 1), v = code & ((1 << (BITS - 1)) - 1), power = v ? int64_t(1) << (v - 1) : 0;
      sum += code >> (BITS - 1) ? -power : power;
    }
    w.push_back(sum);
  }
  uint32_t table[GROUPS / BESIDE][WORDS] = {};
  for (int row = 0; row < GROUPS / BESIDE; ++row)
    packRow(table[row], WORDS, Values(book.begin() + row * BESIDE * ENTRIES, book.begin() + (row + 1) * BESIDE * ENTRIES), WIDTH);
  Rom<K, N, SIMD, PE, 3> rom(codes);
  BiasRom<N, PE> biases(bias);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvuShift<WeightSource<Codes, Int<3, false>, Decoder::lookup, ENTRIES, GROUPS>, TERMS, 0, VECTORS, K, N>(in, out, rom.rows, table, biases.rows,
                                                                                                      FRAMES);
  EXPECT_EQ((drain<Acc, PE>(out)), products(w, x, bias, K));
}

template <class X, int PLANES, int SHIFT, int K, int N, int SIMD, int PE> void checkBitSerial() {
  constexpr int VECTORS = 2, FRAMES = 2, WORDS = (PE * SIMD + 31) / 32;
  Values w = randomValues<Int<PLANES, true>>(N * K, 1), x = randomValues<X>(FRAMES * VECTORS * K, 2),
         bias = randomValues<Int<20, true>>(N, 3);
  uint32_t rom[K / SIMD * N / PE * PLANES][WORDS] = {};
  for (int step = 0; step < K / SIMD * N / PE; ++step)
    for (int t = 0; t < PLANES; ++t) {
      Values row;
      for (int i = 0; i < PE * SIMD; ++i)
        row.push_back(w[(step / (K / SIMD) * PE + i / SIMD) * K + step % (K / SIMD) * SIMD + i % SIMD] >> t & 1);
      packRow(rom[step * PLANES + t], WORDS, row, 1);
    }
  for (int64_t &v : w)
    v *= 1 << SHIFT; // A16
  BiasRom<N, PE> biases(bias);
  Stream<Beat<X, SIMD>> in;
  Stream<Beat<Acc, PE>> out;
  feed<X, SIMD>(in, x);
  mvuBitSerial<PLANES, SHIFT, VECTORS, K, N>(in, out, rom, biases.rows, FRAMES);
  EXPECT_EQ((drain<Acc, PE>(out)), products(w, x, bias, K));
}

} // namespace

TEST(HlsMvu, Shift) {
  using X = Int<8, true>;
  checkShift<X, 4, 1, 0, 12, 6, 1, 1>();
  checkShift<X, 4, 2, 3, 12, 6, 3, 2>();
  checkShift<Int<8, false>, 3, 3, 0, 12, 6, 12, 6>();
  checkShift<Int<1, false>, 2, 1, 1, 10, 4, 5, 4>();
  checkShift<Int<16, true>, 5, 2, 0, 10, 4, 5, 1>();
  checkShiftLookup<X, 4, 1, 5, 1, 12, 6, 3, 2>();
  checkShiftLookup<X, 3, 2, 8, 4, 12, 8, 2, 4>();
}

TEST(HlsMvu, BitSerial) {
  using X = Int<8, true>;
  checkBitSerial<X, 4, 0, 12, 6, 1, 1>();
  checkBitSerial<X, 3, 5, 12, 6, 3, 2>();
  checkBitSerial<Int<8, false>, 2, 1, 12, 6, 12, 6>();
  checkBitSerial<Int<1, false>, 1, 0, 70, 2, 70, 1>();
  checkBitSerial<Int<4, true>, 8, 0, 10, 4, 5, 4>();
}

TEST(HlsMvu, Foldings) {
  using X = Int<8, false>;
  using W = Int<8, true>;
  checkDense<X, W, 12, 6, 1, 1>();
  checkDense<X, W, 12, 6, 4, 1>();
  checkDense<X, W, 12, 6, 1, 3>();
  checkDense<X, W, 12, 6, 3, 2>();
  checkDense<X, W, 12, 6, 12, 6>();
  checkDense<X, W, 12, 6, 12, 1>();
  checkDense<X, W, 1, 1, 1, 1>();
  checkDense<X, W, 7, 5, 7, 5>();
}

TEST(HlsMvu, Widths) {
  checkDense<Int<1, false>, Int<1, true>, 10, 4, 5, 2>();
  checkDense<Int<2, true>, Int<3, true>, 10, 4, 5, 2>();
  checkDense<Int<4, false>, Int<5, false>, 26, 4, 13, 2>(); // elements straddle words
  checkDense<Int<16, true>, Int<16, true>, 10, 4, 5, 2>();
  checkDense<Int<16, false>, Int<13, true>, 10, 4, 10, 4>();
}

TEST(HlsMvu, Clustered) {
  using X = Int<8, true>;
  checkClustered<X, 4, 12, 6, 1, 1, 16, 1, 4>();
  checkClustered<X, 4, 12, 6, 3, 2, 16, 3, 8>();
  checkClustered<X, 4, 12, 6, 3, 2, 16, 6, 32>(); // a codebook for each output
  checkClustered<X, 3, 12, 6, 2, 3, 5, 2, 7>(); // fewer clusters than codes, MULTS divides nothing
  checkClustered<X, 1, 12, 6, 12, 6, 2, 2, 1>();
  checkClustered<Int<8, false>, 2, 12, 6, 4, 3, 4, 1, 12>();
  checkClustered<Int<8, false>, 8, 30, 2, 30, 1, 256, 1, 256>();
}

TEST(HlsMvu, Depthwise) {
  checkDepthwise<Int<8, true>, Int<8, true>, 6, 9, 1>();
  checkDepthwise<Int<8, false>, Int<8, true>, 6, 9, 3>();
  checkDepthwise<Int<8, false>, Int<4, true>, 6, 4, 6>();
  checkDepthwise<Int<1, false>, Int<1, true>, 70, 1, 70>();
  checkDepthwise<Int<16, true>, Int<16, true>, 2, 25, 2>();
}

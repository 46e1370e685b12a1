//===- RescaleTest.cpp - rules A4s, A4p, A4t, A5, A5m, A7 ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <algorithm>

using namespace weft::hls;
using namespace weft::hls::test;

static int64_t rounded(__int128 x, int n) {
  if (n == 0)
    return int64_t(x);
  return int64_t((x + (__int128(1) << (n - 1))) >> n);
}

template <class Acc, class Y, int C, int L, int64_t ZERO, int64_t LO, int64_t HI, bool PER_CHANNEL>
static void checkRequantize(int leastShift) {
  constexpr int PIXELS = 40, CF = PER_CHANNEL ? C / L : 1, CL = PER_CHANNEL ? L : 1;
  uint32_t m[CF][CL];
  uint8_t n[CF][CL];
  std::mt19937 random(C);
  for (int f = 0; f < CF; ++f)
    for (int l = 0; l < CL; ++l) {
      m[f][l] = f == 0 && l == 0 ? 65535 : random() % 65536;
      n[f][l] = f == 0 && l == 0 ? leastShift : leastShift + random() % (48 - leastShift);
    }
  Values values = randomValues<Acc>(2 * PIXELS * C, C), expected;
  for (size_t i = 0; i < values.size(); ++i) {
    int c = i % C, f = PER_CHANNEL ? c / L : 0, l = PER_CHANNEL ? c % L : 0;
    __int128 product = __int128(values[i]) * m[f][l];
    expected.push_back(std::min(std::max(rounded(product, n[f][l]) + ZERO, LO), HI));
  }
  Stream<Beat<Acc, L>> in;
  Stream<Beat<Y, L>> out;
  feed<Acc, L>(in, values);
  requantize<PIXELS, C, ZERO, LO, HI, 16, 47>(in, out, m, n, 2);
  EXPECT_EQ((drain<Y, L>(out)), expected);
}

TEST(HlsRescale, RequantizeA4s) {
  checkRequantize<Int<20, true>, Int<8, true>, 6, 2, -3, -128, 127, true>(0);
  checkRequantize<Int<20, true>, Int<8, true>, 6, 2, -3, -128, 127, true>(12);
  checkRequantize<Int<18, true>, Int<8, false>, 6, 6, 0, 0, 255, true>(14);
  checkRequantize<Int<18, false>, Int<4, false>, 6, 1, 2, 2, 11, false>(20);
  checkRequantize<Int<32, true>, Int<16, true>, 4, 2, 100, -32768, 32767, false>(24);
  checkRequantize<Int<46, true>, Int<2, true>, 3, 3, 0, -2, 1, true>(40);
  checkRequantize<Int<9, true>, Int<1, false>, 3, 1, 0, 0, 1, true>(20);
}

TEST(HlsRescale, RequantizeByShiftA4p) {
  const uint32_t m[1][1] = {{1}};
  const uint8_t n[1][1] = {{3}};
  Stream<Beat<Int<10, true>, 1>> in;
  Stream<Beat<Int<8, true>, 1>> out;
  feed<Int<10, true>, 1>(in, {-12, -4, -5, 3, 4, 511, -512});
  requantize<7, 1, 0, -60, 60, 1, 3>(in, out, m, n, 1);
  EXPECT_EQ((drain<Int<8, true>, 1>(out)), (Values{-1, 0, -1, 0, 1, 60, -60}));
}

TEST(HlsRescale, ThresholdA4t) {
  using Acc = Int<10, true>;
  const int32_t t[2][2][3] = {{{-300, 0, 411}, {-100, 50, 51}}, {{10, 200, 500}, {-1, -1, 511}}};
  Values values = randomValues<Acc>(4 * 60, 1), expected;
  for (size_t i = 0; i < values.size(); ++i) {
    int64_t y = -1;
    for (int32_t bound : t[i % 4 / 2][i % 2])
      y += values[i] >= bound;
    expected.push_back(y);
  }
  Stream<Beat<Acc, 2>> in;
  Stream<Beat<Int<3, true>, 2>> out;
  feed<Acc, 2>(in, values);
  threshold<30, 4, -1>(in, out, t, 2);
  EXPECT_EQ((drain<Int<3, true>, 2>(out)), expected);
}

TEST(HlsRescale, ThresholdForAllChannels) {
  const int32_t t[1][1][1] = {{{0}}};
  Stream<Beat<Int<10, true>, 2>> in;
  Stream<Beat<Int<1, false>, 2>> out;
  feed<Int<10, true>, 2>(in, {-1, 0, 1, -512});
  threshold<2, 2, 0>(in, out, t, 1);
  EXPECT_EQ((drain<Int<1, false>, 2>(out)), (Values{0, 1, 1, 0}));
}

TEST(HlsRescale, AddA5) {
  using A = Int<8, false>;
  using B = Int<8, true>;
  constexpr int64_t MA = 19000, MB = -23170, OFFSET = -92680, ZERO = 5, LO = -100, HI = 120;
  Values a = randomValues<A>(2 * 30 * 3, 1), b = randomValues<B>(2 * 30 * 3, 2), expected;
  for (size_t i = 0; i < a.size(); ++i)
    expected.push_back(
        std::min(std::max(rounded(__int128(a[i]) * MA + b[i] * MB + OFFSET, 15) + ZERO, LO), HI));
  Stream<Beat<A, 3>> sa;
  Stream<Beat<B, 3>> sb, out;
  feed<A, 3>(sa, a);
  feed<B, 3>(sb, b);
  add<30, MA, MB, OFFSET, 15, ZERO, LO, HI>(sa, sb, out, 2);
  EXPECT_EQ((drain<B, 3>(out)), expected);
}

template <class A, class B, class Y, int64_t ZA, int64_t ZB> static void checkMultiply() {
  Values a = randomValues<A>(2 * 30 * 3, 1), b = randomValues<B>(2 * 30 * 3, 2), expected;
  for (size_t i = 0; i < a.size(); ++i)
    expected.push_back((a[i] - ZA) * (b[i] - ZB));
  Stream<Beat<A, 3>> sa;
  Stream<Beat<B, 3>> sb;
  Stream<Beat<Y, 3>> out;
  feed<A, 3>(sa, a);
  feed<B, 3>(sb, b);
  multiply<30, ZA, ZB>(sa, sb, out, 2);
  EXPECT_EQ((drain<Y, 3>(out)), expected);
}

TEST(HlsRescale, MultiplyA5m) {
  checkMultiply<Int<8, false>, Int<8, true>, Int<17, true>, 128, -5>();
  checkMultiply<Int<8, true>, Int<8, true>, Int<16, true>, 0, 0>();
  checkMultiply<Int<1, false>, Int<4, false>, Int<5, true>, 1, 0>();
  checkMultiply<Int<16, true>, Int<16, false>, Int<33, true>, -32768, 65535>();
}

template <class X> static void checkTable() {
  constexpr int W = IntTraits<X>::width;
  int16_t entries[1 << W];
  for (int i = 0; i < 1 << W; ++i)
    entries[i] = int16_t(i * 37);
  Values values = randomValues<X>(2 * 64, 3), expected;
  for (int64_t x : values)
    expected.push_back(entries[x - toInt64(leastOf<X>())]);
  Stream<Beat<X, 2>> in;
  Stream<Beat<Int<16, true>, 2>> out;
  feed<X, 2>(in, values);
  table<32>(in, out, entries, 2);
  EXPECT_EQ((drain<Int<16, true>, 2>(out)), expected);
}

TEST(HlsRescale, TableA7) {
  checkTable<Int<8, true>>();
  checkTable<Int<8, false>>();
  checkTable<Int<1, true>>();
  checkTable<Int<3, false>>();
  checkTable<Int<12, true>>();
}

TEST(HlsRescale, BiasForEachElementA3b) {
  using T = Int<14, true>;
  const int16_t biases[5][3] = {{1, -2, 3}, {100, 200, -300}, {0, 0, 0}, {7, 8, 9}, {-1000, 1000, 5}};
  Values values = randomValues<Int<12, true>>(2 * 5 * 3, 3), expected;
  for (size_t i = 0; i < values.size(); ++i)
    expected.push_back(values[i] + biases[i / 3 % 5][i % 3]);
  Stream<Beat<T, 3>> in, out;
  feed<T, 3>(in, values);
  bias<5>(in, out, biases, 2);
  EXPECT_EQ((drain<T, 3>(out)), expected);
}

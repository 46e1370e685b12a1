//===- PoolTest.cpp - rule A6 ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include <algorithm>

using namespace weft::hls;
using namespace weft::hls::test;

template <PoolKind KIND, class X, class Y, int BEATS, int TAPS, int L> static void check() {
  constexpr int FRAMES = 2;
  Stream<Beat<X, L>> in;
  Stream<Beat<Y, L>> out;
  Values values = randomValues<X>(FRAMES * BEATS * TAPS * L, TAPS), expected;
  for (int i = 0; i < FRAMES * BEATS; ++i)
    for (int l = 0; l < L; ++l) {
      int64_t y = values[i * TAPS * L + l];
      for (int t = 1; t < TAPS; ++t) {
        int64_t x = values[(i * TAPS + t) * L + l];
        y = KIND == PoolKind::max ? std::max(x, y) : x + y;
      }
      expected.push_back(y);
    }
  feed<X, L>(in, values);
  pool<KIND, BEATS, TAPS>(in, out, FRAMES);
  EXPECT_EQ((drain<Y, L>(out)), expected);
}

TEST(HlsPool, Max) {
  check<PoolKind::max, Int<8, true>, Int<8, true>, 5, 4, 3>();
  check<PoolKind::max, Int<8, false>, Int<8, false>, 5, 9, 1>();
  check<PoolKind::max, Int<1, true>, Int<1, true>, 5, 4, 2>();
  check<PoolKind::max, Int<16, true>, Int<16, true>, 3, 1, 2>();
}

TEST(HlsPool, Sum) {
  check<PoolKind::sum, Int<8, true>, Int<12, true>, 2, 16, 4>();
  check<PoolKind::sum, Int<8, false>, Int<12, false>, 2, 16, 1>();
  check<PoolKind::sum, Int<1, false>, Int<3, false>, 2, 5, 2>();
}

TEST(HlsPool, WholeFrames) {
  constexpr int FRAMES = 3, TAPS = 4, FOLD = 3, L = 2;
  Values values = randomValues<Int<8, true>>(FRAMES * TAPS * FOLD * L, 7), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int c = 0; c < FOLD * L; ++c) {
      int64_t sum = 0;
      for (int t = 0; t < TAPS; ++t)
        sum += values[(f * TAPS + t) * FOLD * L + c];
      expected.push_back(sum);
    }
  Stream<Beat<Int<8, true>, L>> in;
  Stream<Beat<Int<10, true>, L>> out;
  feed<Int<8, true>, L>(in, values);
  pool<PoolKind::sum, FOLD, TAPS, FOLD>(in, out, FRAMES);
  EXPECT_EQ((drain<Int<10, true>, L>(out)), expected);
}

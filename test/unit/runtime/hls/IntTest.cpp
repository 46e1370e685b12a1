//===- IntTest.cpp - integers, packing, ROM rows ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

template <int W, bool S> static void checkWrap() {
  using T = Int<W, S>;
  std::mt19937_64 random(W);
  for (int i = 0; i < 200; ++i) {
    int64_t x = int64_t(random());
    uint64_t low = uint64_t(x) & (~uint64_t(0) >> (64 - W));
    int64_t expected = int64_t(low);
    if (S && W < 64 && ((low >> (W - 1)) & 1))
      expected = int64_t(low) - (int64_t(1) << (W - 1)) - (int64_t(1) << (W - 1));
    EXPECT_EQ(toInt64(T(x)), expected) << W << S;
    EXPECT_EQ(toBits(T(x)), low);
    EXPECT_EQ(toInt64(fromBits<T>(low)), expected);
  }
}

TEST(HlsInt, KeepsTheLowBits) {
  checkWrap<1, true>();
  checkWrap<1, false>();
  checkWrap<3, true>();
  checkWrap<8, true>();
  checkWrap<8, false>();
  checkWrap<13, false>();
  checkWrap<16, true>();
  checkWrap<17, true>();
  checkWrap<32, false>();
  checkWrap<33, true>();
  checkWrap<63, true>();
  checkWrap<64, true>();
}

TEST(HlsInt, Least) {
  EXPECT_EQ(toInt64(leastOf<Int<1, true>>()), -1);
  EXPECT_EQ(toInt64(leastOf<Int<8, true>>()), -128);
  EXPECT_EQ(toInt64(leastOf<Int<8, false>>()), 0);
}

TEST(HlsInt, MixedSignsMultiplyExactly) {
  Int<8, false> a = 255;
  Int<8, true> b = -128;
  EXPECT_EQ(toInt64(Int<20, true>(a * b)), -32640);
  EXPECT_TRUE(b < a);
}

template <class T, int L> static void checkPack() {
  Values values = randomValues<T>(L, L);
  Beat<T, L> beat;
  for (int l = 0; l < L; ++l)
    beat.lane[l] = T(values[l]);
  auto bits = packBeat(beat);
  constexpr int N = portBits(Beat<T, L>::bits), W = IntTraits<T>::width;
  for (int l = 0; l < L; ++l)
    EXPECT_EQ(getBits<N>(bits, l * W, W), toBits(T(values[l])));
  auto back = unpackBeat<Beat<T, L>, N>(bits);
  for (int l = 0; l < L; ++l)
    EXPECT_EQ(toInt64(back.lane[l]), values[l]);
}

TEST(HlsBeat, ChannelZeroIsLeastSignificant) {
  Beat<Int<4, true>, 3> beat;
  beat.lane[0] = 1;
  beat.lane[1] = -1;
  beat.lane[2] = 2;
  EXPECT_EQ(getBits<16>(packBeat(beat), 0, 16), 0x2f1u);
}

TEST(HlsBeat, PacksAndUnpacks) {
  checkPack<Int<1, false>, 1>();
  checkPack<Int<1, true>, 65>();
  checkPack<Int<3, true>, 7>();
  checkPack<Int<5, false>, 30>();
  checkPack<Int<8, true>, 16>();
  checkPack<Int<13, true>, 11>();
  checkPack<Int<37, true>, 5>();
  checkPack<Int<64, true>, 3>();
}

TEST(HlsRom, ElementsMayStraddleWords) {
  uint32_t row[4] = {};
  Values values = randomValues<Int<5, true>>(25, 1);
  packRow(row, 4, values, 5);
  for (int i = 0; i < 25; ++i)
    EXPECT_EQ(toInt64(romElement<Int<5, true>>(row, i)), values[i]);
}

TEST(HlsRom, ElementsMayBeWiderThanWords) {
  uint32_t row[10] = {};
  Values values = randomValues<Int<61, true>>(5, 1);
  packRow(row, 10, values, 61);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(toInt64(romElement<Int<61, true>>(row, i)), values[i]);
}

TEST(HlsRom, NarrowWords) {
  const uint16_t row[1] = {0xfa31};
  EXPECT_EQ(toInt64(romElement<Int<4, true>>(row, 0)), 1);
  EXPECT_EQ(toInt64(romElement<Int<4, true>>(row, 2)), -6);
  EXPECT_EQ(toInt64(romElement<Int<4, false>>(row, 3)), 15);
}

//===- RoutingTest.cpp - fork, concat, pad, slice, widths, ports ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

using I5 = Int<5, true>;

TEST(HlsRouting, ForkCopies) {
  Stream<Beat<I5, 3>> in, a, b, c;
  Values values = randomValues<I5>(2 * 7 * 3, 1);
  feed<I5, 3>(in, values);
  fork<7>(in, 2, a, b, c);
  EXPECT_EQ((drain<I5, 3>(a)), values);
  EXPECT_EQ((drain<I5, 3>(b)), values);
  EXPECT_EQ((drain<I5, 3>(c)), values);
}

TEST(HlsRouting, ConcatTakesTurnsPerPixel) {
  Stream<Beat<I5, 2>> a, b, c, out;
  constexpr int PIXELS = 5, FRAMES = 2;
  Values va = randomValues<I5>(FRAMES * PIXELS * 2, 1),
         vb = randomValues<I5>(FRAMES * PIXELS * 6, 2),
         vc = randomValues<I5>(FRAMES * PIXELS * 4, 3), expected;
  for (int i = 0; i < FRAMES * PIXELS; ++i) {
    expected.insert(expected.end(), va.begin() + i * 2, va.begin() + i * 2 + 2);
    expected.insert(expected.end(), vb.begin() + i * 6, vb.begin() + i * 6 + 6);
    expected.insert(expected.end(), vc.begin() + i * 4, vc.begin() + i * 4 + 4);
  }
  feed<I5, 2>(a, va);
  feed<I5, 2>(b, vb);
  feed<I5, 2>(c, vc);
  concat<PIXELS, Folds<1, 3, 2>>(out, FRAMES, a, b, c);
  EXPECT_EQ((drain<I5, 2>(out)), expected);
}

template <int H, int W, int C, int T, int B, int L, int R, int LANES>
static void checkPad(int64_t value) {
  Stream<Beat<I5, LANES>> in, out;
  constexpr int FRAMES = 3, PH = T + H + B, PW = L + W + R;
  Values values = randomValues<I5>(FRAMES * H * W * C, H), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int h = -T; h < H + B; ++h)
      for (int w = -L; w < W + R; ++w)
        for (int c = 0; c < C; ++c) {
          bool inside = h >= 0 && h < H && w >= 0 && w < W;
          expected.push_back(inside ? values[((f * H + h) * W + w) * C + c] : value);
        }
  ASSERT_EQ(expected.size(), size_t(FRAMES) * PH * PW * C);
  feed<I5, LANES>(in, values);
  pad<H, W, C / LANES, T, B, L, R>(in, out, value, FRAMES);
  EXPECT_EQ((drain<I5, LANES>(out)), expected);
}

/// Rows T to T + H − 1 and so on of a frame of IH × IW × IC.
template <int IH, int IW, int IC, int T, int H, int L, int W, int F, int C, int LANES>
static void checkSlice() {
  Stream<Beat<I5, LANES>> in, out;
  constexpr int FRAMES = 2;
  Values values = randomValues<I5>(FRAMES * IH * IW * IC, IH), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int h = T; h < T + H; ++h)
      for (int w = L; w < L + W; ++w)
        for (int c = F; c < F + C; ++c)
          expected.push_back(values[((f * IH + h) * IW + w) * IC + c]);
  feed<I5, LANES>(in, values);
  slice<IH, IW, IC / LANES, T, H, L, W, F / LANES, C / LANES>(in, out, FRAMES);
  EXPECT_EQ((drain<I5, LANES>(out)), expected);
}

TEST(HlsRouting, SliceKeepsABox) {
  checkSlice<4, 5, 4, 1, 2, 0, 3, 2, 2, 2>();
  checkSlice<1, 6, 3, 0, 1, 5, 1, 0, 3, 1>();
  checkSlice<2, 2, 6, 0, 2, 0, 2, 3, 3, 3>();
}

TEST(HlsRouting, PadSurroundsWithItsValue) {
  checkPad<3, 4, 2, 1, 1, 1, 1, 1>(-7);
  checkPad<3, 4, 6, 0, 2, 1, 0, 3>(15);
  checkPad<1, 5, 4, 0, 0, 2, 3, 4>(0);
  checkPad<1, 1, 1, 2, 0, 0, 0, 1>(-16);
}

TEST(HlsRouting, ReorderGivesEachFrameInTheOrderOfItsLoops) {
  // Pixels of 2 × 3 runs of 2 beats become 3 × 2.
  constexpr int BEATS = 12, FRAMES = 3;
  Stream<Beat<I5, 2>> in, out;
  Values values = randomValues<I5>(FRAMES * BEATS * 2, 1), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        for (int r = 0; r < 4; ++r)
          expected.push_back(values[(f * BEATS + i * 6 + j * 2) * 2 + r]);
  feed<I5, 2>(in, values);
  reorder<BEATS, Loops<3, 2, 2, 6, 2, 1>, 0>(in, out, FRAMES);
  EXPECT_EQ((drain<I5, 2>(out)), expected);
}

TEST(HlsRouting, ReorderGoesBackward) {
  constexpr int STEPS = 5, RUN = 2, FRAMES = 3;
  Stream<Beat<I5, 2>> in, out;
  Values values = randomValues<I5>(FRAMES * STEPS * RUN * 2, 2), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int t = STEPS - 1; t >= 0; --t)
      for (int r = 0; r < RUN * 2; ++r)
        expected.push_back(values[(f * STEPS + t) * RUN * 2 + r]);
  feed<I5, 2>(in, values);
  reorder<STEPS * RUN, Loops<STEPS, -RUN, RUN, 1>, 0>(in, out, FRAMES);
  EXPECT_EQ((drain<I5, 2>(out)), expected);
}

TEST(HlsRouting, ReorderRepeatsAndLeavesOut) {
  // Of 2 × 4 pixels of a beat the last three columns, twice along both axes.
  constexpr int FRAMES = 3;
  Stream<Beat<I5, 2>> in, out;
  Values values = randomValues<I5>(FRAMES * 8 * 2, 3), expected;
  for (int f = 0; f < FRAMES; ++f)
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 6; ++x)
        for (int lane = 0; lane < 2; ++lane)
          expected.push_back(values[((f * 2 + y / 2) * 4 + x / 2 + 1) * 2 + lane]);
  feed<I5, 2>(in, values);
  reorder<8, Loops<2, 4, 2, 0, 3, 1, 2, 0>, 1>(in, out, FRAMES);
  EXPECT_EQ((drain<I5, 2>(out)), expected);
}

TEST(HlsRouting, WidthUpAndDown) {
  Stream<Beat<I5, 2>> narrow, again;
  Stream<Beat<I5, 6>> wide;
  Values values = randomValues<I5>(3 * 4 * 6, 1);
  feed<I5, 2>(narrow, values);
  widthUp<4>(narrow, wide, 3);
  EXPECT_EQ(wide.size(), 12u);
  widthDown<4>(wide, again, 3);
  EXPECT_EQ((drain<I5, 2>(again)), values);
}

TEST(HlsRouting, Gearbox) {
  Stream<Beat<I5, 5>> five, again;
  Stream<Beat<I5, 8>> eight;
  Values values = randomValues<I5>(3 * 80, 1);
  feed<I5, 5>(five, values);
  gearbox<16>(five, eight, 3);
  EXPECT_EQ(eight.size(), 30u);
  gearbox<16>(eight, again, 3);
  EXPECT_EQ((drain<I5, 5>(again)), values);
}

TEST(HlsRouting, EqualWidthsPass) {
  Stream<Beat<I5, 2>> in, out;
  Values values = randomValues<I5>(8, 1);
  feed<I5, 2>(in, values);
  widthUp<4>(in, out, 1);
  EXPECT_EQ((drain<I5, 2>(out)), values);
}

TEST(HlsRouting, Ports) {
  using B = Beat<I5, 3>;
  Stream<B> in, out;
  Stream<Bits<16>> port;
  Values values = randomValues<I5>(4 * 3, 1);
  feed<I5, 3>(in, values);
  toPort<2>(in, port, 2);
  fromPort<2, B>(port, out, 2);
  EXPECT_EQ((drain<I5, 3>(out)), values);
}

//===- WindowTest.cpp - sliding windows ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

using I6 = Int<6, true>;

/// D4, by the book.
template <class S>
static Values expectedWindow(const Values &x, int frames, int lanes, bool dense) {
  Values y;
  for (int f = 0; f < frames; ++f)
    for (int oh = 0; oh < S::OH; ++oh)
      for (int ow = 0; ow < S::OW; ++ow)
        for (int fold = 0; fold < (dense ? 1 : S::C / lanes); ++fold)
          for (int kh = 0; kh < S::KH; ++kh)
            for (int kw = 0; kw < S::KW; ++kw)
              for (int c = 0; c < (dense ? S::C : lanes); ++c) {
                int h = oh * S::SH + kh * S::DH, w = ow * S::SW + kw * S::DW;
                y.push_back(x[((f * S::H + h) * S::W + w) * S::C + fold * lanes + c]);
              }
  return y;
}

template <class S, int L, int DEPTH> static void checkDepth(int frames) {
  Values values = randomValues<I6>(size_t(frames) * S::H * S::W * S::C, S::H * 31 + L);
  {
    Stream<Beat<I6, L>> in, out;
    feed<I6, L>(in, values);
    window<S, WindowOrder::dense, DEPTH>(in, out, frames);
    EXPECT_TRUE(in.empty());
    EXPECT_EQ((drain<I6, L>(out)), expectedWindow<S>(values, frames, L, true));
  }
  Stream<Beat<I6, L>> in, out;
  feed<I6, L>(in, values);
  window<S, WindowOrder::depthwise, DEPTH>(in, out, frames);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ((drain<I6, L>(out)), expectedWindow<S>(values, frames, L, false));
}

template <class S, int L> static void check(int frames) {
  constexpr int FOLD = S::C / L;
  constexpr int SPAN = ((S::KH - 1) * S::DH * S::W + (S::KW - 1) * S::DW + 1) * FOLD;
  checkDepth<S, L, SPAN>(frames);
  checkDepth<S, L, SPAN + S::SH * S::W * FOLD>(frames);
}

TEST(HlsWindow, Plain) {
  check<WindowShape<5, 6, 4, 3, 3, 1, 1>, 1>(3);
  check<WindowShape<5, 6, 4, 3, 3, 1, 1>, 2>(3);
  check<WindowShape<5, 6, 4, 3, 3, 1, 1>, 4>(3);
}

TEST(HlsWindow, StridesSkip) {
  check<WindowShape<8, 8, 2, 2, 2, 2, 2>, 2>(2);
  check<WindowShape<9, 7, 3, 3, 2, 2, 3>, 1>(3);
  check<WindowShape<8, 8, 4, 1, 1, 2, 2>, 2>(3); // a 1×1 kernel reads a quarter of the frame
  check<WindowShape<7, 11, 1, 1, 2, 3, 5>, 1>(3);
  check<WindowShape<6, 6, 1, 2, 2, 4, 4>, 1>(4); // one window, much left over
}

TEST(HlsWindow, Dilations) {
  check<WindowShape<9, 9, 2, 3, 3, 1, 1, 2, 2>, 1>(2);
  check<WindowShape<9, 10, 2, 2, 3, 2, 1, 3, 4>, 2>(2);
}

TEST(HlsWindow, Corners) {
  check<WindowShape<1, 1, 1, 1, 1, 1, 1>, 1>(5);
  check<WindowShape<1, 9, 3, 1, 4, 1, 2>, 3>(2); // a 1-D convolution
  check<WindowShape<4, 4, 8, 4, 4, 1, 1>, 4>(3); // the whole frame is one window
  check<WindowShape<3, 3, 1, 2, 2, 1, 1>, 1>(0);
}

/// The windows of one frame leave before the next frame has begun to arrive.
TEST(HlsWindow, NeedsNoLaterFrame) {
  using S = WindowShape<4, 4, 1, 3, 3, 1, 1>;
  Stream<Beat<I6, 1>> in, out;
  Values values = randomValues<I6>(2 * 16, 1);
  feed<I6, 1>(in, values);
  window<S, WindowOrder::dense, 16>(in, out, 1);
  EXPECT_EQ(in.size(), 16u);
  drain<I6, 1>(in);
  drain<I6, 1>(out);
}

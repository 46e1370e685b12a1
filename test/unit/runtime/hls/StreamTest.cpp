//===- StreamTest.cpp - streams and what they report --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;

TEST(HlsStream, IsAQueue) {
  Stream<int> s("s");
  int next = 0, expected = 0, got;
  EXPECT_FALSE(s.read_nb(got));
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < round; ++i)
      s.write(next++);
    for (int i = 0; i < round / 2; ++i)
      EXPECT_EQ(s.read(), expected++);
  }
  while (s.read_nb(got))
    EXPECT_EQ(got, expected++);
  EXPECT_EQ(expected, next);
}

#if !WEFT_HLS_VENDOR
TEST(HlsStreamDeathTest, ReadingNothingIsADeadlock) {
  Stream<int> s("fc1");
  EXPECT_EXIT(s.read(), ::testing::ExitedWithCode(3), "reads from the empty stream 'fc1'");
}

TEST(HlsStreamDeathTest, WindowOfAShortFrameIsADeadlock) {
  Stream<Beat<Int<8, true>, 1>> in("image"), out("windows");
  in.write({{1}});
  EXPECT_EXIT((window<WindowShape<3, 3, 1, 2, 2, 1, 1>, WindowOrder::dense, 5>(in, out, 1)),
              ::testing::ExitedWithCode(3), "empty stream 'image'");
  in.read();
}

TEST(HlsStream, LeftoversAreCounted) {
  int before = leftoverCount();
  ::testing::internal::CaptureStderr();
  {
    Stream<int> s("skip");
    s.write(1);
  }
  EXPECT_EQ(leftoverCount(), before + 1);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("'skip' still holds 1 beats"),
            std::string::npos);
}
#endif

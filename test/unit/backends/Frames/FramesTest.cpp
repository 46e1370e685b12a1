//===- FramesTest.cpp - tensors as files of beats -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "backends/Frames/Frames.h"

#include "gtest/gtest.h"

using namespace weft;
using frames::Port;
using reference::ElementType;
using reference::Tensor;

static Port portOf(ElementType element, int64_t pixels, int64_t channels, int64_t lanes,
                   reference::Shape shape) {
  Port port;
  port.name = "x";
  port.element = element;
  port.frame = {1, pixels, channels};
  port.lanes = lanes;
  port.shape = std::move(shape);
  return port;
}

TEST(Frames, channelsLastAndLeastSignificantFirst) {
  Port port = portOf(ElementType::integer(4, true), 2, 2, 2, {2, 1, 2});
  Tensor x = Tensor::ofIntegers(port.element, {2, 2, 1, 2}, {1, 2, 3, -4, 5, 6, -7, -8});
  auto text = frames::toBeats(port, x);
  ASSERT_TRUE(text) << text.message();
  EXPECT_EQ(*text, "31\nc2\n95\n86\n");
  auto back = frames::fromBeats(port, *text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->shape(), x.shape());
  EXPECT_EQ(back->integers(), x.integers());
}

TEST(Frames, elementsCrossDigits) {
  Port port = portOf(ElementType::integer(3, false), 1, 3, 3, {3});
  auto text = frames::toBeats(port, Tensor::ofIntegers(port.element, {1, 3}, {1, 2, 7}));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "01d1\n");
  EXPECT_EQ(frames::fromBeats(port, *text)->integers(), (std::vector<int64_t>{1, 2, 7}));
  EXPECT_EQ(frames::fromBeats(port, "1d1\n")->integers(), (std::vector<int64_t>{1, 2, 7}));
}

TEST(Frames, orderIsHeeded) {
  Port port = portOf(ElementType::integer(8, true), 1, 3, 1, {3});
  port.order = {2, 0, 1};
  auto text = frames::toBeats(port, Tensor::ofIntegers(port.element, {1, 3}, {1, 2, -1}));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "ff\n01\n02\n");
  EXPECT_EQ(frames::fromBeats(port, *text)->integers(), (std::vector<int64_t>{1, 2, -1}));
}

TEST(Frames, errors) {
  Port port = portOf(ElementType::integer(4, true), 2, 1, 1, {1, 2});
  auto wide = frames::toBeats(port, Tensor::ofIntegers(ElementType::i64(), {1, 1, 2}, {1, 8}));
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.message(), "expected values of i4 for 'x', got 8");
  auto part = frames::toBeats(port, Tensor::ofIntegers(ElementType::i64(), {3}, {1, 2, 3}));
  ASSERT_FALSE(part);
  EXPECT_EQ(part.message(), "expected frames of 2 integers for 'x', got 3 of i64");
  EXPECT_EQ(frames::fromBeats(port, "1\n2\n3\n").message(),
            "expected frames of 2 beats in 'x', got 3");
  EXPECT_EQ(frames::fromBeats(port, "1\nx\n").message(),
            "expected hex digits in line 2 of 'x', got 'x'");
  EXPECT_EQ(frames::fromBeats(port, "1\n \n").message(),
            "expected hex digits in line 2 of 'x', got ' '");
}

TEST(Frames, manifest) {
  Port port = portOf(ElementType::integer(4, false), 2, 6, 3, {6, 1, 2}), back;
  port.layer = "conv/1";
  port.order = {1, 0};
  llvm::json::Path::Root root;
  ASSERT_TRUE(frames::fromJSON(frames::toJSON(port), back, root));
  EXPECT_EQ(back.layer, "conv/1");
  EXPECT_EQ(back.element, port.element);
  EXPECT_EQ(back.shape, port.shape);
  EXPECT_EQ(back.order, port.order);
  EXPECT_EQ(back.beats(), 4);
}

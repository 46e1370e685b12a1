//===- AugmentTest.cpp - images that vary -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Augment.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <set>

using namespace weft::training;

namespace {

using Image = std::vector<float>;
const std::vector<int64_t> shape{2, 4, 5};

Image counted() {
  Image image(40);
  for (int i = 0; i < 40; ++i)
    image[i] = static_cast<float>(i);
  return image;
}

Image augmented(const Augmentation &a, int64_t epoch, int64_t sample, uint64_t seed = 1) {
  Image from = counted(), to(40);
  augment(a, shape, seed, epoch, sample, from.data(), to.data());
  return to;
}

TEST(Augment, ReadsSteps) {
  Augmentation a;
  EXPECT_EQ(parseAugmentation("shift{2},flip,crop{14}", a), "");
  EXPECT_EQ(a.shift, 2);
  EXPECT_EQ(a.crop, 14);
  EXPECT_TRUE(a.flip);
  for (const char *text : {"", "shift", "shift{}", "shift{0}", "shift{-1}", "shift{2", "flip,flip", "shift{1},shift{2}", "crop{99999}", "spin"}) {
    Augmentation b;
    EXPECT_NE(parseAugmentation(text, b), "") << text;
  }
}

TEST(Augment, FlipsSomeAndShiftsAll) {
  Augmentation flip;
  flip.flip = true;
  std::set<Image> seen;
  for (int sample = 0; sample < 20; ++sample)
    seen.insert(augmented(flip, 0, sample));
  Image mirrored = counted();
  for (int row = 0; row < 8; ++row)
    std::reverse(mirrored.begin() + row * 5, mirrored.begin() + row * 5 + 5);
  EXPECT_EQ(seen, (std::set<Image>{counted(), mirrored}));
  Augmentation shift;
  shift.shift = 1;
  seen.clear();
  for (int sample = 0; sample < 200; ++sample)
    seen.insert(augmented(shift, 3, sample));
  EXPECT_EQ(seen.size(), 9u); // three places in each direction
  Image right = counted(); // by one to the right, the edge repeated
  for (int row = 0; row < 8; ++row)
    for (int x = 4; x > 0; --x)
      right[row * 5 + x] = right[row * 5 + x - 1];
  EXPECT_EQ(seen.count(right), 1u);
}

/// A crop of one pixel of a ramp is a ramp of the rest.
TEST(Augment, CropsScaleBack) {
  Augmentation crop;
  crop.crop = 1;
  for (int sample = 0; sample < 10; ++sample) {
    Image to = augmented(crop, 0, sample);
    for (int c = 0; c < 2; ++c)
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 5; ++x) {
          double startX = to[0] - 5 * static_cast<int>(to[0] / 5), startY = static_cast<int>(to[0] / 5);
          EXPECT_NEAR(to[c * 20 + y * 5 + x], c * 20 + (startY + y * 2.0 / 3) * 5 + startX + x * 3.0 / 4, 1e-4);
        }
  }
}

TEST(Augment, FollowsFromSeedEpochAndSample) {
  Augmentation a;
  a.shift = 2, a.flip = true, a.crop = 1;
  EXPECT_EQ(augmented(a, 2, 7), augmented(a, 2, 7));
  std::set<Image> seen;
  for (int epoch = 0; epoch < 3; ++epoch)
    for (int sample = 0; sample < 3; ++sample)
      for (uint64_t seed = 1; seed < 4; ++seed)
        seen.insert(augmented(a, epoch, sample, seed));
  EXPECT_GT(seen.size(), 15u);
}

} // namespace

//===- PruningTest.cpp - what is kept, against naive versions --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Pruning.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace weft::compression;

namespace {

TEST(Pruning, GreatestMagnitudes) {
  std::vector<float> w{0.5f, -2.0f, 0.0f, 1.0f, -1.0f, 3.0f};
  EXPECT_EQ(keepGreatest(w.data(), 6, 3), (std::vector<bool>{false, true, false, true, false, true})); // 1 before -1
  EXPECT_EQ(keepGreatest(w.data(), 6, 6), std::vector<bool>(6, true));
  EXPECT_EQ(keepAbove(w.data(), 6, 1.0), (std::vector<bool>{false, true, false, true, true, true}));
  EXPECT_EQ(keepAbove(w.data(), 6, 0.0), (std::vector<bool>{true, true, false, true, true, true}));
}

TEST(Pruning, NOfEveryM) {
  std::vector<float> w{1, -4, 2, 3, 0, 0, 0, 0};
  EXPECT_EQ(keepPerGroup(w.data(), 8, 2, 4), (std::vector<int64_t>{1, 3, 0, 1}));
  EXPECT_EQ(keepPerGroup(w.data(), 8, 1, 2), (std::vector<int64_t>{1, 1, 0, 0}));
}

/// The best choice of `keep` columns of a block is that of the greatest energies.
TEST(Pruning, ColumnsOfBlocksAreTheBest) {
  std::vector<float> w(6 * 8);
  for (size_t i = 0; i < w.size(); ++i)
    w[i] = std::sin(3.0f * static_cast<float>(i * i));
  BlockChoice choice = pruneBlocks(w.data(), 6, 8, 3, 4, 0.5, false);
  EXPECT_EQ(choice.rows, std::vector<bool>(2 * 2 * 3, true));
  for (int block = 0; block < 4; ++block) {
    std::vector<std::pair<double, int>> energy;
    for (int c = 0; c < 4; ++c) {
      double sum = 0;
      for (int r = 0; r < 3; ++r)
        sum += std::pow(w[(block / 2 * 3 + r) * 8 + block % 2 * 4 + c], 2);
      energy.push_back({-sum, c});
    }
    std::sort(energy.begin(), energy.end());
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(choice.columns[block * 4 + energy[i].second], i < 2);
  }
}

TEST(Pruning, RowsAndColumnsReachTheDensity) {
  std::vector<float> w(8 * 8, 1.0f);
  for (int c = 0; c < 8; ++c)
    w[2 * 8 + c] = 0.0f; // a dead row
  for (int r = 0; r < 8; ++r)
    w[r * 8 + 5] = 0.0f; // a dead column
  BlockChoice choice = pruneBlocks(w.data(), 8, 8, 8, 8, 49.0 / 64, true);
  EXPECT_EQ(std::count(choice.rows.begin(), choice.rows.end(), true), 7);
  EXPECT_EQ(std::count(choice.columns.begin(), choice.columns.end(), true), 7);
  EXPECT_FALSE(choice.rows[2]);
  EXPECT_FALSE(choice.columns[5]);
}

} // namespace

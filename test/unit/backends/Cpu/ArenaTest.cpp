//===- ArenaTest.cpp - static memory planning -------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Arena.h"
#include <gtest/gtest.h>
#include <random>

using namespace weft::cpu;

TEST(Arena, ReusesMemoryOfTheDead) {
  std::vector<Lifetime> chain{{100, 0, 1}, {100, 1, 2}, {100, 2, 3}};
  EXPECT_EQ(planArena(chain), 256);
}

TEST(Arena, NothingAliveOverlaps) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<Lifetime> buffers;
    for (int i = 0; i < 30; ++i) {
      int first = random() % 20;
      buffers.push_back({static_cast<int64_t>(random() % 1000), first, first + static_cast<int>(random() % 6)});
    }
    int64_t total = planArena(buffers);
    for (size_t i = 0; i < buffers.size(); ++i) {
      EXPECT_EQ(buffers[i].offset % 64, 0);
      EXPECT_LE(buffers[i].offset + buffers[i].bytes, total);
      for (size_t j = 0; j < i; ++j) {
        bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
        bool apart = buffers[i].offset + buffers[i].bytes <= buffers[j].offset || buffers[j].offset + buffers[j].bytes <= buffers[i].offset;
        EXPECT_TRUE(!together || apart);
      }
    }
  }
}

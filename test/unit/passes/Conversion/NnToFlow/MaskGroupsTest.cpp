//===- MaskGroupsTest.cpp - what is regular about a mask ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/MaskGroups.h"

#include "gtest/gtest.h"

#include <random>

using namespace weft::conversion;
using Mask = std::vector<int64_t>;

TEST(MaskGroups, OfEveryRow) {
  auto groups = keptGroups({0, 1, 1, 0, 1, 0, 0, 1}, 4, 2, 1);
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->kept, 1);
  EXPECT_EQ(groups->indices, (Mask{1, 0, 0, 1}));
  EXPECT_EQ(groups->columnOfEdge(2, 4), (Mask{1, 2, 0, 3}));
}

TEST(MaskGroups, OfBlocksOfRows) {
  Mask mask = {1, 0, 1, 1, 0, 1, 1, 1, 0};
  EXPECT_FALSE(keptGroups(mask, 3, 3, 3));
  mask = {1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0};
  auto groups = keptGroups(mask, 3, 3, 2);
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->kept, 2);
  EXPECT_EQ(groups->indices, (Mask{0, 2, 0, 1}));
  EXPECT_EQ(groups->columnOfEdge(4, 3), (Mask{0, 2, 0, 2, 0, 1, 0, 1}));
}

TEST(MaskGroups, UnequalGroups) {
  EXPECT_FALSE(keptGroups({1, 0, 1, 1}, 4, 2, 1));
  EXPECT_TRUE(keptGroups({1, 0, 1, 1}, 4, 4, 1));
}

TEST(ColumnLists, OfBlocksOfRows) {
  ColumnLists lists = columnLists({1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0}, 4, 2, 8);
  EXPECT_EQ(lists.edges, 2);
  EXPECT_EQ(lists.bits, 2u);
  EXPECT_EQ(lists.columns, (Mask{0, 3, 1, 2}));
  EXPECT_EQ(lists.gaps, (Mask{0, 2, 1, 0}));
  EXPECT_EQ(lists.columnOfEdge(4), (Mask{0, 3, 0, 3, 1, 2, 1, 2}));
  EXPECT_TRUE(lists.isFull());
  EXPECT_EQ(lists.storedBits, 4 * (2 * 8 + 2));
}

TEST(ColumnLists, DifferInLength) {
  ColumnLists lists = columnLists({1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}, 4, 1, 8);
  // Gaps of two bits are 8 bits for 4 edges, of one bit 5 for 5.
  EXPECT_EQ(lists.edges, 3);
  EXPECT_EQ(lists.bits, 1u);
  EXPECT_EQ(lists.columns, (Mask{0, 1, 2, -1, 1, -1, -1, -1, -1}));
  EXPECT_EQ(lists.lengths, (Mask{3, 2, 0}));
  EXPECT_EQ(lists.storedBits, 4 * 8 + 5);
  EXPECT_FALSE(lists.isFull());
  lists = columnLists({1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 9, 1, 8);
  EXPECT_EQ(lists.edges, 8);
  EXPECT_EQ(lists.lengths, (Mask{5, 1}));
}

TEST(ColumnLists, LongGapsAreEscaped) {
  // A gap of two bits for all is more than one bit and an edge that reads nothing, has no value and takes a step.
  Mask mask(64, 1);
  mask[40] = 0;
  ColumnLists lists = columnLists(mask, 64, 1, 8);
  EXPECT_EQ(lists.bits, 1u);
  EXPECT_EQ(lists.lengths, Mask{64});
  EXPECT_EQ(lists.edges, 72);
  EXPECT_EQ(lists.columns[40], -1);
  EXPECT_EQ(lists.gaps[40], 1);
  EXPECT_EQ(lists.gaps[41], 0);
  EXPECT_EQ(lists.storedBits, 64 + 63 * 8);
}

TEST(ColumnLists, RandomMasksComeBack) {
  std::mt19937 random(7);
  for (int64_t density : {2, 4, 20}) {
    int64_t rows = 6, columns = 50;
    Mask mask(static_cast<size_t>(rows * columns));
    for (int64_t &set : mask)
      set = random() % static_cast<unsigned>(density) == 0;
    ColumnLists lists = columnLists(mask, columns, 1, 8);
    Mask read(mask.size());
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t i = 0, next = 0; i < lists.lengths[static_cast<size_t>(row)]; ++i) {
        int64_t gap = lists.gaps[static_cast<size_t>(row * lists.edges + i)];
        next += gap;
        if (gap != (1 << lists.bits) - 1)
          read[static_cast<size_t>(row * columns + next++)] = 1;
      }
    EXPECT_EQ(read, mask);
  }
}

TEST(ColumnLists, OfFewerRowsWhereTheirColumnsDiffer) {
  Mask mask = {1, 0, 1, 0, 0, 1, 0, 1};
  EXPECT_EQ(smallestLists(mask, 4, 2, 8).share, 1);
  mask = {1, 0, 1, 0, 1, 0, 1, 0};
  EXPECT_EQ(smallestLists(mask, 4, 2, 8).share, 2);
}

//===- MaskGroupsTest.cpp - what is regular about a mask ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/MaskGroups.h"

#include "gtest/gtest.h"

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
  ColumnLists lists = columnLists({1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0}, 4, 2);
  EXPECT_EQ(lists.edges, 2);
  EXPECT_EQ(lists.columns, (Mask{0, 3, 1, 2}));
  EXPECT_EQ(lists.gaps(), (Mask{0, 2, 1, 0}));
  EXPECT_EQ(lists.columnOfEdge(4), (Mask{0, 3, 0, 3, 1, 2, 1, 2}));
}

TEST(ColumnLists, ShortOnesAreFilledUp) {
  // The middle of what is left out, again and again.
  ColumnLists lists = columnLists({1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, 8, 1);
  EXPECT_EQ(lists.edges, 3);
  EXPECT_EQ(lists.columns, (Mask{0, 1, 2, 0, 2, 4}));
  lists = columnLists({1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 9, 1);
  EXPECT_EQ(lists.edges, 8);
}

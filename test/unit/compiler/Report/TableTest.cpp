//===- TableTest.cpp - aligned tables ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Table.h"

#include <gtest/gtest.h>

using namespace weft::report;

namespace {

TEST(Table, AlignsAndLeavesEmptyColumnsOut) {
  Table table({"name", "unused", ">count"});
  table.row({"a", "", "1"});
  table.rule();
  table.row({"größer", "", "1,000"});
  EXPECT_EQ(table.str(), "name    count\n"
                         "-------------\n"
                         "a           1\n"
                         "-------------\n"
                         "größer  1,000\n");
}

TEST(Text, NumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(bitsAsText(800), "800 bits");
  EXPECT_EQ(bitsAsText(8 * 2048), "2.0 KiB");
  EXPECT_EQ(shapeAsText({-1, 3, 4}), "?x3x4");
  EXPECT_EQ(shapeAsText({}), "scalar");
}

} // namespace

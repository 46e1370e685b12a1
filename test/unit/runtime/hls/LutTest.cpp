//===- LutTest.cpp - a netlist of tables as a process -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::hls;
using namespace weft::hls::test;

namespace {
/// 2-bit plus 2-bit, signed.
struct Adder {
  static void apply(const bool *x, bool *y) {
    const int a = x[0] + 2 * x[1] - 4 * x[1], b = x[2] + 2 * x[3] - 4 * x[3];
    for (int i = 0; i < 3; ++i)
      y[i] = (a + b) >> i & 1;
  }
};

TEST(LutTest, bitsOfLanesInAndOut) {
  Values values, sums;
  for (int a = -2; a < 2; ++a)
    for (int b = -2; b < 2; ++b) {
      values.push_back(a);
      values.push_back(b);
      sums.push_back(a + b);
    }
  Stream<Beat<Int<2, true>, 2>> in;
  Stream<Beat<Int<3, true>, 1>> out;
  feed<Int<2, true>, 2>(in, values);
  lut<Adder>(in, out, 16);
  EXPECT_EQ((drain<Int<3, true>, 1>(out)), sums);
}
} // namespace

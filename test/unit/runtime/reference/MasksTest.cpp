//===- MasksTest.cpp - A11b, A11c, A11n, A11r -------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Masks.h"
#include "Golden.h"

#include <numeric>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {

std::vector<int64_t> sums(const Tensor &mask, bool ofRows) {
  std::vector<int64_t> result(mask.dim(ofRows ? 0 : 1));
  for (int64_t i = 0; i < mask.size(); ++i)
    result[ofRows ? i / mask.dim(1) : i % mask.dim(1)] += mask.integers()[i];
  return result;
}

TEST(MasksTest, streamOrder) {
  // Three channels of two positions: p = s·3 + c is column c·2 + s.
  std::vector<int64_t> columns;
  for (int64_t p = 0; p < 6; ++p)
    columns.push_back(columnOfPosition(p, 3, 6));
  EXPECT_EQ(columns, (std::vector<int64_t>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(columnOfPosition(4, 0, 6), 4);
}

TEST(MasksTest, a11cByHand) {
  // Four inputs in two memories of two rows, fan-out 1, two outputs: edges 0, 1 to output 0 and 2, 3 to output 1.
  Tensor starts = Tensor::ofIntegers(integer(1, false), {1, 2}, {0, 1});
  auto mask = interleaveMask({3, 1, &starts, nullptr}, 0, {2, 4});
  ASSERT_TRUE(mask.ok());
  EXPECT_EQ(mask->integers(), (std::vector<int64_t>{1, 0, 0, 1, 0, 1, 1, 0}));
  auto conv = interleaveMask({3, 1, &starts, nullptr}, 2, {2, 2, 2});
  EXPECT_EQ(conv->integers(), (std::vector<int64_t>{1, 0, 0, 1, 0, 1, 1, 0})); // positions 0, 3 and 2, 1 in stream order
}

TEST(MasksTest, a11cRefusals) {
  Tensor starts = Tensor::ofIntegers(integer(2, false), {1, 2}, {0, 2}), rows = Tensor::ofIntegers(integer(1, false), {1, 2, 2}, {0, 0, 0, 1});
  expectFailure(interleaveMask({3, 1, &starts, nullptr}, 0, {2, 4}), "start row 2 is outside of memories of 2 rows (A11c)");
  expectFailure(interleaveMask({1, 1, &rows, nullptr}, 0, {2, 4}), "the rows of memory 0 in sweep 0 are no permutation (A11c)");
  starts.integers() = {0, 1};
  Tensor dither = Tensor::ofIntegers(integer(1, false), {1, 2}, {1, 1});
  expectFailure(interleaveMask({3, 1, &starts, &dither}, 0, {2, 4}), "the dither of sweep 0 is no permutation of the memories (A11c)");
  expectFailure(interleaveMask({3, 1, &starts, nullptr}, 3, {2, 4}), "whose columns the channels divide");
  expectFailure(interleaveMask({3, 1, &starts, nullptr}, 0, {3, 4}), "a fan-in that does");
  Tensor narrow = Tensor::ofIntegers(integer(1, false), {2, 1}, {0, 0});
  expectFailure(interleaveMask({3, 1, &starts, &narrow}, 0, {2, 4}), "expected a dither [1 or 1, 2]");
}

TEST(MasksTest, a11rGenerator) {
  SplitMix64 random(0); // the first numbers of the published generator
  EXPECT_EQ(random.next(), 0xE220A8397B1DCDAFu);
  EXPECT_EQ(random.next(), 0x6E789E6AA1B965F4u);
}

TEST(MasksTest, a11rCounts) {
  auto any = randomMask(3, 20, {8, 12});
  ASSERT_TRUE(any.ok());
  EXPECT_EQ(std::accumulate(any->integers().begin(), any->integers().end(), int64_t(0)), 20);
  EXPECT_NE(any->integers(), randomMask(4, 20, {8, 12})->integers());
  auto regular = structuredRandomMask(3, 4, {6, 12});
  ASSERT_TRUE(regular.ok());
  EXPECT_EQ(sums(*regular, true), std::vector<int64_t>(6, 4));
  EXPECT_EQ(sums(*regular, false), std::vector<int64_t>(12, 2));
  expectFailure(randomMask(1, 97, {8, 12}), "expected at most 96 edges, found 97 (A11r)");
  expectFailure(structuredRandomMask(1, 5, {6, 12}), "found 5 (A11r)");
  expectFailure(structuredRandomMask(1, 3, {6, 12}), "found 3 (A11r)");
}

TEST(MasksTest, a11nGroups) {
  Tensor indices = Tensor::ofIntegers(integer(2, false), {1, 2, 2}, {0, 3, 1, 2});
  EXPECT_EQ(nmMask(indices, 0, {1, 8})->integers(), (std::vector<int64_t>{1, 0, 0, 1, 0, 1, 1, 0}));
  EXPECT_EQ(nmMask(indices, 2, {1, 8})->integers(), (std::vector<int64_t>{1, 0, 0, 1, 0, 1, 1, 0}));
  indices.integers() = {0, 3, 2, 2};
  expectFailure(nmMask(indices, 0, {1, 8}), "expected ascending indices below 4, found 2 in row 0, group 1 (A11n)");
  expectFailure(nmMask(indices, 0, {2, 8}), "expected indices [2, groups, N]");
}

TEST(MasksTest, a11bBlocks) {
  Tensor rows = Tensor::ofIntegers(integer(1, false), {1, 2, 2}, {1, 0, 1, 1}), columns = Tensor::ofIntegers(integer(1, false), {1, 2, 2}, {1, 1, 0, 1});
  EXPECT_EQ(blockMask(rows, columns, 0, {2, 4})->integers(), (std::vector<int64_t>{1, 1, 0, 1, 0, 0, 0, 1}));
  expectFailure(blockMask(rows, columns, 0, {4, 4}), "(A11b)");
}

} // namespace

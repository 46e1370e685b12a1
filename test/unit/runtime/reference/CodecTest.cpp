//===- CodecTest.cpp - A9 and following, and that a factorized sum is the dense one ----===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Codec.h"
#include "Golden.h"
#include "runtime/reference/Linear.h"

#include <random>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(LookupTest, a9GroupsOfRows) {
  Tensor codes = Tensor::ofIntegers(integer(1, false), {4, 2}, {0, 1, 1, 1, 0, 0, 1, 0});
  Tensor book = Tensor::ofFloats({2, 2}, {1, 2, 10, 20});
  EXPECT_EQ(lookup(codes, book)->floats(), (std::vector<float>{1, 2, 2, 2, 10, 10, 20, 10}));
  expectFailure(lookup(codes, Tensor(ElementType::f32(), {3, 2})), "G dividing R");
  expectFailure(lookup(codes, Tensor(ElementType::f32(), {2, 1})), "code 1 is outside of a codebook of 1 entries (A9)");
}

TEST(LookupTest, factorizedSumEqualsTheDenseOne) {
  std::mt19937_64 random(5);
  const int64_t rows = 6, columns = 33, entries = 8, groups = 3;
  Tensor codes = randomTensor(integer(3, false), {rows, columns}, random), book = randomTensor(integer(8), {groups, entries}, random);
  Tensor x = randomTensor(integer(8, false), {1, columns}, random), b = randomTensor(integer(16), {rows}, random);
  for (int64_t &v : b.integers())
    v /= 2;
  Tensor wide = *cast(b, integer(32));
  auto dense = linear(x, *lookup(codes, book), wide);
  ASSERT_TRUE(dense) << dense.message();
  for (int64_t r = 0; r < rows; ++r) {
    std::vector<int64_t> sums(entries, 0); // Σ of the activations of each cluster
    for (int64_t j = 0; j < columns; ++j)
      sums[codes.integers()[r * columns + j]] += x.integers()[j];
    int64_t acc = wide.integers()[r];
    for (int64_t k = 0; k < entries; ++k)
      acc += book.integers()[r * groups / rows * entries + k] * sums[k];
    EXPECT_EQ(dense->integers()[r], acc);
  }
}

TEST(ScatterTest, a11RowMajorOrder) {
  Tensor mask = Tensor::ofIntegers(integer(1, false), {2, 3}, {0, 1, 1, 0, 0, 1});
  EXPECT_EQ(scatter(Tensor::ofFloats({3}, {1, 2, 3}), mask)->floats(), (std::vector<float>{0, 1, 2, 0, 0, 3}));
  expectFailure(scatter(Tensor::ofFloats({2}, {1, 2}), mask), "the mask has 3 elements set, expected one for each of 2 values (A11)");
  expectFailure(scatter(Tensor::ofFloats({1, 3}, {1, 2, 3}), mask), "expected values [E]");
}

TEST(DeltaTest, a10FixedToTheReferenceOfARun) {
  Tensor references = Tensor::ofIntegers(integer(8), {2}, {10, -100}), deltas = Tensor::ofIntegers(integer(4), {2, 3}, {-8, 0, 7, 1, 2, -3});
  EXPECT_EQ(delta(references, deltas, integer(8), false, 0, 0)->integers(), (std::vector<int64_t>{2, 10, 17, -99, -98, -103}));
  EXPECT_EQ(delta(references, deltas, integer(8), false, 2, 0)->integers(), (std::vector<int64_t>{-22, 10, 38, -96, -92, -112}));
  expectFailure(delta(references, deltas, integer(8), false, 4, 0), "weight 5 is -148, which i8 does not hold (A10)");
  expectFailure(delta(Tensor(integer(8), {4}), deltas, integer(8), false, 0, 0), "G dividing the deltas");
}

TEST(DeltaTest, a10ConsecutiveInStreamOrder) {
  Tensor reference = Tensor::ofIntegers(integer(8), {1}, {5}), deltas = Tensor::ofIntegers(integer(4), {1, 6}, {1, 2, 3, -4, -5, -6});
  EXPECT_EQ(delta(reference, deltas, integer(8), true, 0, 0)->integers(), (std::vector<int64_t>{6, 8, 11, 7, 2, -4}));
  // Two channels of three positions: columns 0, 3, 1, 4, 2, 5.
  EXPECT_EQ(delta(reference, deltas, integer(8), true, 0, 2)->integers(), (std::vector<int64_t>{6, 4, 2, 2, -1, -4}));
  // A run of two rows goes on from the one to the other.
  Tensor rows = Tensor::ofIntegers(integer(4), {2, 2}, {1, 1, 1, 1});
  EXPECT_EQ(delta(reference, rows, integer(8), true, 1, 0)->integers(), (std::vector<int64_t>{7, 9, 11, 13}));
}

TEST(CirculantTest, a13FirstColumnsOfBlocks) {
  Tensor vectors = Tensor::ofFloats({1, 2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(circulant(vectors, 0)->floats(), (std::vector<float>{1, 3, 2, 4, 6, 5, 2, 1, 3, 5, 4, 6, 3, 2, 1, 6, 5, 4}));
  // With two channels of three positions each, column 0 is position 0, column 1 position 2, …
  EXPECT_EQ(circulant(vectors, 2)->floats()[1], 2);
  EXPECT_EQ(circulant(vectors, 2)->floats()[3], 3);
  Tensor taps = Tensor::ofFloats({1, 1, 2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(circulant(taps, 0)->floats(), (std::vector<float>{1, 2, 3, 4, 3, 4, 1, 2}));
  EXPECT_EQ(circulant(taps, 0)->shape(), (Shape{2, 2, 2}));
  expectFailure(circulant(Tensor(ElementType::f32(), {2, 2}), 0), "expected vectors [R/b, C/b, b, ...]");
}
} // namespace

//===- IndexingTest.cpp - index tuples, sorting, running sums ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Indexing.h"
#include "Golden.h"

#include <limits>

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(IndexingTest, gatherAsNumpy) {
  expectTensor(gatherNd(golden("gather_nd.x"), golden("gather_nd.i"), 0), golden("gather_nd.y"));
  expectTensor(gatherNd(golden("gather_batch.x"), golden("gather_batch.i"), 2), golden("gather_batch.y"));
}

TEST(IndexingTest, scatterAsNumpy) {
  for (auto [name, kind] : {std::pair("replace", ScatterKind::replace), {"add", ScatterKind::add}, {"mul", ScatterKind::mul},
                            {"max", ScatterKind::max}, {"min", ScatterKind::min}}) {
    SCOPED_TRACE(name);
    const std::string c = std::string("scatter_") + name;
    expectTensor(scatterNd(golden(c + ".x"), golden(c + ".i"), golden(c + ".u"), kind, 0), golden(c + ".y"));
  }
}

TEST(IndexingTest, scatterUndoesGather) {
  const Tensor &x = golden("sort.x"), &order = golden("sort.least");
  // Along the last axis a permutation is scattered back where it came from.
  Tensor data(x.type(), {12, 5}), places(x.type(), {12, 5, 1});
  for (int64_t i = 0; i < 60; ++i)
    places.integers()[i] = (i % 5 + i / 5) % 5;
  Tensor values = x.reshaped({12, 5});
  auto there = gatherNd(values, places, 1);
  ASSERT_TRUE(there.ok());
  expectTensor(scatterNd(data, places, *there, ScatterKind::replace, 1), values);
  EXPECT_EQ(order.shape(), x.shape());
}

TEST(IndexingTest, sortAsNumpy) {
  const Tensor &x = golden("sort.x");
  expectTensor(topK(x, 1, 4, false, ElementType::i64()), golden("sort.least"));
  expectTensor(topK(x, 1, 3, true, integer(32)), golden("sort.greatest"));
  Tensor odd = Tensor::ofFloats({4}, {1, std::nanf(""), std::numeric_limits<float>::infinity(), -2});
  EXPECT_EQ(topK(odd, 0, 4, false, ElementType::i64())->integers(), (std::vector<int64_t>{3, 0, 2, 1}));
  EXPECT_EQ(topK(odd, 0, 2, true, ElementType::i64())->integers(), (std::vector<int64_t>{1, 2}));
}

TEST(IndexingTest, scanAsNumpy) {
  const Tensor &x = golden("scan.x");
  expectTensor(scan(ScanKind::sum, x, 1, false, false), golden("scan.sum"));
  expectTensor(scan(ScanKind::sum, x, 1, true, false), golden("scan.exclusive"));
  expectTensor(scan(ScanKind::sum, x, 1, false, true), golden("scan.reverse"));
  expectTensor(scan(ScanKind::prod, x, 2, false, false), golden("scan.prod"));
  expectTensor(scan(ScanKind::sum, golden("scan.x", ElementType::f32()), 1, false, true), golden("scan.reverse", ElementType::f32()));
}

TEST(IndexingTest, outsideIsAnError) {
  const ElementType i64 = ElementType::i64();
  Tensor x = Tensor::ofIntegers(integer(8), {3}, {100, 1, 2}), three = Tensor::ofIntegers(i64, {1, 1}, {3}), zero(i64, {1, 1});
  expectFailure(gatherNd(x, three, 0), "index 3 is outside of dimension 0 of 3");
  expectFailure(gatherNd(x, Tensor(i64, {1, 2}), 0), "do not fit data [3]");
  expectFailure(scatterNd(x, zero, Tensor(integer(8), {2}), ScatterKind::add, 0), "updates are i8[2], expected i8[1]");
  expectFailure(scatterNd(x, zero, Tensor::ofIntegers(integer(8), {1}, {100}), ScatterKind::add, 0), "leaves i8");
  expectFailure(topK(x, 0, 4, true, i64), "cannot take 4 elements along axis 0 of [3]");
  expectFailure(scan(ScanKind::sum, Tensor::ofIntegers(integer(8), {2}, {100, 100}), 0, false, false), "outside of i8's");
  expectFailure(scan(ScanKind::sum, x, 1, false, false), "axis 1 is outside of rank 1");
}
} // namespace

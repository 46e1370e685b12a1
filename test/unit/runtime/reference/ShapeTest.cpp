//===- ShapeTest.cpp - moving values: A8, gather -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Shape.h"
#include "Golden.h"

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(ShapeTest, asNumpy) {
  const Tensor &x = golden("shape.x");
  expectTensor(transpose(x, {2, 0, 1}), golden("shape.transpose"));
  Tensor first = *slice(x, {0, 0, 0}, {-1, 1, -1}, {1, 1, 1});
  expectTensor(concat({&x, &first}, 1), golden("shape.concat"));
  expectTensor(slice(x, {0, 2, 1}, {-1, 2, 2}, {1, -1, 2}), golden("shape.slice"));
  expectTensor(gather(x, Tensor::ofIntegers(ElementType::i64(), {2, 2}, {0, -1, 1, 1}), 1), golden("shape.gather"));
  expectTensor(broadcast(first, {2, 2, 3, -1}), golden("shape.broadcast"));
  for (auto [mode, name] : {std::pair(PadMode::reflect, "reflect"), {PadMode::edge, "edge"}, {PadMode::wrap, "wrap"}, {PadMode::constant, "constant"}})
    expectTensor(pad(x, {0, 2, 3}, {1, 1, 2}, mode, 7), golden(std::string("shape.pad_") + name));
}

TEST(ShapeTest, reshapeFindsTheMinusOne) {
  Tensor x(integer(8), {2, 6});
  EXPECT_EQ(reshape(x, {3, -1})->shape(), (Shape{3, 4}));
  expectFailure(reshape(x, {5, -1}), "cannot reshape [2, 6] to [5, -1]");
  expectFailure(reshape(x, {-1, -1}), "cannot reshape");
  EXPECT_EQ(reshape(Tensor(integer(8), {0, 6}), {-1, 3})->shape(), (Shape{0, 3}));
}

TEST(ShapeTest, padCutsWhereNegative) {
  Tensor x = Tensor::ofIntegers(integer(8), {4}, {1, 2, 3, 4});
  EXPECT_EQ(pad(x, {-1}, {1}, PadMode::constant, 9)->integers(), (std::vector<int64_t>{2, 3, 4, 9}));
  expectFailure(pad(x, {0}, {1}, PadMode::constant, 200), "pads with 200, outside of i8");
  expectFailure(pad(x, {-3}, {-2}, PadMode::constant, 0), "cannot pad dimension 0 of 4");
}

TEST(ShapeTest, outsideIsAnError) {
  Tensor x(integer(8), {3});
  expectFailure(slice(x, {2}, {2}, {1}), "slice reaches from 2 to 3 in dimension 0 of 3");
  expectFailure(gather(x, Tensor::ofIntegers(ElementType::i64(), {1}, {3}), 0), "index 3 is outside of dimension 0 of 3");
  expectFailure(transpose(x, {1}), "is not a permutation");
  Tensor other(integer(4), {3});
  expectFailure(concat({&x, &other}, 0), "inputs of concat differ");
}
} // namespace

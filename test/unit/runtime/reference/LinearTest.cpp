//===- LinearTest.cpp - linear and matmul (A3) -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Linear.h"
#include "Golden.h"

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(LinearTest, sumsLeave64BitsAndComeBack) {
  expectTensor(linear(golden("linear_wide.x"), golden("linear_wide.w"), golden("linear_wide.b")), golden("linear_wide.y"));
}

TEST(LinearTest, floatsAsNumpy) {
  expectTensor(linear(golden("linear_float.x"), golden("linear_float.w"), golden("linear_float.b")), golden("linear_float.y"), 1e-6);
}

TEST(LinearTest, accumulatorBoundsAreReached) {
  Tensor x = Tensor::ofIntegers(integer(8), {2, 1}, {-128, 127}), w = Tensor::ofIntegers(integer(1), {1, 1}, {-1});
  Tensor b = Tensor::ofIntegers(integer(8), {1}, {-1});
  EXPECT_EQ(linear(x, w, b)->integers(), (std::vector<int64_t>{127, -128}));
  b.integers()[0] = 0;
  expectFailure(linear(x, w, b), "element 0 is 128, outside of i8's [-128, 127] (A3)");
}

TEST(LinearTest, emptyAndMismatched) {
  Tensor w(ElementType::f32(), {2, 0}), b = Tensor::ofFloats({2}, {1, 2});
  EXPECT_EQ(linear(Tensor(ElementType::f32(), {1, 0}), w, b)->floats(), (std::vector<float>{1, 2}));
  EXPECT_EQ(linear(Tensor(ElementType::f32(), {0, 0}), w, b)->shape(), (Shape{0, 2}));
  expectFailure(linear(Tensor(ElementType::f32(), {1, 3}), w, b), "found [1, 3], [2, 0], [2]");
  expectFailure(linear(Tensor(integer(8), {1, 0}), w, b), "element types i8, f32, f32 do not go together");
}

TEST(MatmulTest, broadcastsBatches) {
  expectTensor(matmul(golden("matmul.a"), golden("matmul.b"), ElementType::f64()), golden("matmul.y"), 1e-12);
  expectFailure(matmul(Tensor(ElementType::f32(), {2, 3}), Tensor(ElementType::f32(), {2, 3}), ElementType::f32()), "[2, 3] and [2, 3]");
}
} // namespace

//===- ReduceTest.cpp - reductions, arg_reduce, softmax ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Reduce.h"
#include "Golden.h"

using namespace weft::reference;
using namespace weft::reference::test;

namespace {
TEST(ReduceTest, asNumpy) {
  const Tensor &x = golden("reduce.x");
  for (auto [kind, name] : {std::pair(ReduceKind::sum, "sum"), {ReduceKind::mean, "mean"}, {ReduceKind::max, "max"}, {ReduceKind::min, "min"},
                            {ReduceKind::prod, "prod"}, {ReduceKind::sum_square, "sum_square"}, {ReduceKind::l1, "l1"}, {ReduceKind::l2, "l2"},
                            {ReduceKind::log_sum_exp, "log_sum_exp"}}) {
    SCOPED_TRACE(name);
    expectTensor(reduce(kind, x, {1, 3}, false, x.type()), golden(std::string("reduce.") + name), 1e-12);
    EXPECT_EQ(reduce(kind, x, {1, 3}, true, x.type())->shape(), (Shape{2, 1, 4, 1}));
  }
}

TEST(ReduceTest, integersAreExact) {
  Tensor x = Tensor::ofIntegers(integer(8), {2, 2}, {127, 127, -128, 3});
  EXPECT_EQ(reduce(ReduceKind::sum, x, {1}, false, integer(16))->integers(), (std::vector<int64_t>{254, -125}));
  EXPECT_EQ(reduce(ReduceKind::mean, x, {1}, false, integer(8))->integers(), (std::vector<int64_t>{127, -62}));
  expectFailure(reduce(ReduceKind::sum, x, {1}, false, integer(8)), "element 0 is 254");
  expectFailure(reduce(ReduceKind::l2, x, {1}, false, integer(8)), "is not defined on i8");
  Tensor huge = Tensor::ofIntegers(ElementType::i64(), {4}, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX});
  expectFailure(reduce(ReduceKind::prod, huge, {0}, false, ElementType::i64()), "outside of i64's");
}

TEST(ReduceTest, logSumExpOfLargeNumbersDoesNotOverflow) {
  Tensor x = Tensor::ofFloats({2}, {1000, 1000});
  EXPECT_NEAR(reduce(ReduceKind::log_sum_exp, x, {0}, false, x.type())->floats()[0], 1000.6931, 1e-3);
}

TEST(ArgReduceTest, asNumpyAndTies) {
  const Tensor &x = golden("reduce.x");
  expectTensor(argReduce(x, 2, false, true, false, ElementType::i64()), golden("reduce.argmax"));
  expectTensor(argReduce(x, 2, false, false, false, ElementType::i64()), golden("reduce.argmin"));
  Tensor ties = Tensor::ofFloats({1, 3}, {5, 1, 5});
  EXPECT_EQ(argReduce(ties, 1, true, true, false, ElementType::i64())->integers()[0], 0);
  EXPECT_EQ(argReduce(ties, 1, true, true, true, ElementType::i64())->integers()[0], 2);
}

TEST(SoftmaxTest, asNumpyAndStable) {
  expectTensor(softmax(golden("reduce.x"), 1, false), golden("reduce.softmax"), 1e-12);
  auto y = softmax(Tensor::ofFloats({2}, {1e4f, 1e4f}), 0, true);
  EXPECT_NEAR(y->floats()[0], -0.693147f, 1e-6);
}
} // namespace

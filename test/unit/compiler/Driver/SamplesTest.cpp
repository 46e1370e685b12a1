//===- SamplesTest.cpp - data that fits a model's inputs -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Samples.h"

#include <gtest/gtest.h>
#include <numeric>

using namespace weft::driver;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;
using weft::report::Port;

namespace {

Port port(std::vector<int64_t> shape, std::string type = "f32") { return {"x", std::move(type), std::move(shape), {}}; }

Shape fitted(Shape array, const Port &to) {
  auto result = fitToPort(Tensor(ElementType::f32(), std::move(array)), to, "x.npy");
  if (result)
    return result->shape();
  llvm::consumeError(result.takeError());
  return {};
}

TEST(FitToPort, ReshapesWhereTheElementCountFits) {
  EXPECT_EQ(fitted({1000, 1, 28, 28}, port({-1, 784})), (Shape{1000, 784}));
  EXPECT_EQ(fitted({1000, 784}, port({1, 1, 28, 28})), (Shape{1000, 1, 28, 28}));
  EXPECT_EQ(fitted({784}, port({-1, 784})), (Shape{1, 784}));
  EXPECT_EQ(fitted({28, 28}, port({1, 28, 28, 1})), (Shape{1, 28, 28, 1}));
}

TEST(FitToPort, RefusesOtherSamples) {
  EXPECT_EQ(fitted({1000, 64}, port({-1, 784})), Shape{});
  EXPECT_EQ(fitted({784, 1001}, port({-1, 784})), Shape{});
  EXPECT_EQ(fitted({0, 784}, port({-1, 784})), Shape{});
}

TEST(FitToPort, IntegersMustSurvive) {
  auto good = fitToPort(Tensor::ofFloats({1, 2}, {3, 255}), port({-1, 2}, "ui8"), "x.npy");
  ASSERT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(good->integers(), (std::vector<int64_t>{3, 255}));
  for (float bad : {0.5f, 256.0f, -1.0f}) {
    auto result = fitToPort(Tensor::ofFloats({1, 2}, {0, bad}), port({-1, 2}, "ui8"), "x.npy");
    EXPECT_FALSE(static_cast<bool>(result));
    llvm::consumeError(result.takeError());
  }
}

/// Sums pairs; remembers how many samples it was given at a time.
struct PairSum {
  std::vector<int64_t> batches;
  llvm::Expected<Tensors> operator()(const Tensors &inputs) {
    const Tensor &x = inputs[0];
    batches.push_back(x.dim(0));
    Tensor y(ElementType::f32(), {x.dim(0), 1});
    for (int64_t i = 0; i < x.dim(0); ++i)
      y.floats()[i] = x.floats()[2 * i] + x.floats()[2 * i + 1];
    return Tensors{y};
  }
};

std::vector<float> pairSums(int64_t batchDim, std::vector<int64_t> &batches) {
  std::vector<float> values(10);
  std::iota(values.begin(), values.end(), 0.0f);
  PairSum function;
  auto result = runInBatches({Tensor::ofFloats({5, 2}, values)}, {port({batchDim, 2})}, /*batch=*/3,
                             [&](const Tensors &inputs) { return function(inputs); });
  EXPECT_TRUE(static_cast<bool>(result));
  batches = function.batches;
  return result ? result->front().floats() : std::vector<float>();
}

TEST(RunInBatches, DynamicAndFixedBatchesGiveTheSame) {
  std::vector<int64_t> batches;
  std::vector<float> expected = {1, 5, 9, 13, 17};
  EXPECT_EQ(pairSums(-1, batches), expected);
  EXPECT_EQ(batches, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(pairSums(1, batches), expected);
  EXPECT_EQ(batches.size(), 5u);
  EXPECT_EQ(pairSums(4, batches), expected);
  EXPECT_EQ(batches, (std::vector<int64_t>{4, 4}));
}

} // namespace

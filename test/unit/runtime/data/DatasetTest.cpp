//===- DatasetTest.cpp - samples and labels ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Dataset.h"

#include "Support.h"

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace {
TEST(DatasetTest, npzByXAndY) {
  auto data = readDataset(input("deflated.npz"));
  ASSERT_TRUE(data) << data.message();
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(data->find("any")->shape(), (Shape{2, 1, 2, 2}));
  EXPECT_EQ(data->labels->integers(), (std::vector<int64_t>{1, 0}));
}

TEST(DatasetTest, npzByInputNames) {
  auto data = readDataset(input("named.npz"), {{"right", "left"}});
  ASSERT_TRUE(data) << data.message();
  EXPECT_EQ(data->inputs[0].first, "right");
  EXPECT_EQ(data->find("left")->floats()[0], 0.0f);
  EXPECT_EQ(data->find("other"), nullptr);
  EXPECT_TRUE(data->labels.has_value());
  expectFailure(readDataset(input("named.npz")), "has arrays left, right, labels; expected x");
}

TEST(DatasetTest, idxFolder) {
  auto data = readDataset(input("idx"), {{}, 2});
  ASSERT_TRUE(data) << data.message();
  EXPECT_EQ(data->inputs[0].second.shape(), (Shape{2, 1, 2, 2}));
  EXPECT_EQ(data->labels->integers(), (std::vector<int64_t>{2, 1}));
  EXPECT_FALSE(readDataset(input("idx"), {{}, -1, true})->labels.has_value());
  expectFailure(readDataset(input("")), "images-idx3-ubyte[.gz]");
}

TEST(DatasetTest, npyAndOthers) {
  EXPECT_EQ(readDataset(input("fortran.npy"))->size(), 2);
  expectFailure(readDataset(input("scalar.npy")), "in dimension 0");
  expectFailure(readDataset(input("generate.py")), "expected an .npz, an .npy, an IDX file or a folder");
}

TEST(DatasetTest, slicesAreCutAtTheEnd) {
  auto data = *readDataset(input("stored.npz"));
  EXPECT_EQ(data.slice(1, 5).size(), 1);
  EXPECT_EQ(data.slice(1, 5).labels->integers(), (std::vector<int64_t>{0}));
  EXPECT_EQ(data.slice(7, 1).size(), 0);
}

TEST(DatasetTest, samplesAreReshapedWhereTheyFit) {
  Tensor x(ElementType::f32(), {5, 1, 28, 28});
  EXPECT_EQ(reshapeSamples(x, {-1, 784})->shape(), (Shape{5, 784}));
  EXPECT_EQ(reshapeSamples(x, {1, 784})->shape(), (Shape{5, 784}));
  EXPECT_EQ(reshapeSamples(x, {-1, 1, 28, 28})->shape(), (Shape{5, 1, 28, 28}));
  EXPECT_EQ(reshapeSamples(x, {-1, -1, 28})->shape(), (Shape{5, 28, 28}));
  expectFailure(reshapeSamples(x, {-1, 785}), "samples have shape [5, 1, 28, 28], which does not fit the input [-1, 785]");
  expectFailure(reshapeSamples(x, {-1, -1, -1}), "does not fit");
}

TEST(DatasetTest, accuracyOfScoresAndOfClasses) {
  auto labels = Tensor::ofIntegers(ElementType::i64(), {4}, {0, 1, 1, 0});
  EXPECT_EQ(*accuracy(Tensor::ofFloats({4, 2}, {1, 0, 0, 1, 1, 0, 2, 2}), labels), 0.75);
  EXPECT_EQ(*accuracy(Tensor::ofIntegers(ElementType::i64(), {4}, {0, 1, 0, 1}), labels), 0.5);
  expectFailure(accuracy(Tensor::ofFloats({3, 2}, {1, 0, 0, 1, 1, 0}), labels), "for labels of shape [4]");
}
} // namespace

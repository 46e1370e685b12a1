//===- PreprocessTest.cpp - scale, mean and deviation of samples -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Preprocess.h"

#include "Support.h"

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {
TEST(PreprocessTest, parsesFractionsAndLists) {
  auto p = parsePreprocess("scale=1/255,mean=0.5,0.25,-1e-1,std=1/4");
  ASSERT_TRUE(p) << p.message();
  EXPECT_EQ(p->scale, (std::vector<double>{1.0 / 255}));
  EXPECT_EQ(p->mean, (std::vector<double>{0.5, 0.25, -0.1}));
  EXPECT_EQ(p->deviation, (std::vector<double>{0.25}));
  EXPECT_TRUE(parsePreprocess("")->isIdentity());
}

TEST(PreprocessTest, refusesNonsense) {
  expectFailure(parsePreprocess("gain=2"), "has key 'gain', expected scale, mean or std");
  expectFailure(parsePreprocess("2"), "has '2', expected key=number");
  for (const char *text : {"scale=", "scale=1/0", "scale=1/2/3", "scale=nan", "mean=1,,2", "scale=1x"})
    expectFailure(parsePreprocess(text), "expected key=number");
  expectFailure(parsePreprocess("std=0"), "divides by a std of 0");
}

TEST(PreprocessTest, appliesPerChannel) {
  auto x = Tensor::ofIntegers(ElementType::integer(8, false), {1, 2, 2}, {0, 255, 51, 102});
  auto y = applyPreprocess(*parsePreprocess("scale=1/255,mean=0,0.2,std=1,0.5"), x);
  ASSERT_TRUE(y) << y.message();
  EXPECT_EQ(y->floats(), (std::vector<float>{0, 1, 0, 0.4f}));
  expectFailure(applyPreprocess(*parsePreprocess("mean=1,2,3"), x), "has 3 values, expected 1 or one for each of 2 channels");
  auto flat = Tensor::ofFloats({2}, {4, 6});
  EXPECT_EQ(applyPreprocess(*parsePreprocess("mean=2,std=2"), flat)->floats(), (std::vector<float>{1, 2}));
}
} // namespace

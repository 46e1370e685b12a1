//===- ModelTest.cpp - imported models on real data -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "compiler/Import/OnnxImport.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Evaluation/Evaluator.h"
#include "runtime/data/Dataset.h"
#include "runtime/data/Npy.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace weft;
using evaluation::Tensor;

namespace {
std::string example(const std::string &path) { return std::string(WEFT_SOURCE_DIR) + "/examples/" + path; }

/// The model's scores for all samples.
FailureOr<Tensor> scores(const std::string &model, const data::Dataset &dataset) {
  MLIRContext context;
  context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>();
  auto module = import::importOnnxFile(context, {example(model + "/model.onnx"), {}});
  if (failed(module))
    return failure();
  auto main = (*module)->lookupSymbol<func::FuncOp>("main");
  auto type = cast<RankedTensorType>(main.getArgument(0).getType());
  reference::Shape wanted(type.getShape().begin(), type.getShape().end());
  auto x = data::reshapeSamples(dataset.inputs[0].second, wanted);
  if (!x)
    return main.emitError(x.message()), failure();
  auto results = evaluation::Evaluator().evaluateSamples(main, {*x}, nullptr, /*batch=*/100);
  if (failed(results))
    return failure();
  return results->at(0);
}

/// Compares with logits that onnxruntime computed for the same samples (see examples/README).
void expectAsOnnxruntime(const std::string &model, const std::string &samples) {
  auto dataset = data::readDataset(example("data/" + samples));
  ASSERT_TRUE(dataset) << dataset.message();
  auto expected = data::readNpy(example(model + "/onnxruntime-logits.npy"));
  ASSERT_TRUE(expected) << expected.message();
  auto actual = scores(model, *dataset);
  ASSERT_TRUE(succeeded(actual));
  ASSERT_EQ(actual->shape(), expected->shape());
  double worst = 0;
  for (int64_t i = 0; i < expected->size(); ++i)
    worst = std::max(worst, std::fabs(actual->asDouble(i) - expected->asDouble(i)) / std::max(1.0, std::fabs(expected->asDouble(i))));
  EXPECT_LT(worst, 1e-5);
  EXPECT_EQ(*data::accuracy(*actual, *dataset->labels), *data::accuracy(*expected, *dataset->labels));
}

TEST(ModelTest, digitsMlpAsOnnxruntime) { expectAsOnnxruntime("digits-mlp-32", "digits-test.npz"); }
TEST(ModelTest, fashionMlpAsOnnxruntime) { expectAsOnnxruntime("fashion-mnist-mlp-300-100", "fashion-mnist-test-1000.npz"); }
TEST(ModelTest, fashionLenetAsOnnxruntime) { expectAsOnnxruntime("fashion-mnist-lenet5", "fashion-mnist-test-1000.npz"); }

/// WEFT_FASHION_MNIST names a folder with the published IDX files: 10,000 test images.
TEST(ModelTest, publishedAccuracyOnTheWholeTestSet) {
  const char *folder = std::getenv("WEFT_FASHION_MNIST");
  if (!folder)
    GTEST_SKIP() << "WEFT_FASHION_MNIST is not set";
  auto dataset = data::readDataset(folder);
  ASSERT_TRUE(dataset) << dataset.message();
  dataset->inputs[0].second = *data::applyPreprocess(*data::parsePreprocess("scale=1/255"), dataset->inputs[0].second);
  for (auto [model, expected] : {std::pair("fashion-mnist-mlp-300-100", 0.8944), {"fashion-mnist-lenet5", 0.9137}}) {
    auto actual = scores(model, *dataset);
    ASSERT_TRUE(succeeded(actual));
    EXPECT_NEAR(*data::accuracy(*actual, *dataset->labels), expected, 1e-9) << model;
  }
}
} // namespace

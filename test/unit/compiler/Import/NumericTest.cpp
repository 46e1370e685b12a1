//===- NumericTest.cpp - imported models against their reference outputs ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "Models.h"
#include "compiler/Import/TensorReader.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;
using namespace weft::import::testing;

namespace {

/// A TensorProto of an ONNX test data set.
reference::Tensor readData(MLIRContext &context, const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  EXPECT_TRUE(static_cast<bool>(buffer)) << path;
  onnx::TensorProto tensor;
  EXPECT_TRUE(tensor.ParseFromString((*buffer)->getBuffer().str()));
  auto constant = readTensor(&context, tensor, "");
  EXPECT_TRUE(static_cast<bool>(constant));
  auto result = evaluation::elementsToTensor(constant->attribute("data"));
  EXPECT_TRUE(result.ok());
  return *result;
}

/// Largest difference of one data set of a model of one input and one output.
void expectReproduced(const std::string &folder, double tolerance) {
  MLIRContext context;
  Imported model = importFile(context, folder + "/model.onnx");
  ASSERT_TRUE(model.module) << model.messages;
  auto main = model.module->lookupSymbol<func::FuncOp>("main");
  int sets = 0;
  for (; llvm::sys::fs::exists(folder + "/test_data_set_" + std::to_string(sets)); ++sets) {
    std::string data = folder + "/test_data_set_" + std::to_string(sets);
    evaluation::Evaluator evaluator;
    auto results = evaluator.evaluate(main, {readData(context, data + "/input_0.pb")});
    ASSERT_TRUE(succeeded(results));
    reference::Tensor expected = readData(context, data + "/output_0.pb");
    ASSERT_EQ(results->front().shape(), expected.shape());
    for (int64_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(results->front().asDouble(i), expected.asDouble(i), tolerance) << data << " element " << i;
  }
  EXPECT_GT(sets, 0);
}

} // namespace

// The MNIST network of the ONNX model zoo (Apache-2.0), with its reference inputs and outputs. Logits reach thousands.
TEST(Numeric, MnistOpset8) {
  expectReproduced(WEFT_SOURCE_DIR "/test/unit/compiler/Import/Inputs/mnist-cntk-opset8", 5e-3);
}

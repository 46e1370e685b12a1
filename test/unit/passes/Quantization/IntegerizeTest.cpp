//===- IntegerizeTest.cpp - integers against the float network they came from ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "llvm/Support/FormatVariadic.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/Pipeline.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace weft;
using weft::reference::Tensor;

namespace {

std::mt19937 randomBits(7);

std::string constant(const std::string &name, std::vector<int64_t> shape, float bound) {
  std::uniform_real_distribution<float> uniform(-bound, bound);
  std::function<std::string(size_t)> rows = [&](size_t axis) -> std::string {
    if (axis == shape.size())
      return llvm::formatv("{0:f6}", uniform(randomBits)).str();
    std::string text = "[";
    for (int64_t i = 0; i < shape[axis]; ++i)
      text += (i ? ", " : "") + rows(axis + 1);
    return text + "]";
  };
  std::string type = "tensor<";
  for (int64_t d : shape)
    type += std::to_string(d) + "x";
  return "%" + name + " = nn.constant dense<" + rows(0) + "> : " + type + "f32>\n";
}

/// Convolutions with padding, batch norm, a residual add, tanh, average and max pools, concat and a linear operator.
std::string network() {
  std::string window = "strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = "
                       "array<i64: 1, 1>";
  std::string half = "strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = "
                     "array<i64: 1, 1>, kernel = array<i64: 2, 2>";
  return "func.func @main(%x: tensor<?x2x8x8xf32> {nn.name = \"x\"}) -> (tensor<?x3xf32> {nn.name = \"y\"}) {\n" +
         constant("w1", {4, 2, 3, 3}, 0.4f) + constant("b1", {4}, 0.2f) + constant("g", {4, 1, 1}, 2.0f) +
         constant("w2", {4, 1, 3, 3}, 0.5f) + constant("b2", {4}, 0.1f) + constant("w3", {3, 128}, 0.2f) +
         constant("b3", {3}, 0.1f) +
         "%c1 = nn.conv %x, %w1, %b1 {nn.name = \"c1\", groups = 1, " + window +
         "} : tensor<?x2x8x8xf32>, tensor<4x2x3x3xf32>, tensor<4xf32> -> tensor<?x4x8x8xf32>\n"
         "%n1 = nn.binary mul %c1, %g : tensor<?x4x8x8xf32>, tensor<4x1x1xf32> -> tensor<?x4x8x8xf32>\n"
         "%c2 = nn.conv %n1, %w2, %b2 {nn.name = \"c2\", groups = 4, " + window +
         "} : tensor<?x4x8x8xf32>, tensor<4x1x3x3xf32>, tensor<4xf32> -> tensor<?x4x8x8xf32>\n"
         "%s = nn.binary add %n1, %c2 {nn.name = \"add\"} : tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32> -> tensor<?x4x8x8xf32>\n"
         "%r = nn.unary relu %s {nn.name = \"relu\"} : tensor<?x4x8x8xf32> -> tensor<?x4x8x8xf32>\n"
         "%t = nn.unary tanh %c2 {nn.name = \"tanh\"} : tensor<?x4x8x8xf32> -> tensor<?x4x8x8xf32>\n"
         "%m = nn.pool max %r {nn.name = \"max\", " + half + "} : tensor<?x4x8x8xf32> -> tensor<?x4x4x4xf32>\n"
         "%a = nn.pool average %t {nn.name = \"average\", " + half + "} : tensor<?x4x8x8xf32> -> tensor<?x4x4x4xf32>\n"
         "%k = nn.concat %m, %a {nn.name = \"concat\", axis = 1} : tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32> -> tensor<?x8x4x4xf32>\n"
         "%f = nn.reshape %k {nn.name = \"flatten\", shape = array<i64: -1, 128>} : tensor<?x8x4x4xf32> -> tensor<?x128xf32>\n"
         "%y = nn.linear %f, %w3, %b3 {nn.name = \"fc\"} : tensor<?x128xf32>, tensor<3x128xf32>, tensor<3xf32> -> tensor<?x3xf32>\n"
         "return %y : tensor<?x3xf32>\n}\n";
}

class Integerize : public ::testing::Test {
protected:
  Integerize() {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &d) {
      messages.push_back(d.str());
      return success();
    });
    std::normal_distribution<float> normal;
    samples = Tensor(reference::ElementType::f32(), {32, 2, 8, 8});
    for (float &v : samples.floats())
      v = normal(randomBits);
  }

  Tensor evaluate(ModuleOp module) {
    evaluation::Evaluator evaluator;
    auto result = evaluator.evaluateSamples(module.lookupSymbol<func::FuncOp>("main"), {samples});
    EXPECT_TRUE(succeeded(result));
    return succeeded(result) ? (*result)[0] : Tensor();
  }

  LogicalResult run(ModuleOp module, llvm::function_ref<void(OpPassManager &)> build) {
    PassManager pm(&context);
    build(pm);
    return pm.run(module);
  }

  /// Greatest difference relative to the greatest output.
  static double difference(const Tensor &a, const Tensor &b) {
    double most = 0, scale = 0;
    for (int64_t i = 0; i < a.size(); ++i) {
      most = std::max(most, std::fabs(a.asDouble(i) - b.asDouble(i)));
      scale = std::max(scale, std::fabs(a.asDouble(i)));
    }
    return most / scale;
  }

  /// float → pairs → integers; each must agree with the one before.
  void expectAgreement(const quantization::QuantizationOptions &options, double quantizationError, double integerError) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(network(), &context);
    ASSERT_TRUE(module);
    Tensor real = evaluate(*module);
    ASSERT_TRUE(succeeded(run(*module, [](OpPassManager &pm) { quantization::buildSimplifyPipeline(pm); })));
    EXPECT_LT(difference(real, evaluate(*module)), 1e-5);
    ASSERT_TRUE(succeeded(quantization::calibrateModule(*module, {samples}, options)));
    ASSERT_TRUE(succeeded(run(*module, [&](OpPassManager &pm) { quantization::buildQuantizePipeline(pm, options); })));
    Tensor pairs = evaluate(*module);
    EXPECT_LT(difference(real, pairs), quantizationError);
    ASSERT_TRUE(succeeded(run(*module, [&](OpPassManager &pm) { quantization::buildIntegerizePipeline(pm, options); })));
    ASSERT_TRUE(succeeded(mlir::verify(*module)));
    EXPECT_LT(difference(pairs, evaluate(*module)), integerError);
    auto core = module->lookupSymbol<func::FuncOp>("core");
    ASSERT_TRUE(core);
    EXPECT_EQ(std::distance(core.getOps<nn::WeightedOp>().begin(), core.getOps<nn::WeightedOp>().end()), 3);
    EXPECT_FALSE(module->lookupSymbol("core_1"));
    EXPECT_TRUE(messages.empty()) << messages.front();
  }

  MLIRContext context;
  Tensor samples;
  std::vector<std::string> messages;
};

TEST_F(Integerize, EightBits) {
  quantization::QuantizationOptions options;
  options.strict = true;
  expectAgreement(options, 0.05, 0.02);
}

TEST_F(Integerize, PerTensorSymmetric) {
  quantization::QuantizationOptions options;
  options.perChannel = false;
  options.symmetric = true;
  expectAgreement(options, 0.05, 0.02);
}

TEST_F(Integerize, PowersOfTwo) {
  quantization::QuantizationOptions options;
  options.form = quantization::Form::shift;
  expectAgreement(options, 0.1, 0.03);
}

TEST_F(Integerize, SixteenBits) {
  quantization::QuantizationOptions options;
  options.weightBits = options.activationBits = 14;
  options.inputBits = options.outputBits = 14;
  expectAgreement(options, 1e-3, 1e-3);
}

TEST_F(Integerize, Thresholds) {
  quantization::QuantizationOptions options;
  options.weightBits = options.activationBits = 4;
  options.form = quantization::Form::threshold;
  options.calibration.method = quantization::RangeMethod::mse;
  expectAgreement(options, 0.6, 0.2);
}

} // namespace

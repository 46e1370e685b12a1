//===- ExpandFactorsTest.cpp - a chain of layers computes what the weight does ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Compression/Passes.h"
#include "passes/Evaluation/Evaluator.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace weft;
using reference::Shape;
using reference::Tensor;

namespace {

/// "dense<[0.1, …]> : tensor<2x3xf32>" reshaped by nesting brackets.
class Text {
public:
  std::string constant(const Shape &shape) { return "dense<" + nested(shape, 0) + "> : " + type(shape); }
  static std::string type(const Shape &shape, StringRef element = "f32") {
    std::string text = "tensor<";
    for (int64_t d : shape)
      text += (d < 0 ? "?" : std::to_string(d)) + "x";
    return text + element.str() + ">";
  }

private:
  std::string nested(const Shape &shape, size_t at) {
    if (at == shape.size())
      return std::to_string(normal(random));
    std::string text = "[";
    for (int64_t i = 0; i < shape[at]; ++i)
      text += (i ? ", " : "") + nested(shape, at + 1);
    return text + "]";
  }
  std::mt19937 random{11};
  std::normal_distribution<double> normal;
};

class ExpandFactorsTest : public ::testing::Test {
protected:
  ExpandFactorsTest() { context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>(); }

  Tensor run(ModuleOp module, const Tensor &x) {
    evaluation::Evaluator evaluator;
    auto y = evaluator.evaluate(module.lookupSymbol<func::FuncOp>("main"), {x});
    EXPECT_TRUE(succeeded(y));
    return succeeded(y) ? y->at(0) : Tensor();
  }

  /// Evaluates before and after the pass, which must leave `layers` layers.
  void check(const std::string &body, const Shape &input, const Shape &output, int layers) {
    Shape in = input, out = output;
    in.insert(in.begin(), -1), out.insert(out.begin(), -1);
    std::string text = "func.func @main(%x: " + Text::type(in) + ") -> " + Text::type(out) + " {\n" + body + "return %y : " + Text::type(out) + "\n}";
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module) << text;
    Shape batch = input;
    batch.insert(batch.begin(), 3);
    Tensor x(reference::ElementType::f32(), batch);
    std::mt19937 random(12);
    std::normal_distribution<float> normal;
    for (float &v : x.floats())
      v = normal(random);
    Tensor before = run(*module, x);
    PassManager pm(&context);
    pm.addPass(compression::createExpandFactors());
    ASSERT_TRUE(succeeded(pm.run(*module)));
    int count = 0;
    module->walk([&](nn::WeightedOp op) {
      ++count;
      auto expression = op.getWeight().getDefiningOp<codec::Expression>();
      bool factored = expression && isa<codec::TensorTrainOp, codec::TuckerOp, codec::MatmulOp>(expression.getOperation());
      EXPECT_FALSE(factored);
    });
    EXPECT_EQ(count, layers);
    Tensor after = run(*module, x);
    ASSERT_EQ(before.shape(), after.shape());
    double scale = 0;
    for (float v : before.floats())
      scale = std::max(scale, std::fabs(static_cast<double>(v)));
    for (int64_t i = 0; i < before.size(); ++i)
      ASSERT_NEAR(before.floats()[i], after.floats()[i], 1e-5 * scale) << i;
  }

  /// A linear layer whose weight is a train of these cores.
  std::string train(const std::vector<Shape> &cores, bool relu, const Shape &lead = {}) {
    std::string body, names, types;
    int64_t rows = 1, columns = 1;
    for (size_t k = 0; k < cores.size(); ++k) {
      std::string name = "%g" + std::to_string(k);
      body += name + " = nn.constant " + text.constant(cores[k]) + "\n";
      names += (k ? ", " : "") + name, types += (k ? ", " : "") + Text::type(cores[k]);
      rows *= cores[k][1], columns *= cores[k][2];
    }
    Shape in{-1}, out{-1};
    in.insert(in.end(), lead.begin(), lead.end()), out.insert(out.end(), lead.begin(), lead.end());
    in.push_back(columns), out.push_back(rows);
    std::string result = relu ? "%a" : "%y";
    body += "%w = codec.tensor_train " + names + " : " + types + " -> " + Text::type({rows, columns}) + "\n";
    body += "%b = nn.constant " + text.constant({rows}) + "\n" + result + " = nn.linear %x, %w, %b {nn.name = \"fc\"} : " + Text::type(in) + ", " +
            Text::type({rows, columns}) + ", " + Text::type({rows}) + " -> " + Text::type(out) + "\n";
    if (relu)
      body += "%y = nn.unary relu %a : " + Text::type(out) + " -> " + Text::type(out) + "\n";
    return body;
  }

  Text text;
  MLIRContext context;
};

TEST_F(ExpandFactorsTest, trainsInAnyOrder) {
  check(train({{1, 3, 4, 2}, {2, 5, 6, 1}}, false), {24}, {15}, 2);
  check(train({{1, 3, 4, 2}, {2, 5, 6, 1}}, true), {24}, {15}, 2);
  // Many inputs in the first core: it comes first.
  check(train({{1, 2, 40, 3}, {3, 5, 2, 1}}, true), {80}, {10}, 2);
  check(train({{1, 2, 3, 2}, {2, 3, 2, 4}, {4, 2, 5, 1}}, false), {30}, {12}, 3);
  check(train({{1, 7, 2, 2}, {2, 1, 6, 2}, {2, 2, 2, 1}}, true), {24}, {14}, 3);
  check(train({{1, 2, 2, 2}, {2, 2, 2, 2}, {2, 2, 2, 2}, {2, 2, 2, 1}}, false), {16}, {16}, 4);
  check(train({{1, 6, 1, 3}, {3, 1, 8, 1}}, false), {8}, {6}, 2); // a low-rank product
  check(train({{1, 3, 4, 2}, {2, 5, 6, 1}}, false, {7}), {7, 24}, {7, 15}, 2);
}

TEST_F(ExpandFactorsTest, clusteredAndSparseCores) {
  std::string body = R"(
    %c0 = nn.constant dense<[[[[0, 1], [2, 3], [1, 0]], [[3, 3], [0, 2], [1, 1]]]]> : tensor<1x2x3x2xui2>
    %k0 = nn.constant dense<[[0.5, -1.0, 2.0, 0.25]]> : tensor<1x4xf32>
    %g0 = codec.lookup %c0, %k0 : tensor<1x2x3x2xui2>, tensor<1x4xf32> -> tensor<1x2x3x2xf32>
    %v1 = nn.constant dense<[0.5, 1.5, -2.5, 3.0, 0.75]> : tensor<5xf32>
    %m1 = nn.constant dense<[[[[0], [1]], [[1], [0]], [[0], [1]]], [[[0], [0]], [[1], [1]], [[0], [0]]]]> : tensor<2x3x2x1xui1>
    %g1 = codec.scatter %v1, %m1 : tensor<5xf32>, tensor<2x3x2x1xui1> -> tensor<2x3x2x1xf32>
    %w = codec.tensor_train %g0, %g1 : tensor<1x2x3x2xf32>, tensor<2x3x2x1xf32> -> tensor<6x6xf32>
    %b = nn.constant dense<0.0> : tensor<6xf32>
    %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x6xf32>, tensor<6x6xf32>, tensor<6xf32> -> tensor<?x6xf32>
  )";
  check(body, {6}, {6}, 2);
}

TEST_F(ExpandFactorsTest, tuckerWithPaddingAndStride) {
  std::string body = "%o = nn.constant " + text.constant({5, 2}) + "\n%g = nn.constant " + text.constant({2, 3, 3, 3}) + "\n%i = nn.constant " +
                     text.constant({3, 4}) + "\n%b = nn.constant " + text.constant({5}) + R"(
    %w = codec.tucker %o, %g, %i : tensor<5x2xf32>, tensor<2x3x3x3xf32>, tensor<3x4xf32> -> tensor<5x4x3x3xf32>
    %y = nn.conv %x, %w, %b {strides = array<i64: 2, 1>, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 1, 2>, dilations = array<i64: 1, 1>, groups = 1 : i64, nn.name = "c"}
       : tensor<?x4x7x6xf32>, tensor<5x4x3x3xf32>, tensor<5xf32> -> tensor<?x5x4x6xf32>
  )";
  check(body, {4, 7, 6}, {5, 4, 6}, 3);
}

TEST_F(ExpandFactorsTest, basisOfALinearLayer) {
  for (int64_t channels : {0, 4}) {
    std::string body = "%c = nn.constant " + text.constant({5, 12}) + "\n%s = nn.constant " + text.constant({1, 2, 2}) + "\n%b = nn.constant " +
                       text.constant({5}) + "\n%w = codec.matmul %c, %s {channels = " + std::to_string(channels) +
                       " : i64} : tensor<5x12xf32>, tensor<1x2x2xf32> -> tensor<5x12xf32>\n%y = nn.linear %x, %w, %b {nn.name = \"fc\"} : "
                       "tensor<?x12xf32>, tensor<5x12xf32>, tensor<5xf32> -> tensor<?x5xf32>\n";
    check(body, {12}, {5}, 2);
  }
}

TEST_F(ExpandFactorsTest, basisOfAConvolutionWithIntegerCoefficients) {
  std::string body = "%c = nn.constant dense<1> : tensor<3x4x3x3xi4>\n%s = nn.constant " + text.constant({1, 2, 2}) + "\n%b = nn.constant " +
                     text.constant({3}) + R"(
    %w = codec.matmul %c, %s {channels = 4 : i64} : tensor<3x4x3x3xi4>, tensor<1x2x2xf32> -> tensor<3x4x3x3xf32>
    %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64, nn.name = "c"}
       : tensor<?x4x5x5xf32>, tensor<3x4x3x3xf32>, tensor<3xf32> -> tensor<?x3x5x5xf32>
  )";
  check(body, {4, 5, 5}, {3, 5, 5}, 2);
}

} // namespace

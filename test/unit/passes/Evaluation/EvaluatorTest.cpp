//===- EvaluatorTest.cpp - functions of nn and codec operations ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Evaluator.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "passes/Evaluation/Elements.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace weft;
using namespace weft::evaluation;
using reference::ElementType;

namespace {
class EvaluatorTest : public ::testing::Test {
protected:
  EvaluatorTest() {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, lut::LutDialect, func::FuncDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &d) { errors += d.str() + "\n"; });
  }
  func::FuncOp parse(llvm::StringRef text, llvm::StringRef name = "main") {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << errors;
    return module ? module->lookupSymbol<func::FuncOp>(name) : nullptr;
  }
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string errors;
};

constexpr llvm::StringLiteral kMlp = R"(
  func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
    %codes = nn.constant dense<[[0, 1], [2, 3]]> : tensor<2x2xui2>
    %book = nn.constant dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
    %w = codec.lookup %codes, %book : tensor<2x2xui2>, tensor<1x4xf32> -> tensor<2x2xf32>
    %b = nn.constant dense<[0.5, -20.0]> : tensor<2xf32>
    %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2xf32>
    %z = nn.unary relu %y : tensor<?x2xf32> -> tensor<?x2xf32>
    return %z : tensor<?x2xf32>
  })";

TEST_F(EvaluatorTest, runsFunctionWithDynamicBatch) {
  Evaluator evaluator;
  auto main = parse(kMlp);
  for (int64_t n : {1, 3}) {
    auto y = evaluator.evaluate(main, {Tensor::ofFloats({n, 2}, std::vector<float>(2 * n, 1.0f))});
    ASSERT_TRUE(succeeded(y)) << errors;
    EXPECT_EQ(y->at(0).shape(), (reference::Shape{n, 2}));
    EXPECT_EQ(y->at(0).floats()[0], 3.5f);
    EXPECT_EQ(y->at(0).floats()[1], 0.0f);
  }
}

TEST_F(EvaluatorTest, runsLutNetworks) {
  Evaluator evaluator;
  auto main = parse(R"(
    func.func @main(%x: tensor<?x2xui1>) -> tensor<?x1xui2> {
      %y = lut.network %x {arities = array<i32: 2, 2>, fan_ins = array<i32: 0, 1, 0, 1>, tables = array<i64: 8, 6>,
        outputs = array<i32: 3, 2>} : tensor<?x2xui1> -> tensor<?x1xui2>
      return %y : tensor<?x1xui2>
    })");
  auto y = evaluator.evaluate(main, {Tensor::ofIntegers(ElementType::boolean(), {4, 2}, {0, 0, 0, 1, 1, 0, 1, 1})});
  ASSERT_TRUE(succeeded(y)) << errors;
  EXPECT_EQ(y->at(0).integers(), (std::vector<int64_t>{0, 1, 1, 2}));
}

TEST_F(EvaluatorTest, observerSeesEveryValueInOrder) {
  Evaluator evaluator;
  std::vector<std::string> seen;
  auto observer = [&](Value value, const Tensor &tensor) {
    seen.push_back((value.getDefiningOp() ? value.getDefiningOp()->getName().getStringRef().str() : "argument") +
                   reference::toString(tensor.shape()));
  };
  ASSERT_TRUE(succeeded(evaluator.evaluate(parse(kMlp), {Tensor::ofFloats({1, 2}, {1, 1})}, observer)));
  EXPECT_EQ(seen, (std::vector<std::string>{"argument[1, 2]", "nn.constant[2, 2]", "nn.constant[1, 4]",
                                            "codec.lookup[2, 2]", "nn.constant[2]", "nn.linear[1, 2]", "nn.unary[1, 2]"}));
}

TEST_F(EvaluatorTest, callsFunctionsOfTheModule) {
  auto main = parse(R"(
    func.func private @twice(%x: tensor<2xi8>) -> (tensor<2xi9>, tensor<2xi8>) {
      %y = nn.binary add %x, %x : tensor<2xi8>, tensor<2xi8> -> tensor<2xi9>
      return %y, %x : tensor<2xi9>, tensor<2xi8>
    }
    func.func @main(%x: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi9>) {
      %y:2 = call @twice(%x) : (tensor<2xi8>) -> (tensor<2xi9>, tensor<2xi8>)
      return %y#1, %y#0 : tensor<2xi8>, tensor<2xi9>
    })");
  auto y = Evaluator().evaluate(main, {Tensor::ofIntegers(ElementType::integer(8, true), {2}, {-128, 127})});
  ASSERT_TRUE(succeeded(y)) << errors;
  EXPECT_EQ(y->at(1).integers(), (std::vector<int64_t>{-256, 254}));
}

TEST_F(EvaluatorTest, feedsSamplesInStaticBatches) {
  auto main = parse(R"(
    func.func @main(%x: tensor<1x2xf32>) -> tensor<1xf32> {
      %y = nn.reduce sum %x {axes = array<i64: 1>, keepdims = false} : tensor<1x2xf32> -> tensor<1xf32>
      return %y : tensor<1xf32>
    })");
  Evaluator evaluator;
  auto x = Tensor::ofFloats({3, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_TRUE(failed(evaluator.evaluate(main, {x})));
  EXPECT_NE(errors.find("input 0: expected tensor<1x2xf32>, found f32 [3, 2]"), std::string::npos) << errors;
  auto y = evaluator.evaluateSamples(main, {x});
  ASSERT_TRUE(succeeded(y)) << errors;
  EXPECT_EQ(y->at(0).floats(), (std::vector<float>{3, 7, 11}));
}

TEST_F(EvaluatorTest, accumulatorOverflowNamesRuleAndLayer) {
  auto main = parse(R"(
    func.func @main(%x: tensor<1x2xui8>, %w: tensor<1x2xi8>, %b: tensor<1xi16>) -> tensor<1xi16> {
      %y = nn.linear %x, %w, %b {nn.name = "fc"} : tensor<1x2xui8>, tensor<1x2xi8>, tensor<1xi16> -> tensor<1x1xi16>
      %z = nn.reshape %y {shape = array<i64: 1>} : tensor<1x1xi16> -> tensor<1xi16>
      return %z : tensor<1xi16>
    })");
  auto x = Tensor::ofIntegers(ElementType::integer(8, false), {1, 2}, {255, 255});
  auto w = Tensor::ofIntegers(ElementType::integer(8, true), {1, 2}, {127, 127});
  auto b = Tensor::ofIntegers(ElementType::integer(16, true), {1}, {0});
  EXPECT_TRUE(failed(Evaluator().evaluate(main, {x, w, b})));
  EXPECT_NE(errors.find("'nn.linear' op cannot be evaluated: element 0 is 64770, outside of i16's [-32768, 32767] (A3) (layer 'fc')"),
            std::string::npos) << errors;
}

TEST_F(EvaluatorTest, unknownOperationIsAnError) {
  context.allowUnregisteredDialects();
  auto main = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %y = "other.op"(%x) : (tensor<2xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32>
    })");
  EXPECT_TRUE(failed(Evaluator().evaluate(main, {Tensor::ofFloats({2}, {1, 2})})));
  EXPECT_NE(errors.find("does not know this operation"), std::string::npos) << errors;
}

TEST_F(EvaluatorTest, foldsConstantExpressionsOnly) {
  auto main = parse(kMlp);
  codec::LookupOp lookup;
  nn::LinearOp linear;
  main.walk([&](codec::LookupOp op) { lookup = op; });
  main.walk([&](nn::LinearOp op) { linear = op; });
  ElementsAttr folded = foldConstant(lookup);
  ASSERT_TRUE(folded);
  EXPECT_EQ(folded.getShapedType(), lookup.getResult().getType());
  EXPECT_EQ(llvm::to_vector(folded.getValues<float>()), (llvm::SmallVector<float>{1, 2, 3, 4}));
  EXPECT_FALSE(foldConstant(linear));
}
} // namespace

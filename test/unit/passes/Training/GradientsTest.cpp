//===- GradientsTest.cpp - gradients against finite differences -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/CpuBackend.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnGradients.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Training/Passes.h"
#include "passes/Training/Steps.h"
#include "runtime/reference/Masks.h"
#include <gtest/gtest.h>

using namespace mlir;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace {

/// Distinct numbers around 0, none nearer to 0, ±0.5, ±1 or another one than a step of a finite difference: kinks are not crossed.
Tensor spread(Shape shape, uint64_t seed, double distance = 0.04) {
  Tensor x(ElementType::f32(), std::move(shape));
  std::vector<double> values;
  for (int64_t i = 0; i < x.size(); ++i)
    values.push_back((i - x.size() / 2) * distance + distance / 2.3);
  weft::reference::SplitMix64 random(seed);
  for (int64_t i = x.size() - 1; i > 0; --i)
    std::swap(values[i], values[random.below(i + 1)]);
  for (int64_t i = 0; i < x.size(); ++i)
    x.floats()[i] = static_cast<float>(values[i]);
  return x;
}

class Gradients : public testing::Test {
protected:
  Gradients() {
    context.loadDialect<weft::nn::NnDialect, weft::codec::CodecDialect, func::FuncDialect>();
  }

  OwningOpRef<ModuleOp> parse(const std::string &text) { return parseSourceString<ModuleOp>(text, &context); }

  static std::vector<Tensor> evaluate(ModuleOp module, const std::vector<Tensor> &inputs) {
    weft::evaluation::Evaluator evaluator;
    auto results = evaluator.evaluate(module.lookupSymbol<func::FuncOp>("main"), inputs);
    EXPECT_TRUE(succeeded(results));
    return succeeded(results) ? *results : std::vector<Tensor>();
  }

  /// ⟨g, f(x)⟩ in double.
  static double inner(const Tensor &f, const Tensor &g) {
    double sum = 0;
    for (int64_t i = 0; i < f.size(); ++i)
      sum += static_cast<double>(f.floats()[i]) * g.floats()[i];
    return sum;
  }

  /// Checks every element's gradient of @main against central differences, and where `isNative` native code against the reference.
  void check(const std::string &text, std::vector<Tensor> inputs, bool isNative = true) {
    constexpr double tolerance = 4e-3, h = 4e-3;
    OwningOpRef<ModuleOp> module = parse(text), gradient = parse(text);
    ASSERT_TRUE(module && gradient) << text;
    PassManager passes(&context);
    passes.nest<func::FuncOp>().addPass(weft::training::createDifferentiate());
    ASSERT_TRUE(succeeded(passes.run(*gradient))) << text;
    Tensor y = evaluate(*module, inputs).at(0), g = spread(y.shape(), 7, 0.11);
    std::vector<Tensor> all = inputs;
    all.push_back(g);
    std::vector<Tensor> found = evaluate(*gradient, all);
    ASSERT_EQ(found.size(), inputs.size() + 1);
    for (size_t k = 0; k < inputs.size(); ++k) {
      double greatest = 1e-3;
      std::vector<double> expected;
      for (int64_t i = 0; i < inputs[k].size(); ++i) {
        float x = inputs[k].floats()[i];
        inputs[k].floats()[i] = static_cast<float>(x + h);
        double up = inner(evaluate(*module, inputs)[0], g);
        inputs[k].floats()[i] = static_cast<float>(x - h);
        double down = inner(evaluate(*module, inputs)[0], g);
        inputs[k].floats()[i] = x;
        expected.push_back((up - down) / (static_cast<double>(static_cast<float>(x + h)) - static_cast<float>(x - h)));
        greatest = std::max(greatest, std::abs(expected.back()));
      }
      for (int64_t i = 0; i < inputs[k].size(); ++i)
        ASSERT_NEAR(found[k + 1].floats()[i], expected[i], tolerance * greatest) << "operand " << k << ", element " << i << " of\n" << text;
    }
    if (!isNative)
      return;
    auto native = weft::cpu::jit(*gradient);
    ASSERT_TRUE(succeeded(native)) << text;
    auto results = (*native)->run(all);
    ASSERT_TRUE(succeeded(results));
    for (size_t k = 0; k < found.size(); ++k)
      for (int64_t i = 0; i < found[k].size(); ++i)
        ASSERT_NEAR((*results)[k].floats()[i], found[k].floats()[i], 1e-4 * std::max(1.0f, std::abs(found[k].floats()[i]))) << "native, result " << k << " of\n" << text;
  }

  /// @main of one operation: types of arguments, the operation as text over %0, %1, …, the type of the result.
  void checkOp(const std::vector<std::pair<std::string, Shape>> &arguments, const std::string &op, const std::string &result, bool isNative = true) {
    std::string head, types;
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < arguments.size(); ++i) {
      head += (i ? ", %" : "%") + std::string(1, static_cast<char>('a' + i)) + ": " + arguments[i].first;
      types += (i ? ", " : "") + arguments[i].first;
      inputs.push_back(spread(arguments[i].second, i + 1));
    }
    check("func.func @main(" + head + ") -> " + result + " {\n  %y = " + op + " : " + types + " -> " + result + "\n  return %y : " + result + "\n}\n", inputs,
          isNative);
  }

  MLIRContext context;
};

const std::pair<std::string, Shape> x23{"tensor<2x3xf32>", {2, 3}}, x345{"tensor<3x4x5xf32>", {3, 4, 5}};

TEST_F(Gradients, LinearOperators) {
  checkOp({{"tensor<5x7xf32>", {5, 7}}, {"tensor<3x7xf32>", {3, 7}}, {"tensor<3xf32>", {3}}}, "nn.linear %a, %b, %c", "tensor<5x3xf32>");
  checkOp({{"tensor<2x3x7xf32>", {2, 3, 7}}, {"tensor<4x7xf32>", {4, 7}}, {"tensor<4xf32>", {4}}}, "nn.linear %a, %b, %c", "tensor<2x3x4xf32>");
  checkOp({{"tensor<2x3x4xf32>", {2, 3, 4}}, {"tensor<2x4x5xf32>", {2, 4, 5}}}, "nn.matmul %a, %b", "tensor<2x3x5xf32>");
  checkOp({{"tensor<2x3x4xf32>", {2, 3, 4}}, {"tensor<4x5xf32>", {4, 5}}}, "nn.matmul %a, %b", "tensor<2x3x5xf32>");
}

TEST_F(Gradients, Convolutions) {
  auto conv = [](const std::string &strides, const std::string &pads, const std::string &dilations, int groups) {
    return "nn.conv %a, %b, %c {strides = array<i64: " + strides + ">, pads_begin = array<i64: " + pads + ">, pads_end = array<i64: " + pads +
           ">, dilations = array<i64: " + dilations + ">, groups = " + std::to_string(groups) + " : i64}";
  };
  checkOp({{"tensor<2x2x5x6xf32>", {2, 2, 5, 6}}, {"tensor<3x2x3x2xf32>", {3, 2, 3, 2}}, {"tensor<3xf32>", {3}}}, conv("1, 1", "0, 0", "1, 1", 1),
          "tensor<2x3x3x5xf32>");
  checkOp({{"tensor<1x2x6x5xf32>", {1, 2, 6, 5}}, {"tensor<2x2x3x3xf32>", {2, 2, 3, 3}}, {"tensor<2xf32>", {2}}}, conv("2, 1", "1, 2", "1, 2", 1),
          "tensor<1x2x3x5xf32>");
  checkOp({{"tensor<2x4x4x4xf32>", {2, 4, 4, 4}}, {"tensor<6x2x3x3xf32>", {6, 2, 3, 3}}, {"tensor<6xf32>", {6}}}, conv("1, 1", "1, 1", "1, 1", 2),
          "tensor<2x6x4x4xf32>");
  checkOp({{"tensor<2x3x9xf32>", {2, 3, 9}}, {"tensor<2x3x4xf32>", {2, 3, 4}}, {"tensor<2xf32>", {2}}}, conv("1", "1", "1", 1), "tensor<2x2x8xf32>");
  // More outputs and channels than one tile of registers holds; kernels of more taps; more samples than chunks; more padding than the kernel reaches.
  checkOp({{"tensor<3x5x4x5xf32>", {3, 5, 4, 5}}, {"tensor<18x5x3x2xf32>", {18, 5, 3, 2}}, {"tensor<18xf32>", {18}}}, conv("1, 2", "1, 1", "1, 1", 1),
          "tensor<3x18x4x3xf32>");
  checkOp({{"tensor<9x1x6x7xf32>", {9, 1, 6, 7}}, {"tensor<5x1x6x6xf32>", {5, 1, 6, 6}}, {"tensor<5xf32>", {5}}}, conv("1, 1", "2, 3", "1, 1", 1),
          "tensor<9x5x5x8xf32>");
  checkOp({{"tensor<2x2x3x3xf32>", {2, 2, 3, 3}}, {"tensor<2x2x1x2xf32>", {2, 2, 1, 2}}, {"tensor<2xf32>", {2}}}, conv("1, 1", "1, 0", "1, 1", 1),
          "tensor<2x2x5x2xf32>");
}

TEST_F(Gradients, Pools) {
  auto pool = [](const std::string &kind, const std::string &pads, const std::string &strides, const std::string &more) {
    return "nn.pool " + kind + " %a {kernel = array<i64: 2, 3>, strides = array<i64: " + strides + ">, pads_begin = array<i64: " + pads +
           ">, pads_end = array<i64: " + pads + ">, dilations = array<i64: 1, 1>" + more + "}";
  };
  const std::pair<std::string, Shape> image{"tensor<2x3x6x6xf32>", {2, 3, 6, 6}};
  checkOp({image}, pool("max", "0, 0", "2, 3", ""), "tensor<2x3x3x2xf32>");
  checkOp({image}, pool("max", "1, 1", "1, 2", ""), "tensor<2x3x7x3xf32>");
  auto tiles = [](const std::string &kernel) {
    return "nn.pool max %a {kernel = array<i64: " + kernel + ">, strides = array<i64: " + kernel + ">, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, " +
           "dilations = array<i64: 1, 1>}";
  };
  checkOp({{"tensor<1x2x4x46xf32>", {1, 2, 4, 46}}}, tiles("2, 2"), "tensor<1x2x2x23xf32>");
  checkOp({{"tensor<1x2x6x19xf32>", {1, 2, 6, 19}}}, tiles("3, 1"), "tensor<1x2x2x19xf32>");
  checkOp({image}, pool("average", "0, 0", "2, 3", ""), "tensor<2x3x3x2xf32>");
  checkOp({image}, pool("average", "1, 1", "1, 1", ""), "tensor<2x3x7x6xf32>");
  checkOp({image}, pool("average", "1, 1", "1, 1", ", count_include_pad = true"), "tensor<2x3x7x6xf32>");
  checkOp({image}, pool("sum", "0, 0", "1, 1", ""), "tensor<2x3x5x4xf32>");
}

TEST_F(Gradients, UnaryKinds) {
  for (const char *kind : {"relu", "sigmoid", "tanh", "exp", "neg", "abs", "erf", "leaky_relu", "elu", "selu", "softplus", "softsign", "sin", "cos", "gelu",
                           "thresholded_relu", "celu", "mish"})
    checkOp({x345}, std::string("nn.unary ") + kind + " %a {alpha = 0.32, beta = 1.1}", "tensor<3x4x5xf32>", false);
  checkOp({x345}, "nn.unary gelu %a", "tensor<3x4x5xf32>", false);
  checkOp({x345}, "nn.unary hard_sigmoid %a {alpha = 0.7, beta = 0.5}", "tensor<3x4x5xf32>", false);
  checkOp({x345}, "nn.unary hard_swish %a", "tensor<3x4x5xf32>", false);
  checkOp({x345}, "nn.clip %a {min = -4.8e-01, max = 7.2e-01}", "tensor<3x4x5xf32>", false);
  for (const char *kind : {"log", "sqrt", "reciprocal"}) // of positive numbers
    check("func.func @main(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {\n  %e = nn.unary exp %x : tensor<3x4xf32> -> tensor<3x4xf32>\n  %y = nn.unary " +
              std::string(kind) + " %e : tensor<3x4xf32> -> tensor<3x4xf32>\n  return %y : tensor<3x4xf32>\n}\n",
          {spread({3, 4}, 1)}, false);
}

TEST_F(Gradients, BinaryKinds) {
  for (const char *kind : {"add", "sub", "mul", "max", "min", "prelu"}) {
    checkOp({x345, {"tensor<4x1xf32>", {4, 1}}}, std::string("nn.binary ") + kind + " %a, %b", "tensor<3x4x5xf32>");
    checkOp({{"tensor<5xf32>", {5}}, x345}, std::string("nn.binary ") + kind + " %a, %b", "tensor<3x4x5xf32>");
  }
  for (const char *kind : {"div", "pow"})
    check("func.func @main(%x: tensor<2x3xf32>, %z: tensor<3xf32>) -> tensor<2x3xf32> {\n  %e = nn.unary exp %z : tensor<3xf32> -> tensor<3xf32>\n"
          "  %b = nn.unary exp %x : tensor<2x3xf32> -> tensor<2x3xf32>\n  %y = nn.binary " +
              std::string(kind) + " %b, %e : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>\n  return %y : tensor<2x3xf32>\n}\n",
          {spread({2, 3}, 1), spread({3}, 2)});
  check("func.func @main(%x: tensor<2x3xf32>, %z: tensor<3xf32>) -> tensor<2x3xf32> {\n"
        "  %c = nn.binary less %x, %z : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xi1>\n"
        "  %y = nn.select %c, %x, %z : tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3xf32>\n  return %y : tensor<2x3xf32>\n}\n",
        {spread({2, 3}, 1, 0.05), spread({3}, 2, 0.07)});
}

TEST_F(Gradients, Reductions) {
  for (const char *kind : {"sum", "mean", "sum_square", "l1", "l2", "log_sum_exp", "max", "min"}) {
    checkOp({x345}, std::string("nn.reduce ") + kind + " %a {axes = array<i64: 0, 2>, keepdims = false}", "tensor<4xf32>");
    checkOp({x345}, std::string("nn.reduce ") + kind + " %a {axes = array<i64: 1>, keepdims = true}", "tensor<3x1x5xf32>");
  }
  checkOp({x345}, "nn.softmax %a {axis = 2 : i64}", "tensor<3x4x5xf32>");
  checkOp({x345}, "nn.softmax %a {axis = 1 : i64, log = true}", "tensor<3x4x5xf32>");
}

TEST_F(Gradients, Shapes) {
  checkOp({x345}, "nn.reshape %a {shape = array<i64: 6, 10>}", "tensor<6x10xf32>");
  checkOp({x345}, "nn.transpose %a {perm = array<i64: 2, 0, 1>}", "tensor<5x3x4xf32>");
  checkOp({x345}, "nn.slice %a {starts = array<i64: 1, 0, 2>, sizes = array<i64: 2, -1, 3>, steps = array<i64: 1, 1, 1>}", "tensor<2x4x3xf32>");
  checkOp({x23}, "nn.pad %a {low = array<i64: 1, 0>, high = array<i64: 0, 2>}", "tensor<3x5xf32>");
  checkOp({x23, {"tensor<2x1xf32>", {2, 1}}}, "nn.concat %a, %b {axis = 1 : i64}", "tensor<2x4xf32>");
  checkOp({{"tensor<3x1xf32>", {3, 1}}}, "nn.broadcast %a {shape = array<i64: 2, 3, 4>}", "tensor<2x3x4xf32>");
}

/// A value that is read twice gets both gradients.
TEST_F(Gradients, SumsOverUses) {
  check("func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {\n  %a = nn.unary tanh %x : tensor<2x3xf32> -> tensor<2x3xf32>\n"
        "  %b = nn.binary mul %a, %x : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>\n"
        "  %y = nn.binary add %b, %a : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>\n  return %y : tensor<2x3xf32>\n}\n",
        {spread({2, 3}, 1)});
}

/// Through quantize and dequantize gradients pass where the code is inside of its type.
TEST_F(Gradients, QuantizeIsStraightThrough) {
  OwningOpRef<ModuleOp> module = parse(
      "func.func @main(%x: tensor<5xf32>) -> tensor<5xf32> {\n  %s = nn.constant dense<1.000000e-01> : tensor<f32>\n  %z = nn.constant dense<0> : tensor<i4>\n"
      "  %q = nn.quantize %x, %s, %z : tensor<5xf32>, tensor<f32>, tensor<i4> -> tensor<5xi4>\n"
      "  %y = nn.dequantize %q, %s, %z : tensor<5xi4>, tensor<f32>, tensor<i4> -> tensor<5xf32>\n  return %y : tensor<5xf32>\n}\n");
  PassManager passes(&context);
  passes.nest<func::FuncOp>().addPass(weft::training::createDifferentiate());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  Tensor x = Tensor::ofFloats({5}, {-2.0f, -0.8f, 0.33f, 0.7f, 0.9f}), g = Tensor::ofFloats({5}, {1, 2, 3, 4, 5});
  std::vector<Tensor> found = evaluate(*module, {x, g});
  std::vector<float> expected{0, 2, 3, 4, 0};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(found[1].floats()[i], expected[i], 1e-5) << i;
}

/// The sign as it is imported: the same values, and the slope of a clip to ±1.
TEST_F(Gradients, StepsHaveTheSlopeOfAClip) {
  OwningOpRef<ModuleOp> module = parse(
      "func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {\n  %one = nn.constant dense<1.0> : tensor<f32>\n  %two = nn.constant dense<2.0> : tensor<f32>\n"
      "  %s = nn.unary sign %x : tensor<6xf32> -> tensor<6xf32>\n  %a = nn.binary add %s, %one : tensor<6xf32>, tensor<f32> -> tensor<6xf32>\n"
      "  %c = nn.clip %a {min = 0.0 : f64, max = 1.0 : f64} : tensor<6xf32> -> tensor<6xf32>\n"
      "  %m = nn.binary mul %c, %two : tensor<6xf32>, tensor<f32> -> tensor<6xf32>\n  %y = nn.binary sub %m, %one : tensor<6xf32>, tensor<f32> -> tensor<6xf32>\n"
      "  return %y : tensor<6xf32>\n}\n");
  ASSERT_TRUE(module);
  weft::training::giveStepsSlopes(module->lookupSymbol<func::FuncOp>("main"));
  PassManager passes(&context);
  passes.nest<func::FuncOp>().addPass(weft::training::createDifferentiate());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  Tensor x = Tensor::ofFloats({6}, {-2.0f, -0.9f, -1e-12f, 0.0f, 0.7f, 1.5f}), g = Tensor::ofFloats({6}, {1, 2, 3, 4, 5, 6});
  std::vector<Tensor> found = evaluate(*module, {x, g});
  EXPECT_EQ(found[0].floats(), (std::vector<float>{-1, -1, -1, 1, 1, 1}));
  EXPECT_EQ(found[1].floats(), (std::vector<float>{0, 2, 3, 4, 5, 0}));
}

/// Esser et al., ICLR 2020, eq. 3: code − x / scale inside, the bound where the code is clamped; 1·(−8) + 3·(3 − 3.3) + 5·7.
TEST_F(Gradients, ScalesOfQuantizationAreLearned) {
  OwningOpRef<ModuleOp> module = parse(
      "func.func @main(%x: tensor<5xf32>, %s: tensor<f32>) -> tensor<5xf32> {\n  %z = nn.constant dense<0> : tensor<i4>\n"
      "  %q = nn.quantize %x, %s, %z : tensor<5xf32>, tensor<f32>, tensor<i4> -> tensor<5xi4>\n"
      "  %y = nn.dequantize %q, %s, %z : tensor<5xi4>, tensor<f32>, tensor<i4> -> tensor<5xf32>\n  return %y : tensor<5xf32>\n}\n");
  PassManager passes(&context);
  passes.nest<func::FuncOp>().addPass(weft::training::createDifferentiate());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  Tensor x = Tensor::ofFloats({5}, {-2.0f, -0.8f, 0.33f, 0.7f, 0.9f}), g = Tensor::ofFloats({5}, {1, 2, 3, 4, 5});
  EXPECT_NEAR(evaluate(*module, {x, Tensor::ofFloats({}, {0.1f}), g}).at(2).floats()[0], 26.1, 1e-4);
}

TEST_F(Gradients, StochasticRoundingIsStraightThrough) {
  OwningOpRef<ModuleOp> module = parse("func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {\n  %s = nn.constant dense<7> : tensor<i32>\n"
                                       "  %y = nn.stochastic_round %x, %s {stream = 1 : i64} : tensor<3xf32>, tensor<i32> -> tensor<3xf32>\n"
                                       "  return %y : tensor<3xf32>\n}\n");
  PassManager passes(&context);
  passes.nest<func::FuncOp>().addPass(weft::training::createDifferentiate());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  Tensor g = Tensor::ofFloats({3}, {1, 2, 3});
  EXPECT_EQ(evaluate(*module, {Tensor::ofFloats({3}, {-2.5f, 0.3f, 9.7f}), g}).at(1).floats(), g.floats());
}

} // namespace

//===- FixedPointTest.cpp - training in fixed point ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/CpuBackend.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnGradients.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Compression/Passes.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Training/Algorithms/DynamicExponent.h"
#include "passes/Training/ShrinkBonds.h"
#include "passes/Training/TrainingStep.h"
#include "runtime/reference/Masks.h"
#include "runtime/reference/StochasticRound.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace weft::training;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace {

Tensor noise(Shape shape, uint64_t seed, double width) {
  Tensor x(ElementType::f32(), std::move(shape));
  weft::reference::SplitMix64 random(seed);
  for (float &v : x.floats())
    v = static_cast<float>(width * (static_cast<double>(random.next() >> 11) / 9007199254740992.0 - 0.5));
  return x;
}

class FixedPoint : public testing::Test {
protected:
  FixedPoint() { context.loadDialect<weft::nn::NnDialect, weft::codec::CodecDialect, func::FuncDialect>(); }
  OwningOpRef<ModuleOp> parse(const std::string &text) { return parseSourceString<ModuleOp>(text, &context); }

  static std::vector<Tensor> evaluate(ModuleOp module, const std::string &name, const std::vector<Tensor> &inputs) {
    weft::evaluation::Evaluator evaluator;
    auto results = evaluator.evaluate(module.lookupSymbol<func::FuncOp>(name), inputs);
    EXPECT_TRUE(succeeded(results));
    return succeeded(results) ? *results : std::vector<Tensor>();
  }

  /// A multilayer perceptron 12-10-4 of 4-bit weights and 8-bit activations.
  const std::string mlp = R"(func.func @main(%x: tensor<?x12xf32>) -> tensor<?x4xf32> {
  %si = nn.constant dense<7.812500e-03> : tensor<f32>
  %zi = nn.constant dense<0> : tensor<i8>
  %zu = nn.constant dense<0> : tensor<ui8>
  %z4 = nn.constant dense<0> : tensor<i4>
  %sw = nn.constant dense<6.250000e-02> : tensor<f32>
  %w1 = nn.constant dense<[[1, -2, 3, 0, 2, -1, 4, 1, -3, 2, 0, 1], [2, 1, 0, -3, 1, 1, -2, 2, 0, 4, -1, 1], [0, 1, -1, 2, -3, 1, 0, 2, 1, -4, 3, 1],
    [3, 0, 1, 1, -2, 2, 1, -1, 4, 0, 2, -3], [-1, 2, 2, 0, 1, -4, 1, 3, 0, 1, -2, 1], [1, 1, -3, 2, 0, 2, -1, 1, 2, 4, 1, 0],
    [2, -1, 1, 3, 1, 0, 2, -4, 1, 1, 0, -2], [0, 3, -2, 1, 4, 1, 1, 0, -1, 2, 2, 1], [1, 0, 2, -1, 1, 3, -2, 1, 1, 0, -4, 2],
    [-3, 1, 0, 2, 1, 1, 4, -2, 0, 1, 1, 3]]> : tensor<10x12xi4>
  %w2 = nn.constant dense<[[2, -3, 1, 4, 0, 1, -2, 3, 1, -1], [1, 2, -4, 0, 3, -1, 1, 2, -2, 1], [-2, 1, 3, 1, -1, 4, 0, -3, 2, 1],
    [3, 1, 0, -2, 1, -3, 4, 1, -1, 2]]> : tensor<4x10xi4>
  %b1 = nn.constant dense<0.0> : tensor<10xf32>
  %b2 = nn.constant dense<0.0> : tensor<4xf32>
  %q0 = nn.quantize %x, %si, %zi {nn.name = "x"} : tensor<?x12xf32>, tensor<f32>, tensor<i8> -> tensor<?x12xi8>
  %d0 = nn.dequantize %q0, %si, %zi : tensor<?x12xi8>, tensor<f32>, tensor<i8> -> tensor<?x12xf32>
  %v1 = nn.dequantize %w1, %sw, %z4 : tensor<10x12xi4>, tensor<f32>, tensor<i4> -> tensor<10x12xf32>
  %y1 = nn.linear %d0, %v1, %b1 {nn.name = "fc1"} : tensor<?x12xf32>, tensor<10x12xf32>, tensor<10xf32> -> tensor<?x10xf32>
  %r1 = nn.unary relu %y1 : tensor<?x10xf32> -> tensor<?x10xf32>
  %q1 = nn.quantize %r1, %si, %zu {nn.name = "r1"} : tensor<?x10xf32>, tensor<f32>, tensor<ui8> -> tensor<?x10xui8>
  %d1 = nn.dequantize %q1, %si, %zu : tensor<?x10xui8>, tensor<f32>, tensor<ui8> -> tensor<?x10xf32>
  %v2 = nn.dequantize %w2, %sw, %z4 : tensor<4x10xi4>, tensor<f32>, tensor<i4> -> tensor<4x10xf32>
  %y2 = nn.linear %d1, %v2, %b2 {nn.name = "fc2"} : tensor<?x10xf32>, tensor<4x10xf32>, tensor<4xf32> -> tensor<?x4xf32>
  %q2 = nn.quantize %y2, %si, %zi {nn.name = "y"} : tensor<?x4xf32>, tensor<f32>, tensor<i8> -> tensor<?x4xi8>
  %d2 = nn.dequantize %q2, %si, %zi : tensor<?x4xi8>, tensor<f32>, tensor<i8> -> tensor<?x4xf32>
  return %d2 : tensor<?x4xf32>
})";

  /// A convolution of 3 kernels of 3 × 3, padded, max pooling, and a linear layer of 4 outputs.
  const std::string cnn = R"(func.func @main(%x: tensor<?x12xf32>) -> tensor<?x4xf32> {
  %si = nn.constant dense<7.812500e-03> : tensor<f32>
  %zi = nn.constant dense<0> : tensor<i8>
  %zu = nn.constant dense<0> : tensor<ui8>
  %z4 = nn.constant dense<0> : tensor<i4>
  %sw = nn.constant dense<6.250000e-02> : tensor<f32>
  %w1 = nn.constant dense<[[[[1, -2, 3], [0, 2, -1], [4, 1, -3]]], [[[2, 1, 0], [-3, 1, 1], [-2, 2, 4]]], [[[0, 1, -1], [2, -3, 1], [3, 2, 1]]]]> : tensor<3x1x3x3xi4>
  %w2 = nn.constant dense<[[2, -3, 1, 4, 0, 1], [1, 2, -4, 0, 3, -1], [-2, 1, 3, 1, -1, 4], [3, 1, 0, -2, 1, -3]]> : tensor<4x6xi4>
  %b1 = nn.constant dense<0.0> : tensor<3xf32>
  %b2 = nn.constant dense<0.0> : tensor<4xf32>
  %i = nn.reshape %x {shape = array<i64: -1, 1, 3, 4>} : tensor<?x12xf32> -> tensor<?x1x3x4xf32>
  %q0 = nn.quantize %i, %si, %zi {nn.name = "x"} : tensor<?x1x3x4xf32>, tensor<f32>, tensor<i8> -> tensor<?x1x3x4xi8>
  %d0 = nn.dequantize %q0, %si, %zi : tensor<?x1x3x4xi8>, tensor<f32>, tensor<i8> -> tensor<?x1x3x4xf32>
  %v1 = nn.dequantize %w1, %sw, %z4 : tensor<3x1x3x3xi4>, tensor<f32>, tensor<i4> -> tensor<3x1x3x3xf32>
  %y1 = nn.conv %d0, %v1, %b1 {nn.name = "conv1", strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>,
    dilations = array<i64: 1, 1>, groups = 1 : i64} : tensor<?x1x3x4xf32>, tensor<3x1x3x3xf32>, tensor<3xf32> -> tensor<?x3x3x4xf32>
  %r1 = nn.unary relu %y1 : tensor<?x3x3x4xf32> -> tensor<?x3x3x4xf32>
  %q1 = nn.quantize %r1, %si, %zu {nn.name = "r1"} : tensor<?x3x3x4xf32>, tensor<f32>, tensor<ui8> -> tensor<?x3x3x4xui8>
  %d1 = nn.dequantize %q1, %si, %zu : tensor<?x3x3x4xui8>, tensor<f32>, tensor<ui8> -> tensor<?x3x3x4xf32>
  %p = nn.pool max %d1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>,
    dilations = array<i64: 1, 1>} : tensor<?x3x3x4xf32> -> tensor<?x3x1x2xf32>
  %f = nn.reshape %p {shape = array<i64: -1, 6>} : tensor<?x3x1x2xf32> -> tensor<?x6xf32>
  %v2 = nn.dequantize %w2, %sw, %z4 : tensor<4x6xi4>, tensor<f32>, tensor<i4> -> tensor<4x6xf32>
  %y2 = nn.linear %f, %v2, %b2 {nn.name = "fc2"} : tensor<?x6xf32>, tensor<4x6xf32>, tensor<4xf32> -> tensor<?x4xf32>
  %q2 = nn.quantize %y2, %si, %zi {nn.name = "y"} : tensor<?x4xf32>, tensor<f32>, tensor<i8> -> tensor<?x4xi8>
  %d2 = nn.dequantize %q2, %si, %zi : tensor<?x4xi8>, tensor<f32>, tensor<i8> -> tensor<?x4xf32>
  return %d2 : tensor<?x4xf32>
})";

  void checkSteps(const std::string &text, const StepOptions &options, int steps);

  MLIRContext context;
};

/// Inputs of a step: samples, targets, rate and correction, numbers and slots, units, seed.
std::vector<Tensor> inputsOf(const TrainingProgram &program, const std::vector<Tensor> &state, const std::vector<DynamicExponent> &exponents, int step) {
  Tensor targets(ElementType::f32(), program.targetShape), units(ElementType::f32(), {static_cast<int64_t>(exponents.size())});
  for (int64_t i = 0; i < program.targetShape[0]; ++i)
    targets.floats()[i * 4 + (i + step) % 4] = 1;
  for (size_t i = 0; i < exponents.size(); ++i)
    units.floats()[i] = exponents[i].unit();
  std::vector<Tensor> all{noise(program.inputShape, step, 2), targets, Tensor::ofFloats({}, {0.01f}), Tensor::ofFloats({}, {2.0f})};
  all.insert(all.end(), state.begin(), state.end());
  all.push_back(units);
  all.push_back(Tensor::ofIntegers(ElementType::integer(32, true), {}, {1000 + step}));
  return all;
}

/// What the interpreter and native code make of several steps is the same to the bit, and something happens.
void FixedPoint::checkSteps(const std::string &text, const StepOptions &options, int steps) {
  OwningOpRef<ModuleOp> module = parse(text);
  ASSERT_TRUE(module);
  auto program = buildTrainingProgram(*module, options);
  ASSERT_TRUE(succeeded(program));
  weft::cpu::CpuOptions code;
  code.batchTiles = {}, code.entry = "step";
  auto native = weft::cpu::jit(*program->step, code);
  ASSERT_TRUE(succeeded(native));
  std::vector<DynamicExponent> exponents;
  for (const FixedPointFormat &format : program->formats)
    exponents.emplace_back(format.exponent);
  std::vector<Tensor> state;
  for (const Parameter &p : program->parameters) {
    state.push_back(p.initial);
    for (int s = 0; s < program->slots; ++s)
      state.push_back(Tensor(ElementType::f32(), p.shape));
  }
  const std::vector<Tensor> before = state;
  for (int step = 0; step < steps; ++step) {
    std::vector<Tensor> inputs = inputsOf(*program, state, exponents, step);
    std::vector<Tensor> expected = evaluate(*program->step, "step", inputs);
    auto found = (*native)->run(inputs);
    ASSERT_TRUE(succeeded(found));
    ASSERT_EQ(found->size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
      ASSERT_EQ((*found)[i].floats(), expected[i].floats()) << "step " << step << ", result " << i;
    std::copy(expected.begin() + 2, expected.begin() + 2 + static_cast<std::ptrdiff_t>(state.size()), state.begin());
    for (size_t i = 0; i < exponents.size(); ++i)
      exponents[i].observe(expected.back().floats()[i], program->formats[i].greatest(), step);
  }
  EXPECT_NE(state[0].floats(), before[0].floats());
}

TEST_F(FixedPoint, StepsAgreeToTheBit) {
  StepOptions options;
  options.batch = 6, options.fixedPoint.emplace();
  checkSteps(mlp, options, 8);
  options.optimizer = Optimizer::sgd, options.loss = Loss::meanSquare, options.weightDecay = 0.01;
  options.fixedPoint->errorBits = 16; // products whose sums f32 does not hold
  checkSteps(mlp, options, 4);
}

TEST_F(FixedPoint, StepsOfConvolutionsAgreeToTheBit) {
  StepOptions options;
  options.batch = 20, options.fixedPoint.emplace();
  checkSteps(cnn, options, 6);
}

TEST_F(FixedPoint, RefusesWhatHasNoSuchArithmetic) {
  std::string text = mlp;
  text.replace(text.find("nn.unary relu"), 13, "nn.unary tanh");
  OwningOpRef<ModuleOp> module = parse(text);
  ASSERT_TRUE(module);
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) { message += diagnostic.str(); return success(); });
  StepOptions options;
  options.fixedPoint.emplace();
  EXPECT_TRUE(failed(buildTrainingProgram(*module, options)));
  EXPECT_NE(message.find("has no fixed-point arithmetic"), std::string::npos) << message;
}

/// Native code and the reference agree, the mean over seeds is x, and whole numbers stay.
TEST_F(FixedPoint, StochasticRoundingIsUnbiased) {
  OwningOpRef<ModuleOp> module = parse("func.func @main(%x: tensor<7x19xf32>, %s: tensor<i32>) -> tensor<7x19xf32> {\n"
                                       "  %y = nn.stochastic_round %x, %s {stream = 5 : i64} : tensor<7x19xf32>, tensor<i32> -> tensor<7x19xf32>\n"
                                       "  return %y : tensor<7x19xf32>\n}\n");
  ASSERT_TRUE(module);
  auto native = weft::cpu::jit(*module);
  ASSERT_TRUE(succeeded(native));
  Tensor x = noise({7, 19}, 3, 40);
  x.floats()[0] = -7;
  std::vector<double> sums(x.size(), 0.0);
  constexpr int seeds = 2000;
  for (int seed = 0; seed < seeds; ++seed) {
    Tensor s = Tensor::ofIntegers(ElementType::integer(32, true), {}, {seed * 77777 - 50000000});
    auto y = weft::reference::stochasticRound(x, s, 5);
    ASSERT_TRUE(y.ok());
    auto found = (*native)->run({x, s});
    ASSERT_TRUE(succeeded(found));
    ASSERT_EQ((*found)[0].floats(), y->floats());
    ASSERT_EQ(y->floats()[0], -7);
    for (int64_t i = 0; i < x.size(); ++i)
      sums[i] += y->floats()[i];
  }
  for (int64_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(sums[i] / seeds, x.floats()[i], 0.06) << i;
}

/// A train 2x3x2 : 3x2x2 of ranks 3 and 4 whose bonds lose indices that are zero: the same numbers come out of smaller layers.
TEST_F(FixedPoint, ShrinksBondsWithoutAChange) {
  std::string text = "func.func @main(%x: tensor<5x12xf32>) -> tensor<5x12xf32> {\n";
  const std::vector<Shape> shapes{{1, 2, 3, 3}, {3, 3, 2, 4}, {4, 2, 2, 1}};
  std::string names, types;
  for (size_t k = 0; k < shapes.size(); ++k) {
    std::string type = "tensor<";
    for (int64_t d : shapes[k])
      type += std::to_string(d) + "x";
    type += "f32>";
    text += "  %c" + std::to_string(k) + " = nn.constant dense<0.0> : " + type + "\n";
    names += (k ? ", %c" : "%c") + std::to_string(k), types += (k ? ", " : "") + type;
  }
  text += "  %w = codec.tensor_train " + names + " : " + types + " -> tensor<12x12xf32>\n  %b = nn.constant dense<0.25> : tensor<12xf32>\n"
          "  %y = nn.linear %x, %w, %b {nn.name = \"fc\"} : tensor<5x12xf32>, tensor<12x12xf32>, tensor<12xf32> -> tensor<5x12xf32>\n"
          "  return %y : tensor<5x12xf32>\n}\n";
  OwningOpRef<ModuleOp> module = parse(text);
  ASSERT_TRUE(module);
  PassManager passes(&context);
  passes.addPass(weft::compression::createExpandFactors());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  std::vector<Bond> bonds = findBonds(*module);
  ASSERT_EQ(bonds.size(), 2u);
  EXPECT_EQ(bonds[0].extent, 3);
  EXPECT_EQ(bonds[1].extent, 4);
  const std::vector<std::vector<int64_t>> kept{{0, 2}, {3}};
  StepOptions options;
  options.batch = 5;
  auto program = buildTrainingProgram(*module, options);
  ASSERT_TRUE(succeeded(program));
  std::vector<std::vector<float>> values;
  for (const Parameter &p : program->parameters)
    values.push_back(noise(p.shape, values.size() + 1, 2).floats());
  for (auto [bond, indices] : llvm::zip(bonds, kept)) {
    EXPECT_EQ(bond.sides.size(), 2u);
    for (const BondSide &side : bond.sides)
      for (int64_t i = 0; i < side.rows * side.columns; ++i)
        if (!llvm::is_contained(indices, bondIndex(side, bond.extent, i)))
          values[side.parameter][i] = 0;
  }
  storeParameters(*module, *program, values);
  Tensor x = noise({5, 12}, 9, 2);
  Tensor before = evaluate(*module, "main", {x}).at(0);
  ASSERT_TRUE(succeeded(shrinkBonds(*module, bonds, kept)));
  ASSERT_TRUE(succeeded(mlir::verify(*module)));
  Tensor after = evaluate(*module, "main", {x}).at(0);
  for (int64_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(after.floats()[i], before.floats()[i], 1e-5) << i;
  std::vector<Bond> left = findBonds(*module);
  int64_t elements = 0;
  for (OpOperand *operand : parameterOperands(*module))
    elements += cast<RankedTensorType>(operand->get().getType()).getRank() == 2 ? cast<RankedTensorType>(operand->get().getType()).getNumElements() : 0;
  EXPECT_EQ(elements, 1 * 2 * 3 * 2 + 2 * 3 * 2 * 1 + 1 * 2 * 2 * 1);
}

TEST(DynamicExponent, FollowsTheRange) {
  DynamicExponent e(-4);
  EXPECT_EQ(e.unit(), 0.0625f);
  e.observe(0.99 * 127 / 16, 127, 0);
  EXPECT_EQ(e.value(), -4); // once is not enough
  e.observe(0.99 * 127 / 16, 127, 1);
  EXPECT_EQ(e.value(), -3);
  for (int step = 20; step < 25; ++step)
    e.observe(0.2 * 127 / 8, 127, step);
  EXPECT_EQ(e.value(), -3);
  float state[DynamicExponent::stateSize];
  e.save(state);
  DynamicExponent other;
  other.restore(state);
  other.observe(0.2 * 127 / 8, 127, 25);
  EXPECT_EQ(other.value(), -4);
  e.observe(0.5 * 127 / 8, 127, 25);
  e.observe(0.2 * 127 / 8, 127, 26);
  EXPECT_EQ(e.value(), -3); // not in a row
  e.observe(0, 127, 27);
  EXPECT_EQ(e.value(), -3);
  EXPECT_FALSE(e.settle(127.0 / 8 / 16, 127));
  EXPECT_EQ(e.value(), -6); // a 16th, an eighth, a quarter, a half
  EXPECT_TRUE(e.settle(0.5 * 127 / 64, 127));
}

} // namespace

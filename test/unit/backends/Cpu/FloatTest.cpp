//===- FloatTest.cpp - float kernels against the reference interpreter ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Groups.h"
#include "test/unit/backends/Cpu/Support.h"
#include "runtime/reference/Elementwise.h"
#include <cmath>
#include <fmt/format.h>
#include <limits>

using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

static Tensor floats(Shape shape, unsigned seed = 1, double lo = -1, double hi = 1) {
  return randomTensor(ElementType::f32(), std::move(shape), lo, hi, seed);
}

/// @main of one operation on %x.
static std::string unit(const std::string &in, const std::string &out, const std::string &op) {
  return fmt::format("func.func @main(%x: tensor<{0}>) -> tensor<{1}> {{\n  %y = {2} : tensor<{0}> -> tensor<{1}>\n"
                     "  return %y : tensor<{1}>\n}}\n", in, out, op);
}

static std::string linear(int64_t depth, int64_t outputs) {
  std::string w = fmt::format("tensor<{}x{}xf32>", outputs, depth), b = fmt::format("tensor<{}xf32>", outputs);
  return fmt::format("func.func @main(%x: tensor<?x{0}xf32>) -> tensor<?x{1}xf32> {{\n  %w = nn.constant {2}\n  %b = nn.constant {3}\n"
                     "  %h = nn.linear %x, %w, %b : tensor<?x{0}xf32>, {4}, {5} -> tensor<?x{1}xf32>\n"
                     "  %y = nn.unary relu %h : tensor<?x{1}xf32> -> tensor<?x{1}xf32>\n  return %y : tensor<?x{1}xf32>\n}}\n",
                     depth, outputs, randomConstant(w, -1, 1, 2), randomConstant(b, -1, 1, 3), w, b);
}

TEST(CpuFloat, LinearOfOddSizesAndBatches) {
  for (auto [depth, outputs] : {std::pair{1, 1}, {7, 10}, {33, 16}, {40, 31}, {50, 70}, {35, 320}})
    for (int64_t n : {1, 19})
      compareWithReference(linear(depth, outputs), {floats({n, depth})});
}

TEST(CpuFloat, ASampleDoesNotDependOnItsTile) {
  Parsed parsed = parse(linear(100, 33));
  auto model = weft::cpu::jit(*parsed.module);
  ASSERT_TRUE(succeeded(model));
  Tensor batch = floats({16, 100});
  auto together = (*model)->run({batch});
  ASSERT_TRUE(succeeded(together));
  for (int64_t i = 0; i < 16; ++i) {
    std::vector<float> one(batch.floats().begin() + i * 100, batch.floats().begin() + (i + 1) * 100);
    auto alone = (*model)->run({Tensor::ofFloats({1, 100}, one)});
    ASSERT_TRUE(succeeded(alone));
    for (int64_t j = 0; j < 33; ++j)
      EXPECT_EQ((*alone)[0].floats()[j], (*together)[0].floats()[i * 33 + j]);
  }
}

struct ConvCase {
  int64_t channels, outputs, height, width, kernel, stride, pad, dilation, groups;
};

static std::string conv(const ConvCase &c, int64_t &outHeight, int64_t &outWidth) {
  auto extent = [&](int64_t in) { return (in + 2 * c.pad - c.dilation * (c.kernel - 1) - 1) / c.stride + 1; };
  outHeight = extent(c.height), outWidth = extent(c.width);
  std::string x = fmt::format("tensor<?x{}x{}x{}xf32>", c.channels, c.height, c.width);
  std::string y = fmt::format("tensor<?x{}x{}x{}xf32>", c.outputs, outHeight, outWidth);
  std::string w = fmt::format("tensor<{}x{}x{}x{}xf32>", c.outputs, c.channels / c.groups, c.kernel, c.kernel);
  std::string b = fmt::format("tensor<{}xf32>", c.outputs);
  return fmt::format("func.func @main(%x: {0}) -> {1} {{\n  %w = nn.constant {2}\n  %b = nn.constant {3}\n"
                     "  %h = nn.conv %x, %w, %b {{strides = array<i64: {6}, {6}>, pads_begin = array<i64: {7}, {7}>, pads_end = array<i64: "
                     "{7}, {7}>, dilations = array<i64: {8}, {8}>, groups = {9} : i64}} : {0}, {4}, {5} -> {1}\n"
                     "  %y = nn.clip %h {{min = 0.0 : f64, max = 6.0 : f64}} : {1} -> {1}\n  return %y : {1}\n}}\n",
                     x, y, randomConstant(w, -1, 1, 2), randomConstant(b, -1, 1, 3), w, b, c.stride, c.pad, c.dilation, c.groups);
}

TEST(CpuFloat, ConvOfEveryForm) {
  for (ConvCase c : {ConvCase{3, 8, 9, 11, 3, 1, 1, 1, 1}, {4, 6, 12, 12, 5, 1, 0, 1, 1}, {5, 9, 7, 7, 1, 1, 0, 1, 1},
                     {3, 17, 13, 10, 3, 2, 1, 1, 1}, {8, 8, 10, 9, 3, 1, 1, 1, 8}, {6, 12, 11, 11, 3, 2, 1, 1, 3},
                     {2, 3, 15, 15, 3, 1, 2, 2, 1}, {1, 6, 20, 20, 9, 1, 0, 1, 1}, {4, 5, 4, 4, 4, 1, 0, 1, 1}, {2, 20, 6, 40, 3, 1, 1, 1, 1}}) {
    int64_t h, w;
    compareWithReference(conv(c, h, w), {floats({2, c.channels, c.height, c.width})});
  }
}

/// Many channels, so that they are the lanes: whole panels and parts, tiles in rows and of pixels that are looked up, strips.
TEST(CpuFloat, ConvOfManyChannels) {
  for (ConvCase c : {ConvCase{64, 64, 8, 8, 3, 1, 1, 1, 1}, {33, 40, 5, 5, 3, 1, 1, 1, 1}, {32, 100, 14, 15, 3, 2, 1, 1, 1}, {64, 32, 9, 40, 3, 1, 0, 1, 1},
                     {128, 17, 7, 7, 1, 1, 0, 1, 1}, {48, 48, 12, 11, 3, 1, 2, 2, 1}, {64, 130, 3, 3, 3, 1, 1, 1, 1}, {40, 64, 60, 29, 3, 1, 1, 1, 1}}) {
    int64_t h, w;
    compareWithReference(conv(c, h, w), {floats({2, c.channels, c.height, c.width})});
  }
}

/// Few channels and rows of whole vectors, of parts, and shorter than one: each row is computed apart, several to a tile, or several tiles to a row.
TEST(CpuFloat, ConvOfRowsApart) {
  for (ConvCase c : {ConvCase{8, 8, 7, 32, 3, 1, 1, 1, 1}, {3, 5, 9, 16, 3, 1, 1, 1, 1}, {6, 4, 5, 130, 3, 1, 1, 1, 1}, {12, 12, 9, 28, 3, 1, 1, 1, 12}, {4, 8, 33, 64, 3, 2, 1, 1, 1},
                     {7, 7, 8, 7, 3, 1, 1, 1, 7}, {2, 9, 6, 48, 5, 1, 2, 1, 1}}) {
    int64_t h, w;
    compareWithReference(conv(c, h, w), {floats({2, c.channels, c.height, c.width})});
  }
}

TEST(CpuFloat, ConvAlongOneAndThreeDimensions) {
  auto net = [](const std::string &in, const std::string &kernel, const std::string &out, int rank) {
    std::string ones = rank == 1 ? "1" : "1, 1, 1", w = fmt::format("tensor<{}xf32>", kernel);
    return fmt::format("func.func @main(%x: tensor<{0}xf32>) -> tensor<{1}xf32> {{\n  %w = nn.constant {2}\n  %b = nn.constant {3}\n"
                       "  %h = nn.conv %x, %w, %b {{strides = array<i64: {4}>, pads_begin = array<i64: {4}>, pads_end = array<i64: {4}>, dilations = array<i64: {4}>, groups = 1 : i64}} "
                       ": tensor<{0}xf32>, {5}, tensor<40xf32> -> tensor<{1}xf32>\n  return %h : tensor<{1}xf32>\n}}\n",
                       in, out, randomConstant(w, -1, 1, 2), randomConstant("tensor<40xf32>", -1, 1, 3), ones, w);
  };
  compareWithReference(net("2x64x900", "40x64x3", "2x40x900", 1), {floats({2, 64, 900})});
  compareWithReference(net("1x64x5x6x7", "40x64x3x3x3", "1x40x5x6x7", 3), {floats({1, 64, 5, 6, 7})});
}

/// 1 × 1 kernels over planes that are packed first, a strip at a time: of whole tiles, with a rest, with odd depths.
TEST(CpuFloat, ConvOfEveryPixelAlone) {
  for (ConvCase c : {ConvCase{64, 40, 24, 32, 1, 1, 0, 1, 1}, {37, 50, 31, 33, 1, 1, 0, 1, 1}, {200, 17, 12, 19, 1, 1, 0, 1, 1}}) {
    int64_t h, w;
    compareWithReference(conv(c, h, w), {floats({2, c.channels, c.height, c.width})});
  }
}

/// x · σ(x) and x · clip(x + 3, 0, 6), where the convolution is.
TEST(CpuFloat, ConvGatedByItself) {
  for (std::string gate : {"  %g = nn.unary sigmoid %h : T -> T\n", "  %c = nn.constant dense<3.0> : tensor<f32>\n  %s = nn.binary add %h, %c : T, tensor<f32> -> T\n"
                                                                    "  %g = nn.clip %s {min = 0.0 : f64, max = 6.0 : f64} : T -> T\n"}) {
    std::string text = fmt::format("func.func @main(%x: tensor<2x5x9x21xf32>) -> T {{\n  %w = nn.constant {}\n  %b = nn.constant {}\n"
                                   "  %h = nn.conv %x, %w, %b {{strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, "
                                   "dilations = array<i64: 1, 1>, groups = 1 : i64}} : tensor<2x5x9x21xf32>, tensor<7x5x3x3xf32>, tensor<7xf32> -> T\n"
                                   "{}  %y = nn.binary mul %h, %g : T, T -> T\n  return %y : T\n}}\n",
                                   randomConstant("tensor<7x5x3x3xf32>", -1, 1, 2), randomConstant("tensor<7xf32>", -1, 1, 3), gate);
    for (size_t at; (at = text.find(" T")) != std::string::npos;)
      text.replace(at, 2, " tensor<2x7x9x21xf32>");
    compareWithReference(text, {floats({2, 5, 9, 21})});
    Parsed parsed = parse(text);
    auto none = [](weft::nn::ConvOp, weft::nn::PoolOp) { return false; };
    EXPECT_EQ(weft::cpu::makeGroups(parsed.module->lookupSymbol<mlir::func::FuncOp>("main"), true, none).size(), 1u);
  }
}

TEST(CpuFloat, PoolsOfEveryKind) {
  for (std::string kind : {"max", "average", "sum"})
    for (auto [kernel, stride, pad] : {std::tuple{2, 2, 0}, {3, 1, 1}, {3, 2, 1}, {3, 3, 0}, {12, 1, 0}}) {
      if (kind == "sum" && pad)
        continue;
      int64_t out = (12 + 2 * pad - kernel) / stride + 1, wide = (37 + 2 * pad - kernel) / stride + 1;
      std::string op = fmt::format("nn.pool {0} %x {{kernel = array<i64: {1}, {1}>, strides = array<i64: {2}, {2}>, pads_begin = array<i64: {3}, {3}>, "
                                   "pads_end = array<i64: {3}, {3}>, dilations = array<i64: 1, 1>}}", kind, kernel, stride, pad);
      compareWithReference(unit("2x3x12x37xf32", fmt::format("2x3x{}x{}xf32", out, wide), op), {floats({2, 3, 12, 37})});
    }
}

TEST(CpuFloat, EveryUnaryKind) {
  struct Case { const char *kind; double lo, hi, alpha, beta; };
  for (Case c : std::initializer_list<Case>{
           {"relu", -2, 2, 0, 0}, {"sigmoid", -30, 30, 0, 0}, {"tanh", -12, 12, 0, 0}, {"exp", -20, 5, 0, 0}, {"log", 1e-6, 50, 0, 0},
           {"sqrt", 0, 9, 0, 0}, {"neg", -2, 2, 0, 0}, {"abs", -2, 2, 0, 0}, {"erf", -5, 5, 0, 0}, {"floor", -9, 9, 0, 0}, {"ceil", -9, 9, 0, 0},
           {"round", -9, 9, 0, 0}, {"reciprocal", 0.5, 4, 0, 0}, {"sign", -1, 1, 0, 0}, {"leaky_relu", -2, 2, 0.1, 0}, {"elu", -4, 4, 1, 0},
           {"selu", -4, 4, 1.67326, 1.0507}, {"hard_sigmoid", -5, 5, 0.2, 0.5}, {"hard_swish", -5, 5, 0, 0}, {"softplus", -30, 30, 0, 0},
           {"softsign", -5, 5, 0, 0}, {"sin", -50, 50, 0, 0}, {"cos", -50, 50, 0, 0}, {"gelu", -5, 5, 0, 0}, {"gelu", -5, 5, 1, 0},
           {"thresholded_relu", -2, 2, 0.5, 0}, {"celu", -4, 4, 0.7, 0}, {"mish", -8, 8, 0, 0},
           {"acos", -1, 1, 0, 0}, {"asin", -1, 1, 0, 0}, {"atan", -9, 9, 0, 0}, {"tan", -1.4, 1.4, 0, 0}, {"sinh", -4, 4, 0, 0}, {"sinh", -0.01, 0.01, 0, 0},
           {"cosh", -4, 4, 0, 0}, {"asinh", -9, 9, 0, 0}, {"asinh", -0.01, 0.01, 0, 0}, {"acosh", 1, 9, 0, 0}, {"atanh", -0.99, 0.99, 0, 0}})
    compareWithReference(unit("3x37xf32", "3x37xf32", fmt::format("nn.unary {} %x {{alpha = {:e} : f64, beta = {:e} : f64}}", c.kind, c.alpha, c.beta)),
                         {floats({3, 37}, 5, c.lo, c.hi)});
}

TEST(CpuFloat, EndsOfTheAngles) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  Tensor x = Tensor::ofFloats({12}, {-infinity, -1e20f, -89, -2, -1, -0.f, 0.f, 1, 2, 89, 1e20f, infinity});
  Tensor odd = Tensor::ofFloats({12}, {nan, infinity, -infinity, 0.5f, nan, -0.5f, 1, -1, 0, 2, -2, 3});
  for (std::string kind : {"acos", "asin", "atan", "sinh", "cosh", "asinh", "acosh", "atanh"})
    for (const Tensor &input : {x, odd}) {
      Parsed parsed = parse(unit("12xf32", "12xf32", "nn.unary " + kind + " %x {alpha = 0.0 : f64}"));
      auto model = weft::cpu::jit(*parsed.module);
      ASSERT_TRUE(succeeded(model));
      auto y = (*model)->run({input});
      ASSERT_TRUE(succeeded(y));
      auto expected = weft::reference::unary(*weft::reference::unaryKindOf(kind), input, 0, 0);
      for (int64_t i = 0; i < 12; ++i) {
        float found = (*y)[0].floats()[i], wanted = expected->floats()[i];
        bool same = found == wanted || (std::isnan(found) && std::isnan(wanted)) || std::fabs(found - wanted) <= 1e-5f * std::fabs(wanted);
        EXPECT_TRUE(same) << kind << "(" << input.floats()[i] << ") is " << found << ", expected " << wanted;
      }
    }
  for (std::string kind : {"is_nan %x", "is_inf %x {alpha = 1.0 : f64, beta = 1.0 : f64}", "is_inf %x {alpha = 1.0 : f64}", "is_inf %x {beta = 1.0 : f64}"})
    compareWithReference(unit("12xf32", "12xi1", "nn.unary " + kind), {odd});
}

TEST(CpuFloat, IndexTuples) {
  compareWithReference("func.func @main(%x: tensor<4x5x9xf32>, %i: tensor<3x2xi64>) -> tensor<3x9xf32> {\n"
                       "  %z = nn.gather_nd %x, %i : tensor<4x5x9xf32>, tensor<3x2xi64> -> tensor<3x9xf32>\n  return %z : tensor<3x9xf32>\n}\n",
                       {floats({4, 5, 9}), Tensor::ofIntegers(ElementType::i64(), {3, 2}, {0, -1, 3, 2, -4, 0})});
  compareWithReference("func.func @main(%x: tensor<?x5x9xf32>, %i: tensor<?x2x1xi32>) -> tensor<?x2x9xf32> {\n"
                       "  %z = nn.gather_nd %x, %i {batch_dims = 1 : i64} : tensor<?x5x9xf32>, tensor<?x2x1xi32> -> tensor<?x2x9xf32>\n  return %z : tensor<?x2x9xf32>\n}\n",
                       {floats({2, 5, 9}), Tensor::ofIntegers(ElementType::integer(32, true), {2, 2, 1}, {0, -1, 4, 2})});
  for (int kind = 0; kind < 5; ++kind)
    for (auto [type, updates, batch] : {std::tuple{"3x1", "3x5x9", 0}, {"4x2x1", "4x2x9", 1}}) {
      std::string text = fmt::format("func.func @main(%x: tensor<4x5x9xf32>, %i: tensor<{0}xi64>, %u: tensor<{1}xf32>) -> tensor<4x5x9xf32> {{\n"
                                     "  %z = nn.scatter_nd %x, %i, %u {{batch_dims = {2} : i64, kind = {3} : i32}} : tensor<4x5x9xf32>, tensor<{0}xi64>, tensor<{1}xf32> -> tensor<4x5x9xf32>\n"
                                     "  return %z : tensor<4x5x9xf32>\n}}\n", type, updates, batch, kind);
      Tensor places = batch ? Tensor::ofIntegers(ElementType::i64(), {4, 2, 1}, {0, 4, 1, 1, -1, 2, 3, -5}) : Tensor::ofIntegers(ElementType::i64(), {3, 1}, {3, 0, -1});
      compareWithReference(text, {floats({4, 5, 9}), places, batch ? floats({4, 2, 9}, 8) : floats({3, 5, 9}, 8)});
    }
}

TEST(CpuFloat, Sorts) {
  for (std::string largest : {"true", "false"})
    for (auto [length, k] : {std::pair{1, 1}, {2, 2}, {7, 3}, {37, 37}})
      compareWithReference(unit(fmt::format("3x{}x2xf32", length), fmt::format("3x{}x2xi64", k), fmt::format("nn.top_k %x {{axis = 1 : i64, k = {} : i64, largest = {}}}", k, largest)),
                           {*weft::reference::unary(weft::reference::UnaryKind::round, floats({3, length, 2}, 3, -4, 4), 0, 0)});
  Tensor odd = Tensor::ofFloats({5}, {1, std::nanf(""), std::numeric_limits<float>::infinity(), -2, std::nanf("")});
  for (std::string largest : {"true", "false"})
    compareWithReference(unit("5xf32", "5xi64", "nn.top_k %x {axis = 0 : i64, k = 5 : i64, largest = " + largest + "}"), {odd});
}

TEST(CpuFloat, Scans) {
  for (std::string kind : {"sum", "prod"})
    for (int axis : {0, 1, 2})
      for (auto [exclusive, reverse] : {std::pair{"false", "false"}, {"true", "false"}, {"false", "true"}, {"true", "true"}})
        compareWithReference(unit("3x5x37xf32", "3x5x37xf32", fmt::format("nn.scan {} %x {{axis = {} : i64, exclusive = {}, reverse = {}}}", kind, axis, exclusive, reverse)),
                             {floats({3, 5, 37}, 6, 0.5, 1.2)});
}

TEST(CpuFloat, BinaryWithBroadcast) {
  for (std::string kind : {"add", "sub", "mul", "div", "max", "min", "pow", "prelu", "mod", "floor_mod"})
    for (std::string other : {"tensor<3x1x21xf32>", "tensor<21xf32>", "tensor<1xf32>", "tensor<2x1x5x1xf32>"})
      compareWithReference(fmt::format("func.func @main(%x: tensor<2x3x5x21xf32>) -> tensor<2x3x5x21xf32> {{\n  %c = nn.constant {}\n"
                                       "  %y = nn.binary {} %x, %c : tensor<2x3x5x21xf32>, {} -> tensor<2x3x5x21xf32>\n  return %y : tensor<2x3x5x21xf32>\n}}\n",
                                       randomConstant(other, 0.5, 3, 9), kind, other),
                           {floats({2, 3, 5, 21}, 4, 0.1, 4)});
}

TEST(CpuFloat, ReductionsOverAnyAxes) {
  for (std::string kind : {"sum", "mean", "max", "min", "prod", "sum_square", "l1", "l2", "log_sum", "log_sum_exp"})
    for (auto [axes, out, keep] : {std::tuple{"2", "3x5xf32", "false"}, {"0", "1x5x37xf32", "true"}, {"0, 2", "1x5x1xf32", "true"},
                                   {"1, 2", "3xf32", "false"}, {"1", "3x37xf32", "false"}})
      compareWithReference(unit("3x5x37xf32", out, fmt::format("nn.reduce {} %x {{axes = array<i64: {}>, keepdims = {}}}", kind, axes, keep)),
                           {floats({3, 5, 37}, 6, 0.5, 1.2)}, 2e-5);
}

TEST(CpuFloat, SoftmaxAlongAnyAxis) {
  for (int axis : {0, 1, 2})
    for (std::string log : {"true", "false"})
      compareWithReference(unit("3x5x37xf32", "3x5x37xf32", fmt::format("nn.softmax %x {{axis = {} : i64, log = {}}}", axis, log)), {floats({3, 5, 37}, 7, -9, 9)});
}

TEST(CpuFloat, Shapes) {
  auto run = [](const std::string &out, const std::string &op) { compareWithReference(unit("3x5x37xf32", out, op), {floats({3, 5, 37})}); };
  run("37x3x5xf32", "nn.transpose %x {perm = array<i64: 2, 0, 1>}");
  run("5x3x37xf32", "nn.transpose %x {perm = array<i64: 1, 0, 2>}");
  run("2x3x37xf32", "nn.slice %x {starts = array<i64: 0, 4, 0>, sizes = array<i64: 2, 3, -1>, steps = array<i64: 2, -2, 1>}");
  run("15x37xf32", "nn.reshape %x {shape = array<i64: -1, 37>}");
  run("2x3x5x37xf32", "nn.broadcast %x {shape = array<i64: 2, 3, 5, 37>}");
  for (std::string mode : {"0", "1", "2", "3"}) // constant, reflect, edge, wrap
    run("4x7x40xf32", "nn.pad %x {low = array<i64: 1, 1, 2>, high = array<i64: 0, 1, 1>, mode = " + mode + " : i32, value = 2.0 : f64}");
  compareWithReference("func.func @main(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x7xf32> {\n"
                       "  %z = nn.concat %x, %y {axis = 1 : i64} : tensor<2x3xf32>, tensor<2x4xf32> -> tensor<2x7xf32>\n  return %z : tensor<2x7xf32>\n}\n",
                       {floats({2, 3}), floats({2, 4})});
  compareWithReference("func.func @main(%x: tensor<5x20xf32>, %i: tensor<2x2xi64>) -> tensor<2x2x20xf32> {\n"
                       "  %z = nn.gather %x, %i {axis = 0 : i64} : tensor<5x20xf32>, tensor<2x2xi64> -> tensor<2x2x20xf32>\n  return %z : tensor<2x2x20xf32>\n}\n",
                       {floats({5, 20}), Tensor::ofIntegers(ElementType::i64(), {2, 2}, {0, -1, 3, 2})});
  compareWithReference("func.func @main(%x: tensor<2x13x9xf32>, %y: tensor<9x70xf32>) -> tensor<2x13x70xf32> {\n"
                       "  %z = nn.matmul %x, %y : tensor<2x13x9xf32>, tensor<9x70xf32> -> tensor<2x13x70xf32>\n  return %z : tensor<2x13x70xf32>\n}\n",
                       {floats({2, 13, 9}), floats({9, 70})});
}

TEST(CpuFloat, ArgReduce) {
  for (std::string last : {"true", "false"})
    compareWithReference(unit("3x5x7xf32", "3x7xi64", "nn.arg_reduce %x {axis = 1 : i64, keepdims = false, is_max = true, select_last = " + last + "}"),
                         {floats({3, 5, 7})});
}

TEST(CpuFloat, NarrowFloatsAreRounded) {
  std::vector<float> values{0, -0.f, 1e-8f, 3e-8f, 6e-8f, 5.9e-5f, 6.1e-5f, 0.1f, -0.1f, 1.00048828125f, 1.00146484375f, 3.14159f, 65503, 65519, 65520, 1e6f,
                            -1e6f, 1e38f, -3.4e38f, std::numeric_limits<float>::infinity(), std::nanf("")};
  Tensor x = Tensor::ofFloats({21}, values);
  for (std::string type : {"f16", "bf16"}) {
    compareWithReference(fmt::format("func.func @main(%x: tensor<21xf32>) -> tensor<21xf32> {{\n  %h = nn.cast %x : tensor<21xf32> -> tensor<21x{0}>\n"
                                     "  %y = nn.cast %h : tensor<21x{0}> -> tensor<21xf32>\n  return %y : tensor<21xf32>\n}}\n", type), {x}, 0);
    Tensor h = *weft::reference::cast(floats({3, 37}), type == "f16" ? ElementType::f16() : ElementType::bf16());
    compareWithReference(fmt::format("func.func @main(%x: tensor<3x37x{0}>) -> tensor<3x{0}> {{\n  %h = nn.binary mul %x, %x : tensor<3x37x{0}>, tensor<3x37x{0}> -> tensor<3x37x{0}>\n"
                                     "  %y = nn.reduce max %h {{axes = array<i64: 1>, keepdims = false}} : tensor<3x37x{0}> -> tensor<3x{0}>\n  return %y : tensor<3x{0}>\n}}\n", type), {h}, 0);
  }
}

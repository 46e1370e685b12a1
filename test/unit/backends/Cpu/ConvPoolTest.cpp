//===- ConvPoolTest.cpp - a convolution and its pool in one kernel ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Groups.h"
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::cpu::CpuOptions;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

struct Case {
  int64_t channels, outputs, height, width, kernel, stride, pad, groups;
  int64_t poolHeight, poolWidth, poolStrideHeight, poolStrideWidth;
};

const std::vector<Case> kCases = {
    {3, 8, 20, 40, 3, 1, 1, 1, 2, 2, 2, 2},   {1, 32, 90, 37, 3, 1, 1, 1, 2, 2, 2, 2},   {5, 9, 23, 43, 3, 1, 0, 1, 2, 2, 2, 2}, {4, 17, 41, 83, 3, 2, 1, 1, 2, 2, 2, 2},
    {2, 6, 19, 35, 5, 1, 2, 2, 3, 3, 3, 2},   {6, 20, 21, 38, 1, 1, 0, 1, 1, 2, 1, 2},   {8, 8, 25, 31, 3, 1, 1, 8, 1, 3, 2, 1}, {40, 12, 60, 61, 3, 1, 1, 1, 2, 2, 3, 2},
    {32, 33, 70, 60, 3, 1, 1, 1, 2, 2, 2, 2}, {3, 4, 17, 33, 3, 1, 1, 1, 17, 2, 17, 2}, {32, 40, 27, 20, 3, 1, 1, 1, 2, 2, 2, 2},
    {64, 64, 16, 17, 3, 1, 0, 1, 3, 2, 3, 2},
};

/// @main: convolution, `before`, max pool, `after`; both are lines that make %p of %h and %z of %q, of shapes {0} and {1}.
std::string net(const Case &c, const std::string &input, const std::string &weight, const std::string &sum, const std::string &element, std::string before, std::string after) {
  auto extent = [&](int64_t in, int64_t kernel, int64_t stride, int64_t pad) { return (in + 2 * pad - kernel) / stride + 1; };
  int64_t h = extent(c.height, c.kernel, c.stride, c.pad), w = extent(c.width, c.kernel, c.stride, c.pad);
  int64_t ph = extent(h, c.poolHeight, c.poolStrideHeight, 0), pw = extent(w, c.poolWidth, c.poolStrideWidth, 0);
  std::string x = fmt::format("tensor<?x{}x{}x{}x{}>", c.channels, c.height, c.width, input), y = fmt::format("?x{}x{}x{}x", c.outputs, h, w);
  std::string z = fmt::format("?x{}x{}x{}x", c.outputs, ph, pw), ws = fmt::format("tensor<{}x{}x{}x{}x{}>", c.outputs, c.channels / c.groups, c.kernel, c.kernel, weight);
  std::string b = fmt::format("tensor<{}x{}>", c.outputs, sum);
  double span = input == "f32" ? 1 : 100;
  auto fill = [&](std::string text) { return fmt::format(fmt::runtime(text), y, z, c.outputs); };
  return fmt::format("func.func @main(%x: {0}) -> tensor<{1}{2}> {{\n  %w = nn.constant {3}\n  %b = nn.constant {4}\n"
                     "  %h = nn.conv %x, %w, %b {{strides = array<i64: {5}, {5}>, pads_begin = array<i64: {6}, {6}>, pads_end = array<i64: {6}, {6}>, "
                     "dilations = array<i64: 1, 1>, groups = {7} : i64}} : {0}, {8}, {9} -> tensor<{10}{11}>\n{12}"
                     "  %q = nn.pool max %p {{kernel = array<i64: {13}, {14}>, strides = array<i64: {15}, {16}>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, "
                     "dilations = array<i64: 1, 1>}} : tensor<{10}{2}> -> tensor<{1}{2}>\n{17}  return %z : tensor<{1}{2}>\n}}\n",
                     x, z, element, randomConstant(ws, -span, span, 2), randomConstant(b, -span * 10, span * 10, 3), c.stride, c.pad, c.groups, ws, b, y, sum, fill(before), c.poolHeight,
                     c.poolWidth, c.poolStrideHeight, c.poolStrideWidth, fill(after));
}

const char *const kRelu = "  %p = nn.unary relu %h : tensor<{0}f32> -> tensor<{0}f32>\n";
const char *const kAfter = "  %z = nn.unary neg %q : tensor<{1}f32> -> tensor<{1}f32>\n";

std::string floatNet(const Case &c, const char *before = kRelu) { return net(c, "f32", "f32", "f32", "f32", before, kAfter); }

std::string byteNet(const Case &c, bool isSigned) {
  std::string constants = fmt::format("  %m = nn.constant {}\n  %n = nn.constant {}\n", randomConstant(fmt::format("tensor<{}xi32>", c.outputs), 1, 65535, 11),
                                      randomConstant(fmt::format("tensor<{}xi32>", c.outputs), 20, 30, 12));
  std::string before = constants + "  %p = nn.requantize %h, %m, %n {{zero_point = 1 : i64, lo = -128 : i64, hi = 127 : i64}} : tensor<{0}i32>, tensor<{2}xi32>, tensor<{2}xi32> -> tensor<{0}i8>\n";
  return net(c, isSigned ? "i8" : "ui8", "i8", "i32", "i8", before, "  %z = nn.clip %q {{min = -100.0 : f64, max = 100.0 : f64}} : tensor<{1}i8> -> tensor<{1}i8>\n");
}

Tensor floatsFor(const Case &c) { return randomTensor(ElementType::f32(), {2, c.channels, c.height, c.width}, -1, 1, 5); }

/// Kernels of @main where pools may join.
size_t kernelsOf(const std::string &text) {
  Parsed parsed = parse(text);
  auto func = parsed.module->lookupSymbol<mlir::func::FuncOp>("main");
  return weft::cpu::makeGroups(func, true, [](weft::nn::ConvOp, weft::nn::PoolOp) { return true; }).size();
}

} // namespace

TEST(CpuConvPool, Floats) {
  for (const Case &c : kCases)
    compareWithReference(floatNet(c), {floatsFor(c)});
}

TEST(CpuConvPool, FunctionsThatAreNotMonotone) {
  for (const Case &c : {kCases[0], kCases[5]})
    compareWithReference(floatNet(c, "  %a = nn.unary abs %h : tensor<{0}f32> -> tensor<{0}f32>\n  %p = nn.unary sin %a : tensor<{0}f32> -> tensor<{0}f32>\n"), {floatsFor(c)});
}

TEST(CpuConvPool, Bytes) {
  for (size_t i : {0, 1, 3, 6, 7}) {
    const Case &c = kCases[i];
    bool isSigned = i % 2;
    compareWithReference(byteNet(c, isSigned), {randomTensor(ElementType::integer(8, isSigned), {2, c.channels, c.height, c.width}, isSigned ? -128 : 0, isSigned ? 127 : 255, 4)});
  }
}

TEST(CpuConvPool, Threads) {
  for (const Case &c : {Case{1, 32, 90, 120, 3, 1, 1, 1, 2, 2, 2, 2}, Case{16, 5, 61, 60, 3, 1, 1, 1, 3, 2, 3, 2}, Case{20, 20, 41, 40, 3, 1, 1, 20, 2, 2, 2, 2}}) {
    Parsed parsed = parse(floatNet(c));
    std::vector<Tensor> expected;
    for (int threads : {1, 2, 3}) {
      CpuOptions options;
      options.threads = threads;
      options.leastSharedWork = 1 << 17;
      auto model = weft::cpu::jit(*parsed.module, options);
      ASSERT_TRUE(succeeded(model));
      auto found = (*model)->run({floatsFor(c)});
      ASSERT_TRUE(succeeded(found));
      if (threads == 1)
        expected = *found;
      expectClose((*found)[0], expected[0], 0, fmt::format("{} threads", threads));
    }
  }
}

TEST(CpuConvPool, JoinsWhereItCan) {
  Case c = kCases[0];
  EXPECT_EQ(kernelsOf(floatNet(c)), 1u);
  EXPECT_EQ(kernelsOf(byteNet(c, true)), 1u);
  c.poolHeight = 3; // rows overlap
  EXPECT_EQ(kernelsOf(floatNet(c)), 2u);
  c = kCases[0], c.poolStrideWidth = 3; // no vectors of every third element
  EXPECT_EQ(kernelsOf(floatNet(c)), 2u);
  std::string residual = floatNet(kCases[0], "  %r = nn.constant dense<1.0> : tensor<1x8x20x40xf32>\n"
                                             "  %p = nn.binary add %h, %r : tensor<{0}f32>, tensor<1x8x20x40xf32> -> tensor<{0}f32>\n");
  EXPECT_EQ(kernelsOf(residual), 2u);
}

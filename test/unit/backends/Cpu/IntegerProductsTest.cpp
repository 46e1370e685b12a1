//===- IntegerProductsTest.cpp - quantized models in exact integers ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include <cmath>
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::cpu::CpuOptions;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

/// A convolution in QDQ form of 7 × 7 pixels: an odd number of bytes ends every channel.
std::string qdqConv(int64_t channels, int64_t outputs, int64_t kernel, int64_t groups, bool relu, const std::string &scales, const std::string &units, double inScale, double outScale) {
  std::string x = fmt::format("tensor<1x{}x7x7x", channels), y = fmt::format("tensor<1x{}x7x7x", outputs);
  std::string w = fmt::format("tensor<{}x{}x{}x{}x", outputs, channels / groups, kernel, kernel), o = fmt::format("tensor<{}x", outputs);
  return fmt::format("func.func @main(%x: {0}ui8>) -> {1}ui8> {{\n"
                     "  %xs = nn.constant dense<{4:.9e}> : tensor<f32>\n  %xz = nn.constant dense<7> : tensor<ui8>\n  %ys = nn.constant dense<{5:.9e}> : tensor<f32>\n"
                     "  %yz = nn.constant dense<9> : tensor<ui8>\n  %w = nn.constant {6}\n  %ws = nn.constant dense<{7}> : {3}f32>\n  %wz = nn.constant dense<0> : {3}i8>\n"
                     "  %b = nn.constant {8}\n  %bs = nn.constant dense<{9}> : {3}f32>\n  %bz = nn.constant dense<0> : {3}i32>\n"
                     "  %dx = nn.dequantize %x, %xs, %xz : {0}ui8>, tensor<f32>, tensor<ui8> -> {0}f32>\n"
                     "  %dw = nn.dequantize %w, %ws, %wz : {2}i8>, {3}f32>, {3}i8> -> {2}f32>\n"
                     "  %db = nn.dequantize %b, %bs, %bz : {3}i32>, {3}f32>, {3}i32> -> {3}f32>\n"
                     "  %c = nn.conv %dx, %dw, %db {{strides = array<i64: 1, 1>, pads_begin = array<i64: {10}, {10}>, pads_end = array<i64: {10}, {10}>, dilations = array<i64: 1, 1>, "
                     "groups = {11} : i64}} : {0}f32>, {2}f32>, {3}f32> -> {1}f32>\n{12}  %q = nn.quantize %{13}, %ys, %yz : {1}f32>, tensor<f32>, tensor<ui8> -> {1}ui8>\n  return %q : {1}ui8>\n}}\n",
                     x, y, w, o, inScale, outScale, randomConstant(w + "i8>", -127, 127, 1), scales, randomConstant(o + "i32>", -500, 500, 2), units, kernel / 2, groups,
                     relu ? fmt::format("  %r = nn.unary relu %c : {0}f32> -> {0}f32>\n", y) : "", relu ? "r" : "c");
}

Tensor codes(int64_t channels) { return randomTensor(ElementType::integer(8, false), {1, channels, 7, 7}, 0, 255, 3); }

} // namespace

TEST(CpuIntegerProducts, EqualTheDefinitionWhereItDoesNotRound) {
  for (bool relu : {false, true}) {
    compareWithReference(qdqConv(8, 5, 1, 1, relu, "0.5", "0.25", 0.5, 256), {codes(8)}, 0);
    compareWithReference(qdqConv(6, 9, 3, 1, relu, "0.25", "0.125", 0.5, 512), {codes(6)}, 0);
    compareWithReference(qdqConv(5, 5, 3, 5, relu, "0.25", "0.125", 0.5, 128), {codes(5)}, 0);
    compareWithReference(qdqConv(2, 3, 1, 1, relu, "[0.5, 0.25, 1.0]", "[0.25, 0.125, 0.5]", 0.5, 64), {codes(2)}, 0);
  }
}

/// As onnxruntime's integer kernels do.
TEST(CpuIntegerProducts, RoundOnceBehindTheExactSum) {
  float inScale = 0.013f, weightScale = 0.0071f, outScale = 0.37f;
  std::string text = qdqConv(3, 1, 1, 1, false, fmt::format("{:.9e}", weightScale), fmt::format("{:.9e}", inScale * weightScale), inScale, outScale);
  Parsed parsed = parse(text);
  auto model = weft::cpu::jit(*parsed.module);
  ASSERT_TRUE(succeeded(model));
  Tensor x = codes(3);
  std::string constant = randomConstant("tensor<1x3x1x1xi8>", -127, 127, 1), bias = randomConstant("tensor<1xi32>", -500, 500, 2);
  auto integers = [](std::string text) {
    std::vector<int64_t> found;
    text = text.substr(0, text.find('>'));
    for (size_t at = 0; (at = text.find_first_of("-0123456789", at)) != std::string::npos; at = text.find_first_not_of("-0123456789", at))
      found.push_back(std::stoll(text.substr(at)));
    return found;
  };
  std::vector<int64_t> weights = integers(constant), offset = integers(bias);
  ASSERT_EQ(weights.size(), 3u);
  auto found = (*model)->run({x});
  ASSERT_TRUE(succeeded(found));
  for (int64_t p = 0; p < 49; ++p) {
    int64_t sum = offset[0];
    for (int64_t c = 0; c < 3; ++c)
      sum += weights[c] * (x.integers()[c * 49 + p] - 7);
    float scaled = static_cast<float>(sum) * (inScale * weightScale / outScale);
    EXPECT_EQ((*found)[0].integers()[p], std::min<int64_t>(255, std::max<int64_t>(0, std::nearbyint(scaled) + 9))) << p;
  }
}

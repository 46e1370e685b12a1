//===- IntegerTest.cpp - integer kernels, bit for bit ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include <algorithm>
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

struct Types {
  std::string input, weight, output;
  ElementType inputType;
  int64_t inLo, inHi, wLo, wHi;
};

static std::vector<Types> types() {
  return {{"ui8", "i8", "ui8", ElementType::integer(8, false), 0, 255, -128, 127},
          {"i8", "i8", "i8", ElementType::integer(8, true), -128, 127, -128, 127},
          {"i4", "i4", "i4", ElementType::integer(4, true), -8, 7, -8, 7},
          {"ui4", "i2", "i8", ElementType::integer(4, false), 0, 15, -2, 1},
          {"i16", "i8", "i16", ElementType::integer(16, true), -32768, 32767, -128, 127},
          {"i8", "i10", "i8", ElementType::integer(8, true), -128, 127, -512, 511},
          {"ui8", "ui8", "i8", ElementType::integer(8, false), 0, 255, 0, 255}};
}

static std::pair<int64_t, int64_t> bounds(const std::string &type) {
  bool isUnsigned = type[0] == 'u';
  int bits = std::stoi(type.substr(isUnsigned ? 2 : 1));
  return isUnsigned ? std::pair<int64_t, int64_t>{0, (1ll << bits) - 1} : std::pair<int64_t, int64_t>{-(1ll << (bits - 1)), (1ll << (bits - 1)) - 1};
}

/// A requantization whose channels differ, with one shift of 0.
static std::string requantize(const std::string &shape, int64_t channels, const std::string &out, int64_t zero) {
  auto [lo, hi] = bounds(out);
  std::string c = fmt::format("tensor<{}xi32>", channels);
  return fmt::format("  %m = nn.constant {0}\n  %n = nn.constant {1}\n"
                     "  %y = nn.requantize %h, %m, %n {{zero_point = {2} : i64, lo = {3} : i64, hi = {4} : i64}} : tensor<{5}xi32>, {6}, {6} -> tensor<{5}x{7}>\n",
                     randomConstant(c, 1, 65535, 11), randomConstant(c, 0, 30, 12), zero, lo, hi, shape, c, out);
}

static std::string linear(const Types &t, int64_t depth, int64_t outputs) {
  std::string w = fmt::format("tensor<{}x{}x{}>", outputs, depth, t.weight), b = fmt::format("tensor<{}xi32>", outputs);
  return fmt::format("func.func @main(%x: tensor<?x{0}x{2}>) -> tensor<?x{1}x{3}> {{\n  %w = nn.constant {4}\n  %b = nn.constant {5}\n"
                     "  %h = nn.linear %x, %w, %b : tensor<?x{0}x{2}>, {6}, {7} -> tensor<?x{1}xi32>\n{8}  return %y : tensor<?x{1}x{3}>\n}}\n",
                     depth, outputs, t.input, t.output, randomConstant(w, t.wLo, t.wHi, 2), randomConstant(b, -5000, 5000, 3), w, b,
                     requantize(fmt::format("?x{}", outputs), outputs, t.output, 1));
}

TEST(CpuInteger, LinearAndRequantize) {
  for (const Types &t : types())
    for (auto [depth, outputs] : {std::pair{3, 5}, {77, 33}})
      for (int64_t n : {1, 18})
        compareWithReference(linear(t, depth, outputs), {randomTensor(t.inputType, {n, depth}, t.inLo, t.inHi, 5)});
}

TEST(CpuInteger, ConvWithPadValue) {
  struct Shape2d { int64_t channels, outputs, height, width, kernel, stride, pad, groups; };
  for (const Types &t : types())
    for (Shape2d c : {Shape2d{5, 7, 9, 21, 3, 1, 1, 1}, {1, 4, 9, 9, 3, 2, 1, 1}, {8, 8, 7, 6, 3, 2, 1, 2}, {6, 6, 8, 19, 3, 1, 1, 6}}) {
      int64_t oh = (c.height + 2 * c.pad - c.kernel) / c.stride + 1, ow = (c.width + 2 * c.pad - c.kernel) / c.stride + 1;
      std::string w = fmt::format("tensor<{}x{}x{}x{}x{}>", c.outputs, c.channels / c.groups, c.kernel, c.kernel, t.weight);
      std::string b = fmt::format("tensor<{}xi32>", c.outputs), x = fmt::format("tensor<?x{}x{}x{}x{}>", c.channels, c.height, c.width, t.input);
      std::string shape = fmt::format("?x{}x{}x{}", c.outputs, oh, ow);
      compareWithReference(
          fmt::format("func.func @main(%x: {0}) -> tensor<{1}x{2}> {{\n  %w = nn.constant {3}\n  %b = nn.constant {4}\n"
                      "  %h = nn.conv %x, %w, %b {{strides = array<i64: {7}, {7}>, pads_begin = array<i64: {8}, {8}>, pads_end = array<i64: {8}, {8}>, "
                      "dilations = array<i64: 1, 1>, groups = {9} : i64, pad_value = 3 : i64}} : {0}, {5}, {6} -> tensor<{1}xi32>\n{10}  return %y : tensor<{1}x{2}>\n}}\n",
                      x, shape, t.output, randomConstant(w, t.wLo, t.wHi, 2), randomConstant(b, -5000, 5000, 3), w, b, c.stride, c.pad, c.groups,
                      requantize(shape, c.outputs, t.output, 0)),
          {randomTensor(t.inputType, {2, c.channels, c.height, c.width}, t.inLo, t.inHi, 5)});
    }
}

TEST(CpuInteger, WideAccumulators) {
  compareWithReference("func.func @main(%x: tensor<?x40xi16>) -> tensor<?x9xi48> {\n  %w = nn.constant " + randomConstant("tensor<9x40xi16>", -32768, 32767, 1) +
                           "\n  %b = nn.constant " + randomConstant("tensor<9xi48>", -1e12, 1e12, 2) +
                           "\n  %h = nn.linear %x, %w, %b : tensor<?x40xi16>, tensor<9x40xi16>, tensor<9xi48> -> tensor<?x9xi48>\n  return %h : tensor<?x9xi48>\n}\n",
                       {randomTensor(ElementType::integer(16, true), {17, 40}, -32768, 32767, 3)});
}

TEST(CpuInteger, QuantizeAndBack) {
  for (std::string q : {"i8", "ui8", "i4", "ui16"}) {
    auto [lo, hi] = bounds(q);
    (void)lo;
    Tensor x = randomTensor(ElementType::f32(), {3, 21}, -300, 300, 8);
    x.floats()[0] = NAN, x.floats()[1] = INFINITY, x.floats()[2] = -INFINITY, x.floats()[3] = 0.5f, x.floats()[4] = 1.5f, x.floats()[5] = -0.5f;
    compareWithReference(fmt::format("func.func @main(%x: tensor<3x21xf32>) -> (tensor<3x21x{0}>, tensor<3x21xf32>) {{\n  %s = nn.constant dense<1.0> : tensor<f32>\n"
                                     "  %z = nn.constant dense<{1}> : tensor<{0}>\n  %q = nn.quantize %x, %s, %z : tensor<3x21xf32>, tensor<f32>, tensor<{0}> -> tensor<3x21x{0}>\n"
                                     "  %y = nn.dequantize %q, %s, %z : tensor<3x21x{0}>, tensor<f32>, tensor<{0}> -> tensor<3x21xf32>\n"
                                     "  return %q, %y : tensor<3x21x{0}>, tensor<3x21xf32>\n}}\n", q, hi / 2),
                         {x}, 0);
  }
}

TEST(CpuInteger, ThresholdTableQaddPool) {
  compareWithReference("func.func @main(%x: tensor<2x3x5xi32>) -> tensor<2x3x5xi4> {\n  %t = nn.constant dense<[[-9, -3, 0], [1, 1, 2], [-7, 6, 8]]> : tensor<3x3xi32>\n"
                       "  %y = nn.threshold %x, %t {lo = -2 : i64} : tensor<2x3x5xi32>, tensor<3x3xi32> -> tensor<2x3x5xi4>\n  return %y : tensor<2x3x5xi4>\n}\n",
                       {randomTensor(ElementType::integer(32, true), {2, 3, 5}, -10, 10, 1)});
  compareWithReference("func.func @main(%x: tensor<3x19xi4>) -> tensor<3x19xi8> {\n  %t = nn.constant " + randomConstant("tensor<16xi8>", -128, 127, 4) +
                           "\n  %y = nn.table %x, %t : tensor<3x19xi4>, tensor<16xi8> -> tensor<3x19xi8>\n  return %y : tensor<3x19xi8>\n}\n",
                       {randomTensor(ElementType::integer(4, true), {3, 19}, -8, 7, 1)});
  compareWithReference("func.func @main(%a: tensor<3x50xi8>, %b: tensor<3x50xui8>) -> tensor<3x50xi8> {\n"
                       "  %y = nn.qadd %a, %b {lhs_multiplier = -12345 : i64, rhs_multiplier = 23456 : i64, offset = -77 : i64, shift = 15 : i64, zero_point = 3 : i64, lo = -100 : i64, hi = 127 : i64}"
                       " : tensor<3x50xi8>, tensor<3x50xui8> -> tensor<3x50xi8>\n  return %y : tensor<3x50xi8>\n}\n",
                       {randomTensor(ElementType::integer(8, true), {3, 50}, -128, 127, 1), randomTensor(ElementType::integer(8, false), {3, 50}, 0, 255, 2)});
  for (std::string kind : {"max", "sum"})
    compareWithReference("func.func @main(%x: tensor<2x3x9x20xi8>) -> tensor<2x3x5x10xi32> {\n  %y = nn.pool " + kind +
                             " %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pad_value = -5 : i64}"
                             " : tensor<2x3x9x20xi8> -> tensor<2x3x5x10xi32>\n  return %y : tensor<2x3x5x10xi32>\n}\n",
                         {randomTensor(ElementType::integer(8, true), {2, 3, 9, 20}, -128, 127, 1)});
}

TEST(CpuInteger, ProductsOfActivations) {
  Tensor x = randomTensor(ElementType::integer(8, false), {2, 5, 3, 11}, 0, 255, 1);
  for (std::string factor : {"2x5x3x11", "2x5x1x1", "2x1x3x11", "2x5x3x1"}) {
    Shape shape;
    std::stringstream dims(factor);
    for (std::string d; std::getline(dims, d, 'x');)
      shape.push_back(std::stoi(d));
    compareWithReference(fmt::format("func.func @main(%x: tensor<2x5x3x11xui8>, %s: tensor<{0}xi8>) -> tensor<2x5x3x11xi8> {{\n"
                                     "  %p = nn.qmul %x, %s {{lhs_zero_point = 77 : i64, rhs_zero_point = -128 : i64}} : tensor<2x5x3x11xui8>, tensor<{0}xi8> -> tensor<2x5x3x11xi17>\n"
                                     "  %m = nn.constant dense<33333> : tensor<1xi32>\n  %n = nn.constant dense<23> : tensor<1xi32>\n"
                                     "  %y = nn.requantize %p, %m, %n {{zero_point = 5 : i64, lo = -100 : i64, hi = 127 : i64}} : tensor<2x5x3x11xi17>, tensor<1xi32>, tensor<1xi32> -> tensor<2x5x3x11xi8>\n"
                                     "  return %y : tensor<2x5x3x11xi8>\n}}\n", factor),
                         {x, randomTensor(ElementType::integer(8, true), shape, -128, 127, 2)});
  }
  compareWithReference("func.func @main(%x: tensor<3x7xi16>, %s: tensor<3x1xui16>) -> tensor<3x7xi34> {\n"
                       "  %y = nn.qmul %s, %x {lhs_zero_point = 65535 : i64, rhs_zero_point = -32768 : i64} : tensor<3x1xui16>, tensor<3x7xi16> -> tensor<3x7xi34>\n"
                       "  return %y : tensor<3x7xi34>\n}\n",
                       {randomTensor(ElementType::integer(16, true), {3, 7}, -32768, 32767, 1), randomTensor(ElementType::integer(16, false), {3, 1}, 0, 65535, 2)});
}

TEST(CpuInteger, OneBitIsUnsigned) {
  for (const char *bit : {"i1", "ui1"}) {
    std::string x = fmt::format("tensor<?x2x{}>", bit), codes = fmt::format("tensor<2x2x{}>", bit);
    compareWithReference(
        fmt::format("func.func @main(%x: {0}) -> {0} {{\n"
                    "  %k = nn.constant dense<[[true, false], [true, true]]> : {1}\n"
                    "  %book = nn.constant dense<[[-3, 5]]> : tensor<1x2xi4>\n"
                    "  %w = codec.lookup %k, %book : {1}, tensor<1x2xi4> -> tensor<2x2xi4>\n"
                    "  %b = nn.constant dense<[1, -4]> : tensor<2xi32>\n"
                    "  %a = nn.linear %x, %w, %b : {0}, tensor<2x2xi4>, tensor<2xi32> -> tensor<?x2xi32>\n"
                    "  %t = nn.constant dense<[[1], [5]]> : tensor<2x1xi32>\n"
                    "  %y = nn.threshold %a, %t {{lo = 0 : i64}} : tensor<?x2xi32>, tensor<2x1xi32> -> {0}\n"
                    "  return %y : {0}\n}}\n",
                    x, codes),
        {Tensor::ofIntegers(ElementType::integer(1, false), {4, 2}, {0, 0, 0, 1, 1, 0, 1, 1})});
  }
}

TEST(CpuInteger, BitwiseFunctionsShiftsAndRemainders) {
  auto run = [](const std::string &op, const std::string &type, ElementType element, int64_t lo, int64_t hi, int64_t least, int64_t greatest) {
    std::string text = fmt::format("func.func @main(%x: tensor<3x37x{0}>, %y: tensor<37x{0}>) -> tensor<3x37x{0}> {{\n"
                                   "  %z = nn.binary {1} %x, %y : tensor<3x37x{0}>, tensor<37x{0}> -> tensor<3x37x{0}>\n  return %z : tensor<3x37x{0}>\n}}\n", type, op);
    compareWithReference(text, {randomTensor(element, {3, 37}, lo, hi, 3), randomTensor(element, {37}, least, greatest, 4)});
  };
  const ElementType byte = ElementType::integer(8, false), word = ElementType::integer(32, true), wide = ElementType::integer(64, false);
  for (std::string op : {"bitwise_and", "bitwise_or", "bitwise_xor"}) {
    run(op, "ui8", byte, 0, 255, 0, 255);
    run(op, "i32", word, -1e9, 1e9, -1e9, 1e9);
  }
  for (std::string op : {"shift_left", "shift_right"}) {
    run(op, "ui8", byte, 0, 255, 0, 10);
    run(op, "i32", word, -1e9, 1e9, -2, 40);
    run(op, "ui64", wide, 0, 1e18, 0, 70);
  }
  for (std::string op : {"mod", "floor_mod"}) {
    run(op, "i32", word, -100, 100, 1, 9);
    run(op, "i32", word, -100, 100, -9, -1);
    run(op, "ui8", byte, 0, 255, 1, 9);
  }
  for (auto [type, element] : {std::pair{"ui8", byte}, {"i32", word}})
    compareWithReference(fmt::format("func.func @main(%x: tensor<3x37x{0}>) -> tensor<3x37x{0}> {{\n  %z = nn.unary bitwise_not %x : tensor<3x37x{0}> -> tensor<3x37x{0}>\n"
                                     "  return %z : tensor<3x37x{0}>\n}}\n", type), {randomTensor(element, {3, 37}, 0, 255, 3)});
}

TEST(CpuInteger, DataOperationsInEveryElementType) {
  for (auto [type, element] : std::initializer_list<std::pair<std::string, ElementType>>{
           {"i8", ElementType::integer(8, true)}, {"ui8", ElementType::integer(8, false)}, {"i16", ElementType::integer(16, true)},
           {"ui16", ElementType::integer(16, false)}, {"i32", ElementType::integer(32, true)}, {"ui32", ElementType::integer(32, false)},
           {"i64", ElementType::i64()}, {"ui64", ElementType::integer(64, false)}, {"f16", ElementType::f16()}, {"bf16", ElementType::bf16()},
           {"f64", ElementType::f64()}}) {
    std::string text = "func.func @main(%x: tensor<3x7xTYPE>, %y: tensor<7xTYPE>, %i: tensor<3x2x1xi64>, %u: tensor<3x2xTYPE>) -> (";
    std::string body, results;
    auto add = [&](const std::string &op, const std::string &out) {
      std::string name = fmt::format("%r{}", std::count(results.begin(), results.end(), '%'));
      body += fmt::format("  {} = {} -> tensor<{}>\n", name, op, out);
      results += (results.empty() ? "" : ", ") + name;
      text += (body.find('\n') + 1 == body.size() ? "" : ", ") + fmt::format("tensor<{}>", out);
    };
    for (std::string kind : {"add", "sub", "mul", "div", "max", "min"})
      add("nn.binary " + kind + " %x, %y : tensor<3x7xTYPE>, tensor<7xTYPE>", "3x7xTYPE");
    for (std::string kind : {"equal", "less", "greater_equal"})
      add("nn.binary " + kind + " %x, %y : tensor<3x7xTYPE>, tensor<7xTYPE>", "3x7xi1");
    for (std::string kind : {"sum", "max", "min", "mean"})
      add("nn.reduce " + kind + " %x {axes = array<i64: 1>, keepdims = false} : tensor<3x7xTYPE>", "3xTYPE");
    add("nn.arg_reduce %x {axis = 1 : i64, is_max = true, keepdims = false, select_last = false} : tensor<3x7xTYPE>", "3xi64");
    add("nn.top_k %x {axis = 1 : i64, k = 4 : i64, largest = true} : tensor<3x7xTYPE>", "3x4xi64");
    add("nn.scan sum %y {axis = 0 : i64} : tensor<7xTYPE>", "7xTYPE");
    add("nn.gather_nd %x, %i {batch_dims = 1 : i64} : tensor<3x7xTYPE>, tensor<3x2x1xi64>", "3x2xTYPE");
    add("nn.scatter_nd %x, %i, %u {batch_dims = 1 : i64, kind = 1 : i32} : tensor<3x7xTYPE>, tensor<3x2x1xi64>, tensor<3x2xTYPE>", "3x7xTYPE");
    add("nn.clip %x {min = 9.0 : f64, max = 10.0 : f64} : tensor<3x7xTYPE>", "3x7xTYPE");
    add("nn.cast %x : tensor<3x7xTYPE>", "3x7xf32");
    text += ") {\n" + body + "  return " + results + " : ";
    size_t open = text.find("-> (") + 4;
    text += text.substr(open, text.find(") {") - open) + "\n}\n";
    for (size_t at; (at = text.find("TYPE")) != std::string::npos;)
      text.replace(at, 4, type);
    Tensor places = Tensor::ofIntegers(ElementType::i64(), {3, 2, 1}, {0, -1, 3, 3, 6, 2});
    compareWithReference(text, {randomTensor(element, {3, 7}, 8, 11, 3), randomTensor(element, {7}, 1, 3, 4), places, randomTensor(element, {3, 2}, 1, 3, 5)}, 4e-3);
  }
}

//===- ClusteredTest.cpp - codes decoded in registers against the reference interpreter -===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>
#include <random>

using namespace weft::cpu::test;
using weft::reference::ElementType;

/// A dense layer of clustered weights, large enough that decoding pays where it does not always.
static std::string clustered(int64_t depth, int64_t outputs, int entries, const std::string &in, const std::string &weight, const std::string &out) {
  std::mt19937 random(depth);
  std::string codes;
  for (int64_t i = 0; i < depth * outputs; ++i)
    codes += fmt::format("{:02X}", random() % entries);
  std::string codeType = fmt::format("tensor<{}x{}xui4>", outputs, depth), bookType = fmt::format("tensor<1x{}x{}>", entries, weight);
  std::string b = fmt::format("tensor<{}x{}>", outputs, out), w = fmt::format("tensor<{}x{}x{}>", outputs, depth, weight);
  double most = weight[0] == 'f' ? 1 : 127;
  return fmt::format("func.func @main(%x: tensor<?x{0}x{1}>) -> tensor<?x{2}x{3}> {{\n  %c = nn.constant dense<\"0x{4}\"> : {5}\n"
                     "  %t = nn.constant {6}\n  %b = nn.constant {7}\n  %w = codec.lookup %c, %t : {5}, {8} -> {9}\n"
                     "  %y = nn.linear %x, %w, %b : tensor<?x{0}x{1}>, {9}, {10} -> tensor<?x{2}x{3}>\n  return %y : tensor<?x{2}x{3}>\n}}\n",
                     depth, in, outputs, out, codes, codeType, randomConstant(bookType, -most, most, 2), randomConstant(b, -1, 1, 3), bookType, w, b);
}

TEST(CpuClustered, FloatsOfAFarWeight) {
  for (int entries : {5, 16})
    compareWithReference(clustered(11003, 37, entries, "f32", "f32", "f32"), {randomTensor(ElementType::f32(), {17, 11003}, -1, 1, 1)});
}

TEST(CpuClustered, BytesOfAFarWeight) {
  for (bool isSigned : {false, true})
    compareWithReference(clustered(12301, 130, 16, isSigned ? "i8" : "ui8", "i8", "i32"),
                         {randomTensor(ElementType::integer(8, isSigned), {17, 12301}, isSigned ? -128 : 0, isSigned ? 127 : 255, 1)});
}

TEST(CpuClustered, FewOutputsSplitTheirSums) {
  compareWithReference(clustered(100003, 17, 16, "ui8", "i8", "i32"), {randomTensor(ElementType::integer(8, false), {1, 100003}, 0, 255, 1)});
}

//===- BitPlanesTest.cpp - planes cut at run time against the interpreter of the cut module -===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Compression/PlaneCut.h"
#include "passes/Evaluation/Evaluator.h"
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>

using namespace weft::cpu;
using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

struct Layer {
  int64_t depth, outputs;
  int planes, shift;
  const char *input;
  int64_t lo, hi, zero;
  const char *accumulator = "i32";
  int bits = 1; ///< 0: all bits are 0
};

std::string textOf(const Layer &l) {
  std::string x = fmt::format("tensor<?x{}x{}>", l.depth, l.input), y = fmt::format("tensor<?x{}x{}>", l.outputs, l.accumulator);
  std::string p = fmt::format("tensor<{}x{}x{}xui1>", l.planes, l.outputs, l.depth), out = fmt::format("tensor<?x{}xi16>", l.outputs);
  std::string w = fmt::format("tensor<{}x{}xi{}>", l.outputs, l.depth, l.planes + l.shift), b = fmt::format("tensor<{}x{}>", l.outputs, l.accumulator);
  return fmt::format("func.func @main(%x: {0}) -> {1} {{\n  %p = nn.constant {2}\n  %b = nn.constant {4}\n"
                     "  %m = nn.constant dense<1> : tensor<1xui16>\n  %n = nn.constant dense<{5}> : tensor<1xui6>\n"
                     "  %w = codec.bitplanes %p {{shift = {6} : i64}} : {3} -> {7}\n"
                     "  %h = nn.linear %x, %w, %b {{nn.name = \"fc\", codec.zero_point = {8} : i64}} : {0}, {7}, {9} -> {10}\n"
                     "  %y = nn.requantize %h, %m, %n {{zero_point = 0 : i64, lo = -32768 : i64, hi = 32767 : i64}} : {10}, tensor<1xui16>, tensor<1xui6> -> {1}\n"
                     "  return %y : {1}\n}}\n",
                     x, out, randomConstant(p, 0, l.bits, 2), p, randomConstant(b, -100, 100, 3), l.planes > 8 ? 8 : 3, l.shift, w, l.zero, b, y);
}

/// Native code, compiled once, with every number of planes, for 1, 3 and 19 samples.
void compareCuts(const Layer &l) {
  std::string text = textOf(l);
  Parsed parsed = parse(text);
  ASSERT_TRUE(parsed.module) << text.substr(0, 400);
  ElementType type = ElementType::integer(std::stoi(l.input + (l.input[0] == 'u' ? 2 : 1)), l.input[0] == 'i');
  for (const std::string &cpu : testedCpus()) {
    CpuOptions options;
    options.cpu = cpu;
    auto model = weft::cpu::jit(*parsed.module, options);
    ASSERT_TRUE(succeeded(model));
    ASSERT_EQ((*model)->planeSettings().size(), 1u);
    EXPECT_EQ((*model)->planeSettings()[0].planes, l.planes);
    for (int64_t kept = 2; kept <= l.planes; ++kept) {
      mlir::OwningOpRef<mlir::ModuleOp> cut = parsed.module->clone();
      weft::compression::cutPlanes(*cut, {{"fc", kept}});
      (*model)->setPlanes({kept});
      for (int64_t samples : {1, 3, 19}) {
        Tensor x = randomTensor(type, {samples, l.depth}, l.lo, l.hi, 5);
        weft::evaluation::Evaluator evaluator;
        auto expected = evaluator.evaluate(cut->lookupSymbol<mlir::func::FuncOp>("main"), {x});
        auto found = (*model)->run({x});
        ASSERT_TRUE(succeeded(expected) && succeeded(found));
        expectClose((*found)[0], (*expected)[0], 0, fmt::format("{}, {} of {} planes, {} x {}, {}", cpu, kept, l.planes, l.depth, l.outputs, l.input));
      }
    }
  }
}

} // namespace

TEST(CpuBitPlanes, BytesOfUnsignedInputs) { compareCuts({70, 37, 5, 0, "ui8", 0, 255, 0}); }
TEST(CpuBitPlanes, BytesOfSignedInputs) { compareCuts({64, 16, 4, 1, "i8", -128, 127, 0}); }
TEST(CpuBitPlanes, AZeroPointMovesTheBias) { compareCuts({45, 5, 3, 0, "ui8", 0, 255, 117}); }
TEST(CpuBitPlanes, PopulationsOfFewBits) {
  compareCuts({33, 20, 4, 0, "ui1", 0, 1, 0});
  compareCuts({96, 18, 5, 2, "i2", -2, 1, 1});
  compareCuts({31, 3, 4, 0, "ui4", 0, 15, 0});
}
TEST(CpuBitPlanes, PopulationsOfManyPlanesAndWideInputs) {
  compareCuts({40, 7, 11, 0, "ui8", 0, 255, 0});
  compareCuts({40, 7, 3, 0, "i12", -2048, 2047, 0});
}
TEST(CpuBitPlanes, AnAccumulatorGrowsToHoldEveryCut) { compareCuts({100, 4, 4, 0, "ui8", 0, 255, 0, "i9", 0}); }

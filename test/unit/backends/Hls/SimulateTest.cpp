//===- SimulateTest.cpp - designs with many lanes; what simulation reports ---------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace weft;
using namespace weft::test;
using reference::ElementType;
using reference::Tensor;

class HlsSimulateTest : public HlsCoreTest {
protected:
  void emit(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    hls_backend::HlsOptions options;
    options.top = "my net";
    ASSERT_TRUE(mlir::succeeded(hls_backend::emitHls(*module, options, folder)));
  }
};

static const char *const kClustered = R"mlir(
func.func @dataflow(%x: !flow.stream<1x1x4xui8, 2> {nn.name = "x"}) -> (!flow.stream<1x1x4xi17, 2> {nn.name = "y"}) {
  %codes = nn.constant dense<[[3, 0, 1, 0], [1, 2, 3, 1], [0, 2, 1, 0], [3, 3, 2, 1]]> : tensor<4x4xui2>
  %book = nn.constant dense<[[-101, -22, 0, 64], [1, 2, 3, 127]]> : tensor<2x4xi8>
  %b = nn.constant dense<[95, 84, 154, 0]> : tensor<4xi17>
  %w = codec.lookup %codes, %book : tensor<4x4xui2>, tensor<2x4xi8> -> tensor<4x4xi8>
  %y = flow.mvu %x, %w, %b {nn.name = "fc", simd = 2 : i64, multipliers = 4} : !flow.stream<1x1x4xui8, 2>, tensor<4x4xi8>, tensor<4xi17> -> !flow.stream<1x1x4xi17, 2>
  return %y : !flow.stream<1x1x4xi17, 2>
})mlir";

TEST_F(HlsSimulateTest, clusteredUnit) {
  emit(kClustered);
  Tensor x =
      Tensor::ofIntegers(ElementType::integer(8, false), {2, 4}, {255, 1, 2, 3, 0, 9, 255, 7});
  auto simulation = hls_backend::simulate(folder, {x});
  ASSERT_TRUE(simulation) << simulation.message();
  EXPECT_TRUE(simulation->taps.empty());
  EXPECT_EQ(simulation->outputs[0].shape(), (reference::Shape{2, 4}));
  // Weights by A9: outputs 0, 1 have the first group, 2, 3 the second.
  const int64_t w[4][4] = {
      {64, -101, -22, -101}, {-22, 0, 64, -22}, {1, 3, 2, 1}, {127, 127, 3, 2}};
  const int64_t b[4] = {95, 84, 154, 0};
  std::vector<int64_t> expected;
  for (int f = 0; f < 2; ++f)
    for (int n = 0; n < 4; ++n) {
      int64_t sum = b[n];
      for (int k = 0; k < 4; ++k)
        sum += w[n][k] * x.integers()[f * 4 + k];
      expected.push_back(sum);
    }
  EXPECT_EQ(simulation->outputs[0].integers(), expected);
}

TEST_F(HlsSimulateTest, folderIsComplete) {
  emit(kClustered);
  for (const char *name : {"my_net.cpp", "my_net.h", "my_net_weights.h", "tb.cpp", "Makefile",
                           "run_hls.tcl", "interface.json", "weft/hls/hls.h"})
    EXPECT_TRUE(llvm::sys::fs::exists(folder + "/" + name)) << name;
}

TEST_F(HlsSimulateTest, noCompiler) {
  emit(kClustered);
  hls_backend::SimulationOptions options;
  options.compiler = "no-such-compiler";
  auto simulation =
      hls_backend::simulate(folder, {Tensor(ElementType::integer(8, false), {1, 4})}, options);
  ASSERT_FALSE(simulation);
  EXPECT_EQ(simulation.message(),
            "C simulation needs a C++ compiler on the path: none of no-such-compiler was found");
}

TEST_F(HlsSimulateTest, wrongInputs) {
  emit(kClustered);
  EXPECT_EQ(hls_backend::simulate(folder, {}).message(), "expected 1 inputs, got 0");
  auto wide = hls_backend::simulate(
      folder, {Tensor::ofIntegers(ElementType::i64(), {1, 4}, {0, 0, 0, 256})});
  EXPECT_EQ(wide.message(), "expected values of ui8 for 'x', got 256");
}

TEST_F(HlsSimulateTest, noFolder) {
  auto simulation = hls_backend::simulate(folder, {});
  ASSERT_FALSE(simulation);
  EXPECT_NE(simulation.message().find("interface.json: No such file"), std::string::npos);
}

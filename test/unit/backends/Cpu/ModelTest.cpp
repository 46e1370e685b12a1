//===- ModelTest.cpp - whole functions: fusion, batches, packages ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/Diagnostics.h"
#include <cstdlib>
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::cpu::CpuOptions;
using weft::reference::ElementType;
using weft::reference::Tensor;

static Tensor floats(weft::reference::Shape shape) { return randomTensor(ElementType::f32(), std::move(shape), -1, 1, 3); }

TEST(CpuModel, ResidualAndSharedValues) {
  compareWithReference("func.func @main(%x: tensor<?x4x9x9xf32>) -> (tensor<?x4x9x9xf32>, tensor<?x324xf32>) {\n  %w = nn.constant " +
                           randomConstant("tensor<4x4x3x3xf32>", -1, 1, 1) + "\n  %b = nn.constant " + randomConstant("tensor<4xf32>", -1, 1, 2) + R"(
  %c = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64} : tensor<?x4x9x9xf32>, tensor<4x4x3x3xf32>, tensor<4xf32> -> tensor<?x4x9x9xf32>
  %s = nn.binary add %c, %x : tensor<?x4x9x9xf32>, tensor<?x4x9x9xf32> -> tensor<?x4x9x9xf32>
  %r = nn.unary sigmoid %s : tensor<?x4x9x9xf32> -> tensor<?x4x9x9xf32>
  %p = nn.binary mul %s, %r : tensor<?x4x9x9xf32>, tensor<?x4x9x9xf32> -> tensor<?x4x9x9xf32>
  %f = nn.reshape %p {shape = array<i64: -1, 324>} : tensor<?x4x9x9xf32> -> tensor<?x324xf32>
  return %s, %f : tensor<?x4x9x9xf32>, tensor<?x324xf32>
})", {floats({3, 4, 9, 9})});
}

TEST(CpuModel, ReturnsInputsAndConstants) {
  compareWithReference("func.func @main(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2xf32>, tensor<2x3xf32>) {\n  %c = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>\n"
                       "  %r = nn.reshape %x {shape = array<i64: 3, 2>} : tensor<2x3xf32> -> tensor<3x2xf32>\n  return %r, %c, %x : tensor<3x2xf32>, tensor<2xf32>, tensor<2x3xf32>\n}\n",
                       {floats({2, 3})});
}

TEST(CpuModel, SamplesThatDependOnEachOtherAreNotCut) {
  compareWithReference("func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {\n  %y = nn.softmax %x {axis = 0 : i64} : tensor<?x3xf32> -> tensor<?x3xf32>\n  return %y : tensor<?x3xf32>\n}\n",
                       {floats({33, 3})});
}

TEST(CpuModel, AnInputMayBeOneNumber) {
  compareWithReference("func.func @main(%x: tensor<?x3xf32>, %s: tensor<f32>) -> tensor<?x3xf32> {\n"
                       "  %y = nn.binary add %x, %s : tensor<?x3xf32>, tensor<f32> -> tensor<?x3xf32>\n  return %y : tensor<?x3xf32>\n}\n",
                       {floats({5, 3}), floats({})});
}

TEST(CpuModel, OpenDimensionsAreCompiledWhenMet) {
  std::string text = "func.func @main(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {\n  %y = nn.softmax %x {axis = 1 : i64} : tensor<?x?x8xf32> -> tensor<?x?x8xf32>\n  return %y : tensor<?x?x8xf32>\n}\n";
  compareWithReference(text, {floats({2, 5, 8})});
  compareWithReference(text, {floats({2, 7, 8})});
}

TEST(CpuModel, FixedBatchRunsMoreSamplesInTurn) {
  Parsed parsed = parse("func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {\n  %y = nn.unary neg %x : tensor<2x3xf32> -> tensor<2x3xf32>\n  return %y : tensor<2x3xf32>\n}\n");
  auto model = weft::cpu::jit(*parsed.module);
  ASSERT_TRUE(succeeded(model));
  Tensor x = floats({6, 3});
  auto y = (*model)->run({x});
  ASSERT_TRUE(succeeded(y));
  ASSERT_EQ((*y)[0].shape(), (weft::reference::Shape{6, 3}));
  for (int i = 0; i < 18; ++i)
    EXPECT_EQ((*y)[0].floats()[i], -x.floats()[i]);
}

TEST(CpuModel, ClusteredWeightsEvaluate) {
  compareWithReference("func.func @main(%x: tensor<?x40xf32>) -> tensor<?x20xf32> {\n  %c = nn.constant " + randomConstant("tensor<20x40xui4>", 0, 15, 1) + "\n  %k = nn.constant " +
                           randomConstant("tensor<1x16xf32>", -1, 1, 2) + "\n  %b = nn.constant " + randomConstant("tensor<20xf32>", -1, 1, 3) +
                           "\n  %w = codec.lookup %c, %k : tensor<20x40xui4>, tensor<1x16xf32> -> tensor<20x40xf32>\n"
                           "  %y = nn.linear %x, %w, %b : tensor<?x40xf32>, tensor<20x40xf32>, tensor<20xf32> -> tensor<?x20xf32>\n  return %y : tensor<?x20xf32>\n}\n",
                       {floats({17, 40})});
}

TEST(CpuModel, ClusteredWeightsOfOddDepth) {
  for (int64_t outputs : {5, 330})
    compareWithReference(fmt::format("func.func @main(%x: tensor<?x43xf32>) -> tensor<?x{0}xf32> {{\n  %c = nn.constant {1}\n  %k = nn.constant {2}\n  %b = nn.constant {3}\n"
                                     "  %w = codec.lookup %c, %k : tensor<{0}x43xui4>, tensor<1x11xf32> -> tensor<{0}x43xf32>\n"
                                     "  %y = nn.linear %x, %w, %b : tensor<?x43xf32>, tensor<{0}x43xf32>, tensor<{0}xf32> -> tensor<?x{0}xf32>\n  return %y : tensor<?x{0}xf32>\n}}\n",
                                     outputs, randomConstant(fmt::format("tensor<{}x43xui4>", outputs), 0, 10, 1), randomConstant("tensor<1x11xf32>", -1, 1, 2),
                                     randomConstant(fmt::format("tensor<{}xf32>", outputs), -1, 1, 3)),
                         {floats({18, 43})});
}

TEST(CpuModel, ObservesEveryValue) {
  Parsed parsed = parse("func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {\n  %a = nn.unary neg %x {nn.name = \"first\"} : tensor<?x3xf32> -> tensor<?x3xf32>\n"
                        "  %y = nn.unary abs %a {nn.name = \"second\"} : tensor<?x3xf32> -> tensor<?x3xf32>\n  return %y : tensor<?x3xf32>\n}\n");
  CpuOptions options;
  options.keepIntermediates = true;
  auto model = weft::cpu::jit(*parsed.module, options);
  ASSERT_TRUE(succeeded(model));
  std::vector<std::string> names;
  auto y = (*model)->observe({Tensor::ofFloats({1, 3}, {1, -2, 3})}, [&](const std::string &name, const std::string &, const Tensor &value) {
    names.push_back(name);
    EXPECT_EQ(value.floats()[1], 2);
  });
  ASSERT_TRUE(succeeded(y));
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second"}));
}

TEST(CpuModel, PackageBuildsAndRunsWithoutLibraries) {
  llvm::SmallString<128> dir;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-package", dir));
  std::string text = "func.func @main(%x: tensor<?x40xf32>) -> tensor<?x20xf32> {\n  %w = nn.constant " + randomConstant("tensor<20x40xf32>", -1, 1, 1) + "\n  %b = nn.constant " +
                     randomConstant("tensor<20xf32>", -1, 1, 3) +
                     "\n  %h = nn.linear %x, %w, %b : tensor<?x40xf32>, tensor<20x40xf32>, tensor<20xf32> -> tensor<?x20xf32>\n"
                     "  %y = nn.unary gelu %h : tensor<?x20xf32> -> tensor<?x20xf32>\n  return %y : tensor<?x20xf32>\n}\n"
                     "func.func @core(%x: tensor<?x8xi8>) -> tensor<?x8xi8> {\n  %y = nn.unary relu %x : tensor<?x8xi8> -> tensor<?x8xi8>\n  return %y : tensor<?x8xi8>\n}\n";
  for (const std::string &cpu : testedCpus()) {
    Parsed parsed = parse(text);
    CpuOptions options;
    options.cpu = cpu;
    ASSERT_TRUE(succeeded(weft::cpu::emitPackage(*parsed.module, "gelu-net", options, dir)));
    std::string folder = (dir + "/cpu").str();
    EXPECT_TRUE(llvm::sys::fs::exists(folder + "/libgelu-net.so"));
    // Nothing but memcpy and memset may be undefined.
    EXPECT_NE(std::system(("nm -u " + folder + "/gelu-net.o | grep -v -e memcpy -e memset | grep -q U").c_str()), 0) << cpu;
    EXPECT_EQ(std::system(("cd " + folder + " && cc -std=c11 -Wall -Werror main.c gelu-net.o -o run && ./run > out.txt && test $(wc -l < out.txt) = 20").c_str()), 0) << cpu;
    EXPECT_EQ(std::system(("grep -q 'int weft_gelu_net_core_run' " + folder + "/gelu-net.h").c_str()), 0);
  }
  llvm::sys::fs::remove_directories(dir);
}

/// Two networks of one program: their constants have the same names, which are local to each.
TEST(CpuModel, LargeConstantsAreReadOnlyDataOfTheObject) {
  llvm::SmallString<128> dir;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-package", dir));
  std::string text = "func.func @main(%x: tensor<?x70xf32>) -> tensor<?x90xf32> {\n  %w = nn.constant dense<0.25> : tensor<90x70xf32>\n  %b = nn.constant dense<1.0> : tensor<90xf32>\n"
                     "  %y = nn.linear %x, %w, %b : tensor<?x70xf32>, tensor<90x70xf32>, tensor<90xf32> -> tensor<?x90xf32>\n  return %y : tensor<?x90xf32>\n}\n";
  for (const char *name : {"first", "second"}) {
    Parsed parsed = parse(text);
    ASSERT_TRUE(succeeded(weft::cpu::emitPackage(*parsed.module, name, CpuOptions(), dir)));
  }
  std::string use = "#include \"first.h\"\n#include \"second.h\"\n#include <stdlib.h>\n"
                    "int main(void) {\n  float x[70], y[90], z[90];\n  for (int i = 0; i < 70; ++i)\n    x[i] = 2;\n"
                    "  void *space = aligned_alloc(64, (WEFT_FIRST_WORKSPACE_SIZE + 64) / 64 * 64);\n"
                    "  return weft_first(x, y, 1, space) || weft_second(x, z, 1, space) || y[0] != 36 || z[89] != 36;\n}\n";
  std::error_code code;
  llvm::raw_fd_ostream((dir + "/cpu/use.c").str(), code) << use;
  auto does = [&](const std::string &command) { return std::system(("cd " + (dir + "/cpu").str() + " && " + command).c_str()) == 0; };
  EXPECT_TRUE(does("readelf -SW first.o | grep -q 'rodata.weft *PROGBITS .* A  0   0 64'"));
  EXPECT_TRUE(does("cc -std=c11 -Wall -Werror use.c first.o second.o -o objects && ./objects"));
  EXPECT_TRUE(does("cc -std=c11 use.c -L. -lfirst -lsecond -Wl,-rpath,. -o libraries && ./libraries"));
  EXPECT_TRUE(does("cc -std=c11 -static use.c first.o second.o -o whole && ./whole"));
  EXPECT_TRUE(does("ar rc lib.a first.o second.o && cc -std=c11 use.c lib.a -o archive && ./archive"));
  llvm::sys::fs::remove_directories(dir);
}

TEST(CpuModel, ObjectThatCannotBeWrittenIsAnError) {
  llvm::SmallString<128> dir;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-package", dir));
  ASSERT_FALSE(llvm::sys::fs::create_directories(dir + "/cpu/net.o"));
  Parsed parsed = parse("func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {\n  return %x : tensor<3xf32>\n}\n");
  std::string message;
  mlir::ScopedDiagnosticHandler handler(parsed.context.get(), [&](mlir::Diagnostic &d) { message = d.str(); });
  EXPECT_TRUE(failed(weft::cpu::emitPackage(*parsed.module, "net", CpuOptions(), dir)));
  EXPECT_NE(message.find("cannot write"), std::string::npos) << message;
  EXPECT_NE(message.find("net.o"), std::string::npos) << message;
  llvm::sys::fs::remove_directories(dir);
}

TEST(CpuModel, UnknownProcessorIsAnError) {
  Parsed parsed = parse("func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {\n  return %x : tensor<3xf32>\n}\n");
  std::string message;
  mlir::ScopedDiagnosticHandler handler(parsed.context.get(), [&](mlir::Diagnostic &d) { message = d.str(); });
  CpuOptions options;
  options.cpu = "no-such-cpu";
  EXPECT_TRUE(failed(weft::cpu::jit(*parsed.module, options)));
  EXPECT_NE(message.find("no-such-cpu"), std::string::npos);
}

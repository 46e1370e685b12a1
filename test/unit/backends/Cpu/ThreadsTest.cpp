//===- ThreadsTest.cpp - the same bits for any number of threads ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include "llvm/Support/FileSystem.h"
#include <cstdlib>
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::cpu::CpuOptions;
using weft::reference::ElementType;
using weft::reference::Shape;
using weft::reference::Tensor;

namespace {

/// Low, so that the shapes may be small.
constexpr int64_t kLeastSharedWork = 1 << 17;

Tensor floats(Shape shape, unsigned seed = 3) { return randomTensor(ElementType::f32(), std::move(shape), -1, 1, seed); }

/// Runs @main of `text` on one thread and on more, and expects the same elements.
void compareThreads(const std::string &text, const std::vector<Tensor> &inputs, double tolerance = 0) {
  Parsed parsed = parse(text);
  ASSERT_TRUE(parsed.module) << text.substr(0, 600);
  std::vector<Tensor> expected;
  for (int threads : {1, 2, 3}) {
    CpuOptions options;
    options.threads = threads;
    options.leastSharedWork = kLeastSharedWork;
    options.tolerance = tolerance;
    auto model = weft::cpu::jit(*parsed.module, options);
    ASSERT_TRUE(succeeded(model)) << text.substr(0, 600);
    auto found = (*model)->run(inputs);
    ASSERT_TRUE(succeeded(found));
    if (threads == 1)
      expected = *found;
    for (size_t i = 0; i < found->size(); ++i)
      expectClose((*found)[i], expected[i], 0, fmt::format("{} threads, output {} of\n{}", threads, i, text.substr(0, 600)));
  }
}

} // namespace

TEST(CpuThreads, Convolution) {
  for (const Conv &c : {Conv{8, 24, 40, 3, 1, 1}, Conv{3, 10, 65, 3, 2, 1}, Conv{20, 20, 33, 3, 1, 20}, Conv{20, 20, 34, 5, 2, 20, 2}, Conv{64, 96, 4, 3, 1, 1}, Conv{32, 32, 28, 3, 1, 1}, Conv{40, 50, 41, 1, 1, 1},
                        Conv{12, 14, 40, 1, 1, 1}, Conv{6, 5, 41, 3, 1, 1, 3}, Conv{16, 24, 30, 3, 1, 2}})
    compareThreads(convNet(c), {floats({c.samples, c.channels, c.size, c.size})});
}

TEST(CpuThreads, Winograd) {
  for (const Conv &c : {Conv{16, 24, 40, 3, 1, 1}, Conv{24, 20, 33, 3, 1, 1, 2}})
    compareThreads(convNet(c), {floats({c.samples, c.channels, c.size, c.size})}, 1e-5);
}

TEST(CpuThreads, ConvolutionOfBytes) {
  for (const Conv &c : {Conv{8, 24, 41, 3, 1, 1, 1, "ui8", "i8", "i32"}, Conv{2, 24, 41, 3, 2, 1, 1, "i8", "i8", "i32"}, Conv{24, 24, 41, 3, 1, 24, 1, "ui8", "i8", "i32"}}) {
    bool isSigned = c.input == "i8";
    ElementType type = isSigned ? ElementType::integer(8, true) : ElementType::integer(8, false);
    compareThreads(convNet(c), {randomTensor(type, {1, c.channels, c.size, c.size}, isSigned ? -128 : 0, isSigned ? 127 : 255, 4)});
  }
}

TEST(CpuThreads, Dense) {
  for (int64_t outputs : {700, 90}) {
    std::string w = fmt::format("tensor<{}x300xf32>", outputs), b = fmt::format("tensor<{}xf32>", outputs);
    std::string text = fmt::format("func.func @main(%x: tensor<?x300xf32>) -> tensor<?x{0}xf32> {{\n  %w = nn.constant {1}\n  %b = nn.constant {2}\n"
                                   "  %y = nn.linear %x, %w, %b : tensor<?x300xf32>, {3}, {4} -> tensor<?x{0}xf32>\n  %z = nn.unary gelu %y : tensor<?x{0}xf32> -> tensor<?x{0}xf32>\n"
                                   "  return %z : tensor<?x{0}xf32>\n}}\n",
                                   outputs, randomConstant(w, -1, 1, 1), randomConstant(b, -1, 1, 2), w, b);
    compareThreads(text, {floats({outputs == 700 ? 1 : 37, 300})});
  }
}

TEST(CpuThreads, ComputedMatrices) {
  compareThreads("func.func @main(%x: tensor<3x70x65xf32>, %y: tensor<3x65x50xf32>, %v: tensor<90x65xf32>, %b: tensor<90xf32>) -> (tensor<3x70x50xf32>, tensor<3x70x90xf32>) {\n"
                 "  %m = nn.matmul %x, %y : tensor<3x70x65xf32>, tensor<3x65x50xf32> -> tensor<3x70x50xf32>\n"
                 "  %s = nn.softmax %m {axis = 2 : i64} : tensor<3x70x50xf32> -> tensor<3x70x50xf32>\n"
                 "  %l = nn.linear %x, %v, %b : tensor<3x70x65xf32>, tensor<90x65xf32>, tensor<90xf32> -> tensor<3x70x90xf32>\n"
                 "  return %s, %l : tensor<3x70x50xf32>, tensor<3x70x90xf32>\n}\n",
                 {floats({3, 70, 65}), floats({3, 65, 50}, 4), floats({90, 65}, 5), floats({90}, 6)});
}

TEST(CpuThreads, MovesAndReductions) {
  std::string pool = "{kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>}";
  compareThreads("func.func @main(%x: tensor<1x21x61x47xf32>) -> (tensor<1x21x31x24xf32>, tensor<1x61x42x47xf32>, tensor<1x21xf32>, tensor<1x61x47xf32>, tensor<1x21x61x47xf32>) {\n"
                 "  %e = nn.unary exp %x : tensor<1x21x61x47xf32> -> tensor<1x21x61x47xf32>\n"
                 "  %p = nn.pool max %e " + pool + " : tensor<1x21x61x47xf32> -> tensor<1x21x31x24xf32>\n"
                 "  %c = nn.concat %x, %e {axis = 1 : i64} : tensor<1x21x61x47xf32>, tensor<1x21x61x47xf32> -> tensor<1x42x61x47xf32>\n"
                 "  %t = nn.transpose %c {perm = array<i64: 0, 2, 1, 3>} : tensor<1x42x61x47xf32> -> tensor<1x61x42x47xf32>\n"
                 "  %r = nn.reduce mean %x {axes = array<i64: 2, 3>, keepdims = false} : tensor<1x21x61x47xf32> -> tensor<1x21xf32>\n"
                 "  %q = nn.reduce max %x {axes = array<i64: 1>, keepdims = false} : tensor<1x21x61x47xf32> -> tensor<1x61x47xf32>\n"
                 "  %s = nn.softmax %x {axis = 1 : i64} : tensor<1x21x61x47xf32> -> tensor<1x21x61x47xf32>\n"
                 "  return %p, %t, %r, %q, %s : tensor<1x21x31x24xf32>, tensor<1x61x42x47xf32>, tensor<1x21xf32>, tensor<1x61x47xf32>, tensor<1x21x61x47xf32>\n}\n",
                 {floats({1, 21, 61, 47})});
}

TEST(CpuThreads, PackageSaysWhatItLinks) {
  llvm::SmallString<128> dir;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-threads", dir));
  Parsed parsed = parse(convNet({8, 24, 40, 3, 1, 1}));
  CpuOptions options;
  options.threads = 2;
  ASSERT_TRUE(succeeded(weft::cpu::emitPackage(*parsed.module, "net", options, dir)));
  std::string folder = (dir + "/cpu").str();
  auto does = [&](const std::string &command) { return std::system(("cd " + folder + " && " + command).c_str()) == 0; };
  EXPECT_TRUE(does("grep -q 'weft_net_run_threads' net.h && grep -q -e '-fopenmp' net.h && grep -q 'WEFT_NET_THREADS 2' net.h"));
  EXPECT_TRUE(does("nm -u net.o | grep -q GOMP_parallel && ldd libnet.so | grep -q libgomp"));
  EXPECT_TRUE(does("cc -std=c11 -Wall -Werror main.c net.o -fopenmp -o run && ./run > out.txt && test $(wc -l < out.txt) = 38400"));
  llvm::sys::fs::remove_directories(dir);
}

TEST(CpuThreads, Gradients) {
  std::string window = "kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>";
  std::string text = "func.func @main(%x: tensor<20x9x12x12xf32>, %g: tensor<20x18x12x12xf32>) -> (tensor<18x81xf32>, tensor<20x9x12x12xf32>) {\n"
                     "  %r = nn.reshape %g {shape = array<i64: 20, 18, 144>} : tensor<20x18x12x12xf32> -> tensor<20x18x144xf32>\n"
                     "  %p = nn.patches %x {" + window + "} : tensor<20x9x12x12xf32> -> tensor<20x81x144xf32>\n"
                     "  %w = nn.row_products %r, %p : tensor<20x18x144xf32>, tensor<20x81x144xf32> -> tensor<18x81xf32>\n"
                     "  %h = nn.slice %g {starts = array<i64: 0, 0, 0, 0>, sizes = array<i64: -1, 9, -1, -1>, steps = array<i64: 1, 1, 1, 1>} : tensor<20x18x12x12xf32> -> tensor<20x9x12x12xf32>\n"
                     "  %m = nn.max_pool_gradient %x, %h {" + window + "} : tensor<20x9x12x12xf32>, tensor<20x9x12x12xf32> -> tensor<20x9x12x12xf32>\n"
                     "  %q = nn.patches %m {" + window + "} : tensor<20x9x12x12xf32> -> tensor<20x81x144xf32>\n"
                     "  %f = nn.fold %q {spatial = array<i64: 12, 12>, " + window + "} : tensor<20x81x144xf32> -> tensor<20x9x12x12xf32>\n"
                     "  return %w, %f : tensor<18x81xf32>, tensor<20x9x12x12xf32>\n}\n";
  compareThreads(text, {floats({20, 9, 12, 12}), floats({20, 18, 12, 12}, 5)});
}

TEST(CpuThreads, ConvolutionOfComputedWeights) {
  std::string text = "func.func @main(%x: tensor<3x6x20x20xf32>, %w: tensor<10x3x3x3xf32>, %b: tensor<10xf32>) -> tensor<3x10x20x20xf32> {\n"
                     "  %c = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, dilations = array<i64: 1, 1>, "
                     "groups = 2 : i64} : tensor<3x6x20x20xf32>, tensor<10x3x3x3xf32>, tensor<10xf32> -> tensor<3x10x20x20xf32>\n"
                     "  return %c : tensor<3x10x20x20xf32>\n}\n";
  compareThreads(text, {floats({3, 6, 20, 20}), floats({10, 3, 3, 3}, 4), floats({10}, 5)});
}

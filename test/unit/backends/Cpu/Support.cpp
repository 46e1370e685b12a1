//===- Support.cpp - comparing native code with the reference interpreter -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include "backends/Cpu/Target.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "passes/Evaluation/Evaluator.h"
#include <cmath>
#include <fmt/format.h>
#include <random>

using namespace weft;
using reference::Tensor;

std::vector<std::string> cpu::test::testedCpus() {
  std::vector<std::string> runnable;
  for (std::string cpu : {"host", "skylake-avx512", "x86-64-v3", "x86-64"}) {
    std::string error;
    auto target = cpu::Target::create(cpu, error);
    if (succeeded(target) && target->runsOnHost())
      runnable.push_back(cpu);
  }
  return runnable;
}

cpu::test::Parsed cpu::test::parse(const std::string &text) {
  Parsed parsed;
  mlir::DialectRegistry registry;
  registry.insert<nn::NnDialect, codec::CodecDialect, lut::LutDialect, mlir::func::FuncDialect>();
  parsed.context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  parsed.context->loadAllAvailableDialects();
  parsed.module = mlir::parseSourceString<mlir::ModuleOp>(text, parsed.context.get());
  EXPECT_TRUE(parsed.module) << text;
  return parsed;
}

static std::vector<int64_t> shapeOf(const std::string &type, std::string &element) {
  std::vector<int64_t> shape; // "tensor<3x4xf32>"
  std::string body = type.substr(7, type.size() - 8);
  size_t at;
  while ((at = body.find('x')) != std::string::npos && std::isdigit(body[0])) {
    shape.push_back(std::stoll(body.substr(0, at)));
    body = body.substr(at + 1);
  }
  element = body;
  return shape;
}

static void writeElements(std::string &out, const std::vector<int64_t> &shape, size_t dim, std::function<std::string()> next) {
  if (dim == shape.size()) {
    out += next();
    return;
  }
  out += "[";
  for (int64_t i = 0; i < shape[dim]; ++i) {
    if (i)
      out += ", ";
    writeElements(out, shape, dim + 1, next);
  }
  out += "]";
}

std::string cpu::test::randomConstant(const std::string &type, double lo, double hi, unsigned seed) {
  std::string element, out = "dense<";
  auto shape = shapeOf(type, element);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(lo, hi);
  bool isFloat = element[0] == 'f';
  writeElements(out, shape, 0, [&] {
    if (!isFloat)
      return std::to_string(std::uniform_int_distribution<int64_t>(lo, hi)(random));
    char text[40];
    std::snprintf(text, sizeof text, "%.8e", uniform(random));
    return std::string(text);
  });
  return out + "> : " + type;
}

Tensor cpu::test::randomTensor(reference::ElementType type, reference::Shape shape, double lo, double hi, unsigned seed) {
  Tensor t(type, shape);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(lo, hi);
  for (int64_t i = 0; i < t.size(); ++i) {
    if (type.isFloat() && type.bits == 64)
      t.doubles()[i] = uniform(random);
    else if (type.isFloat())
      t.floats()[i] = static_cast<float>(uniform(random));
    else
      t.integers()[i] = std::uniform_int_distribution<int64_t>(lo, hi)(random);
  }
  return t;
}

void cpu::test::expectClose(const Tensor &found, const Tensor &expected, double tolerance, const std::string &what) {
  ASSERT_EQ(found.shape(), expected.shape()) << what;
  ASSERT_EQ(found.type().name(), expected.type().name()) << what;
  double scale = 1e-30;
  for (int64_t i = 0; i < expected.size() && expected.type().isFloat(); ++i)
    if (std::isfinite(expected.asDouble(i)))
      scale = std::max(scale, std::fabs(expected.asDouble(i)));
  for (int64_t i = 0; i < expected.size(); ++i) {
    if (expected.type().isInteger()) {
      ASSERT_EQ(found.asInteger(i), expected.asInteger(i)) << what << ", element " << i;
      continue;
    }
    double f = found.asDouble(i), x = expected.asDouble(i);
    bool same = std::isnan(x) ? std::isnan(f) : std::isinf(x) ? f == x : std::fabs(f - x) <= tolerance * scale;
    ASSERT_TRUE(same) << what << ", element " << i << ": found " << f << ", expected " << x;
  }
}

void cpu::test::compareWithReference(const std::string &text, const std::vector<Tensor> &inputs, double tolerance) {
  Parsed parsed = parse(text);
  ASSERT_TRUE(parsed.module);
  evaluation::Evaluator evaluator;
  auto expected = evaluator.evaluate(parsed.module->lookupSymbol<mlir::func::FuncOp>("main"), inputs);
  ASSERT_TRUE(succeeded(expected)) << text;
  for (const std::string &cpu : testedCpus()) {
    CpuOptions options;
    options.cpu = cpu;
    auto model = cpu::jit(*parsed.module, options);
    ASSERT_TRUE(succeeded(model)) << text;
    auto found = (*model)->run(inputs);
    ASSERT_TRUE(succeeded(found)) << text;
    ASSERT_EQ(found->size(), expected->size());
    for (size_t i = 0; i < expected->size(); ++i)
      expectClose((*found)[i], (*expected)[i], tolerance, cpu + ", output " + std::to_string(i) + " of\n" + text.substr(0, 600));
  }
}

std::string cpu::test::convNet(const Conv &c) {
  int64_t pad = c.kernel / 2, out = (c.size + 2 * pad - c.kernel) / c.stride + 1;
  std::string x = fmt::format("tensor<{}x{}x{}x{}x{}>", c.samples, c.channels, c.size, c.size, c.input);
  std::string w = fmt::format("tensor<{}x{}x{}x{}x{}>", c.outputs, c.channels / c.groups, c.kernel, c.kernel, c.weight), b = fmt::format("tensor<{}x{}>", c.outputs, c.sum);
  std::string y = fmt::format("tensor<{}x{}x{}x{}x{}>", c.samples, c.outputs, out, out, c.sum);
  double range = c.sum == "f32" ? 1 : 100;
  return fmt::format("func.func @main(%x: {0}) -> {3} {{\n  %w = nn.constant {4}\n  %b = nn.constant {5}\n"
                     "  %c = nn.conv %x, %w, %b {{strides = array<i64: {6}, {6}>, pads_begin = array<i64: {7}, {7}>, pads_end = array<i64: {7}, {7}>, "
                     "dilations = array<i64: 1, 1>, groups = {8} : i64}} : {0}, {1}, {2} -> {3}\n  return %c : {3}\n}}\n",
                     x, w, b, y, randomConstant(w, -range, range, 1), randomConstant(b, -range, range, 2), c.stride, pad, c.groups);
}

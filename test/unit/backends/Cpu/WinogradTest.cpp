//===- WinogradTest.cpp - convolutions with fewer products -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Against sums in doubles. Images end in the middle of tiles and of vectors, and have odd numbers of channels.
#include "backends/Cpu/Kernels/Winograd.h"
#include "test/unit/backends/Cpu/Support.h"
#include <cmath>
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::cpu::CpuOptions;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

Tensor run(const std::string &text, const Tensor &input, const std::string &cpu, double tolerance) {
  Parsed parsed = parse(text);
  CpuOptions options;
  options.cpu = cpu;
  options.tolerance = tolerance;
  auto model = weft::cpu::jit(*parsed.module, options);
  EXPECT_TRUE(succeeded(model));
  return std::move((*(*model)->run({input}))[0]);
}

/// Greatest difference of `found` from `expected`, over the greatest magnitude.
double difference(const Tensor &found, const Tensor &expected) {
  double most = 0, greatest = 0;
  for (int64_t i = 0; i < expected.size(); ++i) {
    most = std::max(most, std::fabs(found.asDouble(i) - expected.asDouble(i)));
    greatest = std::max(greatest, std::fabs(expected.asDouble(i)));
  }
  return most / greatest;
}

/// The same network in f64, of the f32's numbers.
std::string inDoubles(std::string text) {
  for (size_t at = 0; (at = text.find("xf32", at)) != std::string::npos; ++at)
    text.replace(at, 4, "xf64");
  return text;
}

Tensor toDoubles(const Tensor &t) {
  Tensor wide(ElementType::f64(), t.shape());
  for (int64_t i = 0; i < t.size(); ++i)
    wide.doubles()[i] = t.asDouble(i);
  return wide;
}

} // namespace

TEST(CpuWinograd, ErrorsAreWithinTheTolerance) {
  for (const Conv &c : {Conv{64, 64, 61, 3, 1, 1}, Conv{33, 40, 46, 3, 1, 1, 2}}) {
    std::string text = convNet(c);
    Tensor input = randomTensor(ElementType::f32(), {c.samples, c.channels, c.size, c.size}, -1, 1, 5);
    Tensor expected = run(inDoubles(text), toDoubles(input), "host", 0);
    for (const std::string &cpu : testedCpus())
      for (double tolerance : {weft::cpu::kTolerance2, weft::cpu::kTolerance4}) {
        Tensor found = run(text, input, cpu, tolerance), direct = run(text, input, cpu, 0);
        std::string what = fmt::format("{}, tolerance {}, {} channels", cpu, tolerance, c.channels);
        EXPECT_LE(difference(found, expected), tolerance) << what;
        EXPECT_GT(difference(found, direct), 0) << what << ": expected another way to compute";
      }
  }
}

TEST(CpuWinograd, ExactWhereItIsNotAllowedOrNotFaster) {
  for (const Conv &c : {Conv{1, 2, 32, 3, 1, 1}, Conv{16, 16, 32, 5, 1, 1}, Conv{16, 16, 32, 3, 2, 1}, Conv{16, 16, 32, 3, 1, 16}, Conv{32, 32, 4, 3, 1, 1}}) {
    std::string text = convNet(c);
    Tensor input = randomTensor(ElementType::f32(), {c.samples, c.channels, c.size, c.size}, -1, 1, 5);
    EXPECT_EQ(difference(run(text, input, "host", 1), run(text, input, "host", 0)), 0) << c.channels << " " << c.kernel << " " << c.stride;
  }
  std::string text = convNet({16, 24, 32, 3, 1, 1});
  Tensor input = randomTensor(ElementType::f32(), {1, 16, 32, 32}, -1, 1, 5);
  EXPECT_EQ(difference(run(text, input, "host", weft::cpu::kTolerance2 / 2), run(text, input, "host", 0)), 0);
}

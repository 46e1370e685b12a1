//===- RecurrentTest.cpp - recurrent kernels against the reference interpreter ----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>

using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::Tensor;

namespace {

struct FloatCase {
  const char *kind;
  int64_t hidden, steps;
  /// More operands, with their types and the arguments they come from; attributes.
  std::string operands, arguments, attributes;
  int64_t states = 1;
  bool last = false;
  std::string constants;
};

int64_t gatesOf(std::string_view kind) { return kind == "lstm" ? 4 : kind == "gru" ? 3 : 1; }

std::string activationsOf(std::string_view kind) {
  if (kind == "lstm")
    return R"(activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>)";
  if (kind == "gru")
    return R"(activations = ["sigmoid", "tanh"], alphas = array<f64: 0.0, 0.0>, betas = array<f64: 0.0, 0.0>)";
  return R"(activations = ["leaky_relu"], alphas = array<f64: 0.3>, betas = array<f64: 0.0>)";
}

std::string program(const FloatCase &c) {
  int64_t rows = gatesOf(c.kind) * c.hidden;
  std::string w = fmt::format("tensor<{}x{}xf32>", rows, c.hidden), b = fmt::format("tensor<{}xf32>", rows);
  std::string x = fmt::format("tensor<?x{}x{}xf32>", c.steps, rows);
  std::string y = c.last ? fmt::format("tensor<?x{}xf32>", c.states * c.hidden) : fmt::format("tensor<?x{}x{}xf32>", c.steps, c.states * c.hidden);
  return fmt::format("func.func @main(%x: {0}{1}) -> {2} {{\n  %w = nn.constant {3}\n  %b = nn.constant {4}\n{12}"
                     "  %y = nn.recurrent {5} %x, %w, %b {6} {{{7}{8}{9}}} : {0}, {10}, {11} -> {2}\n  return %y : {2}\n}}\n",
                     x, c.arguments, y, randomConstant(w, -0.5, 0.5, 2), randomConstant(b, -1, 1, 3), c.kind, c.operands, activationsOf(c.kind),
                     c.attributes, c.last ? ", last = true" : "", w, b, c.constants);
}

Tensor floats(weft::reference::Shape shape, unsigned seed) { return randomTensor(ElementType::f32(), std::move(shape), -1, 1, seed); }

} // namespace

TEST(CpuRecurrent, KindsSizesAndBatches) {
  for (const char *kind : {"lstm", "gru", "rnn"})
    for (auto [hidden, steps] : {std::pair{1, 3}, {8, 4}, {21, 5}, {40, 1}})
      for (bool last : {false, true})
        for (int64_t n : {1, 3}) {
          SCOPED_TRACE(fmt::format("{} {} {} {} {}", kind, hidden, steps, last, n));
          compareWithReference(program({kind, hidden, steps, "", "", ", linear_before_reset = true", 1, last}),
                               {floats({n, steps, gatesOf(kind) * hidden}, 4)});
        }
}

TEST(CpuRecurrent, EveryAttribute) {
  int64_t hidden = 11, steps = 4, n = 3;
  std::string state = fmt::format("tensor<?x{}xf32>", hidden), peep = fmt::format("tensor<{}xf32>", 3 * hidden);
  Tensor x = floats({n, steps, 4 * hidden}, 4), h = floats({n, hidden}, 5), c = floats({n, hidden}, 6);
  Tensor lengths = Tensor::ofIntegers(ElementType::integer(32, true), {n}, {4, 0, 2});
  std::string all = fmt::format("h %h : {0} c %c : {0} peepholes %p : {1} lengths %l : tensor<?xi32>", state, peep);
  std::string arguments = fmt::format(", %h: {0}, %c: {0}, %l: tensor<?xi32>", state);
  for (bool last : {false, true})
    for (const char *more : {"", ", reverse = true", ", clip = 0.5, input_forget = true"})
      compareWithReference(program({"lstm", hidden, steps, all, arguments, std::string(", cell = true") + more, 2, last, "  %p = nn.constant " + randomConstant(peep, -1, 1, 7) + "\n"}), {x, h, c, lengths});
  compareWithReference(program({"gru", hidden, steps, "h %h : " + state, ", %h: " + state, ", reverse = true", 1, false}),
                       {floats({n, steps, 3 * hidden}, 8), h});
  std::string one = fmt::format("tensor<1x{}xf32>", hidden);
  compareWithReference(program({"lstm", hidden, steps, fmt::format("h %one : {0} c %one : {0}", one), "", "", 1, false, "  %one = nn.constant " + randomConstant(one, -1, 1, 9) + "\n"}),
                       {x});
}

TEST(CpuRecurrent, IntegersAreExact) {
  constexpr int64_t hidden = 9, steps = 5;
  const std::string h = " h %h0 : tensor<9xi8>", state = " state %s0 : tensor<9xi16>", peep = " peepholes %p : tensor<27xi16>";
  struct Case {
    const char *kind;
    std::string operands, attributes;
  };
  for (const auto &[kind, operands, attributes] :
       {Case{"lstm", "", ""}, {"gru", "", ""}, {"rnn", "", ""}, {"lstm", h + state, ""}, {"gru", h + state, ", reverse = true"}, {"rnn", h, ""},
        {"lstm", peep, ", peephole_fraction = 13"}, {"lstm", h + state + peep, ", peephole_fraction = 9, input_forget = true"},
        {"gru", "", ", reset_first = true"}, {"gru", h + state, ", reset_first = true"}})
    for (bool last : {false, true}) {
      bool plain = operands.empty() && attributes.empty();
      if (last && !plain)
        continue;
      int64_t rows = gatesOf(kind) * hidden;
      auto constant = [&](const std::string &type, double lo, double hi, unsigned seed) { return randomConstant(type, lo, hi, seed); };
      std::string w = fmt::format("tensor<{}x{}xi8>", rows, hidden), b = fmt::format("tensor<{}xi20>", rows), s = fmt::format("tensor<{}xi32>", rows);
      std::string x = fmt::format("tensor<?x{}x{}xi10>", steps, rows);
      std::string y = last ? fmt::format("tensor<?x{}xi8>", hidden) : fmt::format("tensor<?x{}x{}xi8>", steps, hidden);
      std::string text = fmt::format(
          "func.func @main(%x: {0}) -> {1} {{\n  %w = nn.constant {2}\n  %b = nn.constant {3}\n  %m = nn.constant {4}\n  %n = nn.constant {5}\n"
          "  %s = nn.constant {6}\n  %t = nn.constant {7}\n  %h0 = nn.constant {13}\n  %s0 = nn.constant {14}\n  %p = nn.constant {15}\n"
          "  %y = nn.qrecurrent {8} %x, %w, %b, %m, %n, %s, %t{16} {{gate_fraction = 6, cell_fraction = 10, state_fraction = 7, last = {9}{17}}}\n"
          "    : {0}, {10}, {11}, {12}, {12}, tensor<1024xi17>, tensor<1024xi17> -> {1}\n  return %y : {1}\n}}\n",
          x, y, constant(w, -128, 127, 2), constant(b, -9999, 9999, 3), constant(s, 32768, 65535, 4), constant(s, 18, 26, 5),
          constant("tensor<1024xi17>", 0, 32768, 6), constant("tensor<1024xi17>", -32768, 32768, 7), kind, last, w, b, s,
          constant("tensor<9xi8>", -128, 127, 9), constant("tensor<9xi16>", -32768, 32767, 10), constant("tensor<27xi16>", -32768, 32767, 11), operands, attributes);
      for (int64_t n : plain ? std::vector<int64_t>{1, 2} : std::vector<int64_t>{2})
        compareWithReference(text, {randomTensor(ElementType::integer(10, true), {n, steps, rows}, -512, 511, 8)});
    }
}

//===- RecurrentTest.cpp - LSTM, GRU, RNN in floats and integers (A19) ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Recurrent.h"
#include "Golden.h"

using namespace weft::reference;
using namespace weft::reference::test;

namespace {

/// An array of Inputs/recurrent.npz, which Inputs/generate_recurrent.py writes with PyTorch.
const Tensor &array(const std::string &name) {
  static const auto arrays = weft::data::readNpz(std::string(WEFT_SOURCE_DIR) + "/test/unit/runtime/reference/Inputs/recurrent.npz");
  static const Tensor none;
  if (arrays)
    for (const auto &[key, tensor] : *arrays)
      if (key == name)
        return tensor;
  ADD_FAILURE() << "recurrent.npz has no " << name;
  return none;
}

RecurrentAttributes attributesOf(RecurrentKind kind) {
  RecurrentAttributes a;
  a.kind = kind;
  a.linearBeforeReset = true;
  a.activations = {{UnaryKind::sigmoid}, {UnaryKind::tanh}, {UnaryKind::tanh}};
  if (kind == RecurrentKind::gru)
    a.activations.resize(2);
  if (kind == RecurrentKind::rnn)
    a.activations = {{UnaryKind::tanh}};
  return a;
}

/// First or second half of the last axis.
Tensor half(const Tensor &t, bool second) {
  Shape shape = t.shape();
  int64_t width = shape.back() / 2, rows = t.size() / shape.back();
  shape.back() = width;
  Tensor result(t.type(), shape);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < width; ++i)
      result.doubles()[r * width + i] = t.doubles()[r * 2 * width + (second ? width : 0) + i];
  return result;
}

TEST(RecurrentTest, directionsStatesAndLengthsAsPyTorch) {
  for (auto [kind, name] : {std::pair(RecurrentKind::lstm, "lstm"), {RecurrentKind::gru, "gru"}, {RecurrentKind::rnn, "rnn"}})
    for (bool reverse : {false, true}) {
      std::string c = std::string(name) + (reverse ? "_reverse." : ".");
      RecurrentAttributes a = attributesOf(kind);
      a.reverse = reverse;
      bool lstm = kind == RecurrentKind::lstm;
      RecurrentOperands o{&array(c + "h"), lstm ? &array(c + "c") : nullptr, nullptr, &array(c + "lengths")};
      expectTensor(recurrent(array(c + "x"), array(c + "r"), array(c + "b"), o, a), array(c + "y"), 1e-12);
      a.last = true;
      a.cell = lstm;
      Result<Tensor> end = recurrent(array(c + "x"), array(c + "r"), array(c + "b"), o, a);
      ASSERT_TRUE(end.ok()) << end.message();
      expectTensor(lstm ? half(*end, false) : *end, array(c + "end_h"), 1e-12);
      if (lstm)
        expectTensor(half(*end, true), array(c + "end_c"), 1e-12);
    }
}

TEST(RecurrentTest, aStateForAllSamples) {
  RecurrentAttributes a = attributesOf(RecurrentKind::lstm);
  const Tensor &x = array("lstm.x"), &r = array("lstm.r"), &b = array("lstm.b");
  int64_t hidden = r.dim(1);
  Tensor one(ElementType::f64(), {1, hidden}), each(ElementType::f64(), {x.dim(0), hidden});
  for (int64_t i = 0; i < each.size(); ++i)
    each.doubles()[i] = one.doubles()[i % hidden] = 0.1 * static_cast<double>(i % hidden);
  Result<Tensor> expected = recurrent(x, r, b, {&each, &each}, a);
  ASSERT_TRUE(expected.ok()) << expected.message();
  expectTensor(recurrent(x, r, b, {&one, &one}, a), *expected);
}

TEST(RecurrentTest, whatOnnxAddsToLstms) {
  auto run = [&](RecurrentAttributes a, bool peepholes) {
    a.cell = true;
    RecurrentOperands o;
    o.peepholes = peepholes ? &array("lstm_extras.p") : nullptr;
    return recurrent(array("lstm_extras.x"), array("lstm_extras.r"), array("lstm_extras.b"), o, a);
  };
  RecurrentAttributes a = attributesOf(RecurrentKind::lstm);
  expectTensor(run(a, true), array("lstm_extras.peepholes"), 1e-12);
  a.clip = 0.7;
  expectTensor(run(a, true), array("lstm_extras.clipped"), 1e-12);
  a.clip = 0;
  a.inputForget = true;
  expectTensor(run(a, false), array("lstm_extras.coupled"), 1e-12);
  a.inputForget = false;
  a.activations = {{UnaryKind::hard_sigmoid, 0.2, 0.5}, {UnaryKind::softsign}, {UnaryKind::relu}};
  expectTensor(run(a, false), array("lstm_extras.functions"), 1e-12);
}

TEST(RecurrentTest, resetBeforeTheProduct) {
  RecurrentAttributes a = attributesOf(RecurrentKind::gru);
  a.linearBeforeReset = false;
  expectTensor(recurrent(array("gru_before.x"), array("gru_before.r"), array("gru_before.b"), {}, a), array("gru_before.y"), 1e-12);
}

TEST(RecurrentTest, integersAsPython) {
  for (auto [kind, name, gateBits, codeBits] : {std::tuple(RecurrentKind::lstm, "lstm", 10, 8), {RecurrentKind::gru, "gru", 10, 8}, {RecurrentKind::rnn, "rnn", 8, 12},
                                                {RecurrentKind::lstm, "peepholes", 10, 8}, {RecurrentKind::lstm, "coupled", 10, 8}, {RecurrentKind::gru, "reset_first", 10, 12}})
    for (bool last : {false, true}) {
      std::string c = std::string("int_") + name + ".";
      Tensor x = *cast(array(c + "x"), integer(static_cast<unsigned>(gateBits)));
      const auto &fractions = array(c + "fractions").integers();
      std::string_view what = name;
      QrecurrentAttributes a{kind, fractions[0], fractions[1], fractions[2], 13, what == "coupled", what == "reset_first", false, last};
      QrecurrentOperands o{&array(c + "r"), &array(c + "b"), &array(c + "m"), &array(c + "n"), &array(c + "sigmoid"), &array(c + "tanh")};
      if (what == "peepholes" || what == "coupled")
        o.peepholes = &array(c + "p");
      if (what == "peepholes" || what == "reset_first")
        o.initialH = &array(c + "h"), o.initialState = &array(c + "s");
      Result<Tensor> y = qrecurrent(x, o, a, integer(static_cast<unsigned>(codeBits)));
      const Tensor &all = array(c + "y");
      Tensor expected = all;
      if (last) {
        int64_t steps = all.dim(1), hidden = all.dim(2);
        expected = Tensor(all.type(), {all.dim(0), hidden});
        for (int64_t i = 0; i < expected.size(); ++i)
          expected.integers()[i] = all.integers()[(i / hidden * steps + steps - 1) * hidden + i % hidden];
      }
      expectTensor(y, expected);
    }
}

TEST(RecurrentTest, mismatchesAreNamed) {
  RecurrentAttributes a = attributesOf(RecurrentKind::rnn);
  Tensor x(ElementType::f32(), {1, 2, 3}), r(ElementType::f32(), {3, 3}), b(ElementType::f32(), {3});
  expectFailure(recurrent(x, Tensor(ElementType::f32(), {3, 2}), b, {}, a), "expected input [N, T, 1*H], weight [1*H, H], bias [1*H], found [1, 2, 3], [3, 2], [3]");
  expectFailure(recurrent(x, r, Tensor(ElementType::f64(), {3}), {}, a), "element types f32 and f64 do not go together");
  Tensor state(ElementType::f32(), {2, 3});
  RecurrentOperands o;
  o.initialH = &state;
  expectFailure(recurrent(x, r, b, o, a), "expected initial states [1, 3] or [1, 3], found [2, 3]");
  a.activations.clear();
  expectFailure(recurrent(x, r, b, {}, a), "found 0 activations");
  Tensor gates(integer(8), {1, 2, 3}), w(integer(8), {3, 3}), sums(integer(20), {3}), one(integer(32), {1}), table(integer(17), {256}), two(integer(8), {2});
  QrecurrentOperands q{&w, &sums, &one, &one, &table, &table};
  expectFailure(qrecurrent(gates, q, {RecurrentKind::rnn, 5, 5, 7, 16}, integer(8)), "peephole_fraction is 16, expected 0 to 15 (A19)");
  q.initialH = &two;
  expectFailure(qrecurrent(gates, q, {RecurrentKind::rnn, 5, 5, 7}, integer(8)), "expected initial states [3] and peepholes [9], found [2] (A19)");
}

} // namespace

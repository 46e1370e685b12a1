//===- Recurrent.cpp - LSTM, GRU, RNN -------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Recurrent.h"

#include "runtime/reference/Half.h"

#include <algorithm>

namespace weft::reference {

int64_t gatesOf(RecurrentKind kind) { return kind == RecurrentKind::lstm ? 4 : kind == RecurrentKind::gru ? 3 : 1; }

namespace {

/// One sample on its way through the sequence, in T.
template <typename T>
class Cell {
public:
  Cell(const std::vector<T> &weight, const std::vector<T> &bias, const std::vector<T> &peepholes, int64_t hidden,
       const RecurrentAttributes &a)
      : a(a), hidden(hidden), weight(weight), bias(bias), peepholes(peepholes), h(hidden, T(0)), c(hidden, T(0)), sums(bias.size()) {}

  const RecurrentAttributes &a;
  const int64_t hidden;
  const std::vector<T> &weight, &bias, &peepholes;
  std::vector<T> h, c;

  /// From the gates' sums over the input, G·H of them.
  void step(const T *x) {
    if (a.kind == RecurrentKind::gru)
      return stepGru(x);
    multiply(0, a.kind == RecurrentKind::lstm ? 4 : 1, h);
    for (int64_t j = 0; j < hidden; ++j) {
      if (a.kind == RecurrentKind::rnn) {
        h[j] = activate(0, x[j] + sums[j]);
        continue;
      }
      auto sum = [&](int gate) { return x[gate * hidden + j] + sums[gate * hidden + j]; };
      auto peep = [&](int i, T cell) { return peepholes.empty() ? T(0) : peepholes[i * hidden + j] * cell; };
      T in = activate(0, sum(0) + peep(0, c[j]));
      T forget = a.inputForget ? T(1) - in : activate(0, sum(2) + peep(2, c[j]));
      c[j] = forget * c[j] + in * activate(1, sum(3));
      h[j] = activate(0, sum(1) + peep(1, c[j])) * activate(2, c[j]);
    }
  }

private:
  T activate(int i, T x) const {
    if (a.clip > 0)
      x = std::min(std::max(x, static_cast<T>(-a.clip)), static_cast<T>(a.clip));
    const Activation &f = a.activations[static_cast<size_t>(i)];
    return unaryOne<T>(f.kind, x, static_cast<T>(f.alpha), static_cast<T>(f.beta));
  }

  /// sums = weight · state + bias, of gates begin … end − 1.
  void multiply(int64_t begin, int64_t end, const std::vector<T> &state) {
    for (int64_t r = begin * hidden; r < end * hidden; ++r) {
      T sum = bias[r];
      for (int64_t k = 0; k < hidden; ++k)
        sum += weight[r * hidden + k] * state[k];
      sums[r] = sum;
    }
  }

  void stepGru(const T *x) {
    multiply(0, a.linearBeforeReset ? 3 : 2, h);
    std::vector<T> reset(hidden), update(hidden), masked(hidden);
    for (int64_t j = 0; j < hidden; ++j) {
      update[j] = activate(0, x[j] + sums[j]);
      reset[j] = activate(0, x[hidden + j] + sums[hidden + j]);
      masked[j] = reset[j] * h[j];
    }
    if (!a.linearBeforeReset)
      multiply(2, 3, masked);
    for (int64_t j = 0; j < hidden; ++j) {
      T sum = sums[2 * hidden + j];
      T candidate = activate(1, x[2 * hidden + j] + (a.linearBeforeReset ? reset[j] * sum : sum));
      h[j] = (T(1) - update[j]) * candidate + update[j] * h[j];
    }
  }

  std::vector<T> sums;
};

struct Extents {
  int64_t samples, steps, hidden, gates;
};

template <typename T>
Tensor run(const Tensor &input, const Tensor &weight, const Tensor &bias, const RecurrentOperands &o, const RecurrentAttributes &a,
           const Extents &e) {
  const int64_t states = a.cell ? 2 : 1, width = e.gates * e.hidden;
  Shape shape = a.last ? Shape{e.samples, states * e.hidden} : Shape{e.samples, e.steps, states * e.hidden};
  Tensor y(input.type(), shape);
  std::vector<T> &out = y.values<T>();
  const std::vector<T> none;
  for (int64_t n = 0; n < e.samples; ++n) {
    Cell<T> cell(weight.values<T>(), bias.values<T>(), o.peepholes ? o.peepholes->values<T>() : none, e.hidden, a);
    for (auto [initial, state] : {std::pair(o.initialH, &cell.h), {o.initialC, &cell.c}})
      if (initial)
        std::copy_n(initial->template values<T>().begin() + (n % initial->dim(0)) * e.hidden, e.hidden, state->begin());
    auto put = [&](int64_t row) {
      std::copy(cell.h.begin(), cell.h.end(), out.begin() + row * states * e.hidden);
      if (a.cell)
        std::copy(cell.c.begin(), cell.c.end(), out.begin() + (row * states + 1) * e.hidden);
    };
    const int64_t length = o.lengths ? std::clamp<int64_t>(o.lengths->asInteger(n), 0, e.steps) : e.steps;
    for (int64_t s = 0; s < length; ++s) {
      const int64_t t = a.reverse ? length - 1 - s : s;
      cell.step(input.values<T>().data() + (n * e.steps + t) * width);
      if (!a.last)
        put(n * e.steps + t);
    }
    if (a.last)
      put(n);
  }
  roundToType(y);
  return y;
}

Result<Extents> extentsOf(const Tensor &input, const Tensor &weight, const Tensor &bias, RecurrentKind kind) {
  const int64_t gates = gatesOf(kind);
  if (input.rank() != 3 || weight.rank() != 2 || bias.rank() != 1 || weight.dim(0) != gates * weight.dim(1) ||
      input.dim(2) != weight.dim(0) || bias.dim(0) != weight.dim(0))
    return error("expected input [N, T, ", gates, "*H], weight [", gates, "*H, H], bias [", gates, "*H], found ", toString(input.shape()), ", ",
                 toString(weight.shape()), ", ", toString(bias.shape()));
  return Extents{input.dim(0), input.dim(1), weight.dim(1), gates};
}

} // namespace

Result<Tensor> recurrent(const Tensor &input, const Tensor &weight, const Tensor &bias, const RecurrentOperands &o,
                         const RecurrentAttributes &a) {
  Result<Extents> e = extentsOf(input, weight, bias, a.kind);
  if (!e)
    return e.failure();
  for (const Tensor *t : {&weight, &bias, o.initialH, o.initialC, o.peepholes})
    if (t && (t->type() != input.type() || !t->type().isFloat()))
      return error("element types ", input.type().name(), " and ", t->type().name(), " do not go together");
  for (const Tensor *t : {o.initialH, o.initialC})
    if (t && t->shape() != Shape{e->samples, e->hidden} && t->shape() != Shape{1, e->hidden})
      return error("expected initial states ", toString({e->samples, e->hidden}), " or ", toString({1, e->hidden}), ", found ", toString(t->shape()));
  if (o.peepholes && o.peepholes->shape() != Shape{3 * e->hidden})
    return error("expected peepholes ", toString({3 * e->hidden}), ", found ", toString(o.peepholes->shape()));
  if (o.lengths && (o.lengths->shape() != Shape{e->samples} || !o.lengths->type().isInteger()))
    return error("expected integer lengths ", toString({e->samples}), ", found ", toString(o.lengths->shape()));
  if (a.activations.size() != (a.kind == RecurrentKind::lstm ? 3u : a.kind == RecurrentKind::gru ? 2u : 1u))
    return error("found ", a.activations.size(), " activations");
  return input.type().bits == 64 ? run<double>(input, weight, bias, o, a, *e) : run<float>(input, weight, bias, o, a, *e);
}

//===--- integers (A19) ----------------------------------------------------------------===//

namespace {

/// floor((x + 2^(n−1)) / 2^n); no rounding term for n = 0.
int64_t shifted(int64_t x, int64_t n) { return n == 0 ? x : (x + (int64_t(1) << (n - 1))) >> n; }

int64_t clampTo(int64_t x, unsigned bits) {
  const int64_t bound = int64_t(1) << (bits - 1);
  return std::clamp(x, -bound, bound - 1);
}

/// Units of the tables, and of a gru's state.
constexpr int64_t kOne = 1 << 15;

/// One sample on its way through the sequence.
class IntegerCell {
public:
  IntegerCell(const QrecurrentOperands &o, const QrecurrentAttributes &a, int64_t hidden, unsigned gateBits, unsigned stateBits)
      : o(o), a(a), hidden(hidden), gateBits(gateBits), stateBits(stateBits), h(hidden, 0), masked(hidden, 0), state(hidden, 0), next(hidden, 0) {
    if (o.initialH)
      h = o.initialH->integers();
    if (o.initialState)
      state = o.initialState->integers();
  }

  const std::vector<int64_t> &code() const { return h; }

  void step(const int64_t *x) {
    for (int64_t j = 0; j < hidden && a.resetFirst; ++j)
      masked[j] = clampTo(shifted(resetOf(x, j) * state[j], 30 - a.stateFraction), stateBits);
    for (int64_t j = 0; j < hidden; ++j)
      next[j] = a.kind == RecurrentKind::lstm ? lstm(x, j) : a.kind == RecurrentKind::gru ? gru(x, j) : rnn(x, j);
    h = next;
  }

private:
  /// q = clamp_i16((acc · m + 2^(n−1)) >> n): what the state adds to gate `gate` of element j.
  int64_t fromState(int64_t gate, int64_t j) const {
    const std::vector<int64_t> &factor = a.resetFirst && gate == 2 ? masked : h;
    const int64_t row = gate * hidden + j;
    int64_t acc = o.bias->integers()[row];
    for (int64_t k = 0; k < hidden; ++k)
      acc += o.weight->integers()[row * hidden + k] * factor[k];
    auto entry = [&](const Tensor &t) { return t.integers()[t.size() == 1 ? 0 : row]; };
    return clampTo(shifted(acc * entry(*o.multiplier), entry(*o.shift)), 16);
  }
  int64_t look(const Tensor &table, int64_t z) const {
    return table.integers()[clampTo(z, gateBits) + (int64_t(1) << (gateBits - 1))];
  }
  int64_t sigmoid(int64_t z) const { return look(*o.sigmoid, z); }
  int64_t tanh(int64_t z) const { return look(*o.tanh, z); }

  /// What peephole `i` (of i, o, f) adds.
  int64_t peep(int64_t i, int64_t j) const {
    if (!o.peepholes)
      return 0;
    return clampTo(shifted(o.peepholes->integers()[i * hidden + j] * state[j], a.cellFraction + a.peepholeFraction - a.gateFraction), 16);
  }
  int64_t resetOf(const int64_t *x, int64_t j) const { return sigmoid(x[hidden + j] + fromState(1, j)); }

  int64_t lstm(const int64_t *x, int64_t j) {
    auto sum = [&](int64_t gate) { return x[gate * hidden + j] + fromState(gate, j); };
    const int64_t in = sigmoid(sum(0) + peep(0, j)), forget = a.inputForget ? kOne - in : sigmoid(sum(2) + peep(2, j)), candidate = tanh(sum(3));
    int64_t &c = state[j];
    c = clampTo(shifted((forget * c << (15 - a.cellFraction)) + in * candidate, 30 - a.cellFraction), 16);
    const int64_t out = sigmoid(sum(1) + peep(1, j));
    return clampTo(shifted(out * tanh(shifted(c, a.cellFraction - a.gateFraction)), 30 - a.stateFraction), stateBits);
  }
  int64_t gru(const int64_t *x, int64_t j) {
    const int64_t update = sigmoid(x[j] + fromState(0, j)), sum = fromState(2, j);
    const int64_t candidate = tanh(x[2 * hidden + j] + (a.resetFirst ? sum : shifted(resetOf(x, j) * sum, 15)));
    int64_t &s = state[j];
    s = clampTo(shifted((kOne - update) * candidate + update * s, 15), 16);
    return clampTo(shifted(s, 15 - a.stateFraction), stateBits);
  }
  int64_t rnn(const int64_t *x, int64_t j) const {
    return clampTo(shifted(tanh(x[j] + fromState(0, j)), 15 - a.stateFraction), stateBits);
  }

  const QrecurrentOperands &o;
  const QrecurrentAttributes &a;
  const int64_t hidden;
  const unsigned gateBits, stateBits;
  /// The code that the weight multiplies, and that of the reset state; c of an lstm in units of 2^−cellFraction, or h of a gru in units of
  /// 2^−15.
  std::vector<int64_t> h, masked, state, next;
};

} // namespace

Result<Tensor> qrecurrent(const Tensor &input, const QrecurrentOperands &o, const QrecurrentAttributes &a, ElementType type) {
  Result<Extents> e = extentsOf(input, *o.weight, *o.bias, a.kind);
  if (!e)
    return e.failure();
  for (const Tensor *t : {&input, o.weight, o.bias, o.multiplier, o.shift, o.sigmoid, o.tanh, o.initialH, o.initialState, o.peepholes})
    if (t && !t->type().isInteger())
      return error("expected integers, found ", t->type().name(), " (A19)");
  const int64_t entries = int64_t(1) << input.type().bits;
  if (input.type().bits > 14 || o.sigmoid->size() != entries || o.tanh->size() != entries)
    return error("expected tables of ", entries, " entries, found ", o.sigmoid->size(), " and ", o.tanh->size(), " (A19)");
  if (a.cellFraction < a.gateFraction || a.cellFraction > 15 || a.gateFraction < 0 || a.stateFraction < 0 || a.stateFraction > 15)
    return error("fractions of ", a.gateFraction, ", ", a.cellFraction, " and ", a.stateFraction, " bits are out of range (A19)");
  if (a.peepholeFraction < 0 || a.peepholeFraction > 15)
    return error("peephole_fraction is ", a.peepholeFraction, ", expected 0 to 15 (A19)");
  for (auto [t, count] : {std::pair(o.initialH, e->hidden), {o.initialState, e->hidden}, {o.peepholes, 3 * e->hidden}})
    if (t && t->shape() != Shape{count})
      return error("expected initial states ", toString({e->hidden}), " and peepholes ", toString({3 * e->hidden}), ", found ", toString(t->shape()), " (A19)");
  for (int64_t n : o.shift->integers())
    if (n < 0 || n > 47)
      return error("shift is ", n, ", expected 0 to 47 (A19)");
  const int64_t width = e->gates * e->hidden;
  Tensor y(type, a.last ? Shape{e->samples, e->hidden} : Shape{e->samples, e->steps, e->hidden});
  for (int64_t n = 0; n < e->samples; ++n) {
    IntegerCell cell(o, a, e->hidden, input.type().bits, type.bits);
    for (int64_t s = 0; s < e->steps; ++s) {
      const int64_t t = a.reverse ? e->steps - 1 - s : s;
      cell.step(input.integers().data() + (n * e->steps + t) * width);
      if (!a.last || s + 1 == e->steps)
        std::copy(cell.code().begin(), cell.code().end(), y.integers().begin() + (a.last ? n : n * e->steps + t) * e->hidden);
    }
  }
  return y;
}

} // namespace weft::reference

//===- Recurrent.cpp - LSTM, GRU and RNN as a loop over the sequence --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A step is one product of the state of all samples with the recurrent weight, into scratch memory, and a sweep over the
// elements of the state. The state lives in scratch memory.
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// What the cells of floats and of integers share: extents, the loop, the product.
class Sequence {
public:
  Sequence(Kernel &k, Operation *op, Value input, Value weight, Value bias, bool reverse, bool last)
      : k(k), e(k.e), op(op), weight(weight), bias(bias), reverse(reverse), last(last),
        sum(elementOf(bias)), code(elementOf(op->getResult(0))) {
    ArrayRef<int64_t> x = cast<RankedTensorType>(input.getType()).getShape();
    samples = x[0], steps = x[1], width = x[2];
    hidden = cast<RankedTensorType>(weight.getType()).getDimSize(1);
    x_ = k.pointer(input);
    gates = k.scratch(samples * width * storageBytes(sum));
    h = k.scratch(samples * hidden * storageBytes(code));
  }

  Kernel &k;
  Emitter &e;
  Operation *op;
  Value weight, bias;
  bool reverse, last;
  /// Element types of sums and of the state that the weight multiplies.
  Type sum, code;
  int64_t samples, steps, width, hidden;
  Value x_, gates, h;

  /// gates[n, first …] = weight rows · state + bias, for all samples.
  void multiply(Value state, int64_t first, int64_t rows) {
    k.buffers[op->getResult(0)] = state; // stands for an operand of the state's type
    k.sink = [&, first](Value value, ArrayRef<Value> at, int count) {
      e.store(value, gates, e.add(e.times(at[0], width), e.plus(at[1], first)), sum, count);
    };
    emitDense(k, {samples, hidden, rows, op->getResult(0), weight, bias, first});
    k.sink = nullptr;
    k.buffers.erase(op->getResult(0));
  }
  /// body(step of the sequence) from the first to the last, or back.
  void eachStep(function_ref<void(Value)> body) {
    e.loop(0, steps, 1, [&](Value s) { body(reverse ? e.sub(e.index(steps - 1), s) : s); });
  }
  Value gateAt(Value n, int64_t gate, Value j) { return e.add(e.times(n, width), e.plus(j, gate * hidden)); }
  Value inputAt(Value n, Value t, int64_t gate, Value j) { return gateAt(e.add(e.times(n, steps), t), gate, j); }
  Value stateAt(Value n, Value j) { return e.add(e.times(n, hidden), j); }
};

/// nn.recurrent.
class FloatCell {
public:
  FloatCell(Kernel &k, nn::RecurrentOp op)
      : op(op), q(k, op, op.getInput(), op.getWeight(), op.getBias(), op.getReverse(), op.getLast()), e(k.e), type(q.sum),
        states(op.getCell() ? 2 : 1) {
    lanes = std::max(1, type.getIntOrFloatBitWidth() == 64 ? e.target.lanes / 2 : e.target.lanes);
  }

  void emit() {
    int64_t count = q.samples * q.hidden;
    initialize(q.h, op.getInitialH());
    if (op.getKind() == nn::RecurrentKind::lstm) {
      c = q.k.scratch(count * storageBytes(type));
      initialize(c, op.getInitialC());
    }
    bool twice = op.getKind() == nn::RecurrentKind::gru && !op.getLinearBeforeReset();
    if (twice)
      masked = q.k.scratch(count * storageBytes(type));
    peepholes = op.getPeepholes() ? q.k.pointer(op.getPeepholes()) : Value();
    lengths = op.getLengths() ? q.k.pointer(op.getLengths()) : Value();
    q.eachStep([&](Value t) {
      q.multiply(q.h, 0, twice ? 2 * q.hidden : q.width);
      if (twice) {
        eachElement([&](Value n, Value j, int width) { maskState(n, t, j, width); });
        q.multiply(masked, 2 * q.hidden, q.hidden);
      }
      eachElement([&](Value n, Value j, int width) { update(n, t, j, width); });
    });
    if (q.last)
      eachElement([&](Value n, Value j, int width) {
        put(e.index(0), n, j, load(q.h, q.stateAt(n, j), width), c ? load(c, q.stateAt(n, j), width) : Value());
      });
  }

private:
  Value load(Value base, Value at, int width) { return e.load(base, at, type, width); }
  void eachElement(function_ref<void(Value, Value, int)> body) {
    e.loop(0, q.samples, 1, [&](Value n) { coverRow(e, q.hidden, lanes, [&](Value j, int width) { body(n, j, width); }); });
  }
  /// With `from` [N, H], or [1, H] for all samples, or 0.
  void initialize(Value to, Value from) {
    Value source = from ? q.k.pointer(from) : Value();
    bool shared = from && cast<RankedTensorType>(from.getType()).getDimSize(0) == 1;
    eachElement([&](Value n, Value j, int width) {
      Value at = q.stateAt(n, j);
      e.store(source ? load(source, shared ? j : at, width) : e.number(e.vec(computeType(type), width), 0), to, at, type);
    });
  }
  Value activate(int i, Value x) {
    double bound = op.getClip().convertToDouble();
    if (bound > 0)
      x = e.minimum(e.maximum(x, e.number(x.getType(), -bound)), e.number(x.getType(), bound));
    nn::UnaryKind kind = *nn::symbolizeUnaryKind(cast<StringAttr>(op.getActivations()[i]).getValue());
    return applyUnary(q.k.math, e, kind, op.getAlphas()[i], op.getBetas()[i], x);
  }
  Value fromInput(Value n, Value t, int gate, Value j, int width) { return load(q.x_, q.inputAt(n, t, gate, j), width); }
  Value fromState(Value n, int gate, Value j, int width) { return load(q.gates, q.gateAt(n, gate, j), width); }
  Value gate(Value n, Value t, int g, Value j, int width) { return e.add(fromInput(n, t, g, j, width), fromState(n, g, j, width)); }
  /// x + peepholes[i] ⊙ cell.
  Value peep(Value x, int i, Value cell, Value j, int width) {
    return peepholes ? e.add(x, e.mul(load(peepholes, e.plus(j, i * q.hidden), width), cell)) : x;
  }
  Value oneMinus(Value x) { return e.sub(e.number(x.getType(), 1), x); }

  /// Of a gru whose reset comes before the product: update gate into its place, reset ⊙ h.
  void maskState(Value n, Value t, Value j, int width) {
    Value at = q.stateAt(n, j), reset = activate(0, gate(n, t, 1, j, width));
    e.store(activate(0, gate(n, t, 0, j, width)), q.gates, q.gateAt(n, 0, j), type);
    e.store(e.mul(reset, load(q.h, at, width)), masked, at, type);
  }
  Value gru(Value n, Value t, Value j, int width, Value before) {
    bool linear = op.getLinearBeforeReset();
    Value update = linear ? activate(0, gate(n, t, 0, j, width)) : fromState(n, 0, j, width);
    Value product = fromState(n, 2, j, width);
    if (linear)
      product = e.mul(activate(0, gate(n, t, 1, j, width)), product);
    Value candidate = activate(1, e.add(fromInput(n, t, 2, j, width), product));
    return e.add(e.mul(oneMinus(update), candidate), e.mul(update, before));
  }
  Value lstm(Value n, Value t, Value j, int width, Value &cell) {
    Value in = activate(0, peep(gate(n, t, 0, j, width), 0, cell, j, width));
    Value forget = op.getInputForget() ? oneMinus(in) : activate(0, peep(gate(n, t, 2, j, width), 2, cell, j, width));
    cell = e.add(e.mul(forget, cell), e.mul(in, activate(1, gate(n, t, 3, j, width))));
    Value out = activate(0, peep(gate(n, t, 1, j, width), 1, cell, j, width));
    return e.mul(out, activate(2, cell));
  }

  void update(Value n, Value t, Value j, int width) {
    Value at = q.stateAt(n, j), before = load(q.h, at, width), cellBefore = c ? load(c, at, width) : Value(), cell = cellBefore, next;
    switch (op.getKind()) {
    case nn::RecurrentKind::lstm: next = lstm(n, t, j, width, cell); break;
    case nn::RecurrentKind::gru: next = gru(n, t, j, width, before); break;
    case nn::RecurrentKind::rnn: next = activate(0, gate(n, t, 0, j, width)); break;
    }
    Value active;
    auto keep = [&](Value now, Value otherwise) { return active ? arith::SelectOp::create(e.b, e.loc, active, now, otherwise) : now; };
    if (lengths)
      active = e.less(t, e.convert(e.load(lengths, n, elementOf(op.getLengths())), e.i64()));
    e.store(keep(next, before), q.h, at, type);
    if (c)
      e.store(keep(cell, cellBefore), c, at, type);
    Value zero = e.number(next.getType(), 0);
    if (!q.last)
      put(t, n, j, keep(next, zero), cell ? keep(cell, zero) : Value());
  }
  void put(Value t, Value n, Value j, Value state, Value cell) {
    Value at = e.add(e.times(q.last ? n : e.add(e.times(n, q.steps), t), states * q.hidden), j);
    e.store(state, q.k.out, at, type);
    if (op.getCell())
      e.store(cell, q.k.out, e.plus(at, q.hidden), type);
  }

  nn::RecurrentOp op;
  Sequence q;
  Emitter &e;
  Type type;
  int64_t states;
  int lanes;
  Value c, masked, peepholes, lengths;
};

/// nn.qrecurrent, rule A19, in i64.
class IntegerCell {
public:
  IntegerCell(Kernel &k, nn::QrecurrentOp op)
      : op(op), q(k, op, op.getInput(), op.getWeight(), op.getBias(), op.getReverse(), op.getLast()), e(k.e),
        gate(elementOf(op.getInput())) {}

  void emit() {
    Type i16 = e.b.getI16Type();
    int64_t count = q.samples * q.hidden;
    state = q.k.scratch(count * 2);
    multiplier = q.k.pointer(op.getMultiplier()), shift = q.k.pointer(op.getShift());
    sigmoidTable = q.k.pointer(op.getSigmoid()), tanhTable = q.k.pointer(op.getTanh());
    peepholes = op.getPeepholes() ? q.k.pointer(op.getPeepholes()) : Value();
    Value masked = op.getResetFirst() ? q.k.scratch(count * storageBytes(q.code)) : Value();
    initialize(q.h, op.getInitialH(), q.code);
    initialize(state, op.getInitialState(), i16);
    q.eachStep([&](Value t) {
      q.multiply(q.h, 0, masked ? 2 * q.hidden : q.width);
      if (masked) {
        eachElement([&](Value n, Value j) {
          Value product = e.mul(sigmoid(sum(n, t, 1, j)), wide(state, q.stateAt(n, j), i16));
          e.store(toCode(product, 30 - static_cast<int64_t>(op.getStateFraction())), masked, q.stateAt(n, j), q.code);
        });
        q.multiply(masked, 2 * q.hidden, q.hidden);
      }
      eachElement([&](Value n, Value j) {
        auto [next, code] = step(n, t, j, wide(state, q.stateAt(n, j), i16));
        e.store(next, state, q.stateAt(n, j), i16);
        e.store(code, q.h, q.stateAt(n, j), q.code);
        Value row = q.last ? n : e.add(e.times(n, q.steps), t);
        e.store(code, q.k.out, q.stateAt(row, j), q.code);
      });
    });
  }

private:
  void eachElement(function_ref<void(Value, Value)> body) {
    e.loop(0, q.samples, 1, [&](Value n) { e.loop(0, q.hidden, 1, [&](Value j) { body(n, j); }); });
  }
  Value wide(Value base, Value at, Type type) { return e.convert(e.load(base, at, type), e.i64()); }
  /// All samples begin with `from [H]`, or 0.
  void initialize(Value to, Value from, Type type) {
    Value source = from ? q.k.pointer(from) : Value();
    eachElement([&](Value n, Value j) { e.store(source ? wide(source, j, type) : integer(0), to, q.stateAt(n, j), type); });
  }
  Value toCode(Value x, int64_t n) { return clamp(shifted(x, n), q.code.getIntOrFloatBitWidth()); }
  /// x + what peephole `i` adds for `cell`.
  Value peep(Value x, int64_t i, Value cell, Value j) {
    if (!peepholes)
      return x;
    Value product = e.mul(wide(peepholes, e.plus(j, i * q.hidden), e.b.getI16Type()), cell);
    int64_t by = op.getCellFraction() + op.getPeepholeFraction() - op.getGateFraction();
    return e.add(x, clamp(shifted(product, by), 16));
  }
  Value integer(int64_t v) { return e.integer(e.i64(), v); }
  Value clamp(Value x, unsigned bits) {
    int64_t bound = int64_t(1) << (bits - 1);
    return e.minimum(e.maximum(x, integer(-bound)), integer(bound - 1));
  }
  /// (x + 2^(n−1)) >> n; nothing is added for n = 0.
  Value shifted(Value x, int64_t n) {
    return n == 0 ? x : arith::ShRSIOp::create(e.b, e.loc, e.add(x, integer(int64_t(1) << (n - 1))), integer(n)).getResult();
  }
  Value entry(Value base, Value table, Value row) {
    auto type = cast<RankedTensorType>(table.getType());
    return e.convert(e.load(base, type.getDimSize(0) == 1 ? e.index(0) : row, type.getElementType()), e.i64());
  }
  Value fromInput(Value n, Value t, int g, Value j) { return e.convert(e.load(q.x_, q.inputAt(n, t, g, j), gate), e.i64()); }
  Value fromState(Value n, int g, Value j) {
    Value row = e.plus(j, g * q.hidden), acc = e.convert(e.load(q.gates, q.gateAt(n, g, j), q.sum), e.i64());
    Value product = e.mul(acc, entry(multiplier, op.getMultiplier(), row)), by = entry(shift, op.getShift(), row);
    Value twice = arith::ShLIOp::create(e.b, e.loc, integer(1), by);
    Value half = arith::ShRUIOp::create(e.b, e.loc, twice, integer(1));
    return clamp(arith::ShRSIOp::create(e.b, e.loc, e.add(product, half), by), 16);
  }
  Value look(Value base, Value table, Value z) {
    unsigned bits = gate.getIntOrFloatBitWidth();
    Value at = e.add(clamp(z, bits), integer(int64_t(1) << (bits - 1)));
    return e.convert(e.load(base, at, elementOf(table)), e.i64());
  }
  Value sigmoid(Value z) { return look(sigmoidTable, op.getSigmoid(), z); }
  Value tanh(Value z) { return look(tanhTable, op.getTanh(), z); }
  Value sum(Value n, Value t, int g, Value j) { return e.add(fromInput(n, t, g, j), fromState(n, g, j)); }

  Value lstm(Value n, Value t, Value j, Value before) {
    int64_t cell = op.getCellFraction();
    Value in = sigmoid(peep(sum(n, t, 0, j), 0, before, j)), g = tanh(sum(n, t, 3, j));
    Value forget = op.getInputForget() ? e.sub(integer(1 << 15), in) : sigmoid(peep(sum(n, t, 2, j), 2, before, j));
    Value kept = e.mul(e.mul(forget, before), integer(int64_t(1) << (15 - cell)));
    return clamp(shifted(e.add(kept, e.mul(in, g)), 30 - cell), 16);
  }
  Value gru(Value n, Value t, Value j, Value before) {
    Value update = sigmoid(sum(n, t, 0, j)), product = fromState(n, 2, j);
    if (!op.getResetFirst())
      product = shifted(e.mul(sigmoid(sum(n, t, 1, j)), product), 15);
    Value candidate = tanh(e.add(fromInput(n, t, 2, j), product));
    Value mixed = e.add(e.mul(e.sub(integer(1 << 15), update), candidate), e.mul(update, before));
    return clamp(shifted(mixed, 15), 16);
  }
  /// The state and the code of h after a step.
  std::pair<Value, Value> step(Value n, Value t, Value j, Value before) {
    int64_t fraction = op.getStateFraction();
    if (op.getKind() == nn::RecurrentKind::lstm) {
      Value c = lstm(n, t, j, before), out = sigmoid(peep(sum(n, t, 1, j), 1, c, j));
      Value h = e.mul(out, tanh(shifted(c, op.getCellFraction() - op.getGateFraction())));
      return {c, toCode(h, 30 - fraction)};
    }
    if (op.getKind() == nn::RecurrentKind::gru) {
      Value h = gru(n, t, j, before);
      return {h, toCode(h, 15 - fraction)};
    }
    return {before, toCode(tanh(sum(n, t, 0, j)), 15 - fraction)};
  }

  nn::QrecurrentOp op;
  Sequence q;
  Emitter &e;
  Type gate;
  Value state, multiplier, shift, sigmoidTable, tanhTable, peepholes;
};

} // namespace

LogicalResult cpu::emitRecurrent(Kernel &k, nn::RecurrentOp op) {
  FloatCell(k, op).emit();
  return success();
}

LogicalResult cpu::emitQrecurrent(Kernel &k, nn::QrecurrentOp op) {
  IntegerCell(k, op).emit();
  return success();
}

//===- ConvDynamic.cpp - convolution with computed weights ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

/// Weights that are computed: plain loops over a padded input.
void cpu::emitConvOfComputedWeights(Kernel &k, nn::ConvOp op) {
  Emitter &e = k.e;
  k.walk(anchorPartition(op));
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  Type acc = computeType(elementOf(op.getResult()));
  Value x = k.pointer(op.getInput()), w = k.pointer(op.getWeight()), b = k.pointer(op.getBias());
  size_t rank = in.size() - 2;
  int64_t perGroup = out[1] / op.getGroups();
  Value pad = isa<FloatType>(acc) ? e.number(acc, op.getPadValue()) : e.integer(acc, op.getPadValue());
  e.shareNest(out, [&](ArrayRef<Value> o) {
    Value sum = e.load(b, o[1], elementOf(op.getBias()));
    Value g = arith::DivUIOp::create(e.b, e.loc, o[1], e.index(perGroup));
    int64_t flat = ShapedType::getNumElements(ws.drop_front(1));
    sum = e.loopCarry(e.index(0), e.index(flat), 1, {sum}, [&](Value i, ValueRange carried) {
      Value rest = i, inside = e.integer(e.b.getI1Type(), 1), at = e.index(0);
      SmallVector<Value> position(rank + 1);
      for (int d = rank; d >= 0; --d) {
        position[d] = arith::RemUIOp::create(e.b, e.loc, rest, e.index(ws[d + 1]));
        rest = arith::DivUIOp::create(e.b, e.loc, rest, e.index(ws[d + 1]));
      }
      at = e.add(e.times(e.add(e.times(o[0], op.getGroups()), g), ws[1]), position[0]);
      for (size_t d = 0; d < rank; ++d) {
        Value p = e.plus(e.add(e.times(o[d + 2], op.getStrides()[d]), e.times(position[d + 1], op.getDilations()[d])), -op.getPadsBegin()[d]);
        Value ok = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ult, p, e.index(in[d + 2]));
        inside = arith::AndIOp::create(e.b, e.loc, inside, ok);
        at = e.add(e.times(at, in[d + 2]), p);
      }
      Value loaded = e.convert(e.load(x, e.select(inside, at, e.index(0)), elementOf(op.getInput())), acc);
      Value r = e.convert(e.load(w, e.add(e.times(o[1], flat), i), elementOf(op.getWeight())), acc);
      Value l = e.select(inside, loaded, pad);
      return SmallVector<Value>{isa<FloatType>(acc) ? e.fma(l, r, carried[0]) : e.add(carried[0], e.mul(l, r))};
    })[0];
    Value flatPixel = e.index(0);
    for (size_t d = 0; d < rank; ++d)
      flatPixel = e.add(e.times(flatPixel, out[d + 2]), o[d + 2]);
    k.finish(sum, {o[0], o[1], flatPixel});
  });
}

Value cpu::packComputedWeights(Kernel &k, nn::ConvOp op, int64_t rowTile) {
  Emitter &e = k.e;
  ArrayRef<int64_t> shape = shapeOf(op.getWeight());
  int64_t flat = ShapedType::getNumElements(shape.drop_front()), groups = op.getGroups(), channels = shape[0] / groups;
  Type storage = storageType(elementOf(op.getWeight()));
  Value from = k.pointer(op.getWeight()), to = k.scratch(shape[0] * flat * storageBytes(storage));
  auto tile = [&](Value channel, int64_t rows) {
    Value first = e.times(channel, flat);
    e.loop(0, flat, 1, [&](Value i) {
      for (int64_t r = 0; r < rows; ++r) {
        Value element = e.rawLoad(e.at(from, e.plus(e.add(first, i), r * flat), storage), storage, 1);
        e.rawStore(element, e.at(to, e.plus(e.add(first, e.times(i, rows)), r), storage));
      }
    });
  };
  int64_t whole = channels / rowTile, rest = channels % rowTile;
  e.loop(0, groups, 1, [&](Value g) {
    Value channel = e.times(g, channels);
    e.shareWithRest(whole, rowTile, rest != 0, [&](Value c) { tile(e.add(channel, c), rowTile); }, [&] { tile(e.plus(channel, whole * rowTile), rest); });
  });
  e.barrier();
  return to;
}

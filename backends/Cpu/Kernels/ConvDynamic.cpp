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

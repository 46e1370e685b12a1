//===- Indexing.cpp - index tuples, sorting, running sums ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/Strided.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

int64_t product(ArrayRef<int64_t> dims) {
  int64_t n = 1;
  for (int64_t d : dims)
    n *= d;
  return n;
}

/// How index tuples address slices of a buffer.
struct Places {
  Emitter &e;
  Value indices;
  Type indexType;
  ArrayRef<int64_t> data;
  int64_t batchDims, tuple, perBatch, count, slice;

  Places(Kernel &k, Value data, Value indices, int64_t batchDims)
      : e(k.e), indices(k.pointer(indices)), indexType(elementOf(indices)), data(shapeOf(data)), batchDims(batchDims),
        tuple(shapeOf(indices).back()), perBatch(product(shapeOf(indices).drop_back().drop_front(batchDims))),
        count(product(shapeOf(indices).drop_back())), slice(product(shapeOf(data).drop_front(batchDims + tuple))) {}

  /// Offset of the slice of place `p`. A wrong index never leaves the buffer.
  Value offset(Value p) {
    Value at = e.index(0);
    if (batchDims > 0)
      at = e.times(arith::DivUIOp::create(e.b, e.loc, p, e.index(perBatch)), product(data.drop_front(batchDims)));
    for (int64_t k = 0; k < tuple; ++k) {
      int64_t extent = data[batchDims + k];
      Value index = e.convert(e.load(indices, e.plus(e.times(p, tuple), k), indexType), e.i64());
      index = e.select(e.less(index, e.index(0)), e.plus(index, extent), index);
      index = e.minimum(e.maximum(index, e.index(0)), e.index(extent - 1));
      at = e.add(at, e.times(index, product(data.drop_front(batchDims + k + 1))));
    }
    return at;
  }
};

/// [outer][axis][inner] extents around an axis.
struct AxisSplit {
  int64_t outer, length, inner;
  AxisSplit(ArrayRef<int64_t> shape, int64_t axis)
      : outer(product(shape.take_front(axis))), length(shape[axis]), inner(product(shape.drop_front(axis + 1))) {}
};

} // namespace

LogicalResult cpu::emitGatherNd(Kernel &k, nn::GatherNdOp op) {
  Places places(k, op.getData(), op.getIndices(), op.getBatchDims());
  Value x = k.pointer(op.getData());
  Type storage = storageType(elementOf(op.getResult()));
  k.e.loop(0, places.count, 1, [&](Value p) {
    copyStrided(k.e, storage, x, places.offset(p), {1}, k.out, k.e.times(p, places.slice), {1}, {places.slice});
  });
  return success();
}

/// `old` after an update; NaN stays or comes.
static Value updated(Emitter &e, nn::ScatterKind kind, Value old, Value update) {
  using K = nn::ScatterKind;
  auto orNan = [&](Value better) -> Value {
    if (!isa<FloatType>(update.getType()))
      return better;
    Value isNan = arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO, update, update);
    return arith::OrIOp::create(e.b, e.loc, better, isNan);
  };
  switch (kind) {
  case K::replace: return update;
  case K::add: return e.add(old, update);
  case K::mul: return e.mul(old, update);
  case K::max: return e.select(orNan(e.greater(update, old)), update, old);
  case K::min: return e.select(orNan(e.less(update, old)), update, old);
  }
  llvm_unreachable("every kind of scatter is handled");
}

LogicalResult cpu::emitScatterNd(Kernel &k, nn::ScatterNdOp op) {
  Emitter &e = k.e;
  Places places(k, op.getData(), op.getIndices(), op.getBatchDims());
  Value updates = k.pointer(op.getUpdates());
  Type element = elementOf(op.getResult());
  copyStrided(e, storageType(element), k.pointer(op.getData()), e.index(0), {1}, k.out, e.index(0), {1}, {product(places.data)});
  e.loop(0, places.count, 1, [&](Value p) {
    Value start = places.offset(p);
    e.loop(0, places.slice, 1, [&](Value s) {
      Value at = e.add(start, s), update = e.load(updates, e.add(e.times(p, places.slice), s), element);
      e.store(e.wrap(updated(e, op.getKind(), e.load(k.out, at, element), update), element), k.out, at, element);
    });
  });
  return success();
}

/// Sorts indices by merging runs of 1, 2, 4, … from one half of a scratch buffer to the other: O(n log n), stable, no branches.
LogicalResult cpu::emitTopK(Kernel &k, nn::TopKOp op) {
  Emitter &e = k.e;
  AxisSplit s(shapeOf(op.getInput()), op.getAxis());
  Type element = elementOf(op.getInput()), to = elementOf(op.getResult());
  const int64_t n = s.length;
  Value x = k.pointer(op.getInput()), order = k.scratch(2 * n * 8);
  auto at = [&](Value half, Value i) { return e.load(order, e.add(half, i), e.i64()); };
  e.nest({s.outer, s.inner}, [&](ArrayRef<Value> line) {
    Value base = e.add(e.times(line[0], n * s.inner), line[1]);
    auto value = [&](Value index) { return e.load(x, e.add(base, e.times(index, s.inner)), element); };
    auto isLess = [&](Value a, Value b) -> Value {
      Value less = e.less(a, b);
      if (!isa<FloatType>(a.getType()))
        return less;
      Value onlyRight = arith::AndIOp::create(e.b, e.loc, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO, b, b),
                                              arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::ORD, a, a));
      return arith::OrIOp::create(e.b, e.loc, less, onlyRight);
    };
    e.loop(0, n, 1, [&](Value i) { e.store(i, order, i, e.i64()); });
    Value from = e.index(0), into = e.index(n);
    for (int64_t width = 1; width < n; width *= 2, std::swap(from, into))
      e.loopCarry(e.index(0), e.index(n), 1, {e.index(0), e.index(0)}, [&](Value t, ValueRange heads) {
        Value run = e.times(arith::DivUIOp::create(e.b, e.loc, t, e.index(2 * width)), 2 * width);
        Value middle = e.minimum(e.plus(run, width), e.index(n)), end = e.minimum(e.plus(run, 2 * width), e.index(n));
        Value isFirst = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, t, run);
        Value i = e.select(isFirst, run, heads[0]), j = e.select(isFirst, middle, heads[1]), last = e.index(n - 1);
        Value left = at(from, e.minimum(i, last)), right = at(from, e.minimum(j, last));
        Value a = value(left), b = value(right);
        Value before = op.getLargest() ? isLess(a, b) : isLess(b, a);
        Value isLeftDone = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::sge, i, middle);
        Value takesRight = arith::AndIOp::create(e.b, e.loc, e.less(j, end), arith::OrIOp::create(e.b, e.loc, isLeftDone, before));
        e.store(e.select(takesRight, right, left), order, e.add(into, t), e.i64());
        return SmallVector<Value>{e.select(takesRight, i, e.plus(i, 1)), e.select(takesRight, e.plus(j, 1), j)};
      });
    int64_t count = op.getK();
    e.loop(0, count, 1, [&](Value j) {
      Value target = e.add(e.times(e.add(e.times(line[0], count), j), s.inner), line[1]);
      e.store(e.convert(at(from, j), computeType(to)), k.out, target, to);
    });
  });
  return success();
}

LogicalResult cpu::emitScan(Kernel &k, nn::ScanOp op) {
  Emitter &e = k.e;
  AxisSplit s(shapeOf(op.getInput()), op.getAxis());
  Type element = elementOf(op.getInput()), type = computeType(element);
  Value x = k.pointer(op.getInput());
  bool isSum = op.getKind() == nn::ScanKind::sum;
  e.loop(0, s.outer, 1, [&](Value o) {
    coverRow(e, s.inner, s.inner > 1 ? e.target.lanes : 1, [&](Value i, int lanes) { // neighbouring lines are lanes
      Value base = e.add(e.times(o, s.length * s.inner), i);
      Type wide = e.vec(type, lanes);
      Value start = isa<FloatType>(type) ? e.number(wide, isSum ? 0 : 1) : e.integer(wide, isSum ? 0 : 1);
      e.loopCarry(e.index(0), e.index(s.length), 1, {start}, [&](Value j, ValueRange carried) {
        Value step = op.getReverse() ? e.sub(e.index(s.length - 1), j) : j;
        Value at = e.add(base, e.times(step, s.inner)), v = e.load(x, at, element, lanes);
        Value sum = e.wrap(isSum ? e.add(carried[0], v) : e.mul(carried[0], v), element);
        e.store(op.getExclusive() ? carried[0] : sum, k.out, at, element);
        return SmallVector<Value>{sum};
      });
    });
  });
  return success();
}

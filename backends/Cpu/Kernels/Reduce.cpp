//===- Reduce.cpp - reductions, arg_reduce, softmax ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// One carried value through a nest of loops.
Value nestCarry(Emitter &e, ArrayRef<int64_t> extents, Value init, SmallVector<Value> &indices,
                function_ref<Value(ArrayRef<Value>, Value)> body) {
  if (indices.size() == extents.size())
    return body(indices, init);
  auto loop = [&](Value i, Value carried) {
    indices.push_back(i);
    Value result = nestCarry(e, extents, carried, indices, body);
    indices.pop_back();
    return result;
  };
  if (extents[indices.size()] == 1)
    return loop(e.index(0), init);
  return e.loopCarry(e.index(0), e.index(extents[indices.size()]), 1, {init}, [&](Value i, ValueRange carried) {
    return SmallVector<Value>{loop(i, carried[0])};
  })[0];
}

/// Halves until one lane is left: a fixed order.
Value horizontal(Emitter &e, Value sum, function_ref<Value(Value, Value)> combine) {
  for (int width = e.lanesOf(sum) / 2; width >= 1; width /= 2) {
    SmallVector<int64_t> low, high;
    for (int i = 0; i < width; ++i)
      low.push_back(i), high.push_back(width + i);
    Value l = vector::ShuffleOp::create(e.b, e.loc, sum, sum, low), r = vector::ShuffleOp::create(e.b, e.loc, sum, sum, high);
    sum = combine(l, r);
  }
  return isa<VectorType>(sum.getType()) ? Value(vector::ExtractOp::create(e.b, e.loc, sum, 0)) : sum;
}

/// One value from `length` neighbours: a vector of partial results, then its lanes, then the tail.
Value reduceRow(Emitter &e, int64_t length, int lanes, function_ref<Value(int width)> start, function_ref<Value(Value at, int width)> term,
                function_ref<Value(Value, Value)> combine) {
  int64_t whole = length / lanes * lanes;
  Value sum = start(1);
  if (whole > 0) {
    Value wide = e.loopCarry(e.index(0), e.index(whole), lanes, {start(lanes)}, [&](Value i, ValueRange carried) {
      return SmallVector<Value>{combine(carried[0], term(i, lanes))};
    })[0];
    sum = lanes > 1 ? horizontal(e, wide, combine) : wide;
  }
  if (whole < length)
    sum = e.loopCarry(e.index(whole), e.index(length), 1, {sum}, [&](Value i, ValueRange carried) {
      return SmallVector<Value>{combine(carried[0], term(i, 1))};
    })[0];
  return sum;
}

class ReduceKernel {
public:
  ReduceKernel(Kernel &k, nn::ReduceOp op) : k(k), e(k.e), op(op), shape(shapeOf(op.getInput())) {
    element = elementOf(op.getInput()), type = computeType(element);
    lanes = type.getIntOrFloatBitWidth() == 64 ? std::max(1, e.target.lanes / 2) : e.target.lanes;
    int64_t stride = 1;
    strides.resize(shape.size());
    for (int d = static_cast<int>(shape.size()) - 1; d >= 0; stride *= shape[d--])
      strides[d] = stride;
    for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d)
      (llvm::is_contained(op.getAxes(), d) ? reduced : kept).push_back(d);
    for (int64_t d : reduced)
      count *= shape[d];
  }
  void emit();

private:
  Value start(int width);
  Value map(Value x, Value shift);
  Value combine(Value l, Value r);
  Value last(Value sum, Value shift);
  Value reduceAt(Value base, int width, nn::ReduceKind how, Value shift);
  Value reduceContiguous(Value base, int64_t length, nn::ReduceKind how, Value shift);
  Value offset(ArrayRef<int64_t> dims, ArrayRef<Value> i);
  Value whole(Value base, int width, bool contiguous);
  SmallVector<Value> resultIndex(ArrayRef<Value> keptIndices);

  Kernel &k;
  Emitter &e;
  nn::ReduceOp op;
  ArrayRef<int64_t> shape;
  Type element, type;
  int lanes;
  int64_t count = 1;
  SmallVector<int64_t> strides, reduced, kept;
  nn::ReduceKind kind;
  Value x;
};

Value ReduceKernel::start(int width) {
  Type t = e.vec(type, width);
  double inf = std::numeric_limits<double>::infinity();
  bool isFloat = isa<FloatType>(type);
  if (kind == nn::ReduceKind::max || kind == nn::ReduceKind::min) {
    bool isMax = kind == nn::ReduceKind::max, wide = type.isInteger(64);
    int64_t least = wide ? INT64_MIN : INT32_MIN, greatest = wide ? INT64_MAX : INT32_MAX;
    return isFloat ? e.number(t, isMax ? -inf : inf) : e.integer(t, isMax ? least : greatest);
  }
  int unit = kind == nn::ReduceKind::prod;
  return isFloat ? e.number(t, unit) : e.integer(t, unit);
}

Value ReduceKernel::map(Value x, Value shift) {
  bool isFloat = isa<FloatType>(type);
  switch (kind) {
  case nn::ReduceKind::sum_square: case nn::ReduceKind::l2: return e.mul(x, x);
  case nn::ReduceKind::l1:
    return isFloat ? k.math.abs(x) : e.maximum(x, e.sub(e.integer(x.getType(), 0), x));
  case nn::ReduceKind::log_sum_exp: return k.math.exp(e.sub(x, e.splat(shift, e.lanesOf(x))));
  default: return x;
  }
}

Value ReduceKernel::combine(Value l, Value r) {
  switch (kind) {
  case nn::ReduceKind::max: return e.maximum(l, r);
  case nn::ReduceKind::min: return e.minimum(l, r);
  case nn::ReduceKind::prod: return e.mul(l, r);
  default: return e.add(l, r);
  }
}

Value ReduceKernel::last(Value sum, Value shift) {
  bool isFloat = isa<FloatType>(type);
  switch (kind) {
  case nn::ReduceKind::mean:
    if (isFloat)
      return arith::DivFOp::create(e.b, e.loc, sum, e.number(sum.getType(), count));
    return arith::DivSIOp::create(e.b, e.loc, sum, e.integer(sum.getType(), count));
  case nn::ReduceKind::l2: return isFloat ? k.math.sqrt(sum) : e.convert(k.math.sqrt(e.convert(sum, e.b.getF64Type())), type);
  case nn::ReduceKind::log_sum: return k.math.log(sum);
  case nn::ReduceKind::log_sum_exp: return e.add(k.math.log(sum), e.splat(shift, e.lanesOf(sum)));
  default: return sum;
  }
}

Value ReduceKernel::offset(ArrayRef<int64_t> dims, ArrayRef<Value> i) {
  Value at = e.index(0);
  for (auto [d, index] : llvm::zip(dims, i))
    at = e.add(at, e.times(index, strides[d]));
  return at;
}

/// Over all reduced dimensions, `width` neighbouring results at a time.
Value ReduceKernel::reduceAt(Value base, int width, nn::ReduceKind how, Value shift) {
  std::swap(kind, how);
  SmallVector<int64_t> extents;
  for (int64_t d : reduced)
    extents.push_back(shape[d]);
  SmallVector<Value> indices;
  Value sum = nestCarry(e, extents, start(width), indices, [&](ArrayRef<Value> i, Value carried) {
    return combine(carried, map(e.load(x, e.add(base, offset(reduced, i)), element, width), shift));
  });
  std::swap(kind, how);
  return sum;
}

/// Over `length` neighbours.
Value ReduceKernel::reduceContiguous(Value base, int64_t length, nn::ReduceKind how, Value shift) {
  std::swap(kind, how);
  Value sum = reduceRow(
      e, length, lanes, [&](int width) { return start(width); },
      [&](Value i, int width) { return map(e.load(x, e.add(base, i), element, width), shift); }, [&](Value l, Value r) { return combine(l, r); });
  std::swap(kind, how);
  return sum;
}

Value ReduceKernel::whole(Value base, int width, bool contiguous) {
  Value shift;
  auto run = [&](nn::ReduceKind how) {
    return contiguous ? reduceContiguous(base, count, how, shift) : reduceAt(base, width, how, shift);
  };
  if (op.getKind() == nn::ReduceKind::log_sum_exp)
    shift = run(nn::ReduceKind::max);
  return last(run(op.getKind()), shift);
}

SmallVector<Value> ReduceKernel::resultIndex(ArrayRef<Value> keptIndices) {
  if (!op.getKeepdims())
    return SmallVector<Value>(keptIndices.begin(), keptIndices.end());
  SmallVector<Value> result;
  const Value *next = keptIndices.begin();
  for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d)
    result.push_back(llvm::is_contained(reduced, d) ? e.index(0) : *next++);
  return result;
}

void ReduceKernel::emit() {
  kind = op.getKind();
  x = k.pointer(op.getInput());
  SmallVector<int64_t> extents;
  for (int64_t d : kept)
    extents.push_back(shape[d]);
  bool trailing = reduced.empty() || reduced.front() == static_cast<int64_t>(shape.size() - reduced.size());
  bool lanesAreResults = !kept.empty() && kept.back() == static_cast<int64_t>(shape.size()) - 1 && kind != nn::ReduceKind::log_sum_exp;
  if (!lanesAreResults) {
    e.shareNest(extents, [&](ArrayRef<Value> i) { k.finish(whole(offset(kept, i), 1, trailing), resultIndex(i)); });
    return;
  }
  // finish() walks vectors along the last dimension, which keepdims leaves last here
  bool isRow = ShapedType::getNumElements(ArrayRef<int64_t>(extents).drop_back()) == 1;
  auto outside = [&](function_ref<void(ArrayRef<Value>)> body) {
    ArrayRef<int64_t> outer = ArrayRef<int64_t>(extents).drop_back();
    isRow ? e.nest(outer, body) : e.shareNest(outer, body);
  };
  outside([&](ArrayRef<Value> outer) {
    (isRow ? shareRow : coverRow)(e, extents.back(), k.isVectorizable() ? lanes : 1, [&](Value at, int width) {
      SmallVector<Value> i(outer.begin(), outer.end());
      i.push_back(at);
      k.finish(whole(offset(kept, i), width, false), resultIndex(i));
    });
  });
}

/// [outer][axis][inner] extents around an axis.
struct AxisSplit {
  int64_t outer = 1, length, inner = 1;
  AxisSplit(ArrayRef<int64_t> shape, int64_t axis) : length(shape[axis]) {
    for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d)
      (d < axis ? outer : inner) *= d == axis ? 1 : shape[d];
  }
};

} // namespace

LogicalResult cpu::emitReduce(Kernel &k, nn::ReduceOp op) {
  k.walk(anchorPartition(op));
  ReduceKernel(k, op).emit();
  return success();
}

LogicalResult cpu::emitArgReduce(Kernel &k, nn::ArgReduceOp op) {
  Emitter &e = k.e;
  AxisSplit s(shapeOf(op.getInput()), op.getAxis());
  Value x = k.pointer(op.getInput());
  Type element = elementOf(op.getInput());
  e.nest({s.outer, s.inner}, [&](ArrayRef<Value> i) {
    Value base = e.add(e.times(i[0], s.length * s.inner), i[1]);
    Value first = e.load(x, base, element);
    auto best = e.loopCarry(e.index(1), e.index(s.length), 1, {first, e.index(0)}, [&](Value j, ValueRange carried) {
      Value v = e.load(x, e.add(base, e.times(j, s.inner)), element);
      Value l = op.getIsMax() ? v : carried[0], r = op.getIsMax() ? carried[0] : v;
      Value better = op.getSelectLast() ? e.atLeast(l, r) : e.greater(l, r);
      return SmallVector<Value>{e.select(better, v, carried[0]), e.select(better, j, carried[1])};
    });
    Type to = elementOf(op.getResult());
    e.store(e.convert(best[1], computeType(to)), k.out, e.add(e.times(i[0], s.inner), i[1]), to);
  });
  return success();
}

/// Three passes over the axis: maximum, exponentials (into the result) and their sum, scaling.
LogicalResult cpu::emitSoftmax(Kernel &k, nn::SoftmaxOp op) {
  Emitter &e = k.e;
  AxisSplit s(shapeOf(op.getInput()), op.getAxis());
  Type element = elementOf(op.getInput()), type = computeType(element);
  Value x = k.pointer(op.getInput());
  bool rows = s.inner == 1; // lanes along the axis; else neighbouring columns are lanes
  auto body = [&](Value base, int lanes) {
    int along = rows ? e.target.lanes : 1;
    auto at = [&](Value j) { return e.add(base, e.times(j, s.inner)); };
    auto over = [&](double unit, Value from, function_ref<Value(Value, Value)> combine) {
      auto start = [&](int width) { return e.number(e.vec(type, width), unit); };
      auto term = [&](Value j, int width) { return e.load(from, at(j), element, width); };
      if (rows)
        return reduceRow(e, s.length, along, start, term, combine);
      return e.loopCarry(e.index(0), e.index(s.length), 1, {start(lanes)}, [&](Value j, ValueRange carried) {
        return SmallVector<Value>{combine(carried[0], term(j, lanes))};
      })[0];
    };
    Value top = over(-std::numeric_limits<double>::infinity(), x, [&](Value l, Value r) { return e.maximum(r, l); });
    auto each = [&](function_ref<void(Value, int)> f) {
      if (rows)
        coverRow(e, s.length, along, f);
      else
        e.loop(0, s.length, 1, [&](Value j) { f(j, lanes); });
    };
    each([&](Value j, int width) {
      Value shifted = e.sub(e.load(x, at(j), element, width), rows ? e.splat(top, width) : top);
      e.store(k.math.exp(shifted), k.out, at(j), element);
    });
    Value sum = over(0, k.out, [&](Value l, Value r) { return e.add(l, r); });
    Value logSum = op.getLog() ? e.add(k.math.log(sum), top) : Value();
    each([&](Value j, int width) {
      auto wide = [&](Value v) { return rows ? e.splat(v, width) : v; };
      Value y = op.getLog() ? e.sub(e.load(x, at(j), element, width), wide(logSum))
                            : Value(arith::DivFOp::create(e.b, e.loc, e.load(k.out, at(j), element, width), wide(sum)));
      e.store(y, k.out, at(j), element);
    });
  };
  e.share(0, s.outer, 1, [&](Value o) {
    Value start = e.times(o, s.length * s.inner);
    if (rows)
      return body(start, 1);
    coverRow(e, s.inner, e.target.lanes, [&](Value i, int lanes) { body(e.add(start, i), lanes); });
  });
  return success();
}

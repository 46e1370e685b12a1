//===- RawRows.cpp - sums with gaps between their rows ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/RawRows.h"
#include "backends/Cpu/Constants.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

/// Calls body(channel, place of the first sum, pixel, lanes) to cover results of `dims` for each channel, `strides` apart.
static void cover(Kernel &k, const RawRows &rows, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides,
                  function_ref<void(Value, Value, Value, int)> body) {
  Emitter &e = k.e;
  SmallVector<int64_t> extents{rows.channels};
  extents.append(dims.begin(), dims.end() - 1);
  int lanes = e.target.lanes * 32 / std::max(32u, rows.element.getIntOrFloatBitWidth());
  e.nest(extents, [&](ArrayRef<Value> i) {
    Value from = e.index(0), to = e.index(0);
    for (size_t d = 1; d < i.size(); ++d) {
      from = e.add(e.times(from, rows.pitchedDims[d - 1]), e.times(i[d], strides[d - 1]));
      to = e.add(e.times(to, dims[d - 1]), i[d]);
    }
    from = e.add(e.times(from, rows.pitchedDims.back()), e.times(i[0], rows.channelPitch)), to = e.times(to, dims.back());
    coverRow(e, dims.back(), lanes, [&](Value pixel, int width) {
      body(e.add(rows.firstChannel, i[0]), e.add(from, e.times(pixel, strides.back())), e.add(to, pixel), width);
    });
  });
}

/// True if a constant has no negative element (or NaN).
static bool isPositive(Value v) {
  if (!isConstant(v))
    return false;
  reference::Tensor t = constantTensor(v);
  for (int64_t i = 0; i < t.size(); ++i)
    if (!((t.type().isFloat() ? t.asDouble(i) : t.asInteger(i)) >= 0))
      return false;
  return true;
}

/// True if an operation never falls where its input rises: of a greatest input it makes the greatest result.
static bool isNondecreasing(Operation *op) {
  if (isa<nn::RequantizeOp, nn::QuantizeOp, nn::DequantizeOp>(op))
    return isPositive(op->getOperand(1)); // multiplier or scale
  auto unary = dyn_cast<nn::UnaryOp>(op);
  return isa<nn::ClipOp, nn::ThresholdOp>(op) || (unary && unary.getKind() == nn::UnaryKind::relu);
}

/// True if windows of sums may be pooled before anything else is done. They are integers, for NaN is greater than nothing.
static bool poolsSumsFirst(const Group &group) {
  if (!elementOf(group.anchor->getResult(0)).isIntOrIndex())
    return false;
  auto end = llvm::find(group.ops, group.pool.getOperation());
  return llvm::all_of(llvm::make_range(group.ops.begin(), end), [&](Operation *op) { return op == group.anchor || isNondecreasing(op); });
}

static void poolRows(Kernel &k, const RawRows &rows, Value firstRow) {
  Emitter &e = k.e;
  Window window = Window::of(k.group.pool);
  SmallVector<int64_t> dims(shapeOf(k.group.pool.getResult()).drop_front(2));
  Value first = e.times(arith::DivUIOp::create(e.b, e.loc, firstRow, e.index(window.strides[0])), ShapedType::getNumElements(dims) / dims[0]);
  dims[0] = llvm::divideCeil(rows.dims[0] - window.kernel[0] + 1, window.strides[0]);
  SmallVector<int64_t> taps = window.tapOffsets(rows.pitchedDims);
  bool sumsFirst = poolsSumsFirst(k.group);
  cover(k, rows, dims, window.strides, [&](Value channel, Value from, Value to, int lanes) {
    SmallVector<Value> indices{rows.sample, channel, e.add(first, to)};
    Value greatest;
    for (int64_t tap : taps) {
      Value sums = loadStrided(e, rows.base, e.plus(from, tap), window.strides.back(), rows.element, lanes);
      Value value = sumsFirst ? sums : k.beforePool(sums, indices);
      greatest = greatest ? e.maximum(greatest, value) : value;
    }
    k.finish(sumsFirst ? k.beforePool(greatest, indices) : greatest, indices);
  });
}

void cpu::finishRows(Kernel &k, const RawRows &rows, Value firstRow) {
  if (k.group.pool)
    return poolRows(k, rows, firstRow);
  Emitter &e = k.e;
  Value first = e.times(firstRow, ShapedType::getNumElements(ArrayRef<int64_t>(rows.dims).drop_front()));
  cover(k, rows, rows.dims, SmallVector<int64_t>(rows.dims.size(), 1), [&](Value channel, Value from, Value to, int lanes) {
    k.finish(e.rawLoad(e.at(rows.base, from, rows.element), rows.element, lanes), {rows.sample, channel, e.add(first, to)});
  });
}

int64_t cpu::rowStep(const Group &group) { return group.pool ? group.pool.getStrides()[0] : 1; }
int64_t cpu::rowsNeeded(const Group &group, int64_t rows) { return group.pool ? std::min(rows, shapeOf(group.pool.getResult())[2] * rowStep(group)) : rows; }

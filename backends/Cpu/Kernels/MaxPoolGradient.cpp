//===- MaxPoolGradient.cpp - gradient of max pooling -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Patches.h"
#include "backends/Cpu/Kernels/Planes.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class MaxPoolGradient {
public:
  MaxPoolGradient(Kernel &k, nn::MaxPoolGradientOp op) : k(k), e(k.e), op(op) {
    auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
    window = {copy(op.getKernel()), copy(op.getStrides()), copy(op.getPadsBegin()), copy(op.getPadsEnd()), copy(op.getDilations())};
    inDims = copy(shapeOf(op.getInput()).drop_front(2)), outDims = copy(shapeOf(op.getGradient()).drop_front(2));
    element = elementOf(op.getInput()), type = computeType(element);
    pixels = ShapedType::getNumElements(inDims), windows = ShapedType::getNumElements(outDims);
    pitches = Planes{Value(), element, 1, inDims}.pitches();
  }
  void emit();

private:
  bool isTiled() const;
  void tiledPlane(ArrayRef<Value> plane);
  void tiledRow(ArrayRef<Value> plane, Value row, Value window);
  void anyPlane(ArrayRef<Value> plane);
  Value winner(ArrayRef<Value> window, Value &isThere);

  Kernel &k;
  Emitter &e;
  nn::MaxPoolGradientOp op;
  Window window;
  Type element, type;
  SmallVector<int64_t> inDims, outDims, pitches;
  int64_t pixels, windows;
  Value x, g, image, gradient, sums; // of a plane
};

/// Windows that cover the plane without overlap, whose rows are one pixel or two.
bool MaxPoolGradient::isTiled() const {
  for (size_t d = 0; d < inDims.size(); ++d)
    if (window.strides[d] != window.kernel[d] || window.dilations[d] != 1 || inDims[d] != outDims[d] * window.kernel[d])
      return false;
  return window.kernel.back() <= 2 && window.taps() <= 16 && !window.isPadded();
}

/// Lane l becomes element pick(l) of two vectors.
static Value shuffled(Emitter &e, Value low, Value high, function_ref<int64_t(int64_t)> pick) {
  SmallVector<int64_t> lanes;
  for (int i = 0; i < e.lanesOf(low); ++i)
    lanes.push_back(pick(i));
  return vector::ShuffleOp::create(e.b, e.loc, low, high, lanes);
}

/// The windows of one row: lanes are windows.
void MaxPoolGradient::tiledRow(ArrayRef<Value> plane, Value row, Value firstWindow) {
  bool isPair = window.kernel.back() == 2;
  SmallVector<int64_t> rows; // offsets of the windows' rows
  Window outer = window;
  outer.kernel.back() = 1;
  rows = outer.tapOffsets(inDims);
  coverRow(e, outDims.back(), e.target.lanes, [&](Value i, int lanes) {
    SmallVector<Value> taps;
    for (int64_t offset : rows) {
      Value at = e.plus(e.add(row, e.times(i, isPair ? 2 : 1)), offset), low = e.load(image, at, element, lanes);
      if (!isPair) {
        taps.push_back(low);
        continue;
      }
      Value high = e.load(image, e.plus(at, lanes), element, lanes);
      if (lanes == 1) {
        taps.append({low, high});
        continue;
      }
      taps.push_back(shuffled(e, low, high, [](int64_t l) { return 2 * l; }));
      taps.push_back(shuffled(e, low, high, [](int64_t l) { return 2 * l + 1; }));
    }
    Value best = e.number(taps[0].getType(), -std::numeric_limits<double>::infinity()), number = e.integer(e.vec(e.b.getI32Type(), lanes), -1);
    for (size_t t = 0; t < taps.size(); ++t) {
      Value better = e.greater(taps[t], best);
      best = e.select(better, taps[t], best), number = e.select(better, e.integer(number.getType(), t), number);
    }
    Value own = e.load(gradient, e.add(firstWindow, i), element, lanes), zero = e.number(own.getType(), 0);
    auto of = [&](size_t t) {
      Value isWinner = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, number, e.integer(number.getType(), t));
      return e.select(isWinner, own, zero);
    };
    for (auto [r, offset] : llvm::enumerate(rows)) {
      Value at = e.plus(e.add(row, e.times(i, isPair ? 2 : 1)), offset);
      if (!isPair) {
        k.finish(of(r), {plane[0], plane[1], at});
        continue;
      }
      Value even = of(2 * r), odd = of(2 * r + 1), low = even, high = odd;
      if (lanes > 1) {
        low = shuffled(e, even, odd, [&](int64_t l) { return l / 2 + l % 2 * lanes; });
        high = shuffled(e, even, odd, [&](int64_t l) { return l / 2 + lanes / 2 + l % 2 * lanes; });
      }
      k.finish(low, {plane[0], plane[1], at});
      k.finish(high, {plane[0], plane[1], e.plus(at, lanes)});
    }
  });
}

void MaxPoolGradient::tiledPlane(ArrayRef<Value> plane) {
  e.nest(ArrayRef<int64_t>(outDims).drop_back(), [&](ArrayRef<Value> i) {
    Value row = e.index(0), number = e.index(0);
    for (size_t d = 0; d < i.size(); ++d)
      row = e.add(row, e.times(i[d], window.strides[d] * pitches[d])), number = e.add(e.times(number, outDims[d]), i[d]);
    tiledRow(plane, row, e.times(number, outDims.back()));
  });
}

/// The pixel of a window's first greatest element, and whether there is one.
Value MaxPoolGradient::winner(ArrayRef<Value> at, Value &isThere) {
  Value none = e.number(type, -std::numeric_limits<double>::infinity());
  auto best = e.loopCarry(e.index(0), e.index(window.taps()), 1, {none, e.index(-1)}, [&](Value tap, ValueRange carried) {
    Value rest = tap, pixel = e.index(0), inside = e.integer(e.b.getI1Type(), 1);
    for (int d = static_cast<int>(at.size()) - 1; d >= 0; --d) {
      Value own = arith::RemUIOp::create(e.b, e.loc, rest, e.index(window.kernel[d]));
      rest = arith::DivUIOp::create(e.b, e.loc, rest, e.index(window.kernel[d]));
      Value p = e.plus(e.add(e.times(at[d], window.strides[d]), e.times(own, window.dilations[d])), -window.begin[d]);
      Value fits = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ult, p, e.index(inDims[d]));
      inside = arith::AndIOp::create(e.b, e.loc, inside, fits);
      pixel = e.add(pixel, e.times(p, pitches[d]));
    }
    Value v = e.select(inside, e.load(image, e.select(inside, pixel, e.index(0)), element), none);
    Value better = e.greater(v, carried[0]);
    return SmallVector<Value>{e.select(better, v, carried[0]), e.select(better, pixel, carried[1])};
  });
  isThere = e.atLeast(best[1], e.index(0));
  return e.select(isThere, best[1], e.index(0));
}

void MaxPoolGradient::anyPlane(ArrayRef<Value> plane) {
  coverRow(e, pixels, e.target.lanes, [&](Value i, int lanes) { e.rawStore(e.number(e.vec(type, lanes), 0), e.at(sums, i, type)); });
  e.nest(outDims, [&](ArrayRef<Value> i) {
    Value isThere, pixel = winner(i, isThere), number = e.index(0);
    for (size_t d = 0; d < i.size(); ++d)
      number = e.add(e.times(number, outDims[d]), i[d]);
    Value own = e.select(isThere, e.load(gradient, number, element), e.number(type, 0)), at = e.at(sums, pixel, type);
    e.rawStore(e.add(e.rawLoad(at, type, 1), own), at);
  });
  coverRow(e, pixels, e.target.lanes, [&](Value i, int lanes) {
    k.finish(e.rawLoad(e.at(sums, i, type), type, lanes), {plane[0], plane[1], i});
  });
}

void MaxPoolGradient::emit() {
  x = k.pointer(op.getInput()), g = k.pointer(op.getGradient());
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  Type storage = storageType(element);
  if (!isTiled())
    sums = k.ownScratch(pixels * storageBytes(type));
  e.shareNest({in[0], in[1]}, [&](ArrayRef<Value> plane) {
    Value number = e.add(e.times(plane[0], in[1]), plane[1]);
    image = e.at(x, e.times(number, pixels), storage), gradient = e.at(g, e.times(number, windows), storage);
    isTiled() ? tiledPlane(plane) : anyPlane(plane);
  });
}

} // namespace

LogicalResult cpu::emitMaxPoolGradient(Kernel &k, nn::MaxPoolGradientOp op) {
  k.walk(anchorPartition(op));
  MaxPoolGradient(k, op).emit();
  return success();
}

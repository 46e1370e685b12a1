//===- ConvPointwise.cpp - convolution of every pixel alone ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A 1 × 1 kernel is a product of matrices, [outputs, inputs] · [inputs, pixels]. Planes lie pages apart: a strip of pixels is copied to
// where the tiles read it in order, once for all output channels.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/ConvCosts.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class PointwiseKernel {
public:
  PointwiseKernel(Kernel &k, nn::ConvOp op);
  bool isWorthPacking() const;
  void emit();

private:
  struct Strip {
    Value first;
    int64_t pixels;
  };
  void strip(Value sample, const Strip &strip);
  void pack(Value sample, const Strip &strip);
  void channels(Value sample, const Strip &strip, Value first, int rows);
  void tile(Value sample, const Strip &strip, Value channel, int rows, Value pixel, int cols, int tail);
  ConstantPool::Bytes packWeights();

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  Arithmetic arithmetic;
  Type f32;
  int64_t lanes, inputs, outputs, pixels, rowTile, colTile, stripPixels;
  Value x, w, b, packed;
};

PointwiseKernel::PointwiseKernel(Kernel &k, nn::ConvOp op) : k(k), e(k.e), op(op), f32(e.b.getF32Type()) {
  constexpr int64_t kNearBytes = 128 << 10;
  arithmetic = Arithmetic::choose(e, elementOf(op.getInput()), elementOf(op.getWeight()), elementOf(op.getResult()));
  lanes = arithmetic.lanes;
  inputs = shapeOf(op.getWeight())[1], outputs = shapeOf(op.getWeight())[0];
  pixels = ShapedType::getNumElements(shapeOf(op.getResult()).drop_front(2));
  TileShape shape = tileShape(e, arithmetic);
  colTile = std::min<int64_t>(llvm::divideCeil(pixels, lanes), shape.cols);
  int64_t most = std::min<int64_t>(shape.registers / colTile, 2 * shape.rows);
  rowTile = llvm::divideCeil(outputs, llvm::divideCeil(outputs, most));
  int64_t width = colTile * lanes, strips = llvm::divideCeil(pixels, std::max<int64_t>(1, kNearBytes / (4 * inputs * width)) * width);
  stripPixels = std::min(pixels, static_cast<int64_t>(llvm::alignTo(llvm::divideCeil(pixels, strips), width)));
}

/// Of planes that lie in few pages nothing is gained, and of few results less than the copy costs.
bool PointwiseKernel::isWorthPacking() const { return inputs * pixels * 4 > (96 << 10) && outputs >= 2 * rowTile; }

/// [channel tile][input channel][channel of the tile]
ConstantPool::Bytes PointwiseKernel::packWeights() {
  reference::Tensor t = constantTensor(op.getWeight());
  ConstantPool::Bytes bytes;
  for (int64_t first = 0; first < outputs; first += rowTile)
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t o = first; o < std::min(first + rowTile, outputs); ++o)
        appendElement(bytes, f32, t.asDouble(o * inputs + i), 0);
  return bytes;
}

/// To packed[tile][input channel][pixel of the tile].
void PointwiseKernel::pack(Value sample, const Strip &strip) {
  int64_t width = colTile * lanes;
  Value from = e.at(x, e.add(e.times(sample, inputs * pixels), strip.first), f32);
  e.inSteps(strip.pixels, width, false, [&](Value pixel, int64_t count) { // of one tile
    e.loop(0, inputs, 1, [&](Value i) {
      Value to = e.times(pixel, inputs), row = e.times(i, pixels);
      for (int64_t v = 0; v * lanes < count; ++v) { // vectors
        int some = std::min(lanes, count - v * lanes);
        Value vector = e.rawLoad(e.at(from, e.plus(e.add(row, pixel), v * lanes), f32), f32, lanes, some);
        e.rawStore(vector, e.at(packed, e.plus(e.add(to, e.times(i, width)), v * lanes), f32));
      }
    });
  });
}

void PointwiseKernel::tile(Value sample, const Strip &strip, Value channel, int rows, Value pixel, int cols, int tail) {
  Value weights = e.at(w, e.times(channel, inputs), f32), columns = e.at(packed, e.times(pixel, inputs), f32);
  int64_t width = colTile * lanes;
  SmallVector<Value> inits;
  for (int r = 0; r < rows; ++r)
    inits.append(cols, e.splat(e.rawLoad(e.at(b, e.plus(channel, r), f32), f32, 1), lanes));
  Product p;
  p.rows = rows, p.cols = cols, p.unroll = inputs % 4 == 0 ? 4 : 1;
  p.left = [&](Value step, int u, int r) {
    Value at = e.plus(e.times(e.plus(e.times(step, p.unroll), u), rows), r);
    return e.splat(e.rawLoad(e.at(weights, at, f32), f32, 1), lanes);
  };
  p.right = [&](Value step, int u, int c) {
    Value at = e.plus(e.times(e.plus(e.times(step, p.unroll), u), width), c * lanes);
    return e.rawLoad(e.at(columns, at, f32), f32, lanes);
  };
  p.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, r, l); };
  auto sums = p.run(e, inputs / p.unroll, 0, inits);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      k.finish(sums[r * cols + c], {sample, e.plus(channel, r), e.plus(e.add(strip.first, pixel), c * lanes)}, c == cols - 1 ? tail : 0);
}

void PointwiseKernel::channels(Value sample, const Strip &strip, Value first, int rows) {
  e.inSteps(strip.pixels, colTile * lanes, false, [&](Value pixel, int64_t count) { tile(sample, strip, first, rows, pixel, llvm::divideCeil(count, lanes), count % lanes); });
}

void PointwiseKernel::strip(Value sample, const Strip &strip) {
  pack(sample, strip);
  e.inSteps(outputs, rowTile, true, [&](Value c, int64_t count) { channels(sample, strip, c, count); });
}

void PointwiseKernel::emit() {
  w = k.pool.address(e.b, e.loc, constantKey(op.getWeight()) + ".pointwise" + std::to_string(rowTile), [&] { return packWeights(); });
  b = k.pointer(op.getBias());
  x = k.pointer(op.getInput());
  packed = k.ownScratch(llvm::alignTo(stripPixels, colTile * lanes) * inputs * 4);
  bool divideStrips = e.balance(llvm::divideCeil(pixels, stripPixels)) > e.balance(llvm::divideCeil(outputs, rowTile));
  e.loop(0, shapeOf(op.getInput())[0], 1, [&](Value sample) {
    e.inSteps(pixels, stripPixels, divideStrips, [&](Value pixel, int64_t count) { strip(sample, {pixel, count}); });
  });
}

} // namespace

bool cpu::emitConvPointwise(Kernel &k, nn::ConvOp op) {
  Window window = Window::of(op);
  bool fits = window.taps() == 1 && !window.isPadded() && !window.isStrided() && op.getGroups() == 1 && isStoredAsFloats(op);
  if (!fits || k.group.pool)
    return false;
  PointwiseKernel kernel(k, op);
  if (!kernel.isWorthPacking())
    return false;
  kernel.emit();
  return true;
}

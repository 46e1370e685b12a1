//===- ConvChannels.cpp - convolution with channels in the lanes ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// For results of few pixels, which would fill a fraction of a vector: the input is staged as [position][channel], rows of a
// tile are pixels, columns are vectors of output channels, and weights are read once for each tile.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class ChannelKernel {
public:
  ChannelKernel(Kernel &k, nn::ConvOp op);
  void emit();

private:
  void stage(Value sample);
  void tile(Value firstPixel, Value panel, int tileRows);
  void deliver(Value sample);
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packBias();

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  Window window;
  Arithmetic arithmetic;
  Type input, weight;
  int lanes;
  int64_t inChannels, outChannels, outPadded, pixels;
  SmallVector<int64_t> inDims, outDims, paddedDims;
  int64_t rows, cols; // of a tile: pixels, vectors of channels
  Value x, w, b, tapOffsets, pixelOffsets, staged, raw;
};

ChannelKernel::ChannelKernel(Kernel &k, nn::ConvOp op) : k(k), e(k.e), op(op), window(Window::of(op)) {
  input = elementOf(op.getInput());
  weight = elementOf(op.getWeight());
  arithmetic = Arithmetic::choose(e, input, weight, elementOf(op.getResult()));
  lanes = arithmetic.lanes;
  ArrayRef<int64_t> in = shapeOf(op.getInput()).drop_front(2), out = shapeOf(op.getResult()).drop_front(2);
  inDims.assign(in.begin(), in.end()), outDims.assign(out.begin(), out.end());
  paddedDims = window.padded(inDims);
  inChannels = shapeOf(op.getWeight())[1], outChannels = shapeOf(op.getWeight())[0];
  pixels = ShapedType::getNumElements(outDims);
  int64_t registers = tileShape(e, arithmetic).registers, vectors = llvm::divideCeil(outChannels, lanes);
  rows = llvm::divideCeil(pixels, llvm::divideCeil(pixels, 8));
  cols = std::max<int64_t>(1, std::min(vectors, registers / rows));
  outPadded = llvm::alignTo(outChannels, cols * lanes);
}

/// [panel][tap][input channel][output channel of the panel]
ConstantPool::Bytes ChannelKernel::packWeights() {
  reference::Tensor t = constantTensor(op.getWeight());
  ConstantPool::Bytes bytes;
  int64_t taps = window.taps(), width = cols * lanes;
  for (int64_t panel = 0; panel < outPadded; panel += width)
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t c = 0; c < inChannels; ++c)
        for (int64_t o = panel; o < panel + width; ++o)
          appendElement(bytes, weight, o < outChannels ? t.asDouble((o * inChannels + c) * taps + tap) : 0, 0);
  return bytes;
}

ConstantPool::Bytes ChannelKernel::packBias() {
  reference::Tensor t = constantTensor(op.getBias());
  ConstantPool::Bytes bytes;
  for (int64_t o = 0; o < outPadded; ++o)
    appendElement(bytes, arithmetic.accumulator, o < outChannels ? t.asDouble(o) : 0, 0);
  return bytes;
}

void ChannelKernel::stage(Value sample) {
  Type storage = storageType(input);
  int64_t positions = ShapedType::getNumElements(inDims);
  SmallVector<int64_t> pitch(inDims.size(), 1);
  for (int d = static_cast<int>(inDims.size()) - 2; d >= 0; --d)
    pitch[d] = pitch[d + 1] * paddedDims[d + 1];
  e.shareNest(inDims, [&](ArrayRef<Value> i) {
    Value from = e.times(sample, inChannels * positions), to = e.index(0), position = e.index(0);
    for (size_t d = 0; d < i.size(); ++d) {
      position = e.add(e.times(position, inDims[d]), i[d]);
      to = e.add(to, e.times(e.plus(i[d], window.begin[d]), pitch[d]));
    }
    from = e.add(from, position), to = e.times(to, inChannels);
    e.loop(0, inChannels, 1, [&](Value c) {
      Value at = e.add(from, e.times(c, positions));
      e.rawStore(e.rawLoad(e.at(x, at, storage), storage, 1), e.at(staged, e.add(to, c), storage));
    });
  });
}

/// Sums of `tileRows` pixels and one panel of channels, to raw[pixel][channel].
void ChannelKernel::tile(Value firstPixel, Value panel, int tileRows) {
  Type storage = storageType(input);
  int64_t width = cols * lanes, unroll = inChannels % 4 == 0 && tileRows * cols <= 24 ? 4 : 1;
  Value weights = e.at(w, e.times(panel, window.taps() * inChannels), storageType(weight));
  SmallVector<Value> bases, inits;
  for (int r = 0; r < tileRows; ++r)
    bases.push_back(e.rawLoad(e.at(pixelOffsets, e.plus(firstPixel, r), e.i64()), e.i64(), 1));
  for (int r = 0; r < tileRows; ++r)
    for (int c = 0; c < cols; ++c)
      inits.push_back(e.rawLoad(e.at(b, e.plus(panel, c * lanes), arithmetic.accumulator), arithmetic.accumulator, lanes));
  auto sums = e.loopCarry(e.index(0), e.index(window.taps()), 1, inits, [&](Value tap, ValueRange carried) {
    Value offset = e.rawLoad(e.at(tapOffsets, tap, e.i64()), e.i64(), 1);
    Product p;
    p.rows = tileRows, p.cols = cols, p.unroll = unroll;
    p.left = [&](Value step, int u, int r) {
      Value at = e.add(e.add(bases[r], offset), e.plus(e.times(step, unroll), u));
      return e.splat(e.convert(e.widen(e.rawLoad(e.at(staged, at, storage), storage, 1), input), arithmetic.accumulator), lanes);
    };
    p.right = [&](Value step, int u, int c) {
      Value row = e.add(e.times(tap, inChannels), e.plus(e.times(step, unroll), u));
      Type type = storageType(weight);
      Value vector = e.rawLoad(e.at(weights, e.plus(e.times(row, width), c * lanes), type), type, lanes);
      return e.convert(e.widen(vector, weight), arithmetic.accumulator);
    };
    p.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, l, r); };
    return p.run(e, inChannels / unroll, 0, Product::Values(carried.begin(), carried.end()));
  });
  for (int r = 0; r < tileRows; ++r)
    for (int c = 0; c < cols; ++c) {
      Value at = e.add(e.times(e.plus(firstPixel, r), outPadded), e.plus(panel, c * lanes));
      e.rawStore(sums[r * cols + c], e.at(raw, at, arithmetic.accumulator));
    }
}

/// raw[pixel][channel] through the epilogue to [channel][pixel].
void ChannelKernel::deliver(Value sample) {
  e.shareNest({outChannels, pixels}, [&](ArrayRef<Value> i) {
    Value at = e.add(e.times(i[1], outPadded), i[0]);
    k.finish(e.rawLoad(e.at(raw, at, arithmetic.accumulator), arithmetic.accumulator, 1), {sample, i[0], i[1]});
  });
}

void ChannelKernel::emit() {
  std::string layout = ".channels" + std::to_string(cols * lanes), key = constantKey(op.getWeight()) + layout;
  w = k.pool.address(e.b, e.loc, key, [&] { return packWeights(); });
  b = k.pool.address(e.b, e.loc, constantKey(op.getBias()) + layout + ".bias", [&] { return packBias(); });
  std::vector<int64_t> taps, corners;
  for (int64_t offset : window.tapOffsets(paddedDims))
    taps.push_back(offset * inChannels);
  Window corner = window; // the pixels are the taps of a window that has their number and strides
  corner.kernel = outDims, corner.dilations = window.strides;
  for (int64_t offset : corner.tapOffsets(paddedDims))
    corners.push_back(offset * inChannels);
  auto name = [&](StringRef what) { return key + what.str() + std::to_string(taps.back()) + "." + std::to_string(corners.back()); };
  tapOffsets = k.pool.address(e.b, e.loc, name(".taps"), [&] { return toBytes(taps); });
  pixelOffsets = k.pool.address(e.b, e.loc, name(".pixels"), [&] { return toBytes(corners); });
  x = k.pointer(op.getInput());
  Type storage = storageType(input);
  int64_t size = ShapedType::getNumElements(paddedDims) * inChannels;
  staged = k.scratch(size * storageBytes(input));
  raw = k.scratch(pixels * outPadded * (arithmetic.accumulator.getIntOrFloatBitWidth() / 8));
  if (window.isPadded())
    shareRow(e, size, lanes, [&](Value i, int width) { e.rawStore(e.splat(e.number(storage, op.getPadValue()), width), e.at(staged, i, storage)); });
  e.loop(0, shapeOf(op.getInput())[0], 1, [&](Value sample) {
    e.barrier(); // the border is there, and the last sample is done
    stage(sample);
    e.barrier();
    e.share(0, outPadded, cols * lanes, [&](Value panel) {
      int64_t whole = pixels / rows * rows;
      e.loop(0, whole, rows, [&](Value pixel) { tile(pixel, panel, rows); });
      if (whole < pixels)
        tile(e.index(whole), panel, pixels - whole);
    });
    e.barrier();
    deliver(sample);
  });
}

} // namespace

bool cpu::emitConvChannels(Kernel &k, nn::ConvOp op) {
  ArrayRef<int64_t> out = shapeOf(op.getResult());
  Type input = elementOf(op.getInput());
  int64_t lanes = k.e.target.lanes, pixels = ShapedType::getNumElements(out.drop_front(2));
  int64_t pitched = (pixels / out.back() - 1) * Window::of(op).padded(shapeOf(op.getInput()).drop_front(2)).back() / op.getStrides().back() + out.back();
  int64_t vectors = llvm::divideCeil(std::max(pixels, pitched), lanes);
  if (!input.isF32() || op.getGroups() != 1 || out[1] < lanes || pixels * 5 > vectors * lanes * 3)
    return false;
  ChannelKernel(k, op).emit();
  return true;
}

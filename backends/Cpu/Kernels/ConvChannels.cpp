//===- ConvChannels.cpp - convolution with channels in the lanes ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// For results whose rows would fill vectors badly: the input is staged as [position][channel], rows of a tile are pixels, its columns are
// vectors of output channels (a panel of weights), and sums are transposed on their way out.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/ConvCosts.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/RawRows.h"
#include "backends/Cpu/Kernels/Transpose.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

class ChannelKernel {
public:
  ChannelKernel(Kernel &k, nn::ConvOp op);
  void emit();

private:
  struct Panel {
    Value firstChannel;
    int64_t channels;
    int64_t vectors(int64_t lanes) const { return llvm::divideCeil(channels, lanes); }
  };
  void stage(Value sample);
  /// Rows (indices of the first spatial dimension) whose sums are near when they are transposed.
  struct Strip {
    Value firstRow;
    int64_t rows;
  };
  void strip(Value sample, const Strip &strip);
  void tiles(const Panel &panel, const Strip &strip);
  void prefetchNext(const Panel &panel, Value pixel, int rows, Value i, int64_t unroll);
  void tile(const Panel &panel, Value corner, Value pixel, const Strip &strip, int rows);
  void deliver(Value sample, const Panel &panel, const Strip &strip);
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packBias();
  std::vector<int64_t> cornerOffsets() const;
  std::vector<int64_t> positionsInside() const;

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  Window window;
  Arithmetic arithmetic;
  Type f32;
  int64_t lanes, inChannels, outChannels, vectors, pixels, rowPixels, stripRows; // rowPixels: of a row
  SmallVector<int64_t> inDims, outDims, paddedDims;
  ChannelTile shape;
  Value x, w, b, tapOffsets, pixelOffsets, positionOffsets, staged, raw, turned;
};

ChannelKernel::ChannelKernel(Kernel &k, nn::ConvOp op) : k(k), e(k.e), op(op), window(Window::of(op)), f32(e.b.getF32Type()) {
  arithmetic = Arithmetic::choose(e, elementOf(op.getInput()), elementOf(op.getWeight()), elementOf(op.getResult()));
  lanes = arithmetic.lanes;
  ArrayRef<int64_t> in = shapeOf(op.getInput()).drop_front(2), out = shapeOf(op.getResult()).drop_front(2);
  inDims.assign(in.begin(), in.end()), outDims.assign(out.begin(), out.end());
  paddedDims = window.padded(inDims);
  inChannels = shapeOf(op.getWeight())[1], outChannels = shapeOf(op.getWeight())[0];
  vectors = llvm::divideCeil(outChannels, lanes);
  outDims[0] = rowsNeeded(k.group, outDims[0]);
  pixels = ShapedType::getNumElements(outDims);
  rowPixels = pixels / outDims[0];
  shape = channelTile(e, op);
  constexpr int64_t kNearBytes = 32 << 10;
  int64_t most = std::clamp<int64_t>(kNearBytes / (rowPixels * shape.vectors * lanes * 4), 1, outDims[0]);
  stripRows = llvm::alignTo(llvm::divideCeil(outDims[0], llvm::divideCeil(outDims[0], most)), rowStep(k.group));
}

/// [panel][tap][input channel][output channel of the panel]
ConstantPool::Bytes ChannelKernel::packWeights() {
  reference::Tensor t = constantTensor(op.getWeight());
  ConstantPool::Bytes bytes;
  int64_t taps = window.taps(), all = vectors * lanes;
  for (int64_t panel = 0, width; panel < all; panel += width) {
    width = std::min(shape.vectors * lanes, all - panel);
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t c = 0; c < inChannels; ++c)
        for (int64_t o = panel; o < panel + width; ++o)
          appendElement(bytes, f32, o < outChannels ? t.asDouble((o * inChannels + c) * taps + tap) : 0, 0);
  }
  return bytes;
}

ConstantPool::Bytes ChannelKernel::packBias() {
  reference::Tensor t = constantTensor(op.getBias());
  ConstantPool::Bytes bytes;
  for (int64_t o = 0; o < vectors * lanes; ++o)
    appendElement(bytes, f32, o < outChannels ? t.asDouble(o) : 0, 0);
  return bytes;
}

/// [channel][position] to [padded position][channel].
void ChannelKernel::stage(Value sample) {
  int64_t positions = ShapedType::getNumElements(inDims);
  Value from = e.at(x, e.times(sample, inChannels * positions), f32);
  transposeBlocks(
      e, inChannels, positions, /*share=*/true,
      [&](Value channel, Value position, int count) { return e.rawLoad(e.at(from, e.add(e.times(channel, positions), position), f32), f32, lanes, count); },
      [&](Value channel, Value position, Value vector, int count) {
        Value to = positionOffsets ? e.rawLoad(e.at(positionOffsets, position, e.i64()), e.i64(), 1) : e.times(position, inChannels);
        e.rawStore(vector, e.at(staged, e.add(to, channel), f32), count);
      });
}

/// Asks for the next panel of weights while this one is used: its part at iteration `i`, of `unroll` steps, of the tile of `rows` pixels from `pixel`.
void ChannelKernel::prefetchNext(const Panel &panel, Value pixel, int rows, Value i, int64_t unroll) {
  int64_t panelBytes = panel.vectors(lanes) * lanes * window.taps() * inChannels * 4, perPixel = llvm::alignTo(panelBytes / pixels, 64);
  int64_t lines = llvm::divideCeil(rows * perPixel * unroll, window.taps() * inChannels * 64);
  Value next = e.times(e.plus(panel.firstChannel, panel.channels), window.taps() * inChannels * 4);
  Value from = e.add(e.add(next, e.times(pixel, perPixel)), e.times(i, lines * 64));
  for (int64_t line = 0; line < lines; ++line)
    e.prefetch(e.at(w, e.plus(from, line * 64), e.b.getI8Type()));
}

/// Sums of `rows` pixels and one panel of channels, to raw[pixel of the strip][channel of the panel].
void ChannelKernel::tile(const Panel &panel, Value corner, Value pixel, const Strip &strip, int rows) {
  int cols = panel.vectors(lanes);
  int64_t width = cols * lanes, unroll = inChannels % 4 == 0 && rows * cols <= 24 ? 4 : 1, step = window.strides.back() * inChannels;
  Value weights = e.at(w, e.times(panel.firstChannel, window.taps() * inChannels), f32);
  SmallVector<Value> corners, inits;
  for (int r = 0; r < rows; ++r) {
    corners.push_back(shape.inRow ? corner : e.rawLoad(e.at(pixelOffsets, e.plus(e.add(e.times(strip.firstRow, rowPixels), pixel), r), e.i64()), e.i64(), 1));
    for (int c = 0; c < cols; ++c)
      inits.push_back(e.rawLoad(e.at(b, e.plus(panel.firstChannel, c * lanes), f32), f32, lanes));
  }
  auto sums = e.loopCarry(e.index(0), e.index(window.taps()), 1, inits, [&](Value tap, ValueRange carried) {
    Value offset = e.rawLoad(e.at(tapOffsets, tap, e.i64()), e.i64(), 1);
    Product p;
    p.rows = rows, p.cols = cols, p.unroll = unroll;
    p.left = [&](Value i, int u, int r) {
      Value at = e.plus(e.add(e.add(corners[r], offset), e.times(i, unroll)), u + (shape.inRow ? r * step : 0));
      return e.splat(e.rawLoad(e.at(staged, at, f32), f32, 1), lanes);
    };
    p.right = [&](Value i, int u, int c) {
      if (shape.isFar && u == 0 && c == 0)
        prefetchNext(panel, e.add(e.times(strip.firstRow, rowPixels), pixel), rows, e.add(e.times(tap, inChannels / unroll), i), unroll);
      Value row = e.add(e.times(tap, inChannels), e.plus(e.times(i, unroll), u));
      return e.rawLoad(e.at(weights, e.plus(e.times(row, width), c * lanes), f32), f32, lanes);
    };
    p.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, l, r); };
    return p.run(e, inChannels / unroll, 0, Product::Values(carried.begin(), carried.end()));
  });
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      e.rawStore(sums[r * cols + c], e.at(raw, e.plus(e.times(e.plus(pixel, r), width), c * lanes), f32));
}

void ChannelKernel::tiles(const Panel &panel, const Strip &strip) {
  auto segments = [&](int64_t length, Value firstCorner, Value firstPixel) {
    int64_t step = window.strides.back() * inChannels;
    e.inSteps(length, shape.pixels, false, [&](Value i, int64_t rows) { tile(panel, e.add(firstCorner, e.times(i, step)), e.add(firstPixel, i), strip, rows); });
  };
  if (!shape.inRow)
    return segments(strip.rows * rowPixels, e.index(0), e.index(0));
  if (outDims.size() == 1)
    return segments(strip.rows, e.times(strip.firstRow, window.strides[0] * inChannels), e.index(0));
  SmallVector<int64_t> extents(outDims.begin(), outDims.end() - 1);
  extents[0] = strip.rows;
  e.nest(extents, [&](ArrayRef<Value> i) {
    Value corner = e.index(0), pixel = e.index(0);
    for (size_t d = 0; d < i.size(); ++d) {
      Value at = d == 0 ? e.add(strip.firstRow, i[d]) : i[d];
      corner = e.times(e.add(corner, e.times(at, window.strides[d])), paddedDims[d + 1]);
      pixel = e.times(e.add(pixel, i[d]), outDims[d + 1]);
    }
    segments(outDims.back(), e.times(corner, inChannels), pixel);
  });
}

/// raw[pixel][channel] to turned[channel][pixel], and from there through the epilogue.
void ChannelKernel::deliver(Value sample, const Panel &panel, const Strip &strip) {
  int64_t width = panel.vectors(lanes) * lanes, count = strip.rows * rowPixels, pitch = llvm::alignTo(count, lanes);
  transposeBlocks(
      e, count, width, /*share=*/false,
      [&](Value pixel, Value channel, int some) { return e.rawLoad(e.at(raw, e.add(e.times(pixel, width), channel), f32), f32, lanes, some); },
      [&](Value pixel, Value channel, Value vector, int) { e.rawStore(vector, e.at(turned, e.add(e.times(channel, pitch), pixel), f32)); });
  SmallVector<int64_t> dims = outDims;
  dims[0] = strip.rows;
  finishRows(k, {turned, f32, panel.channels, pitch, dims, outDims, sample, panel.firstChannel}, strip.firstRow);
}

void ChannelKernel::strip(Value sample, const Strip &strip) {
  e.inSteps(outChannels, shape.vectors * lanes, true, [&](Value first, int64_t channels) {
    tiles({first, channels}, strip);
    deliver(sample, {first, channels}, strip);
  });
}

/// Where the windows of the pixels begin.
std::vector<int64_t> ChannelKernel::cornerOffsets() const {
  Window corner = window; // the pixels are the taps of a window that has their number and strides
  corner.kernel = outDims, corner.dilations = window.strides;
  std::vector<int64_t> offsets;
  for (int64_t offset : corner.tapOffsets(paddedDims))
    offsets.push_back(offset * inChannels);
  return offsets;
}

/// Where the positions of the input go.
std::vector<int64_t> ChannelKernel::positionsInside() const {
  Window inside = window;
  inside.kernel = inDims;
  inside.dilations.assign(inDims.size(), 1);
  std::vector<int64_t> offsets;
  int64_t first = 0;
  for (size_t d = 0; d < inDims.size(); ++d)
    first = first * paddedDims[d] + window.begin[d];
  for (int64_t offset : inside.tapOffsets(paddedDims))
    offsets.push_back((first + offset) * inChannels);
  return offsets;
}

void ChannelKernel::emit() {
  std::string layout = ".channels" + std::to_string(shape.vectors * lanes), key = constantKey(op.getWeight()) + layout;
  w = k.pool.address(e.b, e.loc, key, [&] { return packWeights(); });
  b = k.pool.address(e.b, e.loc, constantKey(op.getBias()) + layout + ".bias", [&] { return packBias(); });
  SmallVector<int64_t> taps = window.tapOffsets(paddedDims);
  for (int64_t &offset : taps)
    offset *= inChannels;
  tapOffsets = offsetTable(k, taps);
  if (!shape.inRow)
    pixelOffsets = offsetTable(k, cornerOffsets());
  if (window.isPadded())
    positionOffsets = offsetTable(k, positionsInside());
  x = k.pointer(op.getInput());
  int64_t size = ShapedType::getNumElements(paddedDims) * inChannels, panelBytes = llvm::alignTo(stripRows * rowPixels, lanes) * shape.vectors * lanes * 4;
  staged = k.scratch(size * 4);
  raw = k.ownScratch(panelBytes), turned = k.ownScratch(panelBytes);
  if (window.isPadded())
    shareRow(e, size, lanes, [&](Value i, int width) { e.rawStore(e.splat(e.number(f32, op.getPadValue()), width), e.at(staged, i, f32)); });
  e.loop(0, shapeOf(op.getInput())[0], 1, [&](Value sample) {
    e.barrier(); // the border is there, and the last sample is done
    stage(sample);
    e.barrier();
    bool divideStrips = e.balance(llvm::divideCeil(outDims[0], stripRows)) > e.balance(llvm::divideCeil(vectors, shape.vectors));
    e.inSteps(outDims[0], stripRows, divideStrips, [&](Value row, int64_t rows) { strip(sample, {row, rows}); });
  });
}

} // namespace

bool cpu::emitConvChannels(Kernel &k, nn::ConvOp op) {
  if (channelsCost(k.e, op) > 0.97 * pixelsCost(k.e, op))
    return false;
  ChannelKernel(k, op).emit();
  return true;
}

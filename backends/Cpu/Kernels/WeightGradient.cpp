//===- WeightGradient.cpp - gradients of convolution weights -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// dw[o, c, t] = Σ_n Σ_p g[n, o, p] · x[n, c, pixel of tap t in window p]. Output channels are lanes: of each sample the gradient is transposed to
// [window][output], and a tile of (channel, tap) stays in registers over all windows, whose pixels are read at constant offsets. Samples are summed in
// chunks, whose number follows from the shape alone, and chunks in their order: so threads take chunks, and the bits do not depend on how many there are.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Patches.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/Transpose.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Chunks of samples, and the bytes their sums may take together where there are more than two.
constexpr int64_t kMostChunks = 8, kSumBytes = 16 << 20;

class WeightGradient {
public:
  WeightGradient(Kernel &k, nn::RowProductsOp op, nn::PatchesOp patches);
  void emit();

private:
  /// Taps [first, first + count) of a number of neighbouring channels.
  struct Tile {
    int64_t channels, first, count;
  };
  void chunk(Value number);
  Planes stage(Value sample);
  void transposeGradient(Value sample);
  void channels(const Planes &planes, Value ownSums);
  void tile(const Planes &planes, Value ownSums, Value channel, const Tile &tile);
  SmallVector<Value> overWindows(size_t dimension, const Planes &planes, Value pixel, Value window, ValueRange sums,
                                 function_ref<SmallVector<Value>(Value, Value, ValueRange)> body);
  void addChunks();

  Kernel &k;
  Emitter &e;
  nn::RowProductsOp op;
  nn::PatchesOp patches;
  Window window;
  Type f32;
  int64_t samples, outputs, inChannels, windows, taps, rows; // rows: of sums, one for each channel and tap
  SmallVector<int64_t> inDims, outDims;
  int64_t width, outPadded, chunks;
  Value x, g, sums, turned; // turned: a sample's gradient as [window][output]
  std::optional<Planes> padded;
};

WeightGradient::WeightGradient(Kernel &k, nn::RowProductsOp op, nn::PatchesOp patches) : k(k), e(k.e), op(op), patches(patches), f32(k.e.b.getF32Type()) {
  auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
  window = {copy(patches.getKernel()), copy(patches.getStrides()), copy(patches.getPadsBegin()), copy(patches.getPadsEnd()), copy(patches.getDilations())};
  ArrayRef<int64_t> in = shapeOf(patches.getInput()), left = shapeOf(op.getLhs());
  samples = in[0], inChannels = in[1], outputs = left[1], windows = left[2], taps = window.taps(), rows = inChannels * taps;
  inDims = copy(in.drop_front(2));
  for (size_t d = 0; d < inDims.size(); ++d)
    outDims.push_back((window.padded(inDims)[d] - window.dilations[d] * (window.kernel[d] - 1) - 1) / window.strides[d] + 1);
  width = std::min<int64_t>(e.target.lanes, std::max<int64_t>(4, llvm::PowerOf2Ceil(outputs)));
  outPadded = llvm::alignTo(outputs, width);
  chunks = std::min(samples, std::clamp<int64_t>(kSumBytes / (rows * outPadded * 4), 2, kMostChunks));
}

Planes WeightGradient::stage(Value sample) {
  Planes from{Value(), f32, inChannels, inDims, false};
  from.base = e.at(x, e.times(sample, inChannels * from.planeSize()), f32);
  if (!padded)
    return from;
  writeInterior(k, from, *padded, window);
  return *padded;
}

void WeightGradient::transposeGradient(Value sample) {
  Value from = e.at(g, e.times(sample, outputs * windows), f32);
  auto block = [&](Value output, int64_t count, Value first, int64_t length) {
    SmallVector<Value> v(width, e.number(e.vec(f32, width), 0));
    for (int64_t i = 0; i < count; ++i)
      v[i] = e.rawLoad(e.at(from, e.add(e.times(e.plus(output, i), windows), first), f32), f32, width, length);
    transposeLanes(e, v);
    for (int64_t i = 0; i < length; ++i)
      e.rawStore(v[i], e.at(turned, e.add(e.times(e.plus(first, i), outPadded), output), f32));
  };
  auto band = [&](Value output, int64_t count) {
    int64_t whole = windows / width * width;
    e.loop(0, whole, width, [&](Value first) { block(output, count, first, width); });
    if (whole < windows)
      block(output, count, e.index(whole), windows - whole);
  };
  int64_t whole = outputs / width * width;
  e.loop(0, whole, width, [&](Value output) { band(output, width); });
  if (whole < outputs)
    band(e.index(whole), outputs - whole);
}

SmallVector<Value> WeightGradient::overWindows(size_t d, const Planes &planes, Value pixel, Value window, ValueRange sums,
                                               function_ref<SmallVector<Value>(Value, Value, ValueRange)> body) {
  if (d == outDims.size())
    return body(pixel, window, sums);
  return e.loopCarry(e.index(0), e.index(outDims[d]), 1, sums, [&](Value i, ValueRange carried) {
    Value at = e.add(pixel, e.times(i, this->window.strides[d] * planes.pitches()[d]));
    return overWindows(d + 1, planes, at, e.add(e.times(window, outDims[d]), i), carried, body);
  });
}

void WeightGradient::tile(const Planes &planes, Value ownSums, Value channel, const Tile &tile) {
  SmallVector<int64_t> offsets = window.tapOffsets(planes.dims);
  Value image = e.at(planes.base, e.times(channel, planes.planeSize()), f32);
  Value first = e.at(ownSums, e.times(e.plus(e.times(channel, taps), tile.first), outPadded), f32);
  e.loop(0, outPadded, width, [&](Value output) {
    auto sumAt = [&](int64_t c, int64_t t) { return e.at(first, e.plus(output, (c * taps + t) * outPadded), f32); };
    SmallVector<Value> sums;
    for (int64_t c = 0; c < tile.channels; ++c)
      for (int64_t t = 0; t < tile.count; ++t)
        sums.push_back(e.rawLoad(sumAt(c, t), f32, width));
    sums = overWindows(0, planes, e.index(0), e.index(0), sums, [&](Value pixel, Value at, ValueRange carried) {
      Value gradient = e.rawLoad(e.at(turned, e.add(e.times(at, outPadded), output), f32), f32, width);
      SmallVector<Value> next;
      for (int64_t c = 0; c < tile.channels; ++c)
        for (int64_t t = 0; t < tile.count; ++t) {
          Value element = e.rawLoad(e.at(image, e.plus(pixel, c * planes.planeSize() + offsets[tile.first + t]), f32), f32, 1);
          next.push_back(e.fma(e.splat(element, width), gradient, carried[next.size()]));
        }
      return next;
    });
    for (int64_t c = 0; c < tile.channels; ++c)
      for (int64_t t = 0; t < tile.count; ++t)
        e.rawStore(sums[c * tile.count + t], sumAt(c, t));
  });
}

/// Tiles of several channels' taps, or of a part of one channel's.
void WeightGradient::channels(const Planes &planes, Value ownSums) {
  int64_t registers = e.target.rowTile * e.target.colTile, perTile = std::clamp<int64_t>(registers / taps, 1, inChannels);
  int64_t parts = llvm::divideCeil(taps, registers + 1), part = llvm::divideCeil(taps, parts);
  auto some = [&](Value channel, int64_t count) {
    for (int64_t t = 0; t < taps; t += part)
      tile(planes, ownSums, channel, {count, t, std::min(part, taps - t)});
  };
  int64_t whole = inChannels / perTile * perTile;
  e.loop(0, whole, perTile, [&](Value channel) { some(channel, perTile); });
  if (whole < inChannels)
    some(e.index(whole), inChannels - whole);
}

void WeightGradient::chunk(Value number) {
  Value ownSums = e.at(sums, e.times(number, rows * outPadded), f32);
  coverRow(e, rows * outPadded, e.target.lanes, [&](Value i, int lanes) { e.rawStore(e.number(e.vec(f32, lanes), 0), e.at(ownSums, i, f32)); });
  auto bound = [&](Value n) -> Value { return arith::DivUIOp::create(e.b, e.loc, e.times(n, samples), e.index(chunks)); };
  e.loop(bound(number), bound(e.plus(number, 1)), 1, [&](Value sample) {
    transposeGradient(sample);
    channels(stage(sample), ownSums);
  });
}

/// Adds up the chunks and turns [channel, tap][output] around.
void WeightGradient::addChunks() {
  auto block = [&](Value row, int64_t rowCount, Value output, int64_t count) {
    SmallVector<Value> v(width, e.number(e.vec(f32, width), 0));
    for (int64_t i = 0; i < rowCount; ++i)
      for (int64_t c = 0; c < chunks; ++c) {
        Value part = e.rawLoad(e.at(sums, e.add(e.times(e.plus(row, c * rows + i), outPadded), output), f32), f32, width);
        v[i] = c == 0 ? part : e.add(v[i], part);
      }
    transposeLanes(e, v);
    for (int64_t i = 0; i < count; ++i)
      k.finish(v[i], {e.plus(output, i), row}, rowCount == width ? 0 : rowCount);
  };
  auto band = [&](Value row, int64_t rowCount) {
    int64_t whole = outputs / width * width;
    e.loop(0, whole, width, [&](Value output) { block(row, rowCount, output, width); });
    if (whole < outputs)
      block(row, rowCount, e.index(whole), outputs - whole);
  };
  int64_t whole = rows / width;
  e.shareWithRest(whole, width, rows % width != 0, [&](Value row) { band(row, width); }, [&] { band(e.index(whole * width), rows % width); });
}

void WeightGradient::emit() {
  x = k.pointer(patches.getInput()), g = k.pointer(op.getLhs());
  sums = k.scratch(chunks * rows * outPadded * 4);
  turned = k.ownScratch(windows * outPadded * 4);
  if (window.isPadded())
    e.each([&] { padded = allocatePadded(k, f32, inChannels, inDims, window, e.number(f32, patches.getPadValue().convertToDouble()), /*own=*/true); });
  e.share(0, chunks, 1, [&](Value number) { chunk(number); });
  e.barrier();
  addChunks();
}

} // namespace

void cpu::emitWeightGradient(Kernel &k, nn::RowProductsOp op, nn::PatchesOp patches) { WeightGradient(k, op, patches).emit(); }

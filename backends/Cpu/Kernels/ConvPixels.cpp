//===- ConvPixels.cpp - convolution with pixels in the lanes ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Output channels are rows and flattened pixels are lanes, so [N, C, …] goes in and out without another layout. With
// stride 1 every tap is the padded plane read at a constant offset; garbage columns between rows are dropped at the end.
// Of strided windows the plane is split into phases first, or they are gathered (im2col) where that copies less. Bytes travel four channels to an i32, and the same loops hold.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/ConvStages.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/RawRows.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Multiply-adds of one loop body that are worth their compile time.
constexpr int64_t kUnrolledProducts = 96;

/// Neighbouring rows of the result (extents of the first spatial dimension) that all channels are computed of before the next.
struct Strip {
  Value firstRow;
  int64_t rows, pitched; // pitched: pixels from its first to its last, gaps included
  Value first, firstOut; // of its pixels: in the plane, in the result
};

class ConvKernel {
public:
  ConvKernel(Kernel &k, nn::ConvOp op);
  void emit();

private:
  void placePixels();
  void group(Value sample, Value g);
  void chooseTile();
  void chooseRowTile();
  void chooseStrip();
  int64_t pitchedIn(int64_t stripRows) const;
  void channels(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows);
  void pixelTiles(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows);
  void rowTiles(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows);
  /// Neighbouring vectors, or those of neighbouring rows.
  struct Columns {
    Value from, to; // of the first, counted from the strip's: in the plane, in the result
    int count, tail; // tail: elements of the last in a row, 0: all
  };
  void tile(Value sample, const Planes &planes, const Strip &strip, Value weights, Value channel, const Columns &columns, int rows);
  void deliver(Value sum, Value sample, const Strip &strip, Value channel, int row, Value pixel, int count);
  int64_t rawPitch(const Strip &strip) const { return llvm::alignTo(strip.pitched + lanes, lanes); }
  void deliverRaw(Value sample, const Strip &strip, Value channel, int rows);
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packBias();

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  Window window;
  Arithmetic arithmetic;
  Type input, weight;
  bool divideGroups = false; // between the threads; else each group's product is divided
  int lanes;
  int64_t samples, groups, inChannels, outChannels; // channels of one group
  SmallVector<int64_t> inDims, outDims;
  ConvStages stages;
  int64_t steps, taps, pixels, pitchedPixels, rowTile, colTile, stripRows, rowPitch;
  int64_t rowVectors = 0; // where rows are computed apart: vectors of one
  SmallVector<int64_t> pitchedDims; // extents of the plane that pixels are counted in
  bool keepsRaw;
  Value x, w, b, raw;
};

ConvKernel::ConvKernel(Kernel &k, nn::ConvOp op) : k(k), e(k.e), op(op), arithmetic(ConvStages::choose(k, op)), stages(k, op, arithmetic) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
  window = Window::of(op);
  input = elementOf(op.getInput()), weight = elementOf(op.getWeight());
  groups = op.getGroups(), samples = in[0], inChannels = ws[1], outChannels = out[1] / groups;
  inDims = copy(in.drop_front(2)), outDims = copy(out.drop_front(2));
  lanes = arithmetic.lanes;
  outDims[0] = rowsNeeded(k.group, outDims[0]);
  pixels = ShapedType::getNumElements(outDims);
}

void ConvKernel::placePixels() {
  const SmallVector<int64_t> &dims = stages.dims;
  steps = stages.planes, taps = stages.tapOffsets.size();
  pitchedDims = dims;
  pitchedPixels = 1;
  int64_t pitch = 1;
  bool hasGaps = false;
  for (int d = static_cast<int>(dims.size()) - 1; d >= 0; --d) {
    pitchedPixels += (outDims[d] - 1) * pitch;
    hasGaps |= d > 0 && outDims[d] != dims[d];
    pitch *= dims[d];
  }
  if (pitchedPixels == pixels)
    hasGaps = false;
  keepsRaw = hasGaps || k.group.pool;
  rowPitch = pitch / dims[0];
}

/// Pixels that a strip of rows spans in the plane.
int64_t ConvKernel::pitchedIn(int64_t rows) const { return pitchedPixels - (outDims[0] - rows) * rowPitch; }

void ConvKernel::chooseTile() {
  if (keepsRaw && !k.group.pool && outDims.size() == 2)
    chooseRowTile();
  if (rowVectors)
    return;
  TileShape shape = tileShape(e, arithmetic);
  int64_t vectors = llvm::divideCeil(pitchedPixels, lanes);
  colTile = std::min<int64_t>(vectors, shape.cols);
  int64_t most = std::min<int64_t>(shape.registers / colTile, 2 * shape.rows);
  rowTile = llvm::divideCeil(outChannels, llvm::divideCeil(outChannels, most));
  colTile = std::min<int64_t>({vectors, shape.registers / rowTile, std::max(8, shape.cols)});
}

/// Rows apart need no raw sums, but fill their last vectors badly. If their estimate is the lower one, they get the tile of least cost: two
/// products a cycle, as many reads, four cycles until a sum can be used again.
void ConvKernel::chooseRowTile() {
  const int64_t width = outDims[1], registers = tileShape(e, arithmetic).registers;
  int64_t products = steps * taps, all = llvm::divideCeil(width, lanes), pieces = width / lanes + llvm::popcount(static_cast<uint64_t>(width % lanes));
  double apart = all * (products / 2.0 + 2), together = double(rowPitch) / lanes * (products / 2.0 + 1.5) + 3 * pieces;
  if (apart > together)
    return;
  auto tileCost = [&](int64_t r, int64_t c) { return c == 0 ? 0 : std::max({r * c / 2.0, (r + c) / 2.0, 4.0}) * products + 2 * r * c; };
  double least = INFINITY;
  for (int64_t c = 1; c <= 8; ++c) {
    int64_t r = llvm::divideCeil(outChannels, llvm::divideCeil(outChannels, std::max<int64_t>(1, std::min<int64_t>(registers / c, 16))));
    if (c > all && c % all != 0)
      continue;
    double cost = (c > all ? tileCost(r, c) * all / c : all / c * tileCost(r, c) + tileCost(r, all % c)) * llvm::divideCeil(outChannels, r);
    if (r * c <= registers && cost < least)
      least = cost, rowTile = r, colTile = c;
  }
  rowVectors = all, keepsRaw = false;
}

/// Strips keep what they read, and raw sums, in the cache while all channels pass over them: of the heights that do, that which
/// wastes least of the last tile of each strip (and of the strip that is left over).
void ConvKernel::chooseStrip() {
  constexpr int64_t kNearBytes = 96 << 10;
  int64_t rows = outDims[0], halo = (window.kernel[0] - 1) * window.dilations[0];
  int64_t tallest = rows; // channels or strips are divided between threads
  if (e.isShared() && e.balance(llvm::divideCeil(outChannels, rowTile)) < 0.8)
    tallest = llvm::divideCeil(rows, e.threads);
  const int64_t rowStep = cpu::rowStep(k.group);
  tallest = llvm::alignTo(tallest, rowStep);
  stripRows = outDims.size() < 2 ? rows : std::min(tallest, rows);
  auto isNear = [&](int64_t height) { return steps * rowPitch * (height + halo) * 4 + (keepsRaw ? rowTile * pitchedIn(height) : 0) * 4 <= kNearBytes; };
  if (outDims.size() < 2 || isNear(stripRows))
    return;
  auto tiles = [&](int64_t height) { // a tile costs its columns, and about one more to read the weights
    int64_t vectors = llvm::divideCeil(pitchedIn(height), lanes);
    return double(vectors) + llvm::divideCeil(vectors, colTile);
  };
  double least = INFINITY;
  for (int64_t height = rowStep; height <= tallest; height += rowStep) {
    if (!isNear(height) && height > rowStep && least < INFINITY)
      break;
    double cost = rows / height * tiles(height) + (rows % height ? tiles(rows % height) + 1 : 0);
    if (cost <= least)
      least = cost, stripRows = height;
  }
}

/// [group][channel tile][step][tap][channel of the tile], four input channels to an i32 in dot4.
ConstantPool::Bytes ConvKernel::packWeights() {
  reference::Tensor t = constantTensor(op.getWeight());
  bool isFloat = t.type().isFloat();
  ConstantPool::Bytes bytes;
  int64_t allTaps = window.taps(), quad = arithmetic.dot4 ? 4 : 1, flat = inChannels * allTaps;
  bytes.reserve(groups * outChannels * steps * taps * quad * storageBytes(weight) + 64); // as the pool wants it
  auto element = [&](int64_t o, int64_t step, int64_t tap, int64_t j) {
    // position in [inChannels][allTaps] of product (step, tap, j)
    int64_t at;
    if (stages.bytesFirst)
      at = step * 4 + j;
    else if (stages.isGathered())
      at = (step / allTaps * quad + j) * allTaps + step % allTaps;
    else
      at = (step * quad + j) * taps + tap;
    bool inside = at < flat;
    appendElement(bytes, weight, inside && isFloat ? t.asDouble(o * flat + at) : 0, inside && !isFloat ? t.asInteger(o * flat + at) : 0);
  };
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t c0 = 0; c0 < outChannels; c0 += rowTile)
      for (int64_t s = 0; s < steps; ++s)
        for (int64_t u = 0; u < taps; ++u)
          for (int64_t c = c0; c < std::min(c0 + rowTile, outChannels); ++c)
            for (int64_t j = 0; j < quad; ++j)
              element(g * outChannels + c, s, u, j);
  return bytes;
}

ConstantPool::Bytes ConvKernel::packBias() {
  reference::Tensor t = constantTensor(op.getBias());
  reference::Tensor weights = arithmetic.flipSign ? constantTensor(op.getWeight()) : reference::Tensor();
  bool isFloat = t.type().isFloat();
  ConstantPool::Bytes bytes;
  int64_t flat = inChannels * window.taps();
  for (int64_t o = 0; o < groups * outChannels; ++o) {
    int64_t integer = isFloat ? 0 : t.asInteger(o);
    for (int64_t i = 0; arithmetic.flipSign && i < flat; ++i)
      integer -= 128 * weights.asInteger(o * flat + i);
    appendElement(bytes, arithmetic.accumulator, isFloat ? t.asDouble(o) : 0, integer);
  }
  return bytes;
}

/// Stores a vector of sums: through the epilogue, or raw where rows of pixels have gaps or are pooled.
void ConvKernel::deliver(Value sum, Value sample, const Strip &strip, Value channel, int row, Value pixel, int count) {
  if (!keepsRaw)
    return k.finish(sum, {sample, e.plus(channel, row), e.add(strip.firstOut, pixel)}, count);
  e.rawStore(sum, e.at(raw, e.plus(pixel, row * rawPitch(strip)), arithmetic.accumulator));
}

void ConvKernel::tile(Value sample, const Planes &planes, const Strip &strip, Value weights, Value channel, const Columns &columns, int rows) {
  const int cols = columns.count;
  // Of column c: where it is in the plane and in the result, and how much of it counts.
  auto inRow = [&](int c) { return rowVectors ? c % rowVectors : c; };
  auto rowOf = [&](int c) { return rowVectors ? c / rowVectors : 0; };
  auto countOf = [&](int c) { return c == cols - 1 || (rowVectors && cols >= rowVectors && inRow(c) == rowVectors - 1) ? columns.tail : 0; };
  Type i32 = e.b.getI32Type(), storage = arithmetic.dot4 ? Type(i32) : storageType(weight);
  // Unrolled are all taps, or those of the last dimension, or none: code grows with rows · cols · unroll.
  int64_t inner = stages.isGathered() ? 1 : window.kernel.back(), unroll = taps;
  if (taps * rows * cols > kUnrolledProducts)
    unroll = inner * rows * cols <= 2 * kUnrolledProducts ? inner : 1;
  int64_t perPlane = taps / unroll;
  Value table;
  if (perPlane > 1)
    table = offsetTable(k, stages.tapOffsets);
  SmallVector<Value> inits;
  for (int r = 0; r < rows; ++r) {
    Value bias = e.rawLoad(e.at(b, e.plus(channel, r), arithmetic.accumulator), arithmetic.accumulator, 1);
    inits.append(cols, e.splat(bias, lanes));
  }
  Product p;
  p.rows = rows, p.cols = cols, p.unroll = unroll;
  p.left = [&](Value step, int u, int r) {
    Value at = e.plus(e.times(e.plus(e.times(step, p.unroll), u), rows), r);
    Value scalar = e.rawLoad(e.at(weights, at, storage), storage, 1);
    return e.splat(arithmetic.dot4 ? scalar : e.convert(e.widen(scalar, weight), arithmetic.accumulator), lanes);
  };
  p.right = [&](Value step, int u, int c) {
    Value plane = step, offset = e.index(stages.tapOffsets[u]);
    if (perPlane > 1) { // step counts planes and groups of taps
      plane = arith::DivUIOp::create(e.b, e.loc, step, e.index(perPlane));
      Value first = e.times(arith::RemUIOp::create(e.b, e.loc, step, e.index(perPlane)), unroll);
      offset = e.plus(e.rawLoad(e.at(table, first, e.i64()), e.i64(), 1), stages.tapOffsets[u]);
    }
    Value at = e.add(e.add(e.times(plane, planes.planeSize()), offset), e.plus(e.add(strip.first, columns.from), rowOf(c) * rowPitch + inRow(c) * lanes));
    int count = planes.hasSlack ? 0 : countOf(c);
    Value vector = e.rawLoad(e.at(planes.base, at, planes.element), planes.element, lanes, count);
    return arithmetic.dot4 ? vector : e.convert(e.widen(vector, input), arithmetic.accumulator);
  };
  p.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, r, l); };
  auto sums = p.run(e, steps * perPlane, 0, inits);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      deliver(sums[r * cols + c], sample, strip, channel, r, e.plus(columns.to, rowOf(c) * outDims.back() + inRow(c) * lanes), countOf(c));
}

/// Runs the epilogue on raw sums.
void ConvKernel::deliverRaw(Value sample, const Strip &strip, Value channel, int rows) {
  SmallVector<int64_t> dims = outDims;
  dims[0] = strip.rows;
  finishRows(k, {raw, arithmetic.accumulator, rows, rawPitch(strip), dims, pitchedDims, sample, channel}, strip.firstRow);
}

/// All pixels from the first to the last of the strip, gaps included.
void ConvKernel::pixelTiles(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows) {
  int64_t vectors = llvm::divideCeil(strip.pitched, lanes), tail = strip.pitched % lanes;
  int64_t cols = std::min(colTile, vectors), whole = vectors / cols, rest = vectors % cols;
  if (tail && rest == 0)
    --whole, rest = cols;
  auto one = [&](Value pixel, int64_t count, int64_t last) {
    tile(sample, planes, strip, weights, firstChannel, {pixel, pixel, static_cast<int>(count), static_cast<int>(last)}, rows);
  };
  e.loop(0, whole, 1, [&](Value i) { one(e.times(i, cols * lanes), cols, 0); });
  if (rest)
    one(e.index(whole * cols * lanes), rest, tail);
}

/// Rows apart: several to a tile, or several tiles to a row.
void ConvKernel::rowTiles(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows) {
  const int64_t width = outDims[1], tail = width % lanes;
  auto one = [&](Value row, int64_t vector, int64_t count) {
    Columns columns{e.plus(e.times(row, rowPitch), vector * lanes), e.plus(e.times(row, width), vector * lanes), static_cast<int>(count), 0};
    if (vector + count >= rowVectors)
      columns.tail = tail;
    tile(sample, planes, strip, weights, firstChannel, columns, rows);
  };
  if (colTile < rowVectors)
    return e.loop(0, strip.rows, 1, [&](Value row) {
      int64_t whole = rowVectors / colTile - (tail && rowVectors % colTile == 0), rest = rowVectors - whole * colTile;
      e.loop(0, whole, 1, [&](Value i) {
        Value at = e.times(i, colTile * lanes);
        tile(sample, planes, strip, weights, firstChannel, {e.add(e.times(row, rowPitch), at), e.add(e.times(row, width), at), static_cast<int>(colTile), 0}, rows);
      });
      if (rest)
        one(row, whole * colTile, rest);
    });
  e.inSteps(strip.rows, colTile / rowVectors, false, [&](Value row, int64_t some) { one(row, 0, some * rowVectors); });
}

void ConvKernel::channels(Value sample, const Planes &planes, const Strip &strip, Value firstChannel, Value weights, int rows) {
  rowVectors ? rowTiles(sample, planes, strip, firstChannel, weights, rows) : pixelTiles(sample, planes, strip, firstChannel, weights, rows);
  if (keepsRaw)
    deliverRaw(sample, strip, firstChannel, rows);
}

void ConvKernel::group(Value sample, Value g) {
  int64_t groupSize = inChannels * ShapedType::getNumElements(inDims);
  Value start = e.add(e.times(sample, groups * groupSize), e.times(g, groupSize));
  Planes planes = stages.run(e.at(x, start, storageType(input)));
  int64_t element = arithmetic.dot4 ? 4 : storageBytes(weight), perChannel = steps * taps * element;
  Value groupWeights = e.at(w, e.times(g, outChannels * perChannel), e.b.getI8Type());
  Value groupChannel = e.times(g, outChannels);
  auto allChannels = [&](Value firstRow, int64_t rows) {
    Strip strip{firstRow, rows, pitchedIn(rows), e.times(firstRow, rowPitch), e.times(firstRow, pixels / outDims[0])};
    e.inSteps(outChannels, rowTile, true, [&](Value c, int64_t count) {
      channels(sample, planes, strip, e.add(groupChannel, c), e.at(groupWeights, e.times(c, perChannel), e.b.getI8Type()), count);
    });
  };
  bool divideStrips = e.balance(llvm::divideCeil(outDims[0], stripRows)) > e.balance(llvm::divideCeil(outChannels, rowTile));
  e.inSteps(outDims[0], stripRows, divideStrips, allChannels);
}

void ConvKernel::emit() {
  divideGroups = e.isShared() && samples * groups > 1 && e.balance(samples * groups) > 0.8;
  divideGroups ? e.each([&] { stages.allocate(true); }) : stages.allocate(false);
  placePixels();
  chooseTile();
  std::string layout = ".conv" + std::to_string(rowTile) + (arithmetic.dot4 ? stages.bytesFirst ? "b" : "d" : "w") + (stages.isGathered() ? "g" : "s");
  auto constant = [&](Value v, const std::string &more, auto pack) { return k.pool.address(e.b, e.loc, constantKey(v) + layout + more, pack); };
  bool isComputed = !isConstant(op.getWeight()) || !isConstant(op.getBias());
  w = isComputed ? packComputedWeights(k, op, rowTile) : constant(op.getWeight(), "", [&] { return packWeights(); });
  std::string biasKey = (arithmetic.flipSign ? constantKey(op.getWeight()) : "") + ".bias";
  b = isComputed ? k.pointer(op.getBias()) : constant(op.getBias(), biasKey, [&] { return packBias(); });
  x = k.pointer(op.getInput());
  chooseStrip();
  if (keepsRaw)
    raw = k.ownScratch(rowTile * llvm::alignTo(pitchedIn(stripRows) + lanes, lanes) * (arithmetic.accumulator.getIntOrFloatBitWidth() / 8));
  if (!divideGroups || samples == 1)
    return e.loop(0, samples, 1, [&](Value sample) {
      auto one = [&](Value g) { group(sample, g); };
      divideGroups ? e.share(0, groups, 1, one) : e.loop(0, groups, 1, one);
    });
  e.share(0, samples * groups, 1, [&](Value i) {
    Value per = e.index(groups);
    group(arith::DivUIOp::create(e.b, e.loc, i, per), arith::RemUIOp::create(e.b, e.loc, i, per));
  });
}

} // namespace

void cpu::emitConvPixels(Kernel &k, nn::ConvOp op) { ConvKernel(k, op).emit(); }

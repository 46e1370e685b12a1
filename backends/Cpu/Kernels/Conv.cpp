//===- Conv.cpp - convolution ---------------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Output channels are rows and flattened pixels are lanes, so [N, C, …] goes in and out without another layout. With
// stride 1 every tap is the padded plane read at a constant offset; garbage columns between rows are dropped at the end.
// Strided windows are gathered first (im2col). Bytes travel four channels to an i32, and the same loops hold.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }
ArrayRef<int64_t> shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }
int64_t product(ArrayRef<int64_t> dims) {
  int64_t p = 1;
  for (int64_t d : dims)
    p *= d;
  return p;
}

/// Multiply-adds of one loop body that are worth their compile time.
constexpr int64_t kUnrolledProducts = 96;

class ConvKernel {
public:
  ConvKernel(Kernel &k, nn::ConvOp op);
  void emit();

private:
  void prepareStages();
  Planes stage(Value input);
  void group(Value sample, Value g);
  void channels(Value sample, Value g, const Planes &planes, Value firstChannel, Value weights, int rows);
  void tile(Value sample, const Planes &planes, Value weights, Value channel, Value pixel, int rows, int cols, int tail);
  void deliver(Value sum, Value sample, Value channel, int row, Value pixel, int count);
  void compact(Value sample, Value channel, int rows);
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packBias();
  Value fill();

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  Window window;
  Arithmetic arithmetic;
  Type input, weight;
  int lanes;
  int64_t samples, groups, inChannels, outChannels; // channels of one group
  SmallVector<int64_t> inDims, outDims;
  // the stages of the input, in order
  bool bytesFirst = false; // gather bytes, then pack: for few input channels
  std::optional<Planes> padded, gathered, packed;
  Window noWindow;
  // the product
  int64_t steps, taps, pixels, pitchedPixels, rowTile, colTile;
  SmallVector<int64_t> offsets;
  bool hasGaps;
  Value x, w, b, raw;
};

ConvKernel::ConvKernel(Kernel &k, nn::ConvOp op) : k(k), e(k.e), op(op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
  window = {copy(ws.drop_front(2)), copy(op.getStrides()), copy(op.getPadsBegin()), copy(op.getPadsEnd()), copy(op.getDilations())};
  input = elementOf(op.getInput()), weight = elementOf(op.getWeight());
  groups = op.getGroups(), samples = in[0], inChannels = ws[1], outChannels = out[1] / groups;
  inDims = copy(in.drop_front(2)), outDims = copy(out.drop_front(2));
  SmallVector<int64_t> ones(inDims.size(), 1), zeros(inDims.size(), 0);
  noWindow = {ones, ones, zeros, zeros, ones};
  arithmetic = Arithmetic::choose(e, input, weight, elementOf(op.getResult()));
  if (inChannels * window.taps() < 8) // too little to share four ways
    arithmetic.dot4 = arithmetic.flipSign = false;
  if (groups > 1 && inChannels < 4)
    arithmetic.dot4 = arithmetic.flipSign = false;
  lanes = arithmetic.lanes;
  bytesFirst = arithmetic.dot4 && inChannels < 3;
  pixels = product(outDims);
}

/// The value of the padding as the stage stores it.
Value ConvKernel::fill() {
  Type storage = storageType(input);
  if (isa<FloatType>(storage))
    return e.number(storage, op.getPadValue());
  if (!arithmetic.dot4 || bytesFirst)
    return e.integer(storage, op.getPadValue());
  int64_t byte = (op.getPadValue() & 255) ^ (arithmetic.flipSign ? 128 : 0);
  return e.integer(e.b.getI32Type(), byte * 0x01010101);
}

void ConvKernel::prepareStages() {
  Type storage = storageType(input), i32 = e.b.getI32Type();
  int64_t quads = llvm::divideCeil(inChannels, 4);
  bool gather = window.isStrided() || bytesFirst;
  bool pack = arithmetic.dot4 && !bytesFirst;
  if (pack || window.isPadded())
    padded = allocatePadded(k, pack ? i32 : storage, pack ? quads : inChannels, inDims, window, fill());
  int64_t planes = pack ? quads : inChannels;
  SmallVector<int64_t> dims = window.padded(inDims);
  if (gather) {
    planes *= window.taps();
    gathered = allocatePadded(k, pack ? i32 : storage, planes, outDims, noWindow, Value());
    dims = outDims;
  }
  if (bytesFirst) {
    packed = allocatePadded(k, i32, llvm::divideCeil(planes, 4), outDims, noWindow, Value());
    planes = packed->count;
  }
  steps = planes;
  offsets = gather ? SmallVector<int64_t>{0} : window.tapOffsets(dims);
  taps = offsets.size();
  pitchedPixels = 1;
  int64_t pitch = 1;
  hasGaps = false;
  for (int d = static_cast<int>(dims.size()) - 1; d >= 0; --d) {
    pitchedPixels += (outDims[d] - 1) * pitch;
    hasGaps |= d > 0 && outDims[d] != dims[d];
    pitch *= dims[d];
  }
  if (pitchedPixels == pixels)
    hasGaps = false;
}

Planes ConvKernel::stage(Value base) {
  Planes current{base, storageType(input), inChannels, inDims, false};
  if (arithmetic.dot4 && !bytesFirst) {
    packInterior(k, current, *padded, window, arithmetic.flipSign);
    current = *padded;
  } else if (padded) {
    writeInterior(k, current, *padded, window);
    current = *padded;
  }
  if (gathered) {
    gatherWindows(k, current, *gathered, window);
    current = *gathered;
  }
  if (packed) {
    packInterior(k, current, *packed, noWindow, arithmetic.flipSign);
    current = *packed;
  }
  return current;
}

/// [group][channel tile][step][tap][channel of the tile], four input channels to an i32 in dot4.
ConstantPool::Bytes ConvKernel::packWeights() {
  reference::Tensor t = constantTensor(op.getWeight());
  bool isFloat = t.type().isFloat();
  ConstantPool::Bytes bytes;
  int64_t allTaps = window.taps(), quad = arithmetic.dot4 ? 4 : 1, flat = inChannels * allTaps;
  auto element = [&](int64_t o, int64_t step, int64_t tap, int64_t j) {
    // position in [inChannels][allTaps] of product (step, tap, j)
    int64_t at;
    if (bytesFirst)
      at = step * 4 + j;
    else if (gathered)
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

/// Stores a vector of sums: through the epilogue, or raw where rows of pixels have gaps.
void ConvKernel::deliver(Value sum, Value sample, Value channel, int row, Value pixel, int count) {
  if (!hasGaps)
    return k.finish(sum, {sample, e.plus(channel, row), pixel}, count);
  e.rawStore(sum, e.at(raw, e.plus(pixel, row * llvm::alignTo(pitchedPixels + lanes, lanes)), arithmetic.accumulator));
}

void ConvKernel::tile(Value sample, const Planes &planes, Value weights, Value channel, Value pixel, int rows, int cols, int tail) {
  Type i32 = e.b.getI32Type(), storage = arithmetic.dot4 ? Type(i32) : storageType(weight);
  // Unrolled are all taps, or those of the last dimension, or none: code grows with rows · cols · unroll.
  int64_t inner = gathered ? 1 : window.kernel.back(), unroll = taps;
  if (taps * rows * cols > kUnrolledProducts)
    unroll = inner * rows * cols <= 2 * kUnrolledProducts ? inner : 1;
  int64_t perPlane = taps / unroll;
  Value table;
  if (perPlane > 1)
    table = k.pool.address(e.b, e.loc, "offsets" + constantKey(op.getWeight()) + std::to_string(offsets.back()), [&] {
      return toBytes(std::vector<int64_t>(offsets.begin(), offsets.end()));
    });
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
    Value plane = step, offset = e.index(offsets[u]);
    if (perPlane > 1) { // step counts planes and groups of taps
      plane = arith::DivUIOp::create(e.b, e.loc, step, e.index(perPlane));
      Value first = e.times(arith::RemUIOp::create(e.b, e.loc, step, e.index(perPlane)), unroll);
      offset = e.plus(e.rawLoad(e.at(table, first, e.i64()), e.i64(), 1), offsets[u]);
    }
    Value at = e.add(e.add(e.times(plane, planes.planeSize()), offset), e.plus(pixel, c * lanes));
    int count = c == cols - 1 && !planes.hasSlack ? tail : 0;
    Value vector = e.rawLoad(e.at(planes.base, at, planes.element), planes.element, lanes, count);
    return arithmetic.dot4 ? vector : e.convert(e.widen(vector, input), arithmetic.accumulator);
  };
  p.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, r, l); };
  auto sums = p.run(e, steps * perPlane, 0, inits);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      deliver(sums[r * cols + c], sample, channel, r, e.plus(pixel, c * lanes), c == cols - 1 ? tail : 0);
}

/// Drops the gaps between rows of raw sums and runs the epilogue.
void ConvKernel::compact(Value sample, Value channel, int rows) {
  SmallVector<int64_t> extents{rows}, dims = window.padded(inDims);
  extents.append(outDims.begin(), outDims.end() - 1);
  int64_t pitchedRow = llvm::alignTo(pitchedPixels + lanes, lanes);
  e.nest(extents, [&](ArrayRef<Value> i) {
    Value from = e.index(0), to = e.index(0);
    for (size_t d = 1; d < i.size(); ++d) {
      from = e.add(e.times(from, dims[d - 1]), i[d]);
      to = e.add(e.times(to, outDims[d - 1]), i[d]);
    }
    from = e.add(e.times(from, dims.back()), e.times(i[0], pitchedRow));
    to = e.times(to, outDims.back());
    coverRow(e, outDims.back(), lanes, [&](Value pixel, int width) {
      Value sum = e.rawLoad(e.at(raw, e.add(from, pixel), arithmetic.accumulator), arithmetic.accumulator, width);
      k.finish(sum, {sample, e.add(channel, i[0]), e.add(to, pixel)});
    });
  });
}

void ConvKernel::channels(Value sample, Value g, const Planes &planes, Value firstChannel, Value weights, int rows) {
  int64_t vectors = llvm::divideCeil(pitchedPixels, lanes), tail = pitchedPixels % lanes;
  int64_t whole = vectors / colTile, rest = vectors % colTile;
  if (tail && rest == 0)
    --whole, rest = colTile;
  e.loop(0, whole, 1, [&](Value i) { tile(sample, planes, weights, firstChannel, e.times(i, colTile * lanes), rows, colTile, 0); });
  if (rest)
    tile(sample, planes, weights, firstChannel, e.index(whole * colTile * lanes), rows, rest, tail);
  if (hasGaps)
    compact(sample, firstChannel, rows);
}

void ConvKernel::group(Value sample, Value g) {
  int64_t groupSize = inChannels * product(inDims);
  Value start = e.add(e.times(sample, groups * groupSize), e.times(g, groupSize));
  Planes planes = stage(e.at(x, start, storageType(input)));
  int64_t element = arithmetic.dot4 ? 4 : storageBytes(weight), perChannel = steps * taps * element;
  Value groupWeights = e.at(w, e.times(g, outChannels * perChannel), e.b.getI8Type());
  Value groupChannel = e.times(g, outChannels);
  int64_t whole = outChannels / rowTile * rowTile;
  e.loop(0, whole, rowTile, [&](Value c) {
    channels(sample, g, planes, e.add(groupChannel, c), e.at(groupWeights, e.times(c, perChannel), e.b.getI8Type()), rowTile);
  });
  if (whole < outChannels)
    channels(sample, g, planes, e.plus(groupChannel, whole), e.at(groupWeights, whole * perChannel, e.b.getI8Type()), outChannels - whole);
}

void ConvKernel::emit() {
  prepareStages();
  TileShape shape = tileShape(e, arithmetic);
  int64_t vectors = llvm::divideCeil(pitchedPixels, lanes);
  colTile = std::min<int64_t>(vectors, shape.cols);
  int64_t most = std::min<int64_t>(shape.registers / colTile, 2 * shape.rows);
  rowTile = llvm::divideCeil(outChannels, llvm::divideCeil(outChannels, most));
  colTile = std::min<int64_t>({vectors, shape.registers / rowTile, std::max(8, shape.cols)});
  std::string layout = ".conv" + std::to_string(rowTile) + (arithmetic.dot4 ? bytesFirst ? "b" : "d" : "w") + (gathered ? "g" : "s");
  w = k.pool.address(e.b, e.loc, constantKey(op.getWeight()) + layout, [&] { return packWeights(); });
  std::string biasKey = constantKey(op.getBias()) + layout + (arithmetic.flipSign ? constantKey(op.getWeight()) : "") + ".bias";
  b = k.pool.address(e.b, e.loc, biasKey, [&] { return packBias(); });
  x = k.pointer(op.getInput());
  if (hasGaps)
    raw = k.scratch(rowTile * llvm::alignTo(pitchedPixels + lanes, lanes) * (arithmetic.accumulator.getIntOrFloatBitWidth() / 8));
  e.loop(0, samples, 1, [&](Value sample) { e.loop(0, groups, 1, [&](Value g) { group(sample, g); }); });
}

/// Weights that are computed: plain loops over a padded input.
void emitDynamic(Kernel &k, nn::ConvOp op) {
  Emitter &e = k.e;
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  Type acc = computeType(elementOf(op.getResult()));
  Value x = k.pointer(op.getInput()), w = k.pointer(op.getWeight()), b = k.pointer(op.getBias());
  size_t rank = in.size() - 2;
  int64_t perGroup = out[1] / op.getGroups();
  Value pad = isa<FloatType>(acc) ? e.number(acc, op.getPadValue()) : e.integer(acc, op.getPadValue());
  e.nest(out, [&](ArrayRef<Value> o) {
    Value sum = e.load(b, o[1], elementOf(op.getBias()));
    Value g = arith::DivUIOp::create(e.b, e.loc, o[1], e.index(perGroup));
    int64_t flat = product(ws.drop_front(1));
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

} // namespace

LogicalResult cpu::emitConv(Kernel &k, nn::ConvOp op) {
  if (!isConstant(op.getWeight()) || !isConstant(op.getBias())) {
    k.walk(anchorPartition(op));
    emitDynamic(k, op);
    return success();
  }
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult()), ws = shapeOf(op.getWeight());
  bool padded = llvm::any_of(op.getPadsBegin(), [](int64_t p) { return p; }) || llvm::any_of(op.getPadsEnd(), [](int64_t p) { return p; });
  if (op.getGroups() == 1 && !padded && in.drop_front(1) == ws.drop_front(1)) { // one window is the whole input
    k.walk({{0, 1}, {1, static_cast<int>(out.size())}});
    emitDense(k, {in[0], product(ws.drop_front(1)), ws[0], op.getInput(), op.getWeight(), op.getBias()});
    return success();
  }
  k.walk(anchorPartition(op));
  ConvKernel(k, op).emit();
  return success();
}

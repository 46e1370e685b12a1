//===- Sparse.cpp - products with a constant matrix that is mostly zeros --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Zeros are left out when the weight is packed (SparseLayout.h says how): 0 · x counts as 0 for every x. A row's sum starts
// at its bias and takes the elements in the order of the row, one after the other, whatever the number of samples. Sums
// go to scratch memory in the order of places; a second sweep brings them in order and through the epilogue.
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/SparseLayout.h"
#include "dialects/Codec/IR/CodecOps.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// Rows of a product with one sample and form blocks that are summed at once, to hide the latency of a sum.
constexpr int kChains = 4;
/// Weights that do not stay in the second-level cache are asked for so many bytes ahead.
constexpr int64_t kPrefetchFrom = 1 << 20, kPrefetchAhead = 2048;

class SparseKernel {
public:
  SparseKernel(Kernel &k, const Dense &d, const SparseLayout &layout, const Arithmetic &arithmetic, const reference::Tensor &tensor)
      : k(k), e(k.e), d(d), layout(layout), arithmetic(arithmetic), tensor(tensor), input(elementOf(d.input)), weight(elementOf(d.weight)),
        sumType(arithmetic.accumulator), i32(e.b.getI32Type()), lanes(layout.lanes), groups(layout.groups.size()),
        placesCount((groups + kChains - 1) / kChains * kChains * lanes), wideColumns(d.depth >= UINT16_MAX) {}
  void emit();

private:
  void addConstants();
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packBias();
  Value group(Value g, int field) { return e.rawLoad(e.at(table, e.plus(e.times(g, 2), field), e.i64()), e.i64(), 1); }
  Value bias(Value g, int lanesOrOne, int lane = 0) {
    return e.rawLoad(e.at(b, e.plus(e.times(g, lanes), lane), sumType), sumType, lanesOrOne);
  }
  void finish(Value sums, int64_t stride, Value row);
  // form lanes
  Value columns(Value at, int count);
  Value weights(Value at, int count);
  void oneSample(Value row);
  void samplesTogether(Value firstRow);
  void emitLanes();
  // form blocks
  Value unitStep(Value sum, Value splatted, Value step);
  Value splatUnit(Value rowStart, Value step);
  void blocksOfOne(Value row);
  void blocksOfMany(Value firstRow, int64_t rows);
  void emitBlocks();
  void padRows();

  Kernel &k;
  Emitter &e;
  const Dense &d;
  const SparseLayout &layout;
  Arithmetic arithmetic;
  const reference::Tensor &tensor;
  Type input, weight, sumType, i32;
  int64_t lanes, groups, placesCount;
  bool wideColumns;
  Value x, w, b, c, table, places, wide, sums;
  int64_t rowStride = 0;
};

ConstantPool::Bytes SparseKernel::packWeights() {
  bool isFloat = tensor.type().isFloat(), shared = layout.form == SparseLayout::Form::blocks;
  ConstantPool::Bytes bytes;
  bytes.reserve(layout.steps() * lanes * layout.unit * storageBytes(weight));
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t s = layout.groups[g].start; s < layout.groups[g].start + layout.groups[g].steps; ++s)
      for (int64_t lane = 0; lane < lanes; ++lane)
        for (int64_t j = 0; j < layout.unit; ++j) {
          int64_t row = layout.order[g * lanes + lane], column = shared ? layout.columns[s] * layout.unit + j : layout.columns[s * lanes + lane];
          bool inside = row >= 0 && column < d.depth;
          int64_t at = row * d.depth + column;
          appendElement(bytes, weight, inside && isFloat ? tensor.asDouble(at) : 0, inside && !isFloat ? tensor.asInteger(at) : 0);
        }
  return bytes;
}

/// In the order of places; with 128·Σw taken back where activations are flipped (modulo 2^32: the true sum fits, A3).
ConstantPool::Bytes SparseKernel::packBias() {
  reference::Tensor values = constantTensor(d.bias);
  bool isFloat = values.type().isFloat();
  ConstantPool::Bytes bytes;
  for (int64_t place = 0; place < placesCount; ++place) {
    int64_t row = place < static_cast<int64_t>(layout.order.size()) ? layout.order[place] : -1, integer = 0;
    if (row >= 0 && !isFloat)
      integer = values.asInteger(row);
    for (int64_t j = 0; row >= 0 && arithmetic.flipSign && j < d.depth; ++j)
      integer -= 128 * tensor.asInteger(row * d.depth + j);
    appendElement(bytes, sumType, row >= 0 && isFloat ? values.asDouble(row) : 0, integer);
  }
  return bytes;
}

void SparseKernel::addConstants() {
  bool shared = layout.form == SparseLayout::Form::blocks;
  std::string key = constantKey(d.weight) + (shared ? ".blocks" : ".lanes") + std::to_string(lanes) + "x" + std::to_string(layout.unit);
  auto add = [&](const char *what, std::function<ConstantPool::Bytes()> make) { return k.pool.address(e.b, e.loc, key + what, std::move(make)); };
  w = add(".w", [&] { return packWeights(); });
  c = add(".c", [&] {
    if (wideColumns || shared)
      return toBytes(layout.columns);
    return toBytes(std::vector<uint16_t>(layout.columns.begin(), layout.columns.end()));
  });
  table = add(".groups", [&] {
    std::vector<int64_t> pairs;
    for (const auto &group : layout.groups)
      pairs.insert(pairs.end(), {group.start, group.steps});
    pairs.resize(placesCount / lanes * 2, 0);
    return toBytes(pairs);
  });
  places = add(".places", [&] {
    std::vector<uint32_t> positions(layout.places.begin(), layout.places.end());
    positions.resize(llvm::alignTo(positions.size(), lanes), 0);
    return toBytes(positions);
  });
  b = k.pool.address(e.b, e.loc, key + constantKey(d.bias) + (arithmetic.flipSign ? ".flipped" : ".bias"), [&] { return packBias(); });
}

/// Outputs of one sample in order: output o is at sums[places[o] · stride].
void SparseKernel::finish(Value base, int64_t stride, Value row) {
  auto vector = [&](Value o, int count) {
    Value at = e.rawLoad(e.at(places, o, i32), i32, lanes);
    if (stride != 1)
      at = e.mul(at, e.integer(at.getType(), stride));
    k.finish(e.gather(base, at, sumType), {row, o}, count);
  };
  int64_t whole = d.outputs / lanes * lanes;
  e.loop(0, whole, lanes, [&](Value o) { vector(o, 0); });
  if (whole < d.outputs)
    vector(e.index(whole), d.outputs - whole);
}

// --- form lanes

Value SparseKernel::columns(Value at, int count) {
  Type stored = wideColumns ? i32 : Type(e.b.getI16Type()), wanted = count == 1 ? e.i64() : i32;
  Value raw = e.rawLoad(e.at(c, at, stored), stored, count);
  return stored == wanted ? raw : e.b.createOrFold<arith::ExtUIOp>(e.loc, e.vec(wanted, count), raw);
}

Value SparseKernel::weights(Value at, int count) { return e.convert(e.load(w, at, weight, count), sumType); }

/// Sums of a sample with its elements widened to the sums' type, and a zero behind them for the padding to read.
void SparseKernel::oneSample(Value row) {
  Value start = e.times(row, d.depth);
  coverRow(e, d.depth, lanes, [&](Value i, int count) {
    e.rawStore(e.convert(e.load(x, e.add(start, i), input, count), sumType), e.at(wide, i, sumType));
  });
  Value zero = isa<FloatType>(sumType) ? e.number(sumType, 0) : e.integer(sumType, 0);
  e.rawStore(zero, e.at(wide, d.depth, sumType));
  bool far = layout.steps() * lanes * storageBytes(weight) >= kPrefetchFrom;
  e.loop(0, groups, 1, [&](Value g) {
    Value first = group(g, 0), end = e.add(first, group(g, 1));
    Value sum = e.loopCarry(first, end, 1, {bias(g, lanes)}, [&](Value step, ValueRange carried) {
      Value at = e.times(step, lanes);
      if (far) {
        e.prefetch(e.at(e.at(w, at, storageType(weight)), kPrefetchAhead, e.b.getI8Type()));
        e.prefetch(e.at(e.at(c, at, wideColumns ? i32 : Type(e.b.getI16Type())), kPrefetchAhead / 2, e.b.getI8Type()));
      }
      Value picked = e.gather(wide, columns(at, lanes), sumType);
      return SmallVector<Value>{multiplyAdd(e, arithmetic, carried[0], picked, weights(at, lanes))};
    })[0];
    e.rawStore(sum, e.at(sums, e.times(g, lanes), sumType));
  });
  finish(sums, 1, row);
}

/// As many samples as there are lanes, side by side: each element of the weight multiplies a vector of them.
void SparseKernel::samplesTogether(Value firstRow) {
  SmallVector<int32_t> apart;
  for (int64_t i = 0; i < lanes; ++i)
    apart.push_back(i * d.depth);
  Value rowsApart = arith::ConstantOp::create(e.b, e.loc, DenseElementsAttr::get(VectorType::get({lanes}, i32), ArrayRef<int32_t>(apart)));
  Type stored = storageType(input);
  Value start = e.times(firstRow, d.depth);
  e.loop(0, d.depth, 1, [&](Value column) {
    Value raw = e.gather(e.at(x, e.add(start, column), stored), rowsApart, stored);
    e.rawStore(e.convert(e.widen(raw, input), sumType), e.at(wide, e.times(column, lanes), sumType));
  });
  Type vector = e.vec(sumType, lanes);
  e.rawStore(isa<FloatType>(sumType) ? e.number(vector, 0) : e.integer(vector, 0), e.at(wide, d.depth * lanes, sumType));
  e.loop(0, groups, 1, [&](Value g) {
    SmallVector<Value> inits;
    for (int64_t r = 0; r < lanes; ++r)
      inits.push_back(e.splat(bias(g, 1, r), lanes));
    Value first = group(g, 0), end = e.add(first, group(g, 1));
    auto done = e.loopCarry(first, end, 1, inits, [&](Value step, ValueRange carried) {
      SmallVector<Value> next;
      for (int64_t r = 0; r < lanes; ++r) {
        Value at = e.plus(e.times(step, lanes), r);
        Value samples = e.rawLoad(e.at(wide, e.times(columns(at, 1), lanes), sumType), sumType, lanes);
        next.push_back(multiplyAdd(e, arithmetic, carried[r], samples, e.splat(weights(at, 1), lanes)));
      }
      return next;
    });
    for (int64_t r = 0; r < lanes; ++r)
      e.rawStore(done[r], e.at(sums, e.times(e.plus(e.times(g, lanes), r), lanes), sumType));
  });
  e.loop(0, lanes, 1, [&](Value sample) { finish(e.at(sums, sample, sumType), lanes, e.add(firstRow, sample)); });
}

void SparseKernel::emitLanes() {
  int64_t together = d.rows >= lanes ? lanes : 1, bytes = sumType.getIntOrFloatBitWidth() / 8;
  wide = k.scratch((d.depth + 1) * together * bytes);
  sums = k.scratch(placesCount * together * bytes);
  int64_t whole = together > 1 ? d.rows / lanes * lanes : 0;
  e.loop(0, whole, lanes, [&](Value row) { samplesTogether(row); });
  e.loop(whole, d.rows, 1, [&](Value row) { oneSample(row); });
}

// --- form blocks

/// The splat of a sample's element, or of its four bytes, at the column of a step.
Value SparseKernel::splatUnit(Value rowStart, Value step) {
  Value unit = e.b.createOrFold<arith::ExtUIOp>(e.loc, e.i64(), e.rawLoad(e.at(c, step, i32), i32, 1));
  if (!arithmetic.dot4)
    return e.splat(e.convert(e.load(x, e.add(rowStart, unit), input), sumType), lanes);
  Value word = LLVM::LoadOp::create(e.b, e.loc, i32, e.at(x, e.add(rowStart, e.times(unit, 4)), e.b.getI8Type()), 1);
  if (arithmetic.flipSign)
    word = arith::XOrIOp::create(e.b, e.loc, word, e.integer(i32, 0x80808080u));
  return e.splat(word, lanes);
}

Value SparseKernel::unitStep(Value sum, Value splatted, Value step) {
  Type stored = arithmetic.dot4 ? i32 : storageType(weight);
  Value raw = e.rawLoad(e.at(w, e.times(step, lanes), stored), stored, lanes);
  return multiplyAdd(e, arithmetic, sum, splatted, arithmetic.dot4 ? raw : e.convert(e.widen(raw, weight), sumType));
}

void SparseKernel::blocksOfOne(Value row) {
  Value rowStart = e.times(row, rowStride);
  auto step = [&](Value sum, Value at) { return unitStep(sum, splatUnit(rowStart, at), at); };
  e.loop(0, placesCount / lanes, kChains, [&](Value g) {
    SmallVector<Value> starts, steps, inits;
    for (int i = 0; i < kChains; ++i) {
      starts.push_back(group(e.plus(g, i), 0)), steps.push_back(group(e.plus(g, i), 1));
      inits.push_back(bias(e.plus(g, i), lanes));
    }
    Value common = steps[0];
    for (int i = 1; i < kChains; ++i)
      common = e.minimum(common, steps[i]);
    auto partial = e.loopCarry(e.index(0), common, 1, inits, [&](Value s, ValueRange carried) {
      SmallVector<Value> next;
      for (int i = 0; i < kChains; ++i)
        next.push_back(step(carried[i], e.add(starts[i], s)));
      return next;
    });
    for (int i = 0; i < kChains; ++i) {
      Value sum = e.loopCarry(common, steps[i], 1, {partial[i]}, [&](Value s, ValueRange carried) {
        return SmallVector<Value>{step(carried[0], e.add(starts[i], s))};
      })[0];
      e.rawStore(sum, e.at(sums, e.times(e.plus(g, i), lanes), sumType));
    }
  });
  finish(sums, 1, row);
}

void SparseKernel::blocksOfMany(Value firstRow, int64_t rows) {
  SmallVector<Value> rowStarts;
  for (int64_t r = 0; r < rows; ++r)
    rowStarts.push_back(e.times(e.plus(firstRow, r), rowStride));
  e.loop(0, groups, 1, [&](Value g) {
    Value first = group(g, 0), end = e.add(first, group(g, 1));
    auto done = e.loopCarry(first, end, 1, SmallVector<Value>(rows, bias(g, lanes)), [&](Value s, ValueRange carried) {
      SmallVector<Value> next;
      for (int64_t r = 0; r < rows; ++r)
        next.push_back(unitStep(carried[r], splatUnit(rowStarts[r], s), s));
      return next;
    });
    for (int64_t r = 0; r < rows; ++r)
      e.rawStore(done[r], e.at(sums, e.plus(e.times(g, lanes), r * placesCount), sumType));
  });
  for (int64_t r = 0; r < rows; ++r)
    finish(e.at(sums, r * placesCount, sumType), 1, e.plus(firstRow, r));
}

/// Rows of bytes are copied to whole groups of four where they are not.
void SparseKernel::padRows() {
  rowStride = d.depth;
  if (!arithmetic.dot4 || d.depth % 4 == 0)
    return;
  rowStride = llvm::alignTo(d.depth, 4);
  Type i8 = e.b.getI8Type();
  Value padded = k.scratch(d.rows * rowStride);
  e.loop(0, d.rows, 1, [&](Value row) {
    Value from = e.at(x, e.times(row, d.depth), i8), to = e.at(padded, e.times(row, rowStride), i8);
    e.rawStore(e.integer(e.vec(i8, 4), 0), e.at(to, rowStride - 4, i8));
    coverRow(e, d.depth, 16, [&](Value i, int count) { e.rawStore(e.rawLoad(e.at(from, i, i8), i8, count), e.at(to, i, i8)); });
  });
  x = padded;
}

void SparseKernel::emitBlocks() {
  padRows();
  int64_t most = std::min<int64_t>(d.rows, tileShape(e, arithmetic).registers);
  int64_t passes = llvm::divideCeil(d.rows, most), tile = llvm::divideCeil(d.rows, passes), whole = d.rows / tile * tile;
  sums = k.scratch(placesCount * tile * sumType.getIntOrFloatBitWidth() / 8);
  if (tile == 1)
    return e.loop(0, d.rows, 1, [&](Value row) { blocksOfOne(row); });
  e.loop(0, whole, tile, [&](Value row) { blocksOfMany(row, tile); });
  if (whole < d.rows)
    blocksOfMany(e.index(whole), d.rows - whole);
}

void SparseKernel::emit() {
  x = k.pointer(d.input);
  addConstants();
  layout.form == SparseLayout::Form::lanes ? emitLanes() : emitBlocks();
}

} // namespace

bool cpu::emitSparse(Kernel &kernel, const Dense &d) {
  if (d.firstOutput != 0 || cast<RankedTensorType>(d.weight.getType()).getDimSize(0) != d.outputs)
    return false;
  if (!isConstant(d.weight) || !isConstant(d.bias) || kernel.e.target.lanes < 4)
    return false;
  Arithmetic arithmetic = Arithmetic::choose(kernel.e, elementOf(d.input), elementOf(d.weight), elementOf(d.bias));
  Arithmetic single = arithmetic;
  single.dot4 = single.flipSign = false;
  reference::Tensor tensor = constantTensor(d.weight);
  Pattern pattern{d.outputs, d.depth, std::vector<bool>(d.outputs * d.depth)};
  for (int64_t i = 0; i < tensor.size(); ++i)
    pattern.nonzero[i] = tensor.type().isFloat() ? tensor.asDouble(i) != 0 : tensor.asInteger(i) != 0;
  auto layout = chooseSparse(pattern, {arithmetic.lanes, arithmetic.dot4 ? 4 : 1, storageBytes(elementOf(d.weight))});
  if (!layout)
    return false;
  bool shared = layout->form == SparseLayout::Form::blocks;
  SparseKernel(kernel, d, *layout, shared ? arithmetic : single, tensor).emit();
  return true;
}

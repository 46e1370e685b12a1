//===- Winograd.cpp - 3×3 convolutions with fewer products ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// F(m×m, 3×3) of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015): m × m results Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A of
// (m + 2)² products instead of 9 m². Tiles are lanes: tiles of the padded plane are transformed from neighbouring vectors, each of the (m + 2)²
// points is a product of matrices over the channels, and its results go back through Aᵀ. A strip of tile rows is done at a time, so that its
// points stay near. Weights are transformed when they are packed.
#include "backends/Cpu/Kernels/Winograd.h"
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Kernels/ConvCosts.h"
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Kernels/Product.h"
#include <array>

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

using Values = SmallVector<Value>;

/// What a strip's points may take, to stay in the second-level cache.
constexpr int64_t kNearBytes = 768 << 10;

/// Part of the estimated time of all products below which a layer changes over: the estimate is of products at full speed, which those of
/// all taps are nearer to.
constexpr double kWorth = 0.65;

/// Sizes of a layer and of what is done at a time.
struct Plan {
  Plan(const Emitter &e, nn::ConvOp op, int64_t m);
  int64_t points() const { return (m + 2) * (m + 2); }
  int64_t tilesIn(int64_t rows) const { return rows * tileColumns; }
  int64_t pitchIn(int64_t rows) const { return llvm::alignTo(tilesIn(rows), lanes); }
  /// Fused multiply-adds on full vectors that take as long.
  double cost() const;

  int64_t m, lanes, channels, outputs, tileRows, tileColumns;
  SmallVector<int64_t> inDims, outDims;
  int64_t tileLanes; // of a vector in the transforms
  int64_t stripRows; // of tiles
  int64_t rowTile, colTile;
};

Plan::Plan(const Emitter &e, nn::ConvOp op, int64_t m) : m(m), lanes(e.target.lanes) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getResult());
  channels = in[1], outputs = out[1];
  inDims.assign(in.begin() + 2, in.end()), outDims.assign(out.begin() + 2, out.end());
  tileRows = llvm::divideCeil(outDims[0], m), tileColumns = llvm::divideCeil(outDims[1], m);
  tileLanes = std::min<int64_t>(llvm::bit_ceil(uint64_t(tileColumns)), lanes);
  int64_t tallest = e.isShared() ? llvm::divideCeil(tileRows, e.threads) : tileRows;
  double least = INFINITY;
  for (int64_t rows = 1; rows <= tallest && (rows == 1 || points() * channels * pitchIn(rows) * 4 <= kNearBytes); ++rows) {
    double work = tileRows / rows * pitchIn(rows) + (tileRows % rows ? pitchIn(tileRows % rows) : 0);
    if (work <= least)
      least = work, stripRows = rows;
  }
  int64_t vectors = pitchIn(stripRows) / lanes, registers = e.target.rowTile * e.target.colTile;
  colTile = std::min<int64_t>(vectors, e.target.colTile);
  rowTile = llvm::divideCeil(outputs, llvm::divideCeil(outputs, std::min<int64_t>(registers / colTile, 2 * e.target.rowTile)));
}

double Plan::cost() const {
  double vectors = double(tileRows / stripRows * pitchIn(stripRows) + (tileRows % stripRows ? pitchIn(tileRows % stripRows) : 0)) / lanes;
  double transforms = tileRows * llvm::divideCeil(tileColumns, tileLanes);
  double perInput = m == 4 ? 300 : 105, perOutput = m == 4 ? 230 : 80; // of a vector of tiles, as measured
  constexpr double kCacheBytes = 8 << 20, kPerByte = 0.2; // weights that come from the last cache
  double far = kPerByte * std::max(0.0, points() * channels * outputs * 4 - kCacheBytes);
  return points() * vectors * outputs * (channels + 4) + transforms * (channels * perInput + outputs * perOutput) + far;
}

class WinogradKernel {
public:
  WinogradKernel(Kernel &k, nn::ConvOp op, const Plan &plan) : k(k), e(k.e), op(op), plan(plan), m(plan.m), f32(e.b.getF32Type()) {}
  void emit();

private:
  Window border();
  void strip(Value sample, const Planes &planes, Value firstRow, int64_t rows, int64_t lastResults);
  void transformInput(const Planes &planes, Value firstRow, int64_t rows);
  void inputTiles(Value from, int64_t pitch, Value to, int64_t toPitch, int count);
  void products(Value weights, int64_t channels, int64_t pitch);
  void transformOutput(Value sample, Value firstChannel, int64_t channels, Value firstRow, int64_t rows, int64_t lastResults);
  void outputTiles(Value sample, Value channel, Value from, int64_t pitch, Value row, Value column, int64_t results, int64_t width);
  ConstantPool::Bytes packWeights();
  Values inputTransform(ArrayRef<Value> d);
  Values outputTransform(ArrayRef<Value> t);
  Value load(Value base, Value at, int width) { return e.rawLoad(e.at(base, at, f32), f32, width); }
  Value fma(Value x, double factor, Value sum) { return e.fma(x, e.number(x.getType(), factor), sum); }

  Kernel &k;
  Emitter &e;
  nn::ConvOp op;
  const Plan &plan;
  int64_t m;
  Type f32;
  Value x, w, b, points, sums; // sums: of some channels, at all points
};

/// Bᵀd of m + 2 values.
Values WinogradKernel::inputTransform(ArrayRef<Value> d) {
  if (m == 2)
    return {e.sub(d[0], d[2]), e.add(d[1], d[2]), e.sub(d[2], d[1]), e.sub(d[1], d[3])};
  Value even = fma(d[2], -4, d[4]), odd = fma(d[1], -4, d[3]), near = e.sub(d[4], d[2]), far = e.sub(d[3], d[1]);
  return {fma(d[2], -5, fma(d[0], 4, d[4])), e.add(even, odd), e.sub(even, odd), fma(far, 2, near), fma(far, -2, near), fma(d[1], 4, fma(d[3], -5, d[5]))};
}

/// Aᵀt: m values of m + 2.
Values WinogradKernel::outputTransform(ArrayRef<Value> t) {
  if (m == 2)
    return {e.add(t[0], e.add(t[1], t[2])), e.sub(e.sub(t[1], t[2]), t[3])};
  Value sum = e.add(t[1], t[2]), difference = e.sub(t[1], t[2]), outer = e.add(t[3], t[4]), outerDifference = e.sub(t[3], t[4]);
  return {e.add(t[0], e.add(sum, outer)), fma(outerDifference, 2, difference), fma(outer, 4, sum), e.add(fma(outerDifference, 8, difference), t[5])};
}

/// U = G g Gᵀ in doubles, [channel tile][point][input channel][channel of the tile].
ConstantPool::Bytes WinogradKernel::packWeights() {
  static const std::vector<std::array<double, 3>> two = {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}};
  static const std::vector<std::array<double, 3>> four = {{1 / 4., 0, 0},          {-1 / 6., -1 / 6., -1 / 6.}, {-1 / 6., 1 / 6., -1 / 6.},
                                                          {1 / 24., 1 / 12., 1 / 6.}, {1 / 24., -1 / 12., 1 / 6.}, {0, 0, 1}};
  const auto &g = m == 2 ? two : four;
  ConstantFloats weights(op.getWeight());
  std::vector<float> packed(plan.points() * plan.outputs * plan.channels);
  float *to = packed.data();
  for (int64_t o0 = 0; o0 < plan.outputs; o0 += plan.rowTile)
    for (int64_t p = 0; p < plan.points(); ++p)
      for (int64_t c = 0; c < plan.channels; ++c)
        for (int64_t o = o0; o < std::min(o0 + plan.rowTile, plan.outputs); ++o) {
          const float *taps = weights.data() + (o * plan.channels + c) * 9;
          double sum = 0;
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j)
              sum += g[p / (m + 2)][i] * taps[i * 3 + j] * g[p % (m + 2)][j];
          *to++ = static_cast<float>(sum);
        }
  return toBytes(packed);
}

/// The border of the planes: the padding, and what the last tiles and vectors read behind it.
Window WinogradKernel::border() {
  Window window = Window::of(op);
  int64_t columns = llvm::alignTo(plan.tileColumns, plan.tileLanes) * m + m, rows = plan.tileRows * m + 2;
  window.end = {rows - plan.inDims[0] - window.begin[0], columns - plan.inDims[1] - window.begin[1]};
  return window;
}

/// Even and odd elements of two neighbouring vectors, and back.
std::pair<Value, Value> unzip(Emitter &e, Value a, Value b) {
  SmallVector<int64_t> even, odd;
  for (int i = 0; i < e.lanesOf(a); ++i)
    even.push_back(2 * i), odd.push_back(2 * i + 1);
  return {vector::ShuffleOp::create(e.b, e.loc, a, b, even), vector::ShuffleOp::create(e.b, e.loc, a, b, odd)};
}

std::pair<Value, Value> zip(Emitter &e, Value a, Value b) {
  int lanes = e.lanesOf(a);
  SmallVector<int64_t> low, high;
  for (int i = 0; i < lanes; ++i)
    low.push_back(i / 2 + i % 2 * lanes), high.push_back((i + lanes) / 2 + i % 2 * lanes);
  return {vector::ShuffleOp::create(e.b, e.loc, a, b, low), vector::ShuffleOp::create(e.b, e.loc, a, b, high)};
}

/// Every m-th element of m neighbouring vectors, from each of the first m.
Values deinterleave(Emitter &e, ArrayRef<Value> v) {
  auto [even, odd] = unzip(e, v[0], v[1]);
  if (v.size() == 2)
    return {even, odd};
  auto [even2, odd2] = unzip(e, v[2], v[3]);
  auto [first, third] = unzip(e, even, even2);
  auto [second, fourth] = unzip(e, odd, odd2);
  return {first, second, third, fourth};
}

Values interleave(Emitter &e, ArrayRef<Value> v) {
  if (v.size() == 2) {
    auto [low, high] = zip(e, v[0], v[1]);
    return {low, high};
  }
  auto [even, even2] = zip(e, v[0], v[2]);
  auto [odd, odd2] = zip(e, v[1], v[3]);
  auto [a, b] = zip(e, even, odd);
  auto [c, d] = zip(e, even2, odd2);
  return {a, b, c, d};
}

/// A vector of tiles, of which `count` are stored: the rows of the tiles, then their columns.
void WinogradKernel::inputTiles(Value from, int64_t pitch, Value to, int64_t toPitch, int count) {
  int tiles = plan.tileLanes;
  SmallVector<int64_t> shift;
  for (int i = 1; i <= tiles; ++i)
    shift.push_back(i);
  SmallVector<Values> rows;
  for (int i = 0; i < m + 2; ++i) {
    Value row = e.at(from, i * pitch, f32);
    Values vectors;
    for (int v = 0; v < m; ++v)
      vectors.push_back(load(row, e.index(v * tiles), tiles));
    Values columns = deinterleave(e, vectors);
    for (int j = 0; j < 2; ++j) { // the first two of the next tile
      Value next = e.splat(load(row, e.index(m * tiles + j), 1), tiles);
      columns.push_back(vector::ShuffleOp::create(e.b, e.loc, columns[j], next, shift));
    }
    rows.push_back(inputTransform(columns));
  }
  for (int j = 0; j < m + 2; ++j) {
    Values column;
    for (const Values &row : rows)
      column.push_back(row[j]);
    for (auto [i, value] : llvm::enumerate(inputTransform(column)))
      e.rawStore(value, e.at(to, (i * (m + 2) + j) * plan.channels * toPitch, f32), count);
  }
}

/// points[point][channel][tile of the strip]
void WinogradKernel::transformInput(const Planes &planes, Value firstRow, int64_t rows) {
  int64_t whole = plan.tileColumns / plan.tileLanes, rest = plan.tileColumns % plan.tileLanes, pitch = planes.dims[1], toPitch = plan.pitchIn(rows);
  e.nest({plan.channels, rows}, [&](ArrayRef<Value> i) {
    Value from = e.add(e.times(i[0], planes.planeSize()), e.times(e.add(firstRow, i[1]), m * pitch));
    Value to = e.add(e.times(i[0], toPitch), e.times(i[1], plan.tileColumns));
    auto tiles = [&](Value column, int count) {
      inputTiles(e.at(planes.base, e.add(from, e.times(column, m)), f32), pitch, e.at(points, e.add(to, column), f32), toPitch, count);
    };
    e.loop(0, whole * plan.tileLanes, plan.tileLanes, [&](Value column) { tiles(column, 0); });
    if (rest)
      tiles(e.index(whole * plan.tileLanes), rest);
  });
}

/// sums[point][channel of some][tile of the strip]
void WinogradKernel::products(Value weights, int64_t channels, int64_t pitch) {
  int lanes = plan.lanes, unroll = plan.channels % 2 == 0 ? 2 : 1;
  int64_t vectors = pitch / lanes, cols = std::min(plan.colTile, vectors), whole = vectors / cols, rest = vectors % cols;
  Value zero = e.number(e.vec(f32, lanes), 0);
  auto tile = [&](Value point, Value first, int64_t width) {
    Value left = e.at(weights, e.times(point, plan.channels * channels), f32);
    Value right = e.at(points, e.add(e.times(point, plan.channels * pitch), first), f32);
    Product p;
    p.rows = channels, p.cols = width, p.unroll = unroll;
    p.left = [&](Value step, int u, int r) { return e.splat(load(left, e.plus(e.times(e.plus(e.times(step, unroll), u), channels), r), 1), lanes); };
    p.right = [&](Value step, int u, int c) { return load(right, e.plus(e.times(e.plus(e.times(step, unroll), u), pitch), c * lanes), lanes); };
    p.step = [&](Value sum, Value l, Value r) { return e.fma(r, l, sum); };
    Values results = p.run(e, plan.channels / unroll, 0, Values(channels * width, zero));
    Value to = e.at(sums, e.add(e.times(point, channels * pitch), first), f32);
    for (int64_t r = 0; r < channels; ++r)
      for (int64_t c = 0; c < width; ++c)
        e.rawStore(results[r * width + c], e.at(to, r * pitch + c * lanes, f32));
  };
  e.loop(0, plan.points(), 1, [&](Value point) {
    e.loop(0, whole * cols, cols, [&](Value v) { tile(point, e.times(v, lanes), cols); });
    if (rest)
      tile(point, e.index(whole * cols * lanes), rest);
  });
}

/// A vector of tiles, of which `results` rows and `width` columns are inside.
void WinogradKernel::outputTiles(Value sample, Value channel, Value from, int64_t pitch, Value row, Value column, int64_t results, int64_t width) {
  int tiles = plan.tileLanes;
  SmallVector<Values> columns; // columns[j]: of the points, Aᵀ down
  for (int j = 0; j < m + 2; ++j) {
    Values down;
    for (int i = 0; i < m + 2; ++i)
      down.push_back(load(from, e.index((i * (m + 2) + j) * pitch), tiles));
    columns.push_back(outputTransform(down));
  }
  Value bias = e.splat(load(b, channel, 1), tiles);
  for (int i = 0; i < results; ++i) {
    Values across;
    for (const Values &c : columns)
      across.push_back(c[i]);
    Values vectors = interleave(e, outputTransform(across));
    Value pixel = e.add(e.times(e.plus(row, i), plan.outDims[1]), column);
    for (int v = 0; v < m && v * tiles < width; ++v)
      k.finish(e.add(vectors[v], bias), {sample, channel, e.plus(pixel, v * tiles)}, std::min<int64_t>(tiles, width - v * tiles) % tiles);
  }
}

void WinogradKernel::transformOutput(Value sample, Value firstChannel, int64_t channels, Value firstRow, int64_t rows, int64_t lastResults) {
  int64_t pitch = plan.pitchIn(rows), width = plan.tileLanes * m, whole = plan.outDims[1] / width, rest = plan.outDims[1] % width;
  e.loop(0, channels, 1, [&](Value c) {
    auto tileRow = [&](Value row, int64_t results) {
      Value base = e.add(e.times(c, pitch), e.times(row, plan.tileColumns));
      auto tiles = [&](Value first, int64_t some) {
        outputTiles(sample, e.add(firstChannel, c), e.at(sums, e.add(base, first), f32), channels * pitch, e.times(e.add(firstRow, row), m), e.times(first, m), results, some);
      };
      e.loop(0, whole * plan.tileLanes, plan.tileLanes, [&](Value first) { tiles(first, width); });
      if (rest)
        tiles(e.index(whole * plan.tileLanes), rest);
    };
    int64_t full = lastResults == m ? rows : rows - 1;
    e.loop(0, full, 1, [&](Value row) { tileRow(row, m); });
    if (full < rows)
      tileRow(e.index(full), lastResults);
  });
}

/// `lastResults`: rows of results that the last row of tiles has.
void WinogradKernel::strip(Value sample, const Planes &planes, Value firstRow, int64_t rows, int64_t lastResults) {
  transformInput(planes, firstRow, rows);
  int64_t whole = plan.outputs / plan.rowTile, rest = plan.outputs % plan.rowTile;
  auto some = [&](Value tile, int64_t channels) {
    products(e.at(w, e.times(tile, plan.points() * plan.channels * plan.rowTile), f32), channels, plan.pitchIn(rows));
    transformOutput(sample, e.times(tile, plan.rowTile), channels, firstRow, rows, lastResults);
  };
  e.loop(0, whole, 1, [&](Value tile) { some(tile, plan.rowTile); });
  if (rest)
    some(e.index(whole), rest);
}

void WinogradKernel::emit() {
  std::string key = constantKey(op.getWeight()) + ".winograd" + std::to_string(m) + "x" + std::to_string(plan.rowTile);
  w = k.pool.address(e.b, e.loc, key, [&] { return packWeights(); });
  b = k.pointer(op.getBias());
  x = k.pointer(op.getInput());
  int64_t pitch = plan.pitchIn(plan.stripRows), last = plan.outDims[0] - (plan.tileRows - 1) * m;
  points = k.ownScratch(plan.points() * plan.channels * pitch * 4);
  sums = k.ownScratch((plan.points() * plan.rowTile * pitch + plan.lanes) * 4);
  int64_t whole = plan.tileRows / plan.stripRows, rest = plan.tileRows % plan.stripRows;
  if (rest == 0 && last < m)
    --whole, rest = plan.stripRows;
  Window window = border();
  Planes planes = allocatePadded(k, f32, plan.channels, plan.inDims, window, e.number(f32, op.getPadValue()));
  int64_t size = plan.channels * plan.inDims[0] * plan.inDims[1];
  e.loop(0, shapeOf(op.getInput())[0], 1, [&](Value sample) {
    e.barrier(); // the border is there, and the last sample is done
    writeInterior(k, {e.at(x, e.times(sample, size), f32), f32, plan.channels, plan.inDims}, planes, window);
    e.barrier();
    e.shareWithRest(
        whole, plan.stripRows, rest != 0, [&](Value row) { strip(sample, planes, row, plan.stripRows, m); },
        [&] { strip(sample, planes, e.index(whole * plan.stripRows), rest, last); });
  });
}

} // namespace

/// The plan of least cost, if it is worth it.
static std::optional<Plan> bestPlan(const Emitter &e, nn::ConvOp op, double tolerance) {
  Window window = Window::of(op);
  auto isF32 = [](Value v) { return elementOf(v).isF32(); };
  auto all = [](ArrayRef<int64_t> values, int64_t value) { return llvm::all_of(values, [&](int64_t v) { return v == value; }); };
  bool fits = op.getGroups() == 1 && window.kernel.size() == 2 && all(window.kernel, 3) && all(window.strides, 1) && all(window.dilations, 1) &&
              llvm::all_of(op->getOperands(), isF32) && isF32(op.getResult());
  std::optional<Plan> best;
  for (int64_t m : {2, 4})
    if (fits && tolerance >= (m == 2 ? kTolerance2 : kTolerance4))
      if (Plan plan(e, op, m); plan.tileLanes >= 4 && (!best || plan.cost() < best->cost()))
        best.emplace(plan);
  if (!best)
    return best;
  double cycles = std::min(channelsCost(e, op), pixelsCost(e, op)) * best->outputs * best->outDims[0] * best->outDims[1] / best->lanes;
  return best->cost() > kWorth * 2 * cycles ? std::nullopt : best;
}

bool cpu::takesWinograd(const Emitter &e, nn::ConvOp op, double tolerance) { return bestPlan(e, op, tolerance).has_value(); }

bool cpu::emitConvWinograd(Kernel &k, nn::ConvOp op) {
  std::optional<Plan> plan = bestPlan(k.e, op, k.tolerance);
  if (!plan)
    return false;
  WinogradKernel(k, op, *plan).emit();
  return true;
}

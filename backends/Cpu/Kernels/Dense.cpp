//===- Dense.cpp - products with a constant matrix ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// Weights are packed [panel][k][column]: a panel is as many columns as one row keeps in registers, so a single row
// reads one sequential stream; many rows read tiles of columns of the same panel. One packed copy serves both. A computed matrix
// is packed when the kernel runs.
#include "backends/Cpu/Constants.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "backends/Cpu/Kernels/Product.h"
#include "backends/Cpu/Kernels/Transpose.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

namespace {

/// 4-bit codes in the dword of a lane.
constexpr int kCodesPerWord = 8;

/// Codes that do not stay in the second-level cache are asked for so many bytes ahead (4096 × 4096: 0.8 to 0.54 ms).
constexpr int64_t kPrefetchFrom = 1 << 20, kPrefetchAhead = 4096;

class DenseKernel {
public:
  DenseKernel(Kernel &k, const Dense &d) : k(k), e(k.e), d(d) {
    input = elementOf(d.input), weight = elementOf(d.weight);
    arithmetic = Arithmetic::choose(e, input, weight, elementOf(d.bias));
    lanes = arithmetic.lanes;
    vectors = llvm::divideCeil(d.outputs, lanes);
    int64_t panels = llvm::divideCeil(vectors, maxPanel());
    if (d.rows == 1 && e.isShared() && vectors >= 4 * e.threads)
      panels = llvm::alignTo(panels, e.threads); // a single row is divided by panels
    panelVectors = llvm::divideCeil(vectors, panels);
    lookup = d.weight.getDefiningOp<codec::LookupOp>();
    isComputed = !lookup && !isConstant(d.weight);
    if (!lookup && !isComputed)
      arithmetic.usePairs(e, input, weight);
    packed = arithmetic.dot2 ? e.b.getI16Type() : weight;
    perStep = arithmetic.perLane();
    depthSteps = llvm::divideCeil(d.depth, perStep);
    splits = depthSteps < 32 ? 1 : vectors == 1 ? 4 : vectors == 2 ? 2 : 1;
    if (lookup && arithmetic.dot4)
      splits = std::min(splits, 2); // integer sums have no order
    unroll = lookup ? kCodesPerWord / perStep : splits; // sums are split by u, so their order is the same
  }
  void emit();

private:
  int maxPanel() const { return arithmetic.dot4 && !e.target.vnni ? std::max(4, e.target.panelVectors / 2) : e.target.panelVectors; }
  ConstantPool::Bytes packWeights();
  ConstantPool::Bytes packCodes();
  ConstantPool::Bytes packBias();
  void packComputed();
  void packBlock(Value to, int64_t panelWidth, Value firstColumn, Value step, int steps);
  void findConstants();
  Value decode(Value weights, int64_t panelWidth, Value column, Value step, int u);
  Value decodeFloats(Value codes);
  Value decodeBytes(Value codes);
  void loadCodebook();
  int64_t panelBytes(int64_t width) const;
  void panel(Value weights, Value firstColumn, int64_t width, bool hasTail);
  void columns(Value weights, int64_t panelWidth, Value inPanel, Value firstColumn, int cols, int tail);
  void tile(Value weights, int64_t panelWidth, Value inPanel, Value firstRow, Value firstColumn, int rows, int cols, int tail);
  Value activation(Value rowStart, Value step, int u);

  Kernel &k;
  Emitter &e;
  const Dense &d;
  Type input, weight, packed; // as the weights are stored
  Arithmetic arithmetic;
  int lanes, perStep, splits, unroll;
  codec::LookupOp lookup; // of a clustered weight
  bool isComputed;
  int64_t vectors, panelVectors, depthSteps;
  Value x, w, b, codebook, upperHalf; // of a codebook too long for a register
};

ConstantPool::Bytes DenseKernel::packWeights() {
  ConstantPool::Bytes bytes;
  bytes.reserve(vectors * lanes * depthSteps * perStep * storageBytes(packed) + 64); // as the pool wants it
  if (weight.isF32()) { // the loops below, several times as fast
    ConstantFloats floats(d.weight);
    bytes.resize(vectors * lanes * d.depth * 4);
    float *to = reinterpret_cast<float *>(bytes.data());
    const float *from = floats.data() + d.firstOutput * d.depth;
    for (int64_t v0 = 0; v0 < vectors; v0 += panelVectors)
      for (int64_t s = 0; s < d.depth; ++s)
        for (int64_t n = v0 * lanes; n < std::min(v0 + panelVectors, vectors) * lanes; ++n)
          *to++ = n < d.outputs ? from[n * d.depth + s] : 0;
    return bytes;
  }
  reference::Tensor t = constantTensor(d.weight);
  bool isFloat = t.type().isFloat();
  for (int64_t v0 = 0; v0 < vectors; v0 += panelVectors)
    for (int64_t s = 0; s < depthSteps; ++s)
      for (int64_t n = v0 * lanes; n < std::min(v0 + panelVectors, vectors) * lanes; ++n)
        for (int64_t j = s * perStep; j < (s + 1) * perStep; ++j) {
          bool inside = n < d.outputs && j < d.depth;
          int64_t at = (d.firstOutput + n) * d.depth + j;
          appendElement(bytes, packed, inside && isFloat ? t.asDouble(at) : 0, inside && !isFloat ? t.asInteger(at) : 0);
        }
  return bytes;
}

/// [panel][k / 8][column] dwords of eight neighbouring codes of a column, the first in the low bits. For products of bytes the
/// low halves of the four bytes are the first four codes.
ConstantPool::Bytes DenseKernel::packCodes() {
  reference::Tensor codes = constantTensor(lookup.getCodes());
  std::vector<uint32_t> words;
  for (int64_t v0 = 0; v0 < vectors; v0 += panelVectors)
    for (int64_t k0 = 0; k0 < d.depth; k0 += kCodesPerWord)
      for (int64_t n = v0 * lanes; n < std::min(v0 + panelVectors, vectors) * lanes; ++n) {
        uint32_t word = 0;
        for (int64_t j = k0; j < std::min(k0 + kCodesPerWord, d.depth) && n < d.outputs; ++j)
          word |= static_cast<uint32_t>(codes.asInteger((d.firstOutput + n) * d.depth + j)) << (arithmetic.dot4 ? 8 * ((j - k0) % 4) + (j - k0) / 4 * 4 : 4 * (j - k0));
        words.push_back(word);
      }
  return toBytes(words);
}

/// Sixteen entries by vpermps of AVX-512; eight by that of AVX2, or twice eight and a choice by the code's highest bit.
Value DenseKernel::decodeFloats(Value codes) {
  if (lanes == 16)
    return e.intrinsic("llvm.x86.avx512.permvar.sf.512", codebook.getType(), {codebook, codes});
  auto pick = [&](Value table) { return e.intrinsic("llvm.x86.avx2.permps", table.getType(), {table, codes}); };
  if (!upperHalf)
    return pick(codebook);
  Value top = arith::ShLIOp::create(e.b, e.loc, codes, e.integer(codes.getType(), 28));
  return e.select(e.less(top, e.integer(codes.getType(), 0)), pick(upperHalf), pick(codebook));
}

/// vpshufb: four weights to a dword from the low halves of its bytes.
Value DenseKernel::decodeBytes(Value codes) {
  Value low = arith::AndIOp::create(e.b, e.loc, codes, e.integer(codes.getType(), 0x0F0F0F0F));
  StringRef name = lanes == 16 ? "llvm.x86.avx512.pshuf.b.512" : "llvm.x86.avx2.pshuf.b";
  Value found = e.intrinsic(name, codebook.getType(), {codebook, e.bitcast(low, codebook.getType())});
  return e.bitcast(found, codes.getType());
}

/// Constants have room for a whole vector behind their end, so a codebook may be read past it.
void DenseKernel::loadCodebook() {
  std::string key = constantKey(lookup.getCodebook());
  if (arithmetic.dot4) {
    Value table = k.pool.address(e.b, e.loc, key + ".bytes" + std::to_string(lanes), [&] {
      ConstantPool::Bytes image = storageImage(lookup.getCodebook()), repeated;
      image.resize(16, 0);
      for (int i = 0; i < lanes / 4; ++i)
        repeated.insert(repeated.end(), image.begin(), image.end());
      return repeated;
    });
    codebook = e.rawLoad(table, e.b.getI8Type(), lanes * 4);
    return;
  }
  Value table = k.pool.address(e.b, e.loc, key + ".plain", [&] { return storageImage(lookup.getCodebook()); });
  codebook = e.rawLoad(table, arithmetic.accumulator, lanes);
  if (cast<RankedTensorType>(lookup.getCodebook().getType()).getDimSize(1) > lanes)
    upperHalf = e.rawLoad(e.at(table, lanes, arithmetic.accumulator), arithmetic.accumulator, lanes);
}

/// The weights of a vector of columns for step · unroll + u. vpermps reads the low bits of each lane: even codes come free from
/// a load at their byte, odd ones take a shift.
Value DenseKernel::decode(Value weights, int64_t panelWidth, Value column, Value step, int u) {
  Type i32 = e.b.getI32Type();
  Value word = e.add(e.times(step, panelWidth * lanes), column);
  int byte = arithmetic.dot4 ? 0 : u / 2;
  Value address = e.at(e.at(weights, word, i32), byte, e.b.getI8Type());
  Value codes = LLVM::LoadOp::create(e.b, e.loc, e.vec(i32, lanes), address, 1);
  if (u == 0 && vectors * lanes * d.depth / 2 >= kPrefetchFrom)
    e.prefetch(e.at(address, kPrefetchAhead, e.b.getI8Type()));
  if (u % 2)
    codes = arith::ShRUIOp::create(e.b, e.loc, codes, e.integer(codes.getType(), 4));
  return arithmetic.dot4 ? decodeBytes(codes) : decodeFloats(codes);
}

int64_t DenseKernel::panelBytes(int64_t width) const {
  if (lookup)
    return width * lanes * static_cast<int64_t>(llvm::divideCeil(d.depth, kCodesPerWord)) * 4;
  return width * lanes * depthSteps * perStep * storageBytes(packed);
}

ConstantPool::Bytes DenseKernel::packBias() {
  reference::Tensor b = constantTensor(d.bias);
  bool isFloat = b.type().isFloat();
  reference::Tensor w = arithmetic.flipSign ? constantTensor(lookup ? lookup.getCodes() : d.weight) : reference::Tensor();
  reference::Tensor table = arithmetic.flipSign && lookup ? constantTensor(lookup.getCodebook()) : reference::Tensor();
  auto weightAt = [&](int64_t i) { return lookup ? table.asInteger(w.asInteger(i)) : w.asInteger(i); };
  ConstantPool::Bytes bytes;
  for (int64_t n = 0; n < vectors * lanes; ++n) {
    bool inside = n < d.outputs;
    int64_t integer = inside && !isFloat ? b.asInteger(d.firstOutput + n) : 0;
    for (int64_t j = 0; inside && arithmetic.flipSign && j < d.depth; ++j)
      integer -= 128 * weightAt((d.firstOutput + n) * d.depth + j); // modulo 2^32: the true sum fits (A3)
    appendElement(bytes, arithmetic.accumulator, inside && isFloat ? b.asDouble(d.firstOutput + n) : 0, integer);
  }
  return bytes;
}

/// Transposes lanes × lanes elements in registers: the rows of `steps` columns of the matrix become steps of a panel.
void DenseKernel::packBlock(Value to, int64_t panelWidth, Value firstColumn, Value step, int steps) {
  Type storage = storageType(weight);
  SmallVector<Value> v;
  Value last = e.index(d.outputs - 1), from = k.pointer(d.weight);
  for (int i = 0; i < lanes; ++i) { // lanes behind the last output repeat it, and are never stored
    Value row = e.minimum(e.plus(firstColumn, i), last);
    v.push_back(e.rawLoad(e.at(from, e.add(e.times(row, d.depth), step), storage), storage, lanes, steps));
  }
  transposeLanes(e, v);
  for (int i = 0; i < steps; ++i)
    e.rawStore(v[i], e.at(to, e.times(e.plus(step, i), panelWidth * lanes), storage));
}

void DenseKernel::packComputed() {
  Type storage = storageType(weight);
  w = k.scratch(vectors * lanes * d.depth * storageBytes(weight));
  auto pack = [&](Value firstVector, int64_t width) {
    Value base = e.at(w, e.times(firstVector, lanes * d.depth), storage);
    e.share(0, width, 1, [&](Value v) {
      Value to = e.at(base, e.times(v, lanes), storage), column = e.times(e.add(firstVector, v), lanes);
      int64_t whole = d.depth / lanes * lanes;
      e.loop(0, whole, lanes, [&](Value step) { packBlock(to, width, column, step, lanes); });
      if (whole < d.depth)
        packBlock(to, width, column, e.index(whole), d.depth - whole);
    });
  };
  int64_t whole = vectors / panelVectors;
  e.loop(0, whole, 1, [&](Value p) { pack(e.times(p, panelVectors), panelVectors); });
  if (vectors % panelVectors)
    pack(e.index(whole * panelVectors), vectors % panelVectors);
}

/// The splat factor of a row: one element, two words, or four bytes (the last group of a row may have fewer).
Value DenseKernel::activation(Value rowStart, Value step, int u) {
  Value at = e.plus(e.times(step, unroll), u);
  Type i32 = e.b.getI32Type(), i8 = e.b.getI8Type();
  if (arithmetic.dot2)
    return e.splat(LLVM::LoadOp::create(e.b, e.loc, i32, e.at(x, e.add(rowStart, e.times(at, 2)), e.b.getI16Type()), 1), lanes);
  if (!arithmetic.dot4)
    return e.splat(e.convert(e.load(x, e.add(rowStart, at), input), arithmetic.accumulator), lanes);
  Value first = e.add(rowStart, e.times(at, 4));
  APInt constant;
  bool last = matchPattern(at, m_ConstantInt(&constant)) && constant.getSExtValue() == depthSteps - 1 && d.depth % 4 != 0;
  Value word;
  if (last) {
    word = e.integer(i32, 0);
    for (int j = 0; j < d.depth % 4; ++j) {
      Value byte = arith::ExtUIOp::create(e.b, e.loc, i32, e.rawLoad(e.at(x, e.plus(first, j), i8), i8, 1));
      word = arith::OrIOp::create(e.b, e.loc, word, arith::ShLIOp::create(e.b, e.loc, byte, e.integer(i32, 8 * j)));
    }
  } else {
    word = LLVM::LoadOp::create(e.b, e.loc, i32, e.at(x, first, i8), 1);
  }
  if (arithmetic.flipSign)
    // Bytes behind the row stay 0: the codes there may stand for any weight.
    word = arith::XOrIOp::create(e.b, e.loc, word, e.integer(i32, last ? 0x80808080u >> (32 - 8 * (d.depth % 4)) : 0x80808080u));
  return e.splat(word, lanes);
}

void DenseKernel::tile(Value weights, int64_t panelWidth, Value inPanel, Value firstRow, Value firstColumn, int rows, int cols, int tail) {
  Type storage = perStep > 1 ? Type(e.b.getI32Type()) : storageType(weight);
  SmallVector<Value> starts, inits;
  for (int r = 0; r < rows; ++r)
    starts.push_back(e.times(e.plus(firstRow, r), arithmetic.dot2 ? depthSteps * 2 : d.depth));
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      inits.push_back(e.rawLoad(e.at(b, e.plus(firstColumn, c * lanes), arithmetic.accumulator), arithmetic.accumulator, lanes,
                                isComputed && c == cols - 1 ? tail : 0));
  Product product;
  product.rows = rows, product.cols = cols, product.unroll = unroll, product.splits = splits;
  product.left = [&](Value step, int u, int r) { return activation(starts[r], step, u); };
  product.right = [&](Value step, int u, int c) {
    if (lookup)
      return decode(weights, panelWidth, e.plus(inPanel, c * lanes), step, u);
    Value at = e.add(e.times(e.plus(e.times(step, unroll), u), panelWidth * lanes), e.plus(inPanel, c * lanes));
    Value raw = e.rawLoad(e.at(weights, at, storage), storage, lanes);
    return perStep > 1 ? raw : e.convert(e.widen(raw, weight), arithmetic.accumulator);
  };
  product.step = [&](Value sum, Value l, Value r) { return multiplyAdd(e, arithmetic, sum, l, r); };
  // In dot4 a last group of fewer than four bytes is a step of its own.
  int64_t whole = arithmetic.dot4 && d.depth % 4 ? depthSteps - 1 : depthSteps;
  auto sums = product.run(e, whole / unroll, depthSteps - whole / unroll * unroll, inits);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c)
      k.finish(sums[r * cols + c], {e.plus(firstRow, r), e.plus(firstColumn, c * lanes)}, c == cols - 1 ? tail : 0);
}

void DenseKernel::columns(Value weights, int64_t panelWidth, Value inPanel, Value firstColumn, int cols, int tail) {
  TileShape shape = tileShape(e, arithmetic);
  int64_t most = std::max<int64_t>(1, std::min<int64_t>(shape.registers / (cols * splits), shape.rows));
  int64_t passes = llvm::divideCeil(d.rows, most), step = llvm::divideCeil(d.rows, passes);
  int64_t whole = d.rows / step, rest = d.rows % step;
  e.shareWithRest(
      whole, step, rest != 0, [&](Value row) { tile(weights, panelWidth, inPanel, row, firstColumn, step, cols, tail); },
      [&] { tile(weights, panelWidth, inPanel, e.index(whole * step), firstColumn, rest, cols, tail); });
}

void DenseKernel::panel(Value weights, Value firstColumn, int64_t width, bool hasTail) {
  int tail = hasTail ? d.outputs % lanes : 0;
  if (d.rows == 1)
    return tile(weights, width, e.index(0), e.index(0), firstColumn, 1, width, tail);
  int64_t cols = tileShape(e, arithmetic).cols, whole = width / cols, rest = width % cols;
  if (tail && rest == 0)
    --whole, rest = cols;
  e.loop(0, whole, 1, [&](Value g) {
    Value inPanel = e.times(g, cols * lanes);
    columns(weights, width, inPanel, e.add(firstColumn, inPanel), cols, 0);
  });
  if (rest)
    columns(weights, width, e.index(whole * cols * lanes), e.plus(firstColumn, whole * cols * lanes), rest, tail);
}

void DenseKernel::findConstants() {
  std::string layout = ".dense" + std::to_string(lanes) + "x" + std::to_string(panelVectors) + (arithmetic.dot4 ? "d" : arithmetic.dot2 ? "p" : "w");
  if (d.firstOutput != 0 || d.outputs != cast<RankedTensorType>(d.weight.getType()).getDimSize(0))
    layout += "@" + std::to_string(d.firstOutput) + "+" + std::to_string(d.outputs);
  if (lookup) {
    w = k.pool.address(e.b, e.loc, constantKey(lookup.getCodes()) + layout + ".codes", [&] { return packCodes(); });
    loadCodebook();
  } else {
    w = k.pool.address(e.b, e.loc, constantKey(d.weight) + layout, [&] { return packWeights(); });
  }
  std::string weightKey = lookup ? constantKey(lookup.getCodes()) + constantKey(lookup.getCodebook()) : constantKey(d.weight);
  std::string biasKey = constantKey(d.bias) + layout + (arithmetic.flipSign ? weightKey : "") + ".bias";
  b = k.pool.address(e.b, e.loc, biasKey, [&] { return packBias(); });
}

void DenseKernel::emit() {
  x = arithmetic.dot2 ? wordsOf(k, d.input, d.rows, d.depth) : k.pointer(d.input);
  if (isComputed) {
    packComputed();
    e.barrier();
    b = k.pointer(d.bias);
  } else {
    findConstants();
  }
  int64_t whole = vectors / panelVectors, rest = vectors % panelVectors;
  bool tail = d.outputs % lanes != 0;
  if (rest == 0 && tail)
    --whole, rest = panelVectors;
  int64_t bytes = panelBytes(panelVectors);
  auto wholePanel = [&](Value p) { panel(e.at(w, e.times(p, bytes), e.b.getI8Type()), e.times(p, panelVectors * lanes), panelVectors, false); };
  auto lastPanel = [&] { panel(e.at(w, whole * bytes, e.b.getI8Type()), e.index(whole * panelVectors * lanes), rest, tail); };
  if (d.rows == 1 || e.balance(whole + (rest != 0)) > e.balance(llvm::divideCeil(d.rows, tileShape(e, arithmetic).rows)))
    return e.shareWithRest(whole, 1, rest != 0, wholePanel, lastPanel);
  e.loop(0, whole, 1, wholePanel);
  if (rest)
    lastPanel();
}

/// Packing costs about what two rows cost.
constexpr int64_t kLeastRowsToPack = 4;

/// A product with a computed matrix of floats that is worth packing.
bool paysToPack(const Dense &d) {
  auto isF32 = [](Value v) { return elementOf(v).isF32(); };
  return d.rows >= kLeastRowsToPack && d.firstOutput == 0 && !isConstant(d.weight) && isF32(d.input) && isF32(d.weight) && isF32(d.bias);
}

/// Other products whose matrix is computed: plain loops.
void emitDynamic(Kernel &k, const Dense &d) {
  Emitter &e = k.e;
  Type acc = computeType(elementOf(d.bias));
  Value x = k.pointer(d.input), w = k.pointer(d.weight), b = k.pointer(d.bias);
  e.shareNest({d.rows, d.outputs}, [&](ArrayRef<Value> i) {
    Value output = e.plus(i[1], d.firstOutput), init = e.load(b, output, elementOf(d.bias));
    Value sum = e.loopCarry(e.index(0), e.index(d.depth), 1, {init}, [&](Value j, ValueRange sum) {
      Value l = e.convert(e.load(x, e.add(e.times(i[0], d.depth), j), elementOf(d.input)), acc);
      Value r = e.convert(e.load(w, e.add(e.times(output, d.depth), j), elementOf(d.weight)), acc);
      return SmallVector<Value>{isa<FloatType>(acc) ? e.fma(l, r, sum[0]) : e.add(sum[0], e.mul(l, r))};
    })[0];
    k.finish(sum, i);
  });
}

} // namespace

void cpu::emitDense(Kernel &kernel, const Dense &dense) {
  bool isDone = false;
  kernel.e.first([&] { isDone = (!isConstant(dense.weight) && emitBitPlanes(kernel, dense)) || emitSparse(kernel, dense); });
  if (isDone)
    return;
  bool constant = isConstant(dense.weight) || dense.weight.getDefiningOp<codec::LookupOp>();
  if ((constant && isConstant(dense.bias)) || paysToPack(dense))
    DenseKernel(kernel, dense).emit();
  else
    emitDynamic(kernel, dense);
}

LogicalResult cpu::emitLinear(Kernel &k, nn::LinearOp op) {
  auto in = cast<RankedTensorType>(op.getInput().getType()), w = cast<RankedTensorType>(op.getWeight().getType());
  k.walk(anchorPartition(op));
  emitDense(k, {in.getNumElements() / in.getShape().back(), w.getDimSize(1), w.getDimSize(0), op.getInput(), op.getWeight(), op.getBias()});
  return success();
}

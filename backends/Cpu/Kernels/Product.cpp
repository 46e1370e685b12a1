//===- Product.cpp - register tiles of matrix products ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Product.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

Arithmetic Arithmetic::choose(Emitter &e, Type input, Type weight, Type result) {
  Arithmetic a;
  a.accumulator = computeType(result);
  unsigned bits = a.accumulator.getIntOrFloatBitWidth();
  a.lanes = std::max(1, bits == 64 ? e.target.lanes / 2 : e.target.lanes);
  if (!isa<IntegerType>(input) || !isa<IntegerType>(weight) || bits != 32)
    return a;
  unsigned inputBits = input.getIntOrFloatBitWidth(), weightBits = weight.getIntOrFloatBitWidth();
  bool bytes = inputBits <= 8, signedWeights = weightBits <= (isUnsigned(weight) ? 7u : 8u);
  a.dot4 = e.target.x86 && bytes && signedWeights;
  a.flipSign = a.dot4 && !isUnsigned(input);
  return a;
}

void Arithmetic::usePairs(Emitter &e, Type input, Type weight) {
  auto isWord = [](Type t) { return isa<IntegerType>(t) && t.getIntOrFloatBitWidth() <= (isUnsigned(t) ? 15u : 16u); };
  dot2 = e.target.x86 && !dot4 && accumulator.isInteger(32) && lanes >= 4 && isWord(input) && isWord(weight);
}

static Value asBytes(Emitter &e, Value dwords) {
  return e.bitcast(dwords, e.vec(e.b.getI8Type(), e.lanesOf(dwords) * 4));
}

static StringRef pairProduct(int lanes) {
  return lanes == 16 ? "llvm.x86.avx512.pmaddw.d.512" : lanes == 8 ? "llvm.x86.avx2.pmadd.wd" : "llvm.x86.sse2.pmadd.wd";
}

/// Without VNNI: even and odd bytes are widened to i16 pairs, whose products pmaddwd sums exactly.
static Value dot4Widened(Emitter &e, Value acc, Value bytes, Value weights) {
  int lanes = e.lanesOf(acc);
  Type words = e.vec(e.b.getI16Type(), lanes * 2);
  StringRef name = pairProduct(lanes);
  Value x = e.bitcast(bytes, words), w = e.bitcast(weights, words), eight = e.integer(words, 8);
  Value xEven = arith::AndIOp::create(e.b, e.loc, x, e.integer(words, 255));
  Value xOdd = arith::ShRUIOp::create(e.b, e.loc, x, eight);
  Value wEven = arith::ShRSIOp::create(e.b, e.loc, arith::ShLIOp::create(e.b, e.loc, w, eight), eight);
  Value wOdd = arith::ShRSIOp::create(e.b, e.loc, w, eight);
  acc = e.add(acc, e.intrinsic(name, acc.getType(), {xEven, wEven}));
  return e.add(acc, e.intrinsic(name, acc.getType(), {xOdd, wOdd}));
}

/// Two products of words to a lane. (−2^15)² twice is 2^31, and so is exact modulo 2^32, as sums are (A3).
static Value addPairs(Emitter &e, Value acc, Value left, Value weights) {
  int lanes = e.lanesOf(acc);
  Type words = e.vec(e.b.getI16Type(), lanes * 2);
  Value l = e.bitcast(left, words), w = e.bitcast(weights, words);
  if (e.target.vnni && lanes > 4)
    return e.intrinsic(lanes == 16 ? "llvm.x86.avx512.vpdpwssd.512" : "llvm.x86.avx512.vpdpwssd.256", acc.getType(), {acc, l, w});
  return e.add(acc, e.intrinsic(pairProduct(lanes), acc.getType(), {l, w}));
}

Value cpu::multiplyAdd(Emitter &e, const Arithmetic &arithmetic, Value acc, Value left, Value weights) {
  if (arithmetic.dot2)
    return addPairs(e, acc, left, weights);
  if (!arithmetic.dot4)
    return isa<FloatType>(arithmetic.accumulator) ? e.fma(left, weights, acc) : e.add(acc, e.mul(left, weights));
  if (!e.target.vnni)
    return dot4Widened(e, acc, left, weights);
  StringRef name = e.lanesOf(acc) == 16 ? "llvm.x86.avx512.vpdpbusd.512" : "llvm.x86.avx512.vpdpbusd.256";
  return e.intrinsic(name, acc.getType(), {acc, asBytes(e, left), asBytes(e, weights)});
}

Value cpu::wordsOf(Kernel &kernel, Value input, int64_t rows, int64_t depth) {
  Emitter &e = kernel.e;
  Type element = elementOf(input), i16 = e.b.getI16Type();
  Value from = kernel.pointer(input);
  const int64_t stride = llvm::alignTo(depth, 2);
  if (storageType(element) == i16 && stride == depth)
    return from;
  Value words = kernel.scratch(rows * stride * 2);
  auto widenRow = [&](Value row) {
    coverRow(e, depth, e.target.lanes, [&](Value i, int lanes) {
      Value v = e.widen(e.rawLoad(e.at(from, e.add(e.times(row, depth), i), storageType(element)), storageType(element), lanes), element);
      e.rawStore(e.convert(v, i16), e.at(words, e.add(e.times(row, stride), i), i16));
    });
    if (stride != depth)
      e.rawStore(e.integer(i16, 0), e.at(words, e.plus(e.times(row, stride), depth), i16));
  };
  e.share(0, rows, 1, widenRow);
  e.barrier();
  return words;
}

TileShape cpu::tileShape(const Emitter &e, const Arithmetic &arithmetic) {
  int rows = e.target.rowTile, cols = e.target.colTile;
  if (arithmetic.dot4 && !e.target.vnni) // temporaries of the widening need registers
    rows = std::max(2, rows / 2);
  return {rows, cols, rows * cols};
}

Product::Values Product::body(Value k, int products, Values sums) const {
  for (int u = 0; u < products; ++u) {
    Values vectors;
    for (int c = 0; c < cols; ++c)
      vectors.push_back(right(k, u, c));
    // Rows outside, columns inside: one splat lives at a time.
    for (int r = 0; r < rows; ++r) {
      Value scalar = left(k, u, r);
      for (int c = 0; c < cols; ++c) {
        Value &sum = sums[((u % splits) * rows + r) * cols + c];
        sum = step(sum, scalar, vectors[c]);
      }
    }
  }
  return sums;
}

Product::Values Product::run(Emitter &e, int64_t steps, int rest, Values inits) const {
  Values sums = std::move(inits);
  Type type = sums.front().getType();
  Value zero = isa<FloatType>(getElementTypeOrSelf(type)) ? e.number(type, 0) : e.integer(type, 0);
  sums.resize(rows * cols * splits, zero);
  if (steps == 1)
    sums = body(e.index(0), unroll, sums);
  else if (steps > 1)
    sums = e.loopCarry(e.index(0), e.index(steps), 1, sums, [&](Value k, ValueRange carried) {
      return body(k, unroll, Values(carried.begin(), carried.end()));
    });
  if (rest > 0)
    sums = body(e.index(steps), rest, sums);
  int tile = rows * cols;
  for (int width = splits; width > 1; width /= 2) // ((s0 + s1) + (s2 + s3))
    for (int s = 0; s < width / 2; ++s)
      for (int i = 0; i < tile; ++i)
        sums[s * tile + i] = e.add(sums[2 * s * tile + i], sums[(2 * s + 1) * tile + i]);
  sums.resize(tile);
  return sums;
}

//===- BitTranspose.cpp - samples of elements to vectors of one bit, and back ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// A chunk is as many bytes of each row as a vector holds. Three stages, for chunk bytes f, samples s = 64·part + 8·group + r
// and planes c (bits of a byte):
//   rows r → byte vectors [c][group], whose byte f holds the bits of eight samples: bit matrices, or shifts and masks;
//   byte vectors of a part → [c][h], h < 8, whose word q holds the 64 samples of byte 16·(q / 2) + 2·h + q % 2: three perfect shuffles;
//   words of all parts → one vector for each byte: a transposition of words.
#include "backends/Cpu/Kernels/BitTranspose.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

BitTranspose::BitTranspose(Kernel &k) : k(k), e(k.e), bytes(k.e.target.lanes * 4), parts(bytes / 8) {
  words = e.vec(e.i64(), parts), i8 = e.b.getI8Type();
  bytesScratch = k.scratch(8 * 8 * bytes);
  wordsScratch = k.scratch(8 * 8 * parts * bytes);
}

Value BitTranspose::load(Value base, Value vector) { return e.rawLoad(e.at(base, e.times(vector, bytes), i8), e.i64(), parts); }
void BitTranspose::store(Value v, Value base, Value vector) { e.rawStore(v, e.at(base, e.times(vector, bytes), i8)); }

Value BitTranspose::shift(Value v, int left) {
  if (left == 0)
    return v;
  Value by = e.integer(words, left > 0 ? left : -left);
  return left > 0 ? Value(arith::ShLIOp::create(e.b, e.loc, v, by)) : Value(arith::ShRUIOp::create(e.b, e.loc, v, by));
}

BitTranspose::Vectors BitTranspose::transposeBits(Vectors v) {
  constexpr uint64_t kLow[3] = {0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F}; // bits whose number has bit j clear
  for (int j = 0; j < 3; ++j)
    for (int r = 0; r < 8; ++r) {
      if (r >> j & 1)
        continue;
      Value a = v[r], b = v[r | 1 << j], low = e.integer(words, kLow[j]), high = e.integer(words, ~kLow[j]);
      auto both = [&](Value x, Value m) { return arith::AndIOp::create(e.b, e.loc, x, m).getResult(); };
      auto either = [&](Value x, Value y) { return arith::OrIOp::create(e.b, e.loc, x, y).getResult(); };
      v[r] = either(both(a, low), both(shift(b, 1 << j), high));
      v[r | 1 << j] = either(both(shift(a, -(1 << j)), low), both(b, high));
    }
  return v;
}

BitTranspose::Vectors BitTranspose::shuffleBytes(Vectors v, int rounds) {
  Type asBytes = e.vec(i8, bytes);
  SmallVector<int64_t> low, high; // vpunpcklbw, vpunpckhbw
  for (int lane = 0; lane < bytes; lane += 16)
    for (int i = 0; i < 8; ++i) {
      low.append({lane + i, bytes + lane + i});
      high.append({lane + 8 + i, bytes + lane + 8 + i});
    }
  for (Value &x : v)
    x = e.bitcast(x, asBytes);
  for (int round = 0; round < rounds; ++round) {
    Vectors next(8);
    for (int j = 0; j < 4; ++j) {
      next[2 * j] = vector::ShuffleOp::create(e.b, e.loc, v[j], v[j + 4], low);
      next[2 * j + 1] = vector::ShuffleOp::create(e.b, e.loc, v[j], v[j + 4], high);
    }
    v = next;
  }
  for (Value &x : v)
    x = e.bitcast(x, words);
  return v;
}

BitTranspose::Vectors BitTranspose::transposeWords(Vectors v) {
  SmallVector<int64_t> low, high;
  for (int i = 0; i < parts / 2; ++i) {
    low.append({i, parts + i});
    high.append({parts / 2 + i, parts + parts / 2 + i});
  }
  for (int width = 1; width < parts; width *= 2) {
    Vectors next(parts);
    for (int j = 0; j < parts / 2; ++j) {
      next[2 * j] = vector::ShuffleOp::create(e.b, e.loc, v[j], v[j + parts / 2], low);
      next[2 * j + 1] = vector::ShuffleOp::create(e.b, e.loc, v[j], v[j + parts / 2], high);
    }
    v = next;
  }
  return v;
}

/// Whole vectors of a row, the last one overlapping where there is no whole one left; or the one there is, with `count` bytes.
void BitTranspose::chunks(int64_t rowBytes, function_ref<void(Value, int)> body) {
  if (rowBytes < bytes)
    return body(e.index(0), rowBytes);
  int64_t whole = rowBytes / bytes * bytes;
  e.loop(0, whole, bytes, [&](Value base) { body(base, 0); });
  if (whole < rowBytes)
    body(e.index(rowBytes - bytes), 0);
}

void BitTranspose::toVectors(Value from, int64_t rowBytes, int64_t rows, int planes, Value vectors) {
  int64_t usedParts = llvm::divideCeil(rows, 64);
  chunks(rowBytes, [&](Value base, int count) {
    auto gatherRows = [&](Value part, Value group, int there) {
      Vectors v;
      for (int r = 0; r < 8; ++r) {
        if (r >= there) {
          v.push_back(zero());
          continue;
        }
        Value row = e.plus(e.add(e.times(part, 64), e.times(group, 8)), r);
        Value raw = e.rawLoad(e.at(from, e.add(e.times(row, rowBytes), base), i8), i8, bytes, count);
        v.push_back(e.bitcast(raw, words));
      }
      if (planes >= 4)
        v = transposeBits(v);
      for (int c = 0; c < planes; ++c) {
        Value sum = planes >= 4 ? v[c] : zero();
        for (int r = 0; planes < 4 && r < there; ++r) {
          Value bits = arith::AndIOp::create(e.b, e.loc, shift(v[r], r - c), e.integer(words, 0x0101010101010101 << r));
          sum = arith::OrIOp::create(e.b, e.loc, sum, bits);
        }
        store(sum, bytesScratch, e.plus(group, c * 8));
      }
    };
    auto toWords = [&](Value part) {
      e.loop(0, planes, 1, [&](Value c) {
        Vectors v;
        for (int i = 0; i < 8; ++i)
          v.push_back(load(bytesScratch, e.plus(e.times(c, 8), i)));
        v = shuffleBytes(v, 3);
        for (int h = 0; h < 8; ++h)
          store(v[h], wordsScratch, e.add(e.times(e.plus(e.times(c, 8), h), parts), part));
      });
    };
    e.loop(0, rows / 64, 1, [&](Value part) {
      e.loop(0, 8, 1, [&](Value group) { gatherRows(part, group, 8); });
      toWords(part);
    });
    if (int64_t rest = rows % 64) {
      for (int group = 0; group < 8; ++group)
        gatherRows(e.index(rows / 64), e.index(group), std::clamp<int64_t>(rest - group * 8, 0, 8));
      toWords(e.index(rows / 64));
    }
    for (int c = 0; c < planes; ++c)
      e.loop(0, 8, 1, [&](Value h) {
        Vectors v;
        for (int part = 0; part < parts; ++part)
          v.push_back(part < usedParts ? load(wordsScratch, e.plus(e.times(e.plus(h, c * 8), parts), part)) : zero());
        v = transposeWords(v);
        for (int q = 0; q < parts; ++q) {
          // With a single partial chunk, bytes beyond the row go to vectors that the caller left room for.
          Value byte = e.plus(e.add(base, e.times(h, 2)), 16 * (q / 2) + q % 2);
          store(v[q], vectors, e.plus(e.times(byte, planes), c));
        }
      });
  });
}

void BitTranspose::toRows(Value vectors, Value slots, Value to, int64_t rowBytes, int64_t rows, int planes) {
  Type i32 = e.b.getI32Type();
  int64_t usedParts = llvm::divideCeil(rows, 64);
  chunks(rowBytes, [&](Value base, int count) {
    e.loop(0, planes, 1, [&](Value c) {
      e.loop(0, 8, 1, [&](Value h) {
        Vectors v;
        for (int q = 0; q < parts; ++q) {
          Value byte = e.plus(e.add(base, e.times(h, 2)), 16 * (q / 2) + q % 2);
          Value slot = e.rawLoad(e.at(slots, e.add(e.times(byte, planes), c), i32), i32, 1);
          v.push_back(load(vectors, e.b.createOrFold<arith::ExtUIOp>(e.loc, e.i64(), slot)));
        }
        v = transposeWords(v);
        for (int part = 0; part < usedParts; ++part)
          store(v[part], wordsScratch, e.plus(e.times(e.add(e.times(c, 8), h), parts), part));
      });
    });
    auto toBytes = [&](Value part) {
      e.loop(0, planes, 1, [&](Value c) {
        Vectors v;
        for (int h = 0; h < 8; ++h)
          v.push_back(load(wordsScratch, e.add(e.times(e.plus(e.times(c, 8), h), parts), part)));
        v = shuffleBytes(v, 4);
        for (int i = 0; i < 8; ++i)
          store(v[i], bytesScratch, e.plus(e.times(c, 8), i));
      });
    };
    auto scatterRows = [&](Value part, Value group, int there) {
      Vectors v;
      for (int c = 0; c < planes; ++c)
        v.push_back(load(bytesScratch, e.plus(group, c * 8)));
      if (planes >= 4) {
        v.resize(8, zero());
        v = transposeBits(v);
      }
      for (int r = 0; r < there; ++r) {
        Value sum = planes >= 4 ? v[r] : zero();
        for (int c = 0; planes < 4 && c < planes; ++c) {
          Value bits = arith::AndIOp::create(e.b, e.loc, shift(v[c], c - r), e.integer(words, 0x0101010101010101 << c));
          sum = arith::OrIOp::create(e.b, e.loc, sum, bits);
        }
        Value row = e.plus(e.add(e.times(part, 64), e.times(group, 8)), r);
        e.rawStore(e.bitcast(sum, e.vec(i8, bytes)), e.at(to, e.add(e.times(row, rowBytes), base), i8), count);
      }
    };
    e.loop(0, rows / 64, 1, [&](Value part) {
      toBytes(part);
      e.loop(0, 8, 1, [&](Value group) { scatterRows(part, group, 8); });
    });
    if (int64_t rest = rows % 64) {
      toBytes(e.index(rows / 64));
      for (int group = 0; group * 8 < rest; ++group)
        scatterRows(e.index(rows / 64), e.index(group), std::min<int64_t>(rest - group * 8, 8));
    }
  });
}

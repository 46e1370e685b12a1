//===- BitTranspose.h - samples of elements to vectors of one bit, and back -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_BITTRANSPOSE_H
#define BACKENDS_CPU_KERNELS_BITTRANSPOSE_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// Moves bits between rows of bytes, one row per sample, and bit vectors, one per bit of a row: bit s of a bit vector belongs to
/// sample s of a block. A block is as many samples as a vector has bits. Emits loops; the time is that of a few operations per
/// row and vector, and the index arithmetic is done by shuffles: a perfect shuffle of 2^a vectors of 2^b elements rotates the
/// a + b bits of an element's number (Stone, IEEE Trans. Computers C-20(2), 1971).
class BitTranspose {
public:
  using Value = mlir::Value;
  /// `k` gives scratch memory.
  explicit BitTranspose(Kernel &k);
  int vectorBytes() const { return bytes; }
  int blockSamples() const { return bytes * 8; }

  /// Bits 0 … planes−1 of byte p of row s, s < rows ≤ blockSamples, to bit vector p · planes + c at `vectors`. Bits of
  /// samples that are not there are 0.
  void toVectors(Value from, int64_t rowBytes, int64_t rows, int planes, Value vectors);
  /// The other way: bit c of byte p is from the bit vector numbered slots[p · planes + c], an array of i32.
  void toRows(Value vectors, Value slots, Value to, int64_t rowBytes, int64_t rows, int planes);

private:
  using Vectors = mlir::SmallVector<Value, 8>;
  Value load(Value base, Value vector);
  void store(Value v, Value base, Value vector);
  Value shift(Value v, int left);
  Value zero() { return e.integer(words, 0); }
  /// Bit c of byte b of vector r ↔ bit r of byte b of vector c.
  Vectors transposeBits(Vectors rows);
  /// `rounds` perfect shuffles of 8 vectors of bytes, within 16-byte lanes.
  Vectors shuffleBytes(Vectors v, int rounds);
  /// log2 n perfect shuffles of n vectors of n words: their transposition.
  Vectors transposeWords(Vectors v);
  void chunks(int64_t rowBytes, mlir::function_ref<void(Value base, int count)> body);

  Kernel &k;
  Emitter &e;
  int bytes, parts; // bytes of a vector; words of a vector, and groups of 64 samples in a block
  mlir::Type words, i8;
  Value bytesScratch, wordsScratch; // [plane][group of 8 samples], [plane][h][part]
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_BITTRANSPOSE_H

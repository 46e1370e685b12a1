//===- Codec.h - what compressed weights evaluate to ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_CODEC_H
#define RUNTIME_REFERENCE_CODEC_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// A9: `w[r, …] = codebook[r·G/R, codes[r, …]]`; codes `[R, …]`, codebook `[G, K]` of any type, G divides R. Error if a
/// code is K or more. Source: Samragh et al., FCCM 2017.
Result<Tensor> lookup(const Tensor &codes, const Tensor &codebook);

/// A11: the k-th set element of the mask, in row-major order, gets `values[k]`, all others 0; values `[E]` of any type, mask of
/// ui1 in the weight's shape. Error if the mask does not have E elements set.
Result<Tensor> scatter(const Tensor &values, const Tensor &mask);

/// A15: `w[r, …] = (Σ_t ±2^(v−1)) << shift` over the codes `[T, R, …]`, unsigned of 2 to 5 bits: the top bit is the sign, the others v; v = 0 adds 0. Error
/// if a sum is outside of `type`.
Result<Tensor> powers(const Tensor &codes, int64_t shift, ElementType type);

/// A16: `w[r, …] = (−2^(n−1)·p[n−1, r, …] + Σ_{t < n−1} 2^t·p[t, r, …]) << shift` of planes `[n, R, …]` of ui1. Error if `type` is not signed or has
/// fewer than n + shift bits. Source: Lam et al., PrecisionBatching, arXiv 2003.00822.
Result<Tensor> bitplanes(const Tensor &planes, int64_t shift, ElementType type);

/// A10: references `[G]`, deltas `[R, …]`, both integers. The positions of all rows, one row after the other, are G equal runs. Fixed:
/// `w = ref[g] + d·2^shift`; consecutive: `w = (the weight before, of a run's first the reference) + d·2^shift`. With channels = C, position s·C + c of a
/// row is its element c·S + s, else the same. Error if a weight does not fit `type`. Source: Federl et al., arXiv 2606.16516.
Result<Tensor> delta(const Tensor &references, const Tensor &deltas, ElementType type, bool consecutive, int64_t shift, int64_t channels);

/// Element of a row of `count` at position `position` of the stream order of `channels` channels; 0: the same.
int64_t elementAt(int64_t position, int64_t count, int64_t channels);

/// A13: `w[i·b+u, j·b+v, t] = vectors[i, j, (u−v) mod b, t]` of vectors `[R/b, C/b, b, …]`, of any type. With channels, which only a
/// `[R, C]` has, columns are positions as in `delta`.
Result<Tensor> circulant(const Tensor &vectors, int64_t channels);

/// What `codec.huffman` says besides its operands: used bits, the value of symbol 0, elements per symbol.
struct HuffmanAttributes {
  int64_t bits = 0, first = 0, group = 1;
};

/// A17: integers of `type` in `shape` from canonical Huffman codes. `lengths` `[S]` has the length of each symbol's word (0: none, at most
/// 15); `bytes` the words, the first bit in the highest bit of the first byte. Error where the lengths are no prefix code, the bits end too
/// early or too late, or a symbol is no value of the type.
Result<Tensor> huffman(const Tensor &bytes, const Tensor &lengths, const HuffmanAttributes &attributes, ElementType type, Shape shape);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_CODEC_H

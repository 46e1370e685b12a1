//===- select.h - matrix-vector unit for n of every m inputs ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_SELECT_H
#define WEFT_HLS_SELECT_H

#include "weft/hls/beat.h"
#include "weft/hls/mvu.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// Bits of a number below `count`, at least 1.
constexpr int indexBits(int count) { return count <= 2 ? 1 : 1 + indexBits((count + 1) / 2); }

} // namespace detail

/// Matrix-vector unit, rules A3 and A11n: KEEP of every OF inputs count, the same ones for SHARE sums. Source is a WeightSource, or the type of
/// weights that are stored as they are, of the K·KEEP/OF weights of each sum: as in mvu() with L = SIMD·KEEP/OF inputs in parallel. Row
/// nf·SF + sf of `indices` holds the indices of a step within their groups, ⌈log2 OF⌉ bits each (at least 1), L for each SHARE sums.
template <class Source, int OF, int KEEP, int SHARE, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Table, class IndexWord, std::size_t IndexRows, std::size_t IndexWords, class Bias>
void mvuSelect(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words], const Table &table,
               const IndexWord (&indices)[IndexRows][IndexWords], const Bias (&bias)[N / PE][PE], unsigned frames) {
  static_assert(K % SIMD == 0 && N % PE == 0, "SIMD divides K and PE divides N");
  static_assert(SIMD % OF == 0 && KEEP <= OF && PE % SHARE == 0, "whole groups of inputs, and all sums that share indices");
  constexpr int SF = K / SIMD, NF = N / PE, LANES = SIMD / OF * KEEP, SETS = PE / SHARE;
  static_assert(IndexRows == std::size_t(SF) * NF, "one row of indices for each step of a vector");
  Beat<X, SIMD> vector[SF];
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  detail::WeightReader<typename detail::SourceOf<Source>::Type, PE, LANES, SF * LANES, N> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)
  for (unsigned f = 0; f < frames; ++f) {
    for (int v = 0; v < VECTORS; ++v) {
      for (int nf = 0; nf < NF; ++nf) {
        for (int sf = 0; sf < SF; ++sf) {
          WEFT_HLS(PIPELINE II = 1)
          if (nf == 0)
            vector[sf] = in.read();
          const Beat<X, SIMD> beat = vector[sf];
          reader.read(weights, table, nf, sf);
          X x[SETS * LANES];
          WEFT_HLS(ARRAY_PARTITION variable = x complete)
          for (int i = 0; i < SETS * LANES; ++i) {
            WEFT_HLS(UNROLL)
            const int index = int(toInt64(romElement<Int<detail::indexBits(OF), false>>(indices[nf * SF + sf], i)));
            x[i] = beat.lane[i % LANES / KEEP * OF + index];
          }
          const Beat<Acc, PE> result = detail::accumulate<SHARE, Acc>(sum, reader.weight, x, bias[nf], sf == 0);
          if (sf == SF - 1)
            out.write(result);
        }
      }
    }
  }
}

/// The same for a source without a table.
template <class Source, int OF, int KEEP, int SHARE, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class IndexWord, std::size_t IndexRows, std::size_t IndexWords, class Bias>
void mvuSelect(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
               const IndexWord (&indices)[IndexRows][IndexWords], const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  mvuSelect<Source, OF, KEEP, SHARE, VECTORS, K, N>(in, out, weights, detail::NoTable(), indices, bias, frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_SELECT_H

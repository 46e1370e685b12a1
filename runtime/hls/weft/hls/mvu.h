//===- mvu.h - matrix-vector units: dense and depthwise weights *- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_MVU_H
#define WEFT_HLS_MVU_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// A step of a matrix-vector unit: PE sums get SIMD products each, and begin with their biases where the step is the first of its vector.
/// SHARE sums multiply the same inputs: input s of sum p is x[p / SHARE · SIMD + s].
template <int SHARE, class Acc, int PE, int SIMD, class W, class X, std::size_t Inputs, class Bias>
Beat<Acc, PE> accumulate(Sum<Acc> (&sum)[PE], const W (&weight)[PE][SIMD], const X (&x)[Inputs], const Bias (&bias)[PE], bool first) {
  WEFT_HLS(INLINE)
  static_assert(Inputs == std::size_t(PE / SHARE) * SIMD, "an input for each product of each set of sums");
  Beat<Acc, PE> result;
  for (int p = 0; p < PE; ++p) {
    WEFT_HLS(UNROLL)
    Sum<Acc> acc = first ? Sum<Acc>(bias[p]) : sum[p];
    for (int s = 0; s < SIMD; ++s) {
      WEFT_HLS(UNROLL)
      acc += weight[p][s] * x[p / SHARE * SIMD + s];
    }
    sum[p] = acc;
    result.lane[p] = Acc(acc);
  }
  return result;
}

} // namespace detail

/// Matrix-vector unit, rule A3: N sums over vectors of K inputs, PE sums and SIMD inputs of each at
/// a time. A frame has VECTORS vectors. Source is a WeightSource, or the type of weights that are stored
/// as they are: then row nf·SF + sf of the ROM holds the PE × SIMD weights of a step, the SIMD weights of
/// the first sum first. X, the weights and Acc are Ints; Acc holds every partial sum.
template <class Source, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Table, class Bias>
void mvu(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
         const Table &table, const Bias (&bias)[N / PE][PE], unsigned frames) {
  static_assert(K % SIMD == 0 && N % PE == 0, "SIMD divides K and PE divides N");
  constexpr int SF = K / SIMD, NF = N / PE;
  Beat<X, SIMD> vector[SF];
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  detail::WeightReader<typename detail::SourceOf<Source>::Type, PE, SIMD, K, N> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)
  for (unsigned f = 0; f < frames; ++f) {
    for (int v = 0; v < VECTORS; ++v) {
      for (int nf = 0; nf < NF; ++nf) {
        for (int sf = 0; sf < SF; ++sf) {
          WEFT_HLS(PIPELINE II = 1)
          if (nf == 0)
            vector[sf] = in.read();
          const Beat<X, SIMD> x = vector[sf];
          reader.read(weights, table, nf, sf);
          const Beat<Acc, PE> result = detail::accumulate<PE, Acc>(sum, reader.weight, x.lane, bias[nf], sf == 0);
          if (sf == SF - 1)
            out.write(result);
        }
      }
    }
  }
}

/// The same for a source without a table.
template <class Source, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Bias>
void mvu(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
         const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  mvu<Source, VECTORS, K, N>(in, out, weights, detail::NoTable(), bias, frames);
}

/// Depthwise unit, rule A3 with one input channel per output channel: PE channels at a time, in
/// depthwise order (D4). A frame has PIXELS output pixels. Row cf·TAPS + t of the ROM holds the PE
/// weights of a step.
template <class Weight, int PIXELS, int C, int TAPS, class X, int PE, class Acc, class Word,
          std::size_t Rows, std::size_t Words, class Bias>
void depthwise(Stream<Beat<X, PE>> &in, Stream<Beat<Acc, PE>> &out,
               const Word (&weights)[Rows][Words], const Bias (&bias)[C / PE][PE],
               unsigned frames) {
  static_assert(C % PE == 0, "PE divides the channels");
  constexpr int CF = C / PE;
  static_assert(Rows == std::size_t(CF) * TAPS, "one ROM row for each step of a pixel");
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < PIXELS; ++i) {
      for (int cf = 0; cf < CF; ++cf) {
        for (int t = 0; t < TAPS; ++t) {
          WEFT_HLS(PIPELINE II = 1)
          const Beat<X, PE> x = in.read();
          Beat<Acc, PE> result;
          for (int p = 0; p < PE; ++p) {
            WEFT_HLS(UNROLL)
            Sum<Acc> acc = t == 0 ? Sum<Acc>(bias[cf][p]) : sum[p];
            acc += romElement<Weight>(weights[cf * TAPS + t], p) * x.lane[p];
            sum[p] = acc;
            result.lane[p] = Acc(acc);
          }
          if (t == TAPS - 1)
            out.write(result);
        }
      }
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_MVU_H

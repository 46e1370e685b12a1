//===- shift.h - matrix-vector units without multipliers -------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_SHIFT_H
#define WEFT_HLS_SHIFT_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// x · (the value of code t of a weight, A15): a shift, and the sign. The top bit of a code is the sign, the others v: 0 for v = 0, else
/// 2^(v − 1 + SHIFT).
template <class Acc, int TERMS, int SHIFT, class Codes, class X> inline Sum<Acc> shiftByCode(const X &x, const Codes &codes, int t) {
  constexpr int W = IntTraits<Codes>::width / TERMS;
  const int code = int(toBits(codes) >> (t * W)) & ((1 << W) - 1), v = code & ((1 << (W - 1)) - 1);
  const Sum<Acc> moved = v == 0 ? Sum<Acc>(0) : shiftedLeft<Acc>(Sum<Acc>(x), v - 1 + SHIFT);
  return code >> (W - 1) ? Sum<Acc>(-moved) : moved;
}

} // namespace detail

/// Matrix-vector unit, rules A3 and A15: weights are sums of TERMS powers of two, shifted left by SHIFT places, and products are shifts.
/// Source is as in mvu(), its weights being unsigned Ints of TERMS codes side by side, the first in the least significant bits.
template <class Source, int TERMS, int SHIFT, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Table, class Bias>
void mvuShift(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&codes)[Rows][Words], const Table &table,
              const Bias (&bias)[N / PE][PE], unsigned frames) {
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
          reader.read(codes, table, nf, sf);
          Beat<Acc, PE> result;
          for (int p = 0; p < PE; ++p) {
            WEFT_HLS(UNROLL)
            Sum<Acc> acc = sf == 0 ? Sum<Acc>(bias[nf][p]) : sum[p];
            for (int s = 0; s < SIMD; ++s) {
              WEFT_HLS(UNROLL)
              for (int t = 0; t < TERMS; ++t) {
                WEFT_HLS(UNROLL)
                acc += detail::shiftByCode<Acc, TERMS, SHIFT>(x.lane[s], reader.weight[p][s], t);
              }
            }
            sum[p] = acc;
            result.lane[p] = Acc(acc);
          }
          if (sf == SF - 1)
            out.write(result);
        }
      }
    }
  }
}

/// The same for a source without a table.
template <class Source, int TERMS, int SHIFT, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Bias>
void mvuShift(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&codes)[Rows][Words],
              const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  mvuShift<Source, TERMS, SHIFT, VECTORS, K, N>(in, out, codes, detail::NoTable(), bias, frames);
}

/// Matrix-vector unit, rules A3 and A16: weights are PLANES planes of bits, shifted left by SHIFT places, and inputs are taken bit by
/// bit, so that a product is an AND and a sum is a population count; PLANES × (bits of X) steps for each one of mvu(). Row
/// (nf·SF + sf)·PLANES + t of the ROM holds bit t of the PE × SIMD weights of a step.
template <int PLANES, int SHIFT, int VECTORS, int K, int N, class X, int SIMD, class Acc, int PE, class Word, std::size_t Rows,
          std::size_t Words, class Bias>
void mvuBitSerial(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&planes)[Rows][Words],
                  const Bias (&bias)[N / PE][PE], unsigned frames) {
  static_assert(K % SIMD == 0 && N % PE == 0, "SIMD divides K and PE divides N");
  constexpr int SF = K / SIMD, NF = N / PE, BITS = IntTraits<X>::width;
  static_assert(Rows == std::size_t(SF) * NF * PLANES, "one ROM row for each plane of each step of a vector");
  Beat<X, SIMD> vector[SF];
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  for (unsigned f = 0; f < frames; ++f) {
    for (int v = 0; v < VECTORS; ++v) {
      for (int nf = 0; nf < NF; ++nf) {
        for (int sf = 0; sf < SF; ++sf) {
          for (int step = 0; step < PLANES * BITS; ++step) {
            WEFT_HLS(PIPELINE II = 1)
            const int t = step / BITS, b = step % BITS;
            if (nf == 0 && step == 0)
              vector[sf] = in.read();
            const Beat<X, SIMD> x = vector[sf];
            // The top plane counts negative, and so does the top bit of a signed input; both together do not.
            const bool negative = (t == PLANES - 1) != (IntTraits<X>::isSigned && b == BITS - 1);
            Beat<Acc, PE> result;
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              int count = 0;
              for (int s = 0; s < SIMD; ++s) {
                WEFT_HLS(UNROLL)
                const unsigned w = unsigned(toBits(romElement<Int<1, false>>(planes[(nf * SF + sf) * PLANES + t], p * SIMD + s)));
                count += int(w & unsigned(toBits(x.lane[s]) >> b));
              }
              const Sum<Acc> part = shiftedLeft<Acc>(Sum<Acc>(count), t + b + SHIFT);
              Sum<Acc> acc = sf == 0 && step == 0 ? Sum<Acc>(bias[nf][p]) : sum[p];
              acc += negative ? Sum<Acc>(-part) : part;
              sum[p] = acc;
              result.lane[p] = Acc(acc);
            }
            if (sf == SF - 1 && step == PLANES * BITS - 1)
              out.write(result);
          }
        }
      }
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_SHIFT_H

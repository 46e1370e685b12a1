//===- clustered.h - matrix-vector unit for clustered weights --*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_CLUSTERED_H
#define WEFT_HLS_CLUSTERED_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// Adds the inputs of a step to the sums of their clusters.
template <class Code, int CLUSTERS, class Bucket, class X, int SIMD, class Word, std::size_t Words>
inline void addToClusters(Bucket (&bucket)[CLUSTERS], const Beat<X, SIMD> &x,
                          const Word (&row)[Words], int first) {
#if WEFT_HLS_SELECT_BY_COMPARE
  for (int k = 0; k < CLUSTERS; ++k) {
    WEFT_HLS(UNROLL)
    for (int s = 0; s < SIMD; ++s) {
      WEFT_HLS(UNROLL)
      if (romElement<Code>(row, first + s) == Code(k))
        bucket[k] += x.lane[s];
    }
  }
#else
  for (int s = 0; s < SIMD; ++s)
    bucket[toInt64(romElement<Code>(row, first + s))] += x.lane[s];
#endif
}

/// First half: per output the sum of the inputs of each cluster. ROM as in mvu(), of codes.
template <class Code, int VECTORS, int K, int N, int CLUSTERS, class X, int SIMD, class Bucket,
          int LANES, class Word, std::size_t Rows, std::size_t Words>
void accumulateClusters(Stream<Beat<X, SIMD>> &in, Stream<Beat<Bucket, LANES>> &out,
                        const Word (&codes)[Rows][Words], unsigned frames) {
  constexpr int PE = LANES / CLUSTERS, SF = K / SIMD, NF = N / PE;
  static_assert(Rows == std::size_t(SF) * NF, "one ROM row for each step of a vector");
  Beat<X, SIMD> vector[SF];
  Sum<Bucket> bucket[PE][CLUSTERS] = {};
  WEFT_HLS(ARRAY_PARTITION variable = bucket complete dim = 0)
  for (unsigned f = 0; f < frames; ++f) {
    for (int v = 0; v < VECTORS; ++v) {
      for (int nf = 0; nf < NF; ++nf) {
        for (int sf = 0; sf < SF; ++sf) {
          WEFT_HLS(PIPELINE II = 1)
          if (nf == 0)
            vector[sf] = in.read();
          Beat<Bucket, LANES> result;
          for (int p = 0; p < PE; ++p) {
            WEFT_HLS(UNROLL)
            for (int k = 0; k < CLUSTERS; ++k) {
              WEFT_HLS(UNROLL)
              if (sf == 0)
                bucket[p][k] = 0;
            }
            addToClusters<Code, CLUSTERS>(bucket[p], vector[sf], codes[nf * SF + sf], p * SIMD);
            for (int k = 0; k < CLUSTERS; ++k) {
              WEFT_HLS(UNROLL)
              result.lane[p * CLUSTERS + k] = Bucket(bucket[p][k]);
            }
          }
          if (sf == SF - 1)
            out.write(result);
        }
      }
    }
  }
}

/// Second half: Σ_k codebook[k] · bucket[k] + bias, MULTS products a cycle.
template <class Weight, int VECTORS, int N, int CLUSTERS, int MULTS, class Bucket, int LANES,
          class Acc, int PE, class Entry, std::size_t Groups, class Bias>
void multiplyClusters(Stream<Beat<Bucket, LANES>> &in, Stream<Beat<Acc, PE>> &out,
                      const Entry (&codebook)[Groups][CLUSTERS], const Bias (&bias)[N / PE][PE],
                      unsigned frames) {
  constexpr int DRAIN = (LANES + MULTS - 1) / MULTS;
  static_assert(N % Groups == 0, "the groups divide the outputs (A9)");
  Beat<Bucket, LANES> bucket;
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  for (unsigned f = 0; f < frames; ++f) {
    for (int v = 0; v < VECTORS; ++v) {
      for (int nf = 0; nf < N / PE; ++nf) {
        for (int d = 0; d < DRAIN; ++d) {
          WEFT_HLS(PIPELINE II = 1)
          if (d == 0) {
            bucket = in.read();
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              sum[p] = bias[nf][p];
            }
          }
          for (int m = 0; m < MULTS; ++m) {
            WEFT_HLS(UNROLL)
            const int at = d * MULTS + m, p = at / CLUSTERS, k = at % CLUSTERS;
            if (at < LANES) {
              const int group = (nf * PE + p) * int(Groups) / N;
              sum[p] += Weight(codebook[group][k]) * bucket.lane[at];
            }
          }
          if (d == DRAIN - 1) {
            Beat<Acc, PE> result;
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              result.lane[p] = Acc(sum[p]);
            }
            out.write(result);
          }
        }
      }
    }
  }
}

} // namespace detail

/// Matrix-vector unit with clustered weights, rules A3 and A9, factorized: the inputs of each
/// cluster are summed, then CLUSTERS products make an output. Codes are a ROM as in mvu(); Weight
/// is the codebook's type, Bucket holds a sum of K inputs. The products of one output overlap with
/// the sums of the next, for which MULTS ≥ PE·CLUSTERS / (K/SIMD).
template <class Weight, class Code, class Bucket, int VECTORS, int K, int N, int CLUSTERS,
          int MULTS, class X, int SIMD, class Acc, int PE, class Word, std::size_t Rows,
          std::size_t Words, class Entry, std::size_t Groups, class Bias>
void mvuClustered(Stream<Beat<X, SIMD>> &in, Stream<Beat<Acc, PE>> &out,
                  const Word (&codes)[Rows][Words], const Entry (&codebook)[Groups][CLUSTERS],
                  const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(DATAFLOW)
  static_assert(K % SIMD == 0 && N % PE == 0, "SIMD divides K and PE divides N");
  constexpr int LANES = PE * CLUSTERS;
  Stream<Beat<Bucket, LANES>> buckets("clusters");
  WEFT_HLS(STREAM variable = buckets depth = 2)
  detail::accumulateClusters<Code, VECTORS, K, N, CLUSTERS>(in, buckets, codes, frames);
  detail::multiplyClusters<Weight, VECTORS, N, CLUSTERS, MULTS>(buckets, out, codebook, bias,
                                                                frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_CLUSTERED_H

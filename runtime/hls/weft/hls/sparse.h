//===- sparse.h - matrix-vector unit for clash-free masks ------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_SPARSE_H
#define WEFT_HLS_SPARSE_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// Position of a step in the interleaver: sweep, row, turn of the row.
template <int SWEEPS, int ROWS, int TURNS> struct InterleaverSteps {
  int sweep = 0, row = 0, turn = 0;

  /// Row of the table of start rows: TYPE 1 has one for each step, 2 for each turn of each sweep, 3 for each turn.
  template <int TYPE> int start() const {
    return TYPE == 1 ? (sweep * ROWS + row) * TURNS + turn : TYPE == 2 ? sweep * TURNS + turn : turn;
  }
  /// True where the step was the last one of its vector.
  bool next() {
    if (++turn < TURNS)
      return false;
    turn = 0;
    if (++row < ROWS)
      return false;
    row = 0;
    if (++sweep < SWEEPS)
      return false;
    sweep = 0;
    return true;
  }
};

/// The unit; DITHERS = 0 ignores `lanes`.
template <class Source, int TYPE, int DITHERS, int VECTORS, int K, int N, int FI, int TURNS, class X, int Z, class Acc,
          int PE, class Word, std::size_t Rows, std::size_t Words, class Table, class Start, std::size_t Depth, class Lane,
          std::size_t Lanes, class Bias>
void sparse(Stream<Beat<X, Z>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words], const Table &table,
            const Start (&starts)[Depth][Z], const Lane (&lanes)[Lanes][Z], const Bias (&bias)[N / PE][PE],
            unsigned frames) {
  constexpr int SIMD = Z / PE, SF = FI / SIMD, LOAD = K / Z, ROWS = LOAD / TURNS, SWEEPS = N * FI / K;
  static_assert(Z * LOAD == K && ROWS * TURNS == LOAD && SWEEPS * K == N * FI, "Z memories hold K inputs, and K divides the edges");
  static_assert(SIMD * PE == Z && SF * SIMD == FI && (PE == 1 || SIMD == FI), "Z divides the fan-in or is a multiple of it");
  static_assert(Depth == std::size_t(TYPE == 1 ? SWEEPS * LOAD : TYPE == 2 ? SWEEPS * TURNS : TURNS), "start rows of every step");
  X memory[2][Z][LOAD];
  WEFT_HLS(ARRAY_PARTITION variable = memory complete dim = 2)
  WEFT_HLS(DEPENDENCE variable = memory type = inter dependent = false)
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  WeightReader<typename SourceOf<Source>::Type, PE, SIMD, FI, N> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)

  const unsigned total = frames * VECTORS;
  InterleaverSteps<SWEEPS, ROWS, TURNS> step;
  unsigned taken = 0, done = 0;       // vectors
  bool fresh0 = false, fresh1 = false; // a vector is in the memories for three iterations before it counts
  int writeRow = 0, writeTurn = 0, sf = 0, nf = 0;
  while (done < total) {
    WEFT_HLS(PIPELINE II = 1)
    WEFT_HLS(LOOP_TRIPCOUNT min = N * FI / Z)
    bool fires = taken - done - unsigned(fresh0) - unsigned(fresh1) != 0;
    Beat<X, Z> beat;
    bool accepts = taken < total && taken - done < 2 && in.read_nb(beat);
#ifndef __SYNTHESIS__
    if (!accepts && !fires && !fresh0 && !fresh1) {
      beat = in.read(); // nothing will ever come: the stream says so
      accepts = true;
    }
#endif
    fresh1 = fresh0;
    fresh0 = false;
    const unsigned readBank = done % 2, writeBank = taken % 2;
    if (fires) {
      Beat<Acc, PE> result;
      X x[Z];
      WEFT_HLS(ARRAY_PARTITION variable = x complete)
      for (int i = 0; i < Z; ++i) {
        WEFT_HLS(UNROLL)
        int t = int(starts[step.template start<TYPE>()][i]) + (TYPE == 1 ? 0 : step.row);
        x[i] = memory[readBank][i][step.turn * ROWS + (t >= ROWS ? t - ROWS : t)];
      }
      reader.read(weights, table, nf, sf);
      const int dither = DITHERS > 1 ? step.sweep : 0;
      for (int p = 0; p < PE; ++p) {
        WEFT_HLS(UNROLL)
        Sum<Acc> acc = sf == 0 ? Sum<Acc>(bias[nf][p]) : sum[p];
        for (int s = 0; s < SIMD; ++s) {
          WEFT_HLS(UNROLL)
          const int lane = p * SIMD + s;
          acc += reader.weight[p][s] * x[DITHERS ? int(lanes[dither][lane]) : lane];
        }
        sum[p] = acc;
        result.lane[p] = Acc(acc);
      }
      if (++sf == SF) {
        sf = 0;
        nf = nf + 1 == N / PE ? 0 : nf + 1;
        out.write(result);
      }
      done += step.next();
    }
    if (accepts) {
      for (int i = 0; i < Z; ++i) {
        WEFT_HLS(UNROLL)
        memory[writeBank][i][writeTurn * ROWS + writeRow] = beat.lane[i];
      }
      if (++writeTurn == TURNS) {
        writeTurn = 0;
        if (++writeRow == ROWS) {
          writeRow = 0;
          ++taken;
          fresh0 = true;
        }
      }
    }
  }
}

} // namespace detail

/// Matrix-vector unit for a clash-free mask of type TYPE, rules A3 and A11c: N sums of FI products, Z edges a step, each from
/// another of Z memories, in which input t·Z·TURNS + j·Z + i is word j·(K/Z/TURNS) + t of memory i. Two banks: the next vector
/// comes while one is worked on (T7). Source is a WeightSource of N × FI weights, or the type of weights that are stored as
/// they are: then row c of the ROM holds those of edges c·Z to c·Z + Z − 1; `starts` the rows in which the memories begin.
template <class Source, int TYPE, int VECTORS, int K, int N, int FI, int TURNS, class X, int Z, class Acc, int PE,
          class Word, std::size_t Rows, std::size_t Words, class Table, class Start, std::size_t Depth, class Bias>
void sparseMvu(Stream<Beat<X, Z>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words], const Table &table,
               const Start (&starts)[Depth][Z], const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  detail::sparse<Source, TYPE, 0, VECTORS, K, N, FI, TURNS>(in, out, weights, table, starts, starts, bias, frames);
}

/// The same for a source without a table.
template <class Source, int TYPE, int VECTORS, int K, int N, int FI, int TURNS, class X, int Z, class Acc, int PE,
          class Word, std::size_t Rows, std::size_t Words, class Start, std::size_t Depth, class Bias>
void sparseMvu(Stream<Beat<X, Z>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
               const Start (&starts)[Depth][Z], const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  detail::sparse<Source, TYPE, 0, VECTORS, K, N, FI, TURNS>(in, out, weights, detail::NoTable(), starts, starts, bias, frames);
}

/// The same with a dither: lane i of sweep s gets what memory `lanes[s][i]` read, or `lanes[0][i]` in all sweeps.
template <class Source, int TYPE, int VECTORS, int K, int N, int FI, class X, int Z, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Table, class Start, std::size_t Depth, class Lane, std::size_t Lanes,
          class Bias>
void sparseMvuDithered(Stream<Beat<X, Z>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
                       const Table &table, const Start (&starts)[Depth][Z], const Lane (&lanes)[Lanes][Z],
                       const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  static_assert(Lanes == 1 || Lanes == std::size_t(N) * FI / K, "a dither for all sweeps or for each");
  detail::sparse<Source, TYPE, int(Lanes), VECTORS, K, N, FI, 1>(in, out, weights, table, starts, lanes, bias, frames);
}

template <class Source, int TYPE, int VECTORS, int K, int N, int FI, class X, int Z, class Acc, int PE, class Word,
          std::size_t Rows, std::size_t Words, class Start, std::size_t Depth, class Lane, std::size_t Lanes, class Bias>
void sparseMvuDithered(Stream<Beat<X, Z>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Rows][Words],
                       const Start (&starts)[Depth][Z], const Lane (&lanes)[Lanes][Z], const Bias (&bias)[N / PE][PE],
                       unsigned frames) {
  WEFT_HLS(INLINE)
  sparseMvuDithered<Source, TYPE, VECTORS, K, N, FI>(in, out, weights, detail::NoTable(), starts, lanes, bias, frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_SPARSE_H

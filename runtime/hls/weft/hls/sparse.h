//===- sparse.h - matrix-vector unit for clash-free masks ------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_SPARSE_H
#define WEFT_HLS_SPARSE_H

#include "weft/hls/banks.h"
#include "weft/hls/beat.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {

/// Z memories of K / Z inputs, and what the steps of a clash-free interleaver read from them; DITHERS = 0 ignores `lanes`.
template <int TYPE, int DITHERS, int K, int N, int FI, int TURNS, class X, int Z, int PE> struct InterleavedInputs : RowOfStep {
  static constexpr int LOAD = K / Z, ROWS = LOAD / TURNS, SWEEPS = N * FI / K, steps = N * FI / Z;
  static_assert(Z * LOAD == K && ROWS * TURNS == LOAD && SWEEPS * K == N * FI, "Z memories hold K inputs, and K divides the edges");
  X memory[2][Z][LOAD];
  int writeRow = 0, writeTurn = 0;
  int sweep = 0, row = 0, turn = 0;

  template <class Start, std::size_t Depth, class Lane, std::size_t Lanes>
  void read(unsigned bank, X (&x)[Z], const Start (&starts)[Depth][Z], const Lane (&lanes)[Lanes][Z]) const {
    WEFT_HLS(INLINE)
    static_assert(Depth == std::size_t(TYPE == 1 ? SWEEPS * LOAD : TYPE == 2 ? SWEEPS * TURNS : TURNS), "start rows of every step");
    const int start = TYPE == 1 ? (sweep * ROWS + row) * TURNS + turn : TYPE == 2 ? sweep * TURNS + turn : turn;
    X lane[Z];
    WEFT_HLS(ARRAY_PARTITION variable = lane complete)
    for (int i = 0; i < Z; ++i) {
      WEFT_HLS(UNROLL)
      int t = int(starts[start][i]) + (TYPE == 1 ? 0 : row);
      lane[i] = memory[bank][i][turn * ROWS + (t >= ROWS ? t - ROWS : t)];
    }
    for (int i = 0; i < Z; ++i) {
      WEFT_HLS(UNROLL)
      x[i] = lane[DITHERS ? int(lanes[DITHERS > 1 ? sweep : 0][i]) : i];
    }
  }
  template <class... Tables> bool last(int sf, const Tables &...) const { return sf == FI * PE / Z - 1; }
  template <class... Tables> bool next(const Tables &...) {
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
  bool take(unsigned bank, const Beat<X, Z> &beat) {
    WEFT_HLS(INLINE)
    for (int i = 0; i < Z; ++i) {
      WEFT_HLS(UNROLL)
      memory[bank][i][writeTurn * ROWS + writeRow] = beat.lane[i];
    }
    if (++writeTurn < TURNS)
      return false;
    writeTurn = 0;
    if (++writeRow < ROWS)
      return false;
    writeRow = 0;
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
  static_assert(Z % PE == 0 && (PE == 1 ? FI % Z == 0 : Z / PE == FI), "Z divides the fan-in or is a multiple of it");
  InterleavedInputs<TYPE, DITHERS, K, N, FI, TURNS, X, Z, PE> inputs;
  banked<Source, 1, Z / PE, VECTORS, FI, N>(in, out, weights, table, bias, frames, inputs, starts, lanes);
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

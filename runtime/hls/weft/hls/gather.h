//===- gather.h - matrix-vector unit that reads inputs from lists -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_GATHER_H
#define WEFT_HLS_GATHER_H

#include "weft/hls/banks.h"
#include "weft/hls/beat.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

/// For each memory of a list the beat of the vector at which it begins.
template <int... F> struct Firsts {
  static constexpr int count = int(sizeof...(F));
  static constexpr int beat[sizeof...(F)] = {F...};
};
template <int... F> constexpr int Firsts<F...>::beat[sizeof...(F)];

namespace detail {

/// Memories of DEPTH beats for SETS lists side by side, and where the steps of lists read them: STEPS or fewer for each of LISTS lists, PASSES times.
template <class First, int SETS, int DEPTH, int STEPS, int PASSES, int LISTS, class Gap, int BEATS, class X, int LOAD> struct ListedInputs {
  static constexpr int SIMD = First::count, LANES = SETS * SIMD, steps = LISTS / SETS * PASSES * STEPS;
  Beat<X, LOAD> memory[2][LANES][DEPTH];
  int follows[LANES] = {};
  bool skips[LANES] = {}, reads[LANES] = {};
  int went[LANES] = {}; // rows of each memory of weights
  int beat = 0;
  int t = 0, pass = 0, list = 0, at = 0; // at: the row of gaps

  template <class Start, class Word, std::size_t Rows, std::size_t Words, class Count>
  void read(unsigned bank, X (&x)[LANES], const Start (&starts)[LISTS / SETS][LANES], const Word (&gaps)[Rows][Words],
            const Count (&counts)[LISTS / SETS * PASSES][2]) {
    WEFT_HLS(INLINE)
    WEFT_HLS(ARRAY_PARTITION variable = follows complete)
    WEFT_HLS(ARRAY_PARTITION variable = skips complete)
    WEFT_HLS(ARRAY_PARTITION variable = reads complete)
    const bool idle = counts[list * PASSES + pass][1] != 0;
    for (int i = 0; i < LANES; ++i) {
      WEFT_HLS(UNROLL)
      const int element = t == 0 ? int(starts[list][i]) : follows[i];
      const bool nothing = t == 0 ? idle || element >= DEPTH * LOAD : skips[i];
      reads[i] = !nothing;
      x[i] = nothing ? X(0) : memory[bank][i][element / LOAD].lane[element % LOAD];
      const int64_t gap = toInt64(romElement<Gap>(gaps[at], i));
      skips[i] = gap == (int64_t(1) << IntTraits<Gap>::width) - 1;
      follows[i] = element + int(gap) + (skips[i] ? 0 : 1);
    }
  }
  /// Each memory of weights goes on where that of inputs has read.
  template <class Reader, class Word, std::size_t Rows, std::size_t Words, class Table>
  void weigh(Reader &reader, const Word (&weights)[LANES][Rows][Words], const Table &table, int nf, int sf) {
    WEFT_HLS(INLINE)
    WEFT_HLS(ARRAY_PARTITION variable = went complete)
    reader.read(weights, went, table, nf, sf);
    for (int i = 0; i < LANES; ++i) {
      WEFT_HLS(UNROLL)
      went[i] += reads[i] && went[i] + 1 < int(Rows) ? 1 : 0;
    }
  }
  template <class Starts, class Gaps, class Count>
  bool last(int, const Starts &, const Gaps &, const Count (&counts)[LISTS / SETS * PASSES][2]) const {
    return counts[list * PASSES + pass][1] != 0 || t == int(counts[list * PASSES + pass][0]);
  }
  template <class Starts, class Gaps, class Count>
  bool next(const Starts &starts, const Gaps &gaps, const Count (&counts)[LISTS / SETS * PASSES][2]) {
    if (!last(t, starts, gaps, counts)) {
      ++t, ++at;
      return false;
    }
    const int first = at - t;
    t = 0, at = first;
    if (++pass < PASSES)
      return false;
    at = first + int(counts[list * PASSES][0]) + 1;
    pass = 0;
    if (++list < LISTS / SETS)
      return false;
    list = 0, at = 0;
    for (int i = 0; i < LANES; ++i) {
      WEFT_HLS(UNROLL)
      went[i] = 0;
    }
    return true;
  }
  bool take(unsigned bank, const Beat<X, LOAD> &value) {
    WEFT_HLS(INLINE)
    for (int i = 0; i < LANES; ++i) {
      WEFT_HLS(UNROLL)
      const int word = beat - First::beat[i % SIMD];
      if (word >= 0 && word < DEPTH)
        memory[bank][i][word] = value;
    }
    beat = beat + 1 == BEATS ? 0 : beat + 1;
    return beat == 0;
  }
};

} // namespace detail

/// Matrix-vector unit, rules A3 and A11b: N sums of E products, the inputs of which are listed for SHARE sums at a time. Memory s of a list begins
/// with beat number s of First, has DEPTH beats, and gives the list's inputs s·E/SIMD to (s + 1)·E/SIMD − 1, SIMD being the number of Firsts. `starts`
/// has the first of these, counted from the first element of the memory, for each memory of the lists that are read side by side, and `gaps` how many
/// inputs are left out before the next one, a row for each step, as Gaps. Lists may have fewer than E/SIMD steps: `counts` has for each PE sums the steps
/// of their list less one, and 1 where they take one step that reads nothing. A memory reads nothing, which is 0, in the steps of a list that begins
/// at DEPTH beats, and after a gap with all bits set, which leaves out as many inputs. Two banks: the next vector comes while one is worked on (T7).
/// Source is a WeightSource of N × E weights, or the type of weights that are stored as they are. `weights` is a memory for each memory of inputs, with a
/// row of one weight for each sum that it serves, for each step in which it reads; rows that some memories have less of are anything.
template <class Source, class First, int DEPTH, int SHARE, class Gap, int VECTORS, int K, int N, int E, class X, int LOAD, class Acc, int PE,
          class Word, std::size_t Rows, std::size_t Words, class Table, class Start, std::size_t Lists, std::size_t Lanes, class GapWord,
          std::size_t GapRows, std::size_t GapWords, class Count, class Bias>
void mvuGather(Stream<Beat<X, LOAD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Lanes][Rows][Words], const Table &table,
               const Start (&starts)[Lists][Lanes], const GapWord (&gaps)[GapRows][GapWords], const Count (&counts)[N / PE][2],
               const Bias (&bias)[N / PE][PE], unsigned frames) {
  constexpr int SETS = PE > SHARE ? PE / SHARE : 1, PASSES = PE < SHARE ? SHARE / PE : 1;
  static_assert(K % LOAD == 0 && E % First::count == 0 && N % SHARE == 0, "beats of a vector, steps of a list, lists");
  static_assert(PE > SHARE ? SETS * SHARE == PE : PASSES * PE == SHARE, "PE divides SHARE or is a multiple of it");
  detail::ListedInputs<First, SETS, DEPTH, E / First::count, PASSES, N / SHARE, Gap, K / LOAD, X, LOAD> inputs;
  detail::banked<Source, PE / SETS, First::count, VECTORS, E, N>(in, out, weights, table, bias, frames, inputs, starts, gaps, counts);
}

/// The same for a source without a table.
template <class Source, class First, int DEPTH, int SHARE, class Gap, int VECTORS, int K, int N, int E, class X, int LOAD, class Acc, int PE,
          class Word, std::size_t Rows, std::size_t Words, class Start, std::size_t Lists, std::size_t Lanes, class GapWord,
          std::size_t GapRows, std::size_t GapWords, class Count, class Bias>
void mvuGather(Stream<Beat<X, LOAD>> &in, Stream<Beat<Acc, PE>> &out, const Word (&weights)[Lanes][Rows][Words], const Start (&starts)[Lists][Lanes],
               const GapWord (&gaps)[GapRows][GapWords], const Count (&counts)[N / PE][2],
               const Bias (&bias)[N / PE][PE], unsigned frames) {
  WEFT_HLS(INLINE)
  mvuGather<Source, First, DEPTH, SHARE, Gap, VECTORS, K, N, E>(in, out, weights, detail::NoTable(), starts, gaps, counts, bias, frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_GATHER_H

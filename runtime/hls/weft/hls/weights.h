//===- weights.h - weights of a matrix-vector unit from what is stored -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_WEIGHTS_H
#define WEFT_HLS_WEIGHTS_H

#include "weft/hls/beat.h"

#include <cstddef>
#include <type_traits>

namespace weft {
namespace hls {

/// What the stored elements of a weight are. ROMs and parameters are those of the RTL module weft_weights.
enum class Decoder {
  stored,      ///< weights
  lookup,      ///< codes into a codebook (A9)
  delta,       ///< differences to a reference (A10, fixed)
  consecutive, ///< differences to the weight before (A10, consecutive)
};

/// How Weights are stored as Elements. ENTRIES: of a codebook. GROUPS: codebooks or references; row n uses group n·GROUPS/N. RUNS:
/// references per row, where there are more than one. Differences count 2^SHIFT. BLOCK: size of circulant blocks (A13).
template <class Weight, class Element = Weight, Decoder DECODER = Decoder::stored, int ENTRIES = 1, int GROUPS = 1,
          int RUNS = 1, int SHIFT = 0, int BLOCK = 1>
struct WeightSource {};

namespace detail {

/// A plain element type stands for weights that are stored as they are.
template <class T> struct SourceOf { using Type = WeightSource<T>; };
template <class W, class E, Decoder D, int... P> struct SourceOf<WeightSource<W, E, D, P...>> {
  using Type = WeightSource<W, E, D, P...>;
};

/// In place of a table where there is none.
struct NoTable {};

constexpr int larger(int a, int b) { return a > b ? a : b; }

template <Decoder D> using DecoderTag = std::integral_constant<Decoder, D>;

/// The weights of one step of a unit after the other.
template <class Source, int PE, int SIMD, int K, int N> class WeightReader;

template <class W, class E, Decoder D, int ENTRIES, int GROUPS, int RUNS, int SHIFT, int BLOCK, int PE, int SIMD, int K,
          int N>
class WeightReader<WeightSource<W, E, D, ENTRIES, GROUPS, RUNS, SHIFT, BLOCK>, PE, SIMD, K, N> {
  static constexpr int PU = larger(PE, BLOCK), SU = larger(SIMD, BLOCK); // rows and columns of a word
  static constexpr int SIZE = N / GROUPS, BESIDE = larger(1, PE / SIZE); // rows of a group, groups of a table's word
  static_assert(PU % PE == 0 && SU % SIMD == 0 && PU % BLOCK == 0 && SU % BLOCK == 0 && N % PU == 0 && K % SU == 0,
                "PE and SIMD divide the block or are multiples of it");

public:
  static constexpr std::size_t words = std::size_t(N / PU) * (K / SU);
  /// Weight s of row p of the step.
  W weight[PE][SIMD];

  /// Reads step (nf, sf). Steps come in order.
  template <class Word, std::size_t Rows, std::size_t Words, class Table>
  void read(const Word (&rom)[Rows][Words], const Table &table, int nf, int sf) {
    WEFT_HLS(INLINE)
    static_assert(Rows == words, "one ROM row for each step of a vector, fewer where blocks are stored");
    read(rom[nf / (PU / PE) * (K / SU) + sf / (SU / SIMD)], table, nf, sf);
  }
  /// The same from the ROM's row of the step.
  template <class Word, std::size_t Words, class Table> void read(const Word (&word)[Words], const Table &table, int nf, int sf) {
    WEFT_HLS(INLINE)
    // Below the first row and right of the first column of its blocks.
    const int down = nf % (PU / PE) * PE, right = sf % (SU / SIMD) * SIMD;
    for (int p = 0; p < PE; ++p) {
      WEFT_HLS(UNROLL)
      for (int s = 0; s < SIMD; ++s) {
        WEFT_HLS(UNROLL)
        const int vector = p / BLOCK * (SU / BLOCK) + s / BLOCK;
        const int turn = ((down + p) % BLOCK + BLOCK - (right + s) % BLOCK) % BLOCK;
        weight[p][s] = decode(DecoderTag<D>(), romElement<E>(word, vector * BLOCK + turn), table, nf, sf, p, s);
      }
    }
  }

  /// The same from memories of their own, each at its row: memory q·SIMD + s has column s of PE·SIMD/Memories rows, the first of which is row
  /// q·PE·SIMD/Memories.
  template <class Word, std::size_t Memories, std::size_t Rows, std::size_t Words, class Table>
  void read(const Word (&roms)[Memories][Rows][Words], const int (&at)[Memories], const Table &table, int nf, int sf) {
    WEFT_HLS(INLINE)
    constexpr int R = PE * SIMD / int(Memories);
    for (int p = 0; p < PE; ++p) {
      WEFT_HLS(UNROLL)
      for (int s = 0; s < SIMD; ++s) {
        WEFT_HLS(UNROLL)
        const int memory = p / R * SIMD + s;
        weight[p][s] = decode(DecoderTag<D>(), romElement<E>(roms[memory][at[memory]], p % R), table, nf, sf, p, s);
      }
    }
  }

private:
  template <class Table> W entry(const Table &table, int nf, int sf, int p, int e) {
    const int row = RUNS > 1 ? nf * RUNS + sf * SIMD / (K / RUNS) : SIZE > PE ? nf * PE / SIZE : nf;
    return romElement<W>(table[row], p * BESIDE / PE * ENTRIES + e);
  }
  template <class Table> W decode(DecoderTag<Decoder::stored>, E e, const Table &, int, int, int, int) { return e; }
  template <class Table> W decode(DecoderTag<Decoder::lookup>, E e, const Table &table, int nf, int sf, int p, int) {
    return entry(table, nf, sf, p, int(toInt64(e)));
  }
  template <class Table> W decode(DecoderTag<Decoder::delta>, E e, const Table &table, int nf, int sf, int p, int) {
    return W(toInt64(entry(table, nf, sf, p, 0)) + toInt64(e) * (int64_t(1) << SHIFT));
  }
  template <class Table>
  W decode(DecoderTag<Decoder::consecutive>, E e, const Table &table, int nf, int sf, int p, int s) {
    const bool first = (sf * SIMD + s) % (K / RUNS) == 0;
    const W from = first ? entry(table, nf, sf, p, 0) : s > 0 ? weight[p][s - 1] : weight[p][SIMD - 1];
    return W(toInt64(from) + toInt64(e) * (int64_t(1) << SHIFT));
  }
};

} // namespace detail

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_WEIGHTS_H

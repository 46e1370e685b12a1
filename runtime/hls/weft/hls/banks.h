//===- banks.h - matrix-vector units that read inputs in their own order *- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_BANKS_H
#define WEFT_HLS_BANKS_H

#include "weft/hls/beat.h"
#include "weft/hls/mvu.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {
namespace detail {

/// Weights in one memory with a row for each step of a vector.
struct RowOfStep {
  std::size_t row = 0;

  template <class Reader, class Word, std::size_t Rows, std::size_t Words, class Table>
  void weigh(Reader &reader, const Word (&weights)[Rows][Words], const Table &table, int nf, int sf) {
    WEFT_HLS(INLINE)
    reader.read(weights[row], table, nf, sf);
    row = row + 1 == Rows ? 0 : row + 1;
  }
};

/// N sums of E products, SIMD of each of PE sums a step, from memories with two banks: the next vector comes while one is worked on (T7). SHARE
/// sums of a step multiply the same inputs. A Feed has these memories:
///   `memory`                   [bank][lane][…]: a lane for each input of a step
///   `bool take(bank, beat)`    puts a beat of the input there; true where a vector is complete
///   `read(bank, x, tables…)`   the inputs of the step
///   `bool last(sf, tables…)`   whether step sf of its sums is the last one
///   `bool next(tables…)`       goes on; true where the step was the last one of its vector
///   `weigh(reader, weights, table, nf, sf)` has the reader read the weights of the step, behind `read`
///   `steps`                    of a vector, about
template <class Source, int SHARE, int SIMD, int VECTORS, int E, int N, class X, int LOAD, class Acc, int PE, class Weights, class Table, class Bias,
          class Feed, class... Tables>
void banked(Stream<Beat<X, LOAD>> &in, Stream<Beat<Acc, PE>> &out, const Weights &weights, const Table &table,
            const Bias (&bias)[N / PE][PE], unsigned frames, Feed &feed, const Tables &...tables) {
  WEFT_HLS(INLINE)
  static_assert(E % SIMD == 0 && N % PE == 0, "SIMD divides the products of a sum and PE divides N");
  constexpr int LANES = PE / SHARE * SIMD;
  WEFT_HLS(ARRAY_PARTITION variable = feed.memory complete dim = 2)
  WEFT_HLS(DEPENDENCE variable = feed.memory type = inter dependent = false)
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  WeightReader<typename SourceOf<Source>::Type, PE, SIMD, E, N> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)

  const unsigned total = frames * VECTORS;
  unsigned taken = 0, done = 0;        // vectors
  bool fresh0 = false, fresh1 = false; // a vector is in the memories for three iterations before it counts
  int sf = 0, nf = 0;
  while (done < total) {
    WEFT_HLS(PIPELINE II = 1)
    WEFT_HLS(LOOP_TRIPCOUNT min = Feed::steps)
    bool fires = taken - done - unsigned(fresh0) - unsigned(fresh1) != 0;
    Beat<X, LOAD> beat;
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
      X x[LANES];
      WEFT_HLS(ARRAY_PARTITION variable = x complete)
      feed.read(readBank, x, tables...);
      feed.weigh(reader, weights, table, nf, sf);
      const Beat<Acc, PE> result = accumulate<SHARE, Acc>(sum, reader.weight, x, bias[nf], sf == 0);
      const bool last = feed.last(sf, tables...);
      sf = last ? 0 : sf + 1;
      if (last) {
        nf = nf + 1 == N / PE ? 0 : nf + 1;
        out.write(result);
      }
      done += feed.next(tables...);
    }
    if (accepts && feed.take(writeBank, beat)) {
      ++taken;
      fresh0 = true;
    }
  }
}

} // namespace detail
} // namespace hls
} // namespace weft

#endif // WEFT_HLS_BANKS_H

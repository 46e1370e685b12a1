//===- recurrent.h - LSTM, GRU and RNN --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_RECURRENT_H
#define WEFT_HLS_RECURRENT_H

#include "weft/hls/rescale.h"
#include "weft/hls/weights.h"

#include <cstddef>

namespace weft {
namespace hls {

enum class RecurrentKind { lstm, gru, rnn };

namespace detail {

constexpr int gatesOf(RecurrentKind kind) {
  return kind == RecurrentKind::lstm ? 4 : kind == RecurrentKind::gru ? 3 : 1;
}

/// What tables hold: units of 2^−15, up to 1; and products and sums of such.
using Entry = Int<17, true>;
using Wide = Int<52, true>;

/// (x + 2^(n−1)) >> n, clamped to the signed type Y.
template <class Y> inline Y saturate(Sum<Wide> x, int n) {
  constexpr int64_t bound = int64_t(1) << (IntTraits<Y>::width - 1);
  return clampTo<-bound, bound - 1, Y>(roundingShift<Sum<Wide>>(x, n));
}

/// The entry of a gate's value: the first is that of the least.
template <class Gate, class Table> inline Entry look(const Table &table, Sum<Wide> z) {
  const Gate bounded = saturate<Gate>(z, 0);
  return Entry(table[toBits(bounded) ^ (uint64_t(1) << (IntTraits<Gate>::width - 1))]);
}

} // namespace detail

/// In place of an array: a state that begins as 0, or no peepholes.
struct Zeros {
  int operator[](int) const { return 0; }
};

/// What a recurrent unit computes for one element of the state, from entries of the gates (A19). PEEPHOLE_FRACTION: −1 without peepholes.
template <RecurrentKind KIND_, int GATE_FRACTION, int CELL_FRACTION, int STATE_FRACTION, int PEEPHOLE_FRACTION = -1, bool COUPLED = false,
          bool RESET_FIRST_ = false>
struct RecurrentCell {
  static constexpr RecurrentKind KIND = KIND_;
  static constexpr int G = detail::gatesOf(KIND_);
  static constexpr bool PEEPHOLES = PEEPHOLE_FRACTION >= 0, RESET_FIRST = RESET_FIRST_;
  using Entry = detail::Entry;
  using Wide = detail::Wide;
  using State = Int<16, true>;

  /// What a peephole adds to a gate's sum.
  static Sum<Wide> peep(State peephole, State cell) {
    constexpr int n = PEEPHOLES ? CELL_FRACTION - GATE_FRACTION + PEEPHOLE_FRACTION : 0;
    return Sum<Wide>(Wide(detail::saturate<State>(Wide(peephole) * Wide(cell), n)));
  }
  /// The code of a gru's state under its reset gate.
  template <class Y> static Y reset(Entry gate, State state) {
    return detail::saturate<Y>(Wide(gate) * Wide(state), 30 - STATE_FRACTION);
  }
  /// The state after a step, and its code. With peepholes entry 1 is the sum of the output gate, to which that of the new c is added.
  template <class Gate, class Y, class Sigmoid, class Tanh>
  static Y updated(const Entry (&gate)[G], State &state, State peephole, const Sigmoid &sigmoid, const Tanh &tanh) {
    if (KIND == RecurrentKind::lstm) {
      const Sum<Wide> forget = COUPLED ? Sum<Wide>(Sum<Wide>(1 << 15) - Sum<Wide>(Wide(gate[0]))) : Sum<Wide>(Wide(gate[2 % G]));
      const Sum<Wide> kept = Sum<Wide>(forget * Sum<Wide>(Wide(state))) * (Sum<Wide>(1) << (15 - CELL_FRACTION));
      state = detail::saturate<State>(kept + Sum<Wide>(Wide(gate[0]) * Wide(gate[G - 1])), 30 - CELL_FRACTION);
      const Entry t = detail::look<Gate>(tanh, detail::roundingShift<Sum<Wide>>(Wide(state), CELL_FRACTION - GATE_FRACTION));
      const Entry o = PEEPHOLES ? detail::look<Gate>(sigmoid, Sum<Wide>(Wide(gate[1 % G])) + peep(peephole, state)) : gate[1 % G];
      return detail::saturate<Y>(Wide(o) * Wide(t), 30 - STATE_FRACTION);
    }
    if (KIND == RecurrentKind::gru) {
      const Sum<Wide> fresh = (Sum<Wide>(1 << 15) - Sum<Wide>(Wide(gate[0]))) * Sum<Wide>(Wide(gate[G - 1]));
      state = detail::saturate<State>(fresh + Sum<Wide>(Wide(gate[0]) * Wide(state)), 15);
      return detail::saturate<Y>(Wide(state), 15 - STATE_FRACTION);
    }
    return detail::saturate<Y>(Wide(gate[G - 1]), 15 - STATE_FRACTION);
  }
};

/// Recurrent unit, rule A19: T steps of a sequence, H elements of the state; gates one after the other, PE rows and SIMD elements of
/// the state at a time. Source and ROMs of the weight are those of `mvu`; multiplier and shift those of `requantize`, for G·H rows; the
/// tables have an entry for each gate value, from the least on. `initialH` and `initialState` [H] are what a frame begins with, `peepholes`
/// [3·H] those of i, o, f; each may be Zeros. LAST: only the last state is given out.
template <class Cell, class Source, class Acc, int T, int H, int SIMD, int LAST, class Gate, class Y, int PE, class Word, std::size_t Rows,
          std::size_t Words, class Table, class Bias, std::size_t Folds, std::size_t Lanes, class Sigmoid, class Tanh, class InitialH,
          class InitialState, class Peepholes>
void recurrent(Stream<Beat<Gate, PE>> &in, Stream<Beat<Y, PE>> &out, const Word (&weights)[Rows][Words], const Table &table,
               const Bias &bias, const uint32_t (&multiplier)[Folds][Lanes], const uint8_t (&shift)[Folds][Lanes],
               const Sigmoid &sigmoid, const Tanh &tanh, const InitialH &initialH, const InitialState &initialState,
               const Peepholes &peepholes, unsigned frames) {
  static_assert(H % SIMD == 0 && H % PE == 0, "SIMD and PE divide H");
  static_assert(IntTraits<Acc>::width + 17 <= 64, "a rescaled sum has at most 64 bits");
  constexpr int G = Cell::G, SF = H / SIMD, NB = H / PE;
  using Product = Int<64, true>;
  using State = typename Cell::State;
  Y code[2][H], masked[H];
  State state[H];
  detail::Entry entry[G][H];
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  detail::WeightReader<typename detail::SourceOf<Source>::Type, PE, SIMD, H, G * H> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)
  for (unsigned f = 0; f < frames; ++f) {
    for (int j = 0; j < H; ++j)
      code[0][j] = Y(initialH[j]), state[j] = State(initialState[j]);
    for (int t = 0; t < T; ++t) {
      for (int g = 0; g < G; ++g) {
        const bool isLast = g == G - 1, isReset = Cell::RESET_FIRST && g == 1;
        for (int nb = 0; nb < NB; ++nb) {
          for (int sf = 0; sf < SF; ++sf) {
            WEFT_HLS(PIPELINE II = 1)
            reader.read(weights, table, g * NB + nb, sf);
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              Sum<Acc> acc = sf == 0 ? Sum<Acc>(bias[g * NB + nb][p]) : sum[p];
              for (int s = 0; s < SIMD; ++s) {
                WEFT_HLS(UNROLL)
                const int k = sf * SIMD + s;
                acc += reader.weight[p][s] * (Cell::RESET_FIRST && isLast ? masked[k] : code[t % 2][k]);
              }
              sum[p] = acc;
            }
            if (sf != SF - 1)
              continue;
            const Beat<Gate, PE> x = in.read();
            Beat<Y, PE> result;
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              const int j = nb * PE + p, row = Folds == 1 ? 0 : g * NB + nb, lane = Lanes == 1 ? 0 : p;
              const Sum<Product> product = Sum<Product>(Product(Acc(sum[p]))) * Sum<Product>(Product(multiplier[row][lane]));
              // What the state adds, in 16 bits.
              const Sum<Product> rounded = detail::roundingShift<Sum<Product>>(product, shift[row][lane]);
              const Int<16, true> added = detail::clampTo<-32768, 32767, Int<16, true>>(rounded);
              Sum<detail::Wide> q = detail::Wide(added);
              if (Cell::KIND == RecurrentKind::gru && isLast && !Cell::RESET_FIRST)
                q = detail::roundingShift<Sum<detail::Wide>>(detail::Wide(entry[1 % G][j]) * q, 15);
              if (Cell::PEEPHOLES && g % 2 == 0)
                q += Cell::peep(State(peepholes[g * H + j]), state[j]);
              const Sum<detail::Wide> z = Sum<detail::Wide>(detail::Wide(x.lane[p])) + q;
              entry[g][j] = Cell::PEEPHOLES && g == 1 ? detail::Entry(z) : isLast ? detail::look<Gate>(tanh, z) : detail::look<Gate>(sigmoid, z);
              if (isReset)
                masked[j] = Cell::template reset<Y>(entry[g][j], state[j]);
              if (!isLast)
                continue;
              detail::Entry all[G];
              for (int i = 0; i < G; ++i)
                all[i] = entry[i][j];
              result.lane[p] = Cell::template updated<Gate, Y>(all, state[j], State(peepholes[H + j]), sigmoid, tanh);
              code[(t + 1) % 2][j] = result.lane[p];
            }
            if (isLast && (LAST == 0 || t == T - 1))
              out.write(result);
          }
        }
      }
    }
  }
}

/// The same for a source without a table.
template <class Cell, class Source, class Acc, int T, int H, int SIMD, int LAST, class Gate, class Y, int PE, class Word, std::size_t Rows,
          std::size_t Words, class Bias, std::size_t Folds, std::size_t Lanes, class Sigmoid, class Tanh, class InitialH, class InitialState,
          class Peepholes>
void recurrent(Stream<Beat<Gate, PE>> &in, Stream<Beat<Y, PE>> &out, const Word (&weights)[Rows][Words], const Bias &bias,
               const uint32_t (&multiplier)[Folds][Lanes], const uint8_t (&shift)[Folds][Lanes], const Sigmoid &sigmoid,
               const Tanh &tanh, const InitialH &initialH, const InitialState &initialState, const Peepholes &peepholes, unsigned frames) {
  WEFT_HLS(INLINE)
  recurrent<Cell, Source, Acc, T, H, SIMD, LAST>(in, out, weights, detail::NoTable(), bias, multiplier, shift, sigmoid, tanh, initialH,
                                                 initialState, peepholes, frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_RECURRENT_H

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

/// The state of one element after a step, and its code: `gate` holds the entries of the gates, the last one's too.
template <RecurrentKind KIND, class Gate, class Y, int GATE_FRACTION, int CELL_FRACTION, int STATE_FRACTION, class Table>
inline Y updated(const Entry (&gate)[gatesOf(KIND)], Int<16, true> &state, const Table &tanh) {
  if (KIND == RecurrentKind::lstm) {
    const Sum<Wide> kept = Sum<Wide>(Wide(gate[2 % gatesOf(KIND)]) * Wide(state)) * (Sum<Wide>(1) << (15 - CELL_FRACTION));
    state = saturate<Int<16, true>>(kept + Sum<Wide>(Wide(gate[0]) * Wide(gate[gatesOf(KIND) - 1])), 30 - CELL_FRACTION);
    const Entry t = look<Gate>(tanh, roundingShift<Sum<Wide>>(Wide(state), CELL_FRACTION - GATE_FRACTION));
    return saturate<Y>(Wide(gate[1 % gatesOf(KIND)]) * Wide(t), 30 - STATE_FRACTION);
  }
  if (KIND == RecurrentKind::gru) {
    const Sum<Wide> fresh = (Sum<Wide>(1 << 15) - Sum<Wide>(Wide(gate[0]))) * Sum<Wide>(Wide(gate[gatesOf(KIND) - 1]));
    state = saturate<Int<16, true>>(fresh + Sum<Wide>(Wide(gate[0]) * Wide(state)), 15);
    return saturate<Y>(Wide(state), 15 - STATE_FRACTION);
  }
  return saturate<Y>(Wide(gate[gatesOf(KIND) - 1]), 15 - STATE_FRACTION);
}

} // namespace detail

/// Recurrent unit, rule A19: T steps of a sequence, H elements of the state; gates one after the other, PE rows and SIMD elements of
/// the state at a time. Source and ROMs of the weight are those of `mvu`; multiplier and shift those of `requantize`, for G·H rows; the
/// tables have an entry for each gate value, from the least on. LAST: only the last state is given out.
template <RecurrentKind KIND, class Source, class Acc, int T, int H, int SIMD, int LAST, int GATE_FRACTION, int CELL_FRACTION,
          int STATE_FRACTION, class Gate, class Y, int PE, class Word, std::size_t Rows, std::size_t Words, class Table, class Bias,
          std::size_t Folds, std::size_t Lanes, class Sigmoid, class Tanh>
void recurrent(Stream<Beat<Gate, PE>> &in, Stream<Beat<Y, PE>> &out, const Word (&weights)[Rows][Words], const Table &table,
               const Bias &bias, const uint32_t (&multiplier)[Folds][Lanes], const uint8_t (&shift)[Folds][Lanes],
               const Sigmoid &sigmoid, const Tanh &tanh, unsigned frames) {
  static_assert(H % SIMD == 0 && H % PE == 0, "SIMD and PE divide H");
  static_assert(IntTraits<Acc>::width + 17 <= 64, "a rescaled sum has at most 64 bits");
  constexpr int G = detail::gatesOf(KIND), SF = H / SIMD, NB = H / PE;
  using Product = Int<64, true>;
  Y code[2][H];
  Int<16, true> state[H];
  detail::Entry entry[G][H];
  Sum<Acc> sum[PE] = {};
  WEFT_HLS(ARRAY_PARTITION variable = sum complete)
  detail::WeightReader<typename detail::SourceOf<Source>::Type, PE, SIMD, H, G * H> reader;
  WEFT_HLS(ARRAY_PARTITION variable = reader.weight complete dim = 0)
  for (unsigned f = 0; f < frames; ++f) {
    for (int j = 0; j < H; ++j)
      code[0][j] = Y(0), state[j] = Int<16, true>(0);
    for (int t = 0; t < T; ++t) {
      const Y(&now)[H] = code[t % 2];
      for (int g = 0; g < G; ++g) {
        for (int nb = 0; nb < NB; ++nb) {
          for (int sf = 0; sf < SF; ++sf) {
            WEFT_HLS(PIPELINE II = 1)
            reader.read(weights, table, g * NB + nb, sf);
            for (int p = 0; p < PE; ++p) {
              WEFT_HLS(UNROLL)
              Sum<Acc> acc = sf == 0 ? Sum<Acc>(bias[g * NB + nb][p]) : sum[p];
              for (int s = 0; s < SIMD; ++s) {
                WEFT_HLS(UNROLL)
                acc += reader.weight[p][s] * now[sf * SIMD + s];
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
              if (KIND == RecurrentKind::gru && g == G - 1)
                q = detail::roundingShift<Sum<detail::Wide>>(detail::Wide(entry[1 % G][j]) * q, 15);
              const Sum<detail::Wide> z = Sum<detail::Wide>(detail::Wide(x.lane[p])) + q;
              entry[g][j] = g == G - 1 ? detail::look<Gate>(tanh, z) : detail::look<Gate>(sigmoid, z);
              if (g != G - 1)
                continue;
              detail::Entry all[G];
              for (int i = 0; i < G; ++i)
                all[i] = entry[i][j];
              result.lane[p] = detail::updated<KIND, Gate, Y, GATE_FRACTION, CELL_FRACTION, STATE_FRACTION>(all, state[j], tanh);
              code[(t + 1) % 2][j] = result.lane[p];
            }
            if (g == G - 1 && (LAST == 0 || t == T - 1))
              out.write(result);
          }
        }
      }
    }
  }
}

/// The same for a source without a table.
template <RecurrentKind KIND, class Source, class Acc, int T, int H, int SIMD, int LAST, int GATE_FRACTION, int CELL_FRACTION,
          int STATE_FRACTION, class Gate, class Y, int PE, class Word, std::size_t Rows, std::size_t Words, class Bias, std::size_t Folds,
          std::size_t Lanes, class Sigmoid, class Tanh>
void recurrent(Stream<Beat<Gate, PE>> &in, Stream<Beat<Y, PE>> &out, const Word (&weights)[Rows][Words], const Bias &bias,
               const uint32_t (&multiplier)[Folds][Lanes], const uint8_t (&shift)[Folds][Lanes], const Sigmoid &sigmoid,
               const Tanh &tanh, unsigned frames) {
  WEFT_HLS(INLINE)
  recurrent<KIND, Source, Acc, T, H, SIMD, LAST, GATE_FRACTION, CELL_FRACTION, STATE_FRACTION>(
      in, out, weights, detail::NoTable(), bias, multiplier, shift, sigmoid, tanh, frames);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_RECURRENT_H

//===- rescale.h - processes that change one beat at a time ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_RESCALE_H
#define WEFT_HLS_RESCALE_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

#include <cstddef>

namespace weft {
namespace hls {

namespace detail {
constexpr int maxOf(int a, int b) { return a > b ? a : b; }
constexpr int minOf(int a, int b) { return a < b ? a : b; }

/// (x + 2^(n−1)) >> n, without the rounding term for n = 0.
template <class T> inline T roundingShift(T x, int n) {
  if (n == 0)
    return x;
  return T(T(x + T(T(1) << (n - 1))) >> n);
}

template <int64_t LO, int64_t HI, class Y, class T> inline Y clampTo(T x) {
  return x < T(LO) ? Y(LO) : x > T(HI) ? Y(HI) : Y(x);
}
} // namespace detail

/// Requantize, rules A4s and A4p. `multiplier` and `shift` are [C/L][L], or [1][1] for all channels
/// alike; a multiplier has MBITS bits, a shift is at most MAX_SHIFT. A frame has PIXELS pixels.
template <int PIXELS, int C, int64_t ZERO, int64_t LO, int64_t HI, int MBITS, int MAX_SHIFT,
          class Acc, class Y, int L, std::size_t Folds, std::size_t Lanes>
void requantize(Stream<Beat<Acc, L>> &in, Stream<Beat<Y, L>> &out,
                const uint32_t (&multiplier)[Folds][Lanes], const uint8_t (&shift)[Folds][Lanes],
                unsigned frames) {
  static_assert(Folds == 1 || Folds == C / L, "one fold, or one for each beat of a pixel");
  static_assert(Lanes == 1 || Lanes == L, "one lane, or one for each lane of a beat");
  constexpr int PRODUCT = detail::maxOf(IntTraits<Acc>::width + MBITS, MAX_SHIFT + 1) + 2;
  static_assert(PRODUCT <= 64, "the rounded product has at most 64 bits");
  using Product = Int<PRODUCT, true>;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < PIXELS; ++i) {
      for (int cf = 0; cf < C / L; ++cf) {
        WEFT_HLS(PIPELINE II = 1)
        const Beat<Acc, L> x = in.read();
        Beat<Y, L> y;
        for (int l = 0; l < L; ++l) {
          WEFT_HLS(UNROLL)
          const int row = Folds == 1 ? 0 : cf, lane = Lanes == 1 ? 0 : l;
          const Int<MBITS, false> m = multiplier[row][lane];
          const Sum<Product> product = x.lane[l] * m;
          const Sum<Product> value =
              detail::roundingShift<Sum<Product>>(product, shift[row][lane]) + Sum<Product>(ZERO);
          y.lane[l] = detail::clampTo<LO, HI, Y>(Sum<Product>(value));
        }
        out.write(y);
      }
    }
  }
}

/// Threshold, rule A4t: LO + how many thresholds the input reaches. `thresholds` is
/// [C/L][L][STEPS], or [1][1][STEPS] for all channels alike, in integers that hold every Acc.
template <int PIXELS, int C, int64_t LO, class Acc, class Y, int L, class Bound, std::size_t Folds,
          std::size_t Lanes, std::size_t STEPS>
void threshold(Stream<Beat<Acc, L>> &in, Stream<Beat<Y, L>> &out,
               const Bound (&thresholds)[Folds][Lanes][STEPS], unsigned frames) {
  static_assert(Folds == 1 || Folds == C / L, "one fold, or one for each beat of a pixel");
  static_assert(Lanes == 1 || Lanes == L, "one lane, or one for each lane of a beat");
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < PIXELS; ++i) {
      for (int cf = 0; cf < C / L; ++cf) {
        WEFT_HLS(PIPELINE II = 1)
        const Beat<Acc, L> x = in.read();
        Beat<Y, L> y;
        for (int l = 0; l < L; ++l) {
          WEFT_HLS(UNROLL)
          int reached = 0;
          for (std::size_t k = 0; k < STEPS; ++k) {
            WEFT_HLS(UNROLL)
            reached += x.lane[l] >= thresholds[Folds == 1 ? 0 : cf][Lanes == 1 ? 0 : l][k];
          }
          y.lane[l] = Y(LO + reached);
        }
        out.write(y);
      }
    }
  }
}

/// Sum of two tensors of different scales, rule A5. A frame has BEATS beats.
template <int BEATS, int64_t MA, int64_t MB, int64_t OFFSET, int SHIFT, int64_t ZERO, int64_t LO,
          int64_t HI, class A, class B, class Y, int L>
void add(Stream<Beat<A, L>> &lhs, Stream<Beat<B, L>> &rhs, Stream<Beat<Y, L>> &out,
         unsigned frames) {
  using Term = Sum<Int<64, true>>;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      const Beat<A, L> a = lhs.read();
      const Beat<B, L> b = rhs.read();
      Beat<Y, L> y;
      for (int l = 0; l < L; ++l) {
        WEFT_HLS(UNROLL)
        const Term sum = Term(a.lane[l]) * Term(MA) + Term(b.lane[l]) * Term(MB) + Term(OFFSET);
        const Term value = detail::roundingShift<Term>(sum, SHIFT) + Term(ZERO);
        y.lane[l] = detail::clampTo<LO, HI, Y>(value);
      }
      out.write(y);
    }
  }
}

/// Exact product of two tensors with zero points, rule A5m. A frame has BEATS beats.
template <int BEATS, int64_t ZA, int64_t ZB, class A, class B, class Y, int L>
void multiply(Stream<Beat<A, L>> &lhs, Stream<Beat<B, L>> &rhs, Stream<Beat<Y, L>> &out, unsigned frames) {
  using Left = Int<IntTraits<A>::width + 1, true>;
  using Right = Int<IntTraits<B>::width + 1, true>;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      const Beat<A, L> a = lhs.read();
      const Beat<B, L> b = rhs.read();
      Beat<Y, L> y;
      for (int l = 0; l < L; ++l) {
        WEFT_HLS(UNROLL)
        const Left x = Left(a.lane[l] - Left(ZA));
        const Right w = Right(b.lane[l] - Right(ZB));
        y.lane[l] = Y(x * w);
      }
      out.write(y);
    }
  }
}

/// A constant for each element of a frame, rule A3b. `values` is [BEATS][L].
template <int BEATS, class T, int L, class Value>
void bias(Stream<Beat<T, L>> &in, Stream<Beat<T, L>> &out, const Value (&values)[BEATS][L], unsigned frames) {
  using Term = Sum<Int<64, true>>;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      const Beat<T, L> x = in.read();
      Beat<T, L> y;
      for (int l = 0; l < L; ++l) {
        WEFT_HLS(UNROLL)
        y.lane[l] = T(Term(x.lane[l]) + Term(values[i][l]));
      }
      out.write(y);
    }
  }
}

/// Any function of one input, rule A7: entry i belongs to the i-th value of X, counted from its
/// least. A frame has BEATS beats.
template <int BEATS, class X, class Y, int L, class Entry, std::size_t Size>
void table(Stream<Beat<X, L>> &in, Stream<Beat<Y, L>> &out, const Entry (&entries)[Size],
           unsigned frames) {
  constexpr int W = IntTraits<X>::width;
  static_assert(W <= 16 && Size == std::size_t(1) << W, "a table has an entry for each input");
  constexpr uint64_t FLIP = IntTraits<X>::isSigned ? uint64_t(1) << (W - 1) : 0;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      const Beat<X, L> x = in.read();
      Beat<Y, L> y;
      for (int l = 0; l < L; ++l) {
        WEFT_HLS(UNROLL)
        y.lane[l] = Y(entries[toBits(x.lane[l]) ^ FLIP]);
      }
      out.write(y);
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_RESCALE_H

//===- routing.h - processes that move beats and change none ---*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_ROUTING_H
#define WEFT_HLS_ROUTING_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

namespace weft {
namespace hls {

/// Copies every beat to all outputs (T5). BEATS is per frame.
template <int BEATS, class B, class... Outputs>
void fork(Stream<B> &in, unsigned frames, Outputs &...outputs) {
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      B beat = in.read();
      int done[] = {(outputs.write(beat), 0)...};
      (void)done;
    }
  }
}

namespace detail {
/// The next beat of input number `input`.
template <class B> inline B selectBeat(int) { return B(); }
template <class B, class... Rest> inline B selectBeat(int input, Stream<B> &first, Rest &...rest) {
  return input == 0 ? first.read() : selectBeat<B>(input - 1, rest...);
}
} // namespace detail

/// How many beats per round (a pixel, a row or a frame) each input of a concat has.
template <int... FOLDS> struct Folds {
  static constexpr int inputs = sizeof...(FOLDS);
  static constexpr int get(int i) {
    const int folds[] = {FOLDS...};
    return folds[i];
  }
  static constexpr int total() {
    const int folds[] = {FOLDS...};
    int sum = 0;
    for (int fold : folds)
      sum += fold;
    return sum;
  }
};

/// Concatenates: in each round of a frame input 0's beats, then input 1's, … Rounds are pixels (channels side by side), rows (columns) or the frame (rows).
/// concat<ROUNDS, Folds<2, 3>>(out, frames, a, b): a has 2 beats per round, b has 3.
template <int ROUNDS, class F, class B, class... Inputs>
void concat(Stream<B> &out, unsigned frames, Inputs &...inputs) {
  static_assert(F::inputs == sizeof...(Inputs), "one fold for each input");
  for (unsigned f = 0; f < frames; ++f) {
    int input = 0, at = 0;
    for (int i = 0; i < ROUNDS * F::total(); ++i) {
      WEFT_HLS(PIPELINE II = 1)
      out.write(detail::selectBeat<B>(input, inputs...));
      if (++at == F::get(input)) {
        at = 0;
        input = input + 1 == F::inputs ? 0 : input + 1;
      }
    }
  }
}

/// Surrounds a frame of H × W pixels, each FOLD beats, with pixels whose every channel is `value`.
template <int H, int W, int FOLD, int TOP, int BOTTOM, int LEFT, int RIGHT, class T, int L>
void pad(Stream<Beat<T, L>> &in, Stream<Beat<T, L>> &out, int64_t value, unsigned frames) {
  for (unsigned f = 0; f < frames; ++f) {
    for (int h = 0; h < TOP + H + BOTTOM; ++h) {
      for (int w = 0; w < LEFT + W + RIGHT; ++w) {
        for (int c = 0; c < FOLD; ++c) {
          WEFT_HLS(PIPELINE II = 1)
          Beat<T, L> beat;
          for (int l = 0; l < L; ++l) {
            WEFT_HLS(UNROLL)
            beat.lane[l] = T(value);
          }
          if (h >= TOP && h < TOP + H && w >= LEFT && w < LEFT + W)
            beat = in.read();
          out.write(beat);
        }
      }
    }
  }
}

/// Keeps a box of a frame of H × W pixels, each FOLD beats, rule A8: ROWS rows from TOP, COLUMNS columns from LEFT, BEATS beats of a pixel from
/// FIRST.
template <int H, int W, int FOLD, int TOP, int ROWS, int LEFT, int COLUMNS, int FIRST, int BEATS, class T, int L>
void slice(Stream<Beat<T, L>> &in, Stream<Beat<T, L>> &out, unsigned frames) {
  for (unsigned f = 0; f < frames; ++f) {
    for (int h = 0; h < H; ++h) {
      for (int w = 0; w < W; ++w) {
        for (int c = 0; c < FOLD; ++c) {
          WEFT_HLS(PIPELINE II = 1)
          const Beat<T, L> beat = in.read();
          if (h >= TOP && h < TOP + ROWS && w >= LEFT && w < LEFT + COLUMNS && c >= FIRST && c < FIRST + BEATS)
            out.write(beat);
        }
      }
    }
  }
}

/// Width up: joins M/L beats of L lanes into one of M lanes. BEATS counts the outputs of a frame.
template <int BEATS, class T, int L, int M>
void widthUp(Stream<Beat<T, L>> &in, Stream<Beat<T, M>> &out, unsigned frames) {
  static_assert(M % L == 0, "the wide beat is whole narrow beats");
  constexpr int R = M / L;
  Beat<T, M> wide;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      for (int r = 0; r < R; ++r) {
        WEFT_HLS(PIPELINE II = 1)
        Beat<T, L> narrow = in.read();
        for (int m = 0; m + L < M; ++m) {
          WEFT_HLS(UNROLL)
          wide.lane[m] = wide.lane[m + L];
        }
        for (int l = 0; l < L; ++l) {
          WEFT_HLS(UNROLL)
          wide.lane[M - L + l] = narrow.lane[l];
        }
        if (r == R - 1)
          out.write(wide);
      }
    }
  }
}

/// Width down: cuts a beat of L lanes into L/M of M lanes. BEATS counts the inputs of a frame.
template <int BEATS, class T, int L, int M>
void widthDown(Stream<Beat<T, L>> &in, Stream<Beat<T, M>> &out, unsigned frames) {
  static_assert(L % M == 0, "the wide beat is whole narrow beats");
  constexpr int R = L / M;
  Beat<T, L> wide;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      for (int r = 0; r < R; ++r) {
        WEFT_HLS(PIPELINE II = 1)
        if (r == 0)
          wide = in.read();
        Beat<T, M> narrow;
        for (int m = 0; m < M; ++m) {
          WEFT_HLS(UNROLL)
          narrow.lane[m] = wide.lane[m];
        }
        out.write(narrow);
        for (int l = 0; l + M < L; ++l) {
          WEFT_HLS(UNROLL)
          wide.lane[l] = wide.lane[l + M];
        }
      }
    }
  }
}

/// Beats of M lanes from beats of L, neither of which divides the other: each of a frame's STEPS takes a beat where fewer than M elements
/// are held, and gives one where M then are.
template <int STEPS, class T, int L, int M>
void gearbox(Stream<Beat<T, L>> &in, Stream<Beat<T, M>> &out, unsigned frames) {
  T held[L + M - 1];
  WEFT_HLS(ARRAY_PARTITION variable = held complete)
  int count = 0;
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < STEPS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      if (count < M) {
        Beat<T, L> taken = in.read();
        for (int l = 0; l < L; ++l) {
          WEFT_HLS(UNROLL)
          held[count + l] = taken.lane[l];
        }
        count += L;
      }
      if (count >= M) {
        Beat<T, M> given;
        for (int m = 0; m < M; ++m) {
          WEFT_HLS(UNROLL)
          given.lane[m] = held[m];
        }
        out.write(given);
        for (int m = 0; m + M < L + M - 1; ++m) {
          WEFT_HLS(UNROLL)
          held[m] = held[m + M];
        }
        count -= M;
      }
    }
  }
}

/// Takes beats off a port of a design.
template <int BEATS, class B, int N>
void fromPort(Stream<Bits<N>> &port, Stream<B> &out, unsigned frames) {
  static_assert(N == portBits(B::bits), "the port carries this beat");
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      out.write(unpackBeat<B, N>(port.read()));
    }
  }
}

/// Puts beats on a port of a design.
template <int BEATS, class B, int N>
void toPort(Stream<B> &in, Stream<Bits<N>> &port, unsigned frames) {
  static_assert(N == portBits(B::bits), "the port carries this beat");
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS; ++i) {
      WEFT_HLS(PIPELINE II = 1)
      port.write(packBeat(in.read()));
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_ROUTING_H

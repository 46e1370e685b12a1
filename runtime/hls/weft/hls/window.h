//===- window.h - sliding windows over a frame -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_WINDOW_H
#define WEFT_HLS_WINDOW_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

namespace weft {
namespace hls {

/// What a window slides over, and how. Padding is a process of its own.
template <int HEIGHT, int WIDTH, int CHANNELS, int KERNEL_H, int KERNEL_W, int STRIDE_H,
          int STRIDE_W, int DILATION_H = 1, int DILATION_W = 1>
struct WindowShape {
  static constexpr int H = HEIGHT, W = WIDTH, C = CHANNELS, KH = KERNEL_H, KW = KERNEL_W;
  static constexpr int SH = STRIDE_H, SW = STRIDE_W, DH = DILATION_H, DW = DILATION_W;
  static constexpr int OH = (H - DH * (KH - 1) - 1) / SH + 1;
  static constexpr int OW = (W - DW * (KW - 1) - 1) / SW + 1;
  static_assert(H > DH * (KH - 1) && W > DW * (KW - 1), "the kernel fits into the frame");
};

/// The order in which a window leaves (D4).
enum class WindowOrder { dense, depthwise };

namespace detail {

/// By how far the window moves after a step.
enum class WindowMove { none, column, row, frame };

/// Counts the steps of a window process. `tap` is where the step's beat is, counted from the first
/// beat of its window; `next` says how that first beat moves.
template <class S, int FOLD, WindowOrder ORDER> struct WindowSteps {
  int c = 0, kh = 0, kw = 0, oh = 0, ow = 0;

  int tap() const { return (kh * S::DH * S::W + kw * S::DW) * FOLD + c; }

  /// How many beats a move is.
  static constexpr int beats(WindowMove move) {
    return FOLD * (move == WindowMove::none     ? 0
                   : move == WindowMove::column ? S::SW
                   : move == WindowMove::row
                       ? S::SH * S::W - (S::OW - 1) * S::SW
                       : (S::H - (S::OH - 1) * S::SH) * S::W - (S::OW - 1) * S::SW);
  }

  bool nextChannel() { return ++c == FOLD ? (c = 0, true) : false; }
  bool nextTap() {
    if (++kw < S::KW)
      return false;
    kw = 0;
    if (++kh < S::KH)
      return false;
    kh = 0;
    return true;
  }
  /// True where the step was the last one of its window.
  bool nextInWindow() {
    if (ORDER == WindowOrder::dense)
      return nextChannel() && nextTap();
    return nextTap() && nextChannel();
  }
  WindowMove next() {
    if (!nextInWindow())
      return WindowMove::none;
    if (++ow < S::OW)
      return WindowMove::column;
    ow = 0;
    if (++oh < S::OH)
      return WindowMove::row;
    oh = 0;
    return WindowMove::frame;
  }
};

/// Where slot `at` of a ring is after a move of constant length.
template <int BEATS, int CAPACITY> inline int moveSlot(int at) {
  at += BEATS % CAPACITY;
  return at >= CAPACITY ? at - CAPACITY : at;
}

} // namespace detail

/// Emits the window of every output pixel (D4). A ring of DEPTH beats holds the window and what
/// comes next; its two sides go on independently (T4), so reading does not wait for input that it
/// does not need.
template <class S, WindowOrder ORDER, int DEPTH, class T, int L>
void window(Stream<Beat<T, L>> &in, Stream<Beat<T, L>> &out, unsigned frames) {
  static_assert(S::C % L == 0, "lanes divide the channels (D2)");
  constexpr int FOLD = S::C / L;
  constexpr int SPAN = ((S::KH - 1) * S::DH * S::W + (S::KW - 1) * S::DW + 1) * FOLD;
  static_assert(DEPTH >= SPAN, "the buffer holds a window");
  constexpr int CAPACITY =
      DEPTH + 3; // a beat is in the memory for three iterations before it counts
  using Steps = detail::WindowSteps<S, FOLD, ORDER>;
  using detail::WindowMove;
  Beat<T, L> memory[CAPACITY];
  WEFT_HLS(BIND_STORAGE variable = memory type = ram_2p)
  WEFT_HLS(DEPENDENCE variable = memory type = inter dependent = false)

  Steps steps;
  int base = 0;  // where the window's first beat is in the memory
  int write = 0; // where the next input beat goes
  int have =
      0; // beats accepted, counted from the window's first; less than 0 where some are skipped
  bool fresh0 = false, fresh1 = false;
  unsigned frameOut = 0, frameIn = 0;
  int beatIn = 0;
  while (frameOut < frames || frameIn < frames) {
    WEFT_HLS(PIPELINE II = 1)
    WEFT_HLS(LOOP_TRIPCOUNT min = S::OH * S::OW * S::KH * S::KW * FOLD)
    bool emits = frameOut < frames && steps.tap() < have - int(fresh0) - int(fresh1);
    Beat<T, L> beat;
    bool accepts = frameIn < frames && have < CAPACITY && in.read_nb(beat);
#ifndef __SYNTHESIS__
    if (!accepts && !emits && !fresh0 && !fresh1) {
      beat = in.read(); // nothing will ever come: the stream says so
      accepts = true;
    }
#endif
    if (emits) {
      int at = base + steps.tap();
      out.write(memory[at >= CAPACITY ? at - CAPACITY : at]);
    }
    if (accepts) {
      memory[write] = beat;
      write = write + 1 == CAPACITY ? 0 : write + 1;
      ++have;
      if (++beatIn == S::H * S::W * FOLD) {
        beatIn = 0;
        ++frameIn;
      }
    }
    fresh1 = fresh0;
    fresh0 = accepts;
    if (emits) {
      const WindowMove move = steps.next();
      have -= Steps::beats(move);
      base = move == WindowMove::none ? base
             : move == WindowMove::column
                 ? detail::moveSlot<Steps::beats(WindowMove::column), CAPACITY>(base)
             : move == WindowMove::row
                 ? detail::moveSlot<Steps::beats(WindowMove::row), CAPACITY>(base)
                 : detail::moveSlot<Steps::beats(WindowMove::frame), CAPACITY>(base);
      frameOut += move == WindowMove::frame;
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_WINDOW_H

//===- reorder.h - the elements of a frame in another order ---*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_REORDER_H
#define WEFT_HLS_REORDER_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

namespace weft {
namespace hls {

/// Nested loops, outermost first: count, stride, count, stride, … in beats. A loop with a negative stride begins at its end, one with stride 0 repeats.
template <int... NUMBERS> struct Loops {
  static constexpr int count = sizeof...(NUMBERS) / 2;
  static constexpr int number(int i) {
    const int numbers[] = {NUMBERS...};
    return numbers[i];
  }
  static constexpr int extent(int loop) { return number(2 * loop); }
  static constexpr int stride(int loop) { return number(2 * loop + 1); }
  /// Beats that all loops read together.
  static constexpr int steps(int loop = 0) { return loop == count ? 1 : extent(loop) * steps(loop + 1); }
  static constexpr int start(int loop = 0) {
    return loop == count ? 0 : (stride(loop) < 0 ? (1 - extent(loop)) * stride(loop) : 0) + start(loop + 1);
  }
};

/// Emits beats of every frame of BEATS, from BASE on, in the order of the loops (T6). Of two buffers of a frame one is read while the other is
/// written; the two sides go on independently.
template <int BEATS, class NEST, int BASE, class B>
void reorder(Stream<B> &in, Stream<B> &out, unsigned frames) {
  B memory[2][BEATS];
  WEFT_HLS(BIND_STORAGE variable = memory type = ram_2p)
  WEFT_HLS(DEPENDENCE variable = memory type = inter dependent = false)
  int index[NEST::count] = {};
  int write = 0, read = BASE + NEST::start(), done = 0; // beats written of a frame, where to read, beats read of a frame
  int full = 0;                      // frames in the buffers
  bool writeSide = false, readSide = false;
  unsigned frameIn = 0, frameOut = 0;
  while (frameOut < frames) {
    WEFT_HLS(PIPELINE II = 1)
    WEFT_HLS(LOOP_TRIPCOUNT min = BEATS)
    const bool emits = full > 0;
    B beat;
    bool accepts = frameIn < frames && full < 2 && in.read_nb(beat);
#ifndef __SYNTHESIS__
    if (!accepts && !emits) {
      beat = in.read(); // nothing will ever come: the stream says so
      accepts = true;
    }
#endif
    if (emits) {
      out.write(memory[readSide][read]);
      bool carry = true;
      for (int loop = NEST::count - 1; loop >= 0; --loop) {
        WEFT_HLS(UNROLL)
        if (!carry)
          continue;
        const bool last = index[loop] == NEST::extent(loop) - 1;
        read += last ? -(NEST::extent(loop) - 1) * NEST::stride(loop) : NEST::stride(loop);
        index[loop] = last ? 0 : index[loop] + 1;
        carry = last;
      }
      if (++done == NEST::steps()) {
        done = 0;
        readSide = !readSide;
        ++frameOut;
        --full;
      }
    }
    if (accepts) {
      memory[writeSide][write] = beat;
      if (++write == BEATS) {
        write = 0;
        writeSide = !writeSide;
        ++frameIn;
        ++full;
      }
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_REORDER_H

//===- pool.h - reduction of windows ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_POOL_H
#define WEFT_HLS_POOL_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

namespace weft {
namespace hls {

enum class PoolKind { max, sum };

/// Pool, rule A6: reduces TAPS beats to one, lane by lane; the input is in depthwise order (D4), or with FOLD > 1 whole frames in the
/// order of the stream, of which TAPS pixels of FOLD beats become one. A frame has BEATS outputs.
template <PoolKind KIND, int BEATS, int TAPS, int FOLD = 1, class X, class Y, int L>
void pool(Stream<Beat<X, L>> &in, Stream<Beat<Y, L>> &out, unsigned frames) {
  static_assert(BEATS % FOLD == 0, "outputs are whole pixels");
  Sum<Y> value[FOLD][L] = {};
  WEFT_HLS(ARRAY_PARTITION variable = value complete dim = 2)
  for (unsigned f = 0; f < frames; ++f) {
    for (int i = 0; i < BEATS / FOLD; ++i) {
      for (int t = 0; t < TAPS; ++t) {
        for (int cf = 0; cf < FOLD; ++cf) {
          WEFT_HLS(PIPELINE II = 1)
          const Beat<X, L> x = in.read();
          Beat<Y, L> result;
          for (int l = 0; l < L; ++l) {
            WEFT_HLS(UNROLL)
            const Sum<Y> next = Sum<Y>(x.lane[l]), old = value[cf][l];
            if (t == 0)
              value[cf][l] = next;
            else if (KIND == PoolKind::sum)
              value[cf][l] = Sum<Y>(old + next);
            else
              value[cf][l] = next > old ? next : old;
            result.lane[l] = Y(value[cf][l]);
          }
          if (t == TAPS - 1)
            out.write(result);
        }
      }
    }
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_POOL_H

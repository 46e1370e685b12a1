//===- lut.h - a netlist of truth tables over a frame ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_LUT_H
#define WEFT_HLS_LUT_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

namespace weft {
namespace hls {

/// Rule A18: `Tables::apply(x, y)` computes the bits of a result from the bits of a frame, bit b of lane j being
/// j·width + b. A frame is one beat.
template <class Tables, class X, class Y, int I, int O>
void lut(Stream<Beat<X, I>> &in, Stream<Beat<Y, O>> &out, unsigned frames) {
  constexpr int XW = IntTraits<X>::width, YW = IntTraits<Y>::width;
  for (unsigned f = 0; f < frames; ++f) {
    WEFT_HLS(PIPELINE II = 1)
    const Beat<X, I> x = in.read();
    bool from[I * XW], to[O * YW];
    WEFT_HLS(ARRAY_PARTITION variable = from type = complete)
    WEFT_HLS(ARRAY_PARTITION variable = to type = complete)
    for (int l = 0; l < I; ++l) {
      WEFT_HLS(UNROLL)
      const uint64_t bits = toBits(x.lane[l]);
      for (int b = 0; b < XW; ++b) {
        WEFT_HLS(UNROLL)
        from[l * XW + b] = bits >> b & 1;
      }
    }
    Tables::apply(from, to);
    Beat<Y, O> y;
    for (int l = 0; l < O; ++l) {
      WEFT_HLS(UNROLL)
      uint64_t bits = 0;
      for (int b = 0; b < YW; ++b) {
        WEFT_HLS(UNROLL)
        bits |= uint64_t(to[l * YW + b]) << b;
      }
      y.lane[l] = fromBits<Y>(bits);
    }
    out.write(y);
  }
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_LUT_H

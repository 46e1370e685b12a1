//===- beat.h - what travels on a stream in one cycle -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_BEAT_H
#define WEFT_HLS_BEAT_H

#include "weft/hls/int.h"

#include <cstddef>

namespace weft {
namespace hls {

/// L consecutive channels of one pixel (D2). Inside a design synthesis packs it to L·W bits.
template <class T, int L> struct Beat {
  static_assert(L >= 1, "a beat has at least one lane");
  using Element = T;
  static constexpr int lanes = L;
  static constexpr int bits = L * IntTraits<T>::width;
  T lane[L];
};

#if WEFT_HLS_VENDOR
template <int N> using Bits = ap_uint<N>;

template <int N> inline uint64_t getBits(const Bits<N> &x, int low, int width) {
  return x.range(low + width - 1, low).to_uint64();
}
template <int N> inline void setBits(Bits<N> &x, int low, int width, uint64_t value) {
  x.range(low + width - 1, low) = value;
}
#else
/// N bits, the port type of a design: bit 0 is the least significant bit of word[0].
template <int N> struct Bits {
  static constexpr int words = (N + 63) / 64;
  uint64_t word[words] = {};
};

/// The `width` (≤ 64) bits of x from bit `low` on.
template <int N> inline uint64_t getBits(const Bits<N> &x, int low, int width) {
  int at = low / 64, shift = low % 64;
  uint64_t value = x.word[at] >> shift;
  if (shift + width > 64)
    value |= x.word[at + 1] << (64 - shift);
  return value & (~uint64_t(0) >> (64 - width));
}

/// Replaces the `width` (≤ 64) bits of x from bit `low` on. `value` has no bits above them.
template <int N> inline void setBits(Bits<N> &x, int low, int width, uint64_t value) {
  int at = low / 64, shift = low % 64;
  uint64_t mask = ~uint64_t(0) >> (64 - width);
  x.word[at] = (x.word[at] & ~(mask << shift)) | (value << shift);
  if (shift + width > 64)
    x.word[at + 1] = (x.word[at + 1] & ~(mask >> (64 - shift))) | (value >> (64 - shift));
}
#endif

/// Width of the port that carries N bits: AXI4-Stream counts in bytes.
constexpr int portBits(int n) { return (n + 7) / 8 * 8; }

/// A beat as the bits on a port; channel 0 is the least significant (D2), what is left over is 0.
template <class T, int L> inline Bits<portBits(Beat<T, L>::bits)> packBeat(const Beat<T, L> &beat) {
  constexpr int W = IntTraits<T>::width;
  constexpr int N = portBits(Beat<T, L>::bits);
  Bits<N> bits = Bits<N>();
  for (int l = 0; l < L; ++l) {
    WEFT_HLS(UNROLL)
    setBits<N>(bits, l * W, W, toBits(beat.lane[l]));
  }
  return bits;
}

/// The inverse of packBeat.
template <class B, int N> inline B unpackBeat(const Bits<N> &bits) {
  using T = typename B::Element;
  constexpr int W = IntTraits<T>::width;
  B beat;
  for (int l = 0; l < B::lanes; ++l) {
    WEFT_HLS(UNROLL)
    beat.lane[l] = fromBits<T>(getBits<N>(bits, l * W, W));
  }
  return beat;
}

/// Element `index` of a ROM row: elements of T's width, packed without gaps, element 0 in the least
/// significant bits of word 0.
template <class T, class Word, std::size_t Words>
inline T romElement(const Word (&row)[Words], int index) {
  constexpr int W = IntTraits<T>::width, B = 8 * sizeof(Word);
  static_assert(B <= 32, "the rest of an element is in the next two words at most");
  const int at = index * W / B, shift = index * W % B;
  uint64_t value = uint64_t(row[at]) >> shift;
  if (shift + W > B)
    value |= uint64_t(row[at + 1]) << (B - shift);
  if (W > B && shift + W > 2 * B)
    value |= uint64_t(row[at + 2]) << (2 * B - shift);
  return fromBits<T>(value);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_BEAT_H

//===- int.h - integers of 1 to 64 bits ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
// Int<W, S> is ap_int<W> or ap_uint<W> where the vendor's headers are found, and a small class of
// our own with the same values where they are not. The library uses only what both have:
// construction (which wraps to W bits), operators, and toInt64().
#ifndef WEFT_HLS_INT_H
#define WEFT_HLS_INT_H

#include "weft/hls/platform.h"

#include <cstdint>
#include <type_traits>

#if WEFT_HLS_VENDOR
#include <ap_int.h>
#endif

namespace weft {
namespace hls {

/// Width and signedness of an integer type of this library.
template <class T> struct IntTraits;

#if WEFT_HLS_VENDOR

template <int W, bool S> using Int = typename std::conditional<S, ap_int<W>, ap_uint<W>>::type;

template <int W> struct IntTraits<ap_int<W>> {
  static constexpr int width = W;
  static constexpr bool isSigned = true;
};
template <int W> struct IntTraits<ap_uint<W>> {
  static constexpr int width = W;
  static constexpr bool isSigned = false;
};

/// What a sum of type T is formed in: T itself, so that synthesis knows its width.
template <class T> using Sum = T;

/// x · 2^places, modulo the width of a sum of type T.
template <class T> inline Sum<T> shiftedLeft(const Sum<T> &x, int places) { return x << places; }

/// The value as a 64-bit integer (the top half of a 64-bit unsigned one wraps).
template <class T> inline int64_t toInt64(const T &x) { return x.to_int64(); }

#else

namespace detail {
/// The smallest standard integer that holds W bits.
template <int W, bool S> struct Native {
  using Signed = typename std::conditional<
      (W <= 8), int8_t,
      typename std::conditional<
          (W <= 16), int16_t,
          typename std::conditional<(W <= 32), int32_t, int64_t>::type>::type>::type;
  using type =
      typename std::conditional<S, Signed, typename std::make_unsigned<Signed>::type>::type;
};
} // namespace detail

/// An integer of W bits, two's complement if S. Construction keeps the low W bits. In expressions
/// it is a 64-bit integer, so no sum or product of the library overflows on the way.
template <int W, bool S> class Int {
  static_assert(W >= 1 && W <= 64, "an Int has 1 to 64 bits");
  using Native = typename detail::Native<W, S>::type;

public:
  using Value = typename std::conditional<(W == 64 && !S), uint64_t, int64_t>::type;

  constexpr Int() : native(0) {}
  template <class T, class = typename std::enable_if<std::is_integral<T>::value>::type>
  constexpr Int(T x) : native(wrap(static_cast<uint64_t>(x))) {}
  template <int V, bool R> constexpr Int(const Int<V, R> &x) : Int(x.value()) {}

  constexpr operator Value() const { return native; }
  constexpr Value value() const { return native; }

private:
  static constexpr Native wrap(uint64_t x) {
    return S ? static_cast<Native>(static_cast<int64_t>(x << (64 - W)) >> (64 - W))
             : static_cast<Native>((x << (64 - W)) >> (64 - W));
  }
  Native native;
};

template <int W, bool S> struct IntTraits<Int<W, S>> {
  static constexpr int width = W;
  static constexpr bool isSigned = S;
};

/// What a sum of type T is formed in: a 64-bit integer, which is quick.
template <class T> using Sum = typename T::Value;

/// x · 2^places, modulo the width of a sum of type T.
template <class T> inline Sum<T> shiftedLeft(Sum<T> x, int places) {
  return static_cast<Sum<T>>(static_cast<uint64_t>(x) << places);
}

/// The value as a 64-bit integer (the top half of a 64-bit unsigned one wraps).
template <class T> inline int64_t toInt64(const T &x) { return static_cast<int64_t>(x.value()); }

#endif

/// The bits of x as an unsigned number.
template <class T> inline uint64_t toBits(const T &x) {
  return static_cast<uint64_t>(toInt64(x)) & (~uint64_t(0) >> (64 - IntTraits<T>::width));
}

/// The T whose bits are the low bits of x.
template <class T> inline T fromBits(uint64_t x) { return T(Int<IntTraits<T>::width, false>(x)); }

/// The least value of T.
template <class T> inline T leastOf() {
  return IntTraits<T>::isSigned ? T(int64_t(~uint64_t(0) << (IntTraits<T>::width - 1))) : T(0);
}

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_INT_H

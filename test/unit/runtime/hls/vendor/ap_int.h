//===- ap_int.h - a stand-in for the vendor's, for tests --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
// Only what the library may use, with the vendor's rules: a product has the sum of the operands'
// widths, a sum or a negative one bit more than the wider, a shift keeps the width. There is no conversion to a
// built-in integer.
#ifndef TEST_UNIT_RUNTIME_HLS_VENDOR_AP_INT_H
#define TEST_UNIT_RUNTIME_HLS_VENDOR_AP_INT_H

#include <bitset>
#include <cstdint>
#include <type_traits>

namespace ap {

using Wide = __int128;
constexpr int cap(int w) { return w > 127 ? 127 : w; }
constexpr int max(int a, int b) { return a > b ? a : b; }

template <int W, bool S> struct Small {
  static constexpr int width = W;
  static constexpr bool isSigned = S;
  Wide v = 0;
  Small() = default;
  template <class T, class = typename std::enable_if<std::is_integral<T>::value>::type>
  Small(T x) : v(wrap(x)) {}
  template <int V, bool R> Small(const Small<V, R> &x) : v(wrap(x.v)) {}
  static Small of(Wide x) {
    Small s;
    s.v = wrap(x);
    return s;
  }
  static Wide wrap(Wide x) {
    int up = 128 - W;
    return S ? Wide((unsigned __int128)x << up) >> up : Wide(((unsigned __int128)x << up) >> up);
  }
  int64_t to_int64() const { return int64_t(v); }
  uint64_t to_uint64() const { return uint64_t(v); }
  template <class T> Small &operator+=(const T &x) { return *this = Small(*this + x); }

  struct Range {
    Small &x;
    int hi, lo;
    Wide mask() const { return (Wide(1) << (hi - lo + 1)) - 1; }
    uint64_t to_uint64() const { return uint64_t((x.v >> lo) & mask()); }
    void operator=(uint64_t value) { x = of((x.v & ~(mask() << lo)) | (Wide(value) << lo)); }
  };
  Range range(int hi, int lo) const { return {const_cast<Small &>(*this), hi, lo}; }
};

template <int W> struct Large {
  std::bitset<W> v;
  struct Range {
    Large &x;
    int hi, lo;
    uint64_t to_uint64() const {
      uint64_t value = 0;
      for (int i = hi; i >= lo; --i)
        value = value * 2 + x.v[i];
      return value;
    }
    void operator=(uint64_t value) {
      for (int i = lo; i <= hi; ++i, value >>= 1)
        x.v[i] = value & 1;
    }
  };
  Range range(int hi, int lo) const { return {const_cast<Large &>(*this), hi, lo}; }
};

/// An operand as a Small: itself, or a built-in integer of its width.
template <int W, bool S> Small<W, S> lift(const Small<W, S> &x) { return x; }
template <class T, class = typename std::enable_if<std::is_integral<T>::value>::type>
Small<8 * sizeof(T), std::is_signed<T>::value> lift(T x) {
  return x;
}
template <class T> using Lift = decltype(lift(std::declval<T>()));
template <int W, bool S> std::true_type isSmall(const Small<W, S> *);
std::false_type isSmall(const void *);
template <class A, class B>
using Either = typename std::enable_if<decltype(isSmall((A *)nullptr))::value ||
                                       decltype(isSmall((B *)nullptr))::value>::type;

template <class A, class B, class = Either<A, B>> auto operator*(const A &a, const B &b) {
  return Small < cap(Lift<A>::width + Lift<B>::width),
         Lift<A>::isSigned || Lift<B>::isSigned > ::of(lift(a).v * lift(b).v);
}
template <class A, class B, class = Either<A, B>> auto operator+(const A &a, const B &b) {
  return Small <
             cap(max(Lift<A>::width + Lift<B>::isSigned, Lift<B>::width + Lift<A>::isSigned) + 1),
         Lift<A>::isSigned || Lift<B>::isSigned > ::of(lift(a).v + lift(b).v);
}
template <class A, class B, class = Either<A, B>> auto operator-(const A &a, const B &b) {
  return Small<cap(max(Lift<A>::width, Lift<B>::width) + 2), true>::of(lift(a).v - lift(b).v);
}
template <int W, bool S> Small<cap(W + 1), true> operator-(const Small<W, S> &a) {
  return Small<cap(W + 1), true>::of(-a.v);
}
template <int W, bool S> Small<W, S> operator>>(const Small<W, S> &a, int n) {
  return Small<W, S>::of(a.v >> n);
}
template <int W, bool S> Small<W, S> operator<<(const Small<W, S> &a, int n) {
  return Small<W, S>::of(Wide((unsigned __int128)a.v << n));
}
#define WEFT_TEST_COMPARE(op)                                                                      \
  template <class A, class B, class = Either<A, B>> bool operator op(const A &a, const B &b) {     \
    return lift(a).v op lift(b).v;                                                                 \
  }
WEFT_TEST_COMPARE(<)
WEFT_TEST_COMPARE(>)
WEFT_TEST_COMPARE(>=)
WEFT_TEST_COMPARE(==)
#undef WEFT_TEST_COMPARE

} // namespace ap

template <int W> struct ap_int : ap::Small<W, true> {
  using ap::Small<W, true>::Small;
  ap_int() = default;
  template <int V, bool R> ap_int(const ap::Small<V, R> &x) : ap::Small<W, true>(x) {}
};
template <int W>
    struct ap_uint : std::conditional < (W < 127),
    ap::Small<W<127 ? W : 1, false>, ap::Large<W>>::type {
  using Base = typename std::conditional < (W < 127),
        ap::Small<W<127 ? W : 1, false>, ap::Large<W>>::type;
  using Base::Base;
  ap_uint() = default;
  template <int V, bool R> ap_uint(const ap::Small<V, R> &x) : Base(x) {}
};

#endif // TEST_UNIT_RUNTIME_HLS_VENDOR_AP_INT_H

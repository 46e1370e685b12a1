//===- stream.h - the channel between two processes ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
// Stream<T> is hls::stream<T> where the vendor's headers are found, and an equal class where they
// are not. In C simulation a process runs to its end before the next one starts, so a stream holds
// any number of beats; to read more than was written is a design error, and so is to leave
// something behind. Both are reported.
#ifndef WEFT_HLS_STREAM_H
#define WEFT_HLS_STREAM_H

#include "weft/hls/platform.h"

#if WEFT_HLS_VENDOR
#include <hls_stream.h>
#else
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>
#endif

namespace weft {
namespace hls {

#if WEFT_HLS_VENDOR

template <class T> using Stream = ::hls::stream<T>;

/// The vendor's simulation counts what was left behind by itself.
inline int leftoverCount() { return 0; }

#else

/// What C simulation found wrong, and the program's exit code has to say.
inline int &leftoverCount() {
  static int count = 0;
  return count;
}

/// Ends a C simulation in which no process can go on.
[[noreturn]] inline void deadlock(const char *name) {
  std::fprintf(stderr, "weft: deadlock: a process reads from the empty stream '%s'\n", name);
  std::exit(3);
}

/// A queue of T in C simulation, with the members of hls::stream that the library uses.
template <class T> class Stream {
public:
  explicit Stream(const char *name = "unnamed") : title(name), ring(16), head(0), count(0) {}
  Stream(const Stream &) = delete;
  Stream &operator=(const Stream &) = delete;
  ~Stream() {
    if (!count)
      return;
    std::fprintf(stderr, "weft: stream '%s' still holds %zu beats at its end\n", title, count);
    ++leftoverCount();
  }

  bool empty() const { return count == 0; }
  std::size_t size() const { return count; }
  const char *name() const { return title; }

  void write(const T &x) {
    if (count == ring.size())
      grow();
    ring[(head + count++) & (ring.size() - 1)] = x;
  }
  T read() {
    if (!count)
      deadlock(title);
    T x = ring[head];
    head = (head + 1) & (ring.size() - 1);
    --count;
    return x;
  }
  /// Reads if there is something to read.
  bool read_nb(T &x) {
    if (!count)
      return false;
    x = read();
    return true;
  }

private:
  void grow() {
    std::vector<T> bigger(ring.size() * 2);
    for (std::size_t i = 0; i < count; ++i)
      bigger[i] = ring[(head + i) & (ring.size() - 1)];
    ring.swap(bigger);
    head = 0;
  }
  const char *title;
  std::vector<T> ring; // its size is a power of two
  std::size_t head, count;
};

#endif

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_STREAM_H

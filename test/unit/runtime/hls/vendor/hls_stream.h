//===- hls_stream.h - a stand-in for the vendor's, for tests ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_RUNTIME_HLS_VENDOR_HLS_STREAM_H
#define TEST_UNIT_RUNTIME_HLS_VENDOR_HLS_STREAM_H

#include <cassert>
#include <deque>

namespace hls {
template <class T, int DEPTH = 0> class stream {
public:
  stream() = default;
  explicit stream(const char *) {}
  stream(const stream &) = delete;
  bool empty() const { return queue.empty(); }
  std::size_t size() const { return queue.size(); }
  void write(const T &x) { queue.push_back(x); }
  T read() {
    assert(!queue.empty());
    T x = queue.front();
    queue.pop_front();
    return x;
  }
  bool read_nb(T &x) { return queue.empty() ? false : (x = read(), true); }

private:
  std::deque<T> queue;
};
} // namespace hls

#endif // TEST_UNIT_RUNTIME_HLS_VENDOR_HLS_STREAM_H

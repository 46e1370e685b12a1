//===- Helper.h - random values and streams of them ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_RUNTIME_HLS_HELPER_H
#define TEST_UNIT_RUNTIME_HLS_HELPER_H

#include "weft/hls/hls.h"
#include "gtest/gtest.h"

#include <random>
#include <vector>

namespace weft {
namespace hls {
namespace test {

using Values = std::vector<int64_t>;

/// Values of T, its least and greatest among them more often than chance would have it.
template <class T> Values randomValues(size_t count, unsigned seed) {
  constexpr int W = IntTraits<T>::width;
  std::mt19937_64 random(seed);
  Values values(count);
  for (int64_t &v : values) {
    uint64_t bits = random();
    if (bits % 8 == 0)
      bits = uint64_t(1) << (W - 1);
    else if (bits % 8 == 1)
      bits = (uint64_t(1) << (W - 1)) - 1;
    v = toInt64(fromBits<T>(bits & (~uint64_t(0) >> (64 - W))));
  }
  return values;
}

/// Puts values on a stream, L a beat.
template <class T, int L> void feed(Stream<Beat<T, L>> &stream, const Values &values) {
  ASSERT_EQ(values.size() % L, 0u);
  for (size_t i = 0; i < values.size(); i += L) {
    Beat<T, L> beat;
    for (int l = 0; l < L; ++l)
      beat.lane[l] = T(values[i + l]);
    stream.write(beat);
  }
}

/// Takes all values off a stream.
template <class T, int L> Values drain(Stream<Beat<T, L>> &stream) {
  Values values;
  while (!stream.empty()) {
    Beat<T, L> beat = stream.read();
    for (int l = 0; l < L; ++l)
      values.push_back(toInt64(beat.lane[l]));
  }
  return values;
}

/// Packs one ROM row: elements of `width` bits without gaps.
inline void packRow(uint32_t *row, size_t words, const Values &elements, int width) {
  for (size_t i = 0; i < elements.size(); ++i)
    for (int b = 0; b < width; ++b)
      if ((elements[i] >> b) & 1)
        row[(i * width + b) / 32] |= uint32_t(1) << ((i * width + b) % 32);
  ASSERT_LE(elements.size() * width, words * 32);
}

} // namespace test
} // namespace hls
} // namespace weft

#endif // TEST_UNIT_RUNTIME_HLS_HELPER_H

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

/// The matrix [rows, columns] as a unit of PE × SIMD reads it, in elements of `bits` bits.
template <int ROWS, int WORDS> struct UnitRom {
  uint32_t words[ROWS][WORDS] = {};

  UnitRom(const Values &matrix, int columns, int pe, int simd, int bits) {
    int steps = columns / simd;
    for (int r = 0; r < ROWS; ++r) {
      Values row;
      for (int p = 0; p < pe; ++p)
        for (int s = 0; s < simd; ++s)
          row.push_back(matrix[(r / steps * pe + p) * columns + r % steps * simd + s]);
      packRow(words[r], WORDS, row, bits);
    }
  }
};

/// How the weights of a test are stored: as they are, or as codes into one codebook of ENTRIES.
template <class W, int ENTRIES> struct Stored {
  static constexpr int CODE = detail::indexBits(ENTRIES);
  Values weights, codes, book = randomValues<W>(ENTRIES, 4);

  explicit Stored(int count) : weights(count), codes(count) {
    std::mt19937 random(count);
    for (int i = 0; i < count; ++i)
      weights[i] = book[codes[i] = random() % ENTRIES];
  }
  template <class Unit, class In, class Out, class Indices, class Bias>
  void run(In &in, Out &out, const Indices &indices, const Bias &bias, unsigned frames) {
    constexpr int WORDS = (ENTRIES * IntTraits<W>::width + 31) / 32;
    uint32_t table[1][WORDS] = {};
    packRow(table[0], WORDS, book, IntTraits<W>::width);
    typename Unit::template Rom<CODE> rom(codes);
    Unit::template run<WeightSource<W, Int<CODE, false>, Decoder::lookup, ENTRIES>>(in, out, rom.words, table, indices, bias, frames);
  }
};
template <class W> struct Stored<W, 0> {
  Values weights;

  explicit Stored(int count) : weights(randomValues<W>(count, 1)) {}
  template <class Unit, class In, class Out, class Indices, class Bias>
  void run(In &in, Out &out, const Indices &indices, const Bias &bias, unsigned frames) {
    typename Unit::template Rom<IntTraits<W>::width> rom(weights);
    Unit::template run<W>(in, out, rom.words, indices, bias, frames);
  }
};

} // namespace test
} // namespace hls
} // namespace weft

#endif // TEST_UNIT_RUNTIME_HLS_HELPER_H

//===- BitWords.h - words of any width, filled element by element ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTORTL_BITWORDS_H
#define PASSES_CONVERSION_FLOWTORTL_BITWORDS_H

#include <cstdint>
#include <vector>

namespace weft::conversion {

/// Words of `width` bits, each in whole little-endian bytes.
class BitWords {
public:
  explicit BitWords(int64_t width) : wordBits(width), wordBytes((width + 7) / 8) {}

  void beginWord() {
    bytes.resize(bytes.size() + wordBytes, 0);
    at = 0;
  }
  /// The low `bits` of `value` above what the word holds already.
  void append(int64_t value, int64_t bits) {
    uint8_t *word = bytes.data() + bytes.size() - wordBytes;
    for (int64_t i = 0; i < bits; ++i, ++at)
      if (i < 64 ? value >> i & 1 : value < 0)
        word[at / 8] |= 1u << at % 8;
  }
  int64_t width() const { return wordBits; }
  int64_t bytesPerWord() const { return wordBytes; }
  int64_t words() const { return static_cast<int64_t>(bytes.size()) / wordBytes; }
  const std::vector<uint8_t> &data() const { return bytes; }

private:
  int64_t wordBits, wordBytes, at = 0;
  std::vector<uint8_t> bytes;
};

} // namespace weft::conversion

#endif // PASSES_CONVERSION_FLOWTORTL_BITWORDS_H

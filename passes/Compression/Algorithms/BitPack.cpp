//===- BitPack.cpp - codes of few bits in bytes ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BitPack.h"

#include <cassert>

namespace weft::compression {

unsigned codeBits(size_t k) {
  unsigned bits = 1;
  while ((size_t(1) << bits) < k)
    ++bits;
  return bits;
}

std::vector<uint8_t> packBits(const std::vector<uint8_t> &codes, unsigned bits) {
  assert(bits >= 1 && bits <= 8);
  std::vector<uint8_t> packed((codes.size() * bits + 7) / 8);
  for (size_t i = 0; i < codes.size(); ++i) {
    assert(bits == 8 || codes[i] < (1u << bits));
    size_t position = i * bits, byte = position / 8;
    unsigned spread = static_cast<unsigned>(codes[i]) << (position % 8);
    packed[byte] = static_cast<uint8_t>(packed[byte] | spread);
    if (spread > 0xFF)
      packed[byte + 1] = static_cast<uint8_t>(packed[byte + 1] | (spread >> 8));
  }
  return packed;
}

std::vector<uint8_t> unpackBits(const std::vector<uint8_t> &packed, unsigned bits, size_t count) {
  assert(bits >= 1 && bits <= 8 && packed.size() >= (count * bits + 7) / 8);
  std::vector<uint8_t> codes(count);
  for (size_t i = 0; i < count; ++i) {
    size_t position = i * bits, byte = position / 8;
    unsigned pair = packed[byte] | (byte + 1 < packed.size() ? static_cast<unsigned>(packed[byte + 1]) << 8 : 0);
    codes[i] = static_cast<uint8_t>((pair >> (position % 8)) & ((1u << bits) - 1));
  }
  return codes;
}

} // namespace weft::compression

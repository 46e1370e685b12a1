//===- BitPack.h - codes of few bits in bytes ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_BITPACK_H
#define PASSES_COMPRESSION_ALGORITHMS_BITPACK_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::compression {

/// Bits of a code that tells k entries apart: 1 for k ≤ 2, ⌈log2 k⌉ beyond.
unsigned codeBits(size_t k);

/// Codes of `bits` bits (1 to 8), one after the other without gaps, the first in the least significant bits of the first
/// byte. A code may cross bytes; the unused bits of the last byte are 0.
std::vector<uint8_t> packBits(const std::vector<uint8_t> &codes, unsigned bits);
std::vector<uint8_t> unpackBits(const std::vector<uint8_t> &packed, unsigned bits, size_t count);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_BITPACK_H

//===- Huffman.h - canonical Huffman codes of limited length ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_HUFFMAN_H
#define PASSES_COMPRESSION_ALGORITHMS_HUFFMAN_H

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::compression {

/// Lengths of a prefix code that stores symbols of these frequencies in the fewest bits, among codes of at most `limit` bits a
/// symbol; 0 for symbols that do not occur, 1 for one that is alone. Empty where more than 2^limit symbols occur. Package-merge, in
/// O(limit · n log n): Larmore and Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", JACM 37(3), 1990.
std::vector<uint8_t> limitedCodeLengths(const std::vector<uint64_t> &frequencies, unsigned limit = 15);

/// The code words of such lengths (rule A17): shorter before longer, equally long ones in the order of their symbols.
std::vector<uint32_t> canonicalCodes(const std::vector<uint8_t> &lengths);

/// A list of integers as `codec.huffman` stores it.
struct HuffmanCode {
  /// Symbol s stands for the value `first + s`; with a `group` of several elements, for their bit patterns side by side.
  int64_t first = 0, group = 1;
  std::vector<uint8_t> lengths;
  /// The first bit of the first code word is the highest of the first byte.
  std::vector<uint8_t> bytes;
  /// Bits of `bytes` that are used.
  int64_t bits = 0;

  /// Bits of the code words and of the table, at 4 bits a length.
  int64_t storageBits() const { return bits + 4 * static_cast<int64_t>(lengths.size()); }
};

/// Codes integers of `elementBits` bits, in groups of as many elements (1, or while they fit into 8 bits, 2, 4 and 8) as store them in the
/// fewest bits. Nothing for an empty list, and where no code of 15 bits has enough words.
std::optional<HuffmanCode> huffmanEncode(const std::vector<int64_t> &values, unsigned elementBits);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_HUFFMAN_H

//===- Huffman.cpp - canonical Huffman codes of limited length -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Huffman.h"

#include <algorithm>
#include <numeric>

namespace weft::compression {
namespace {

/// A coin of the package-merge algorithm: one symbol, or a package of two coins of the level below.
struct Coin {
  uint64_t weight = 0;
  int64_t symbol = -1;
  size_t left = 0, right = 0;
};

/// The symbols that occur, lightest first; of equals the first.
std::vector<size_t> sortedSymbols(const std::vector<uint64_t> &frequencies) {
  std::vector<size_t> symbols;
  for (size_t s = 0; s < frequencies.size(); ++s)
    if (frequencies[s])
      symbols.push_back(s);
  std::stable_sort(symbols.begin(), symbols.end(), [&](size_t a, size_t b) { return frequencies[a] < frequencies[b]; });
  return symbols;
}

} // namespace

std::vector<uint8_t> limitedCodeLengths(const std::vector<uint64_t> &frequencies, unsigned limit) {
  std::vector<size_t> symbols = sortedSymbols(frequencies);
  std::vector<uint8_t> lengths(frequencies.size(), 0);
  if (limit < 64 && symbols.size() > (uint64_t(1) << limit))
    return {};
  if (symbols.size() <= 1) {
    for (size_t s : symbols)
      lengths[s] = 1;
    return lengths;
  }
  std::vector<Coin> coins;
  std::vector<size_t> level; // coins of the level below, lightest first
  for (unsigned l = 0; l < limit; ++l) {
    std::vector<size_t> packages, next;
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      packages.push_back(coins.size());
      coins.push_back({coins[level[i]].weight + coins[level[i + 1]].weight, -1, level[i], level[i + 1]});
    }
    size_t p = 0;
    for (size_t s : symbols) {
      while (p < packages.size() && coins[packages[p]].weight < frequencies[s])
        next.push_back(packages[p++]);
      next.push_back(coins.size());
      coins.push_back({frequencies[s], static_cast<int64_t>(s), 0, 0});
    }
    next.insert(next.end(), packages.begin() + static_cast<std::ptrdiff_t>(p), packages.end());
    level = std::move(next);
  }
  // A symbol's length is how often it is in the 2n − 2 lightest coins.
  std::vector<size_t> open(level.begin(), level.begin() + static_cast<std::ptrdiff_t>(2 * symbols.size() - 2));
  while (!open.empty()) {
    const Coin &coin = coins[open.back()];
    open.pop_back();
    if (coin.symbol >= 0) {
      ++lengths[static_cast<size_t>(coin.symbol)];
    } else {
      open.push_back(coin.left);
      open.push_back(coin.right);
    }
  }
  return lengths;
}

std::vector<uint32_t> canonicalCodes(const std::vector<uint8_t> &lengths) {
  std::vector<uint32_t> codes(lengths.size(), 0);
  uint32_t code = 0;
  for (unsigned length = 1; length <= 32; ++length, code <<= 1)
    for (size_t s = 0; s < lengths.size(); ++s)
      if (lengths[s] == length)
        codes[s] = code++;
  return codes;
}

/// Symbols of groups of elements; the last group is filled up with zeros.
static std::vector<size_t> symbolsOf(const std::vector<int64_t> &values, unsigned bits, int64_t group, int64_t first) {
  std::vector<size_t> symbols;
  uint64_t mask = (uint64_t(1) << bits) - 1;
  auto size = static_cast<int64_t>(values.size());
  for (int64_t i = 0; i < size; i += group) {
    uint64_t symbol = group == 1 ? static_cast<uint64_t>(values[static_cast<size_t>(i)] - first) : 0;
    for (int64_t k = 0; group > 1 && k < group && i + k < size; ++k)
      symbol |= (static_cast<uint64_t>(values[static_cast<size_t>(i + k)]) & mask) << (k * bits);
    symbols.push_back(symbol);
  }
  return symbols;
}

static std::optional<HuffmanCode> encodeGroups(const std::vector<int64_t> &values, unsigned elementBits, int64_t group) {
  auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  HuffmanCode code;
  code.group = group;
  code.first = group == 1 ? *least : 0;
  std::vector<size_t> symbols = symbolsOf(values, elementBits, group, code.first);
  if (group == 1 && static_cast<uint64_t>(*greatest) - static_cast<uint64_t>(*least) >= (1u << 16))
    return std::nullopt;
  std::vector<uint64_t> frequencies(*std::max_element(symbols.begin(), symbols.end()) + 1);
  for (size_t s : symbols)
    ++frequencies[s];
  code.lengths = limitedCodeLengths(frequencies);
  if (code.lengths.empty())
    return std::nullopt;
  for (size_t s = 0; s < frequencies.size(); ++s)
    code.bits += static_cast<int64_t>(frequencies[s] * code.lengths[s]);
  std::vector<uint32_t> words = canonicalCodes(code.lengths);
  code.bytes.assign(static_cast<size_t>((code.bits + 7) / 8), 0);
  size_t at = 0;
  for (size_t s : symbols)
    for (int b = code.lengths[s] - 1; b >= 0; --b, ++at)
      code.bytes[at / 8] = static_cast<uint8_t>(code.bytes[at / 8] | ((words[s] >> b & 1) << (7 - at % 8)));
  return code;
}

std::optional<HuffmanCode> huffmanEncode(const std::vector<int64_t> &values, unsigned elementBits) {
  std::optional<HuffmanCode> best;
  if (values.empty())
    return best;
  for (int64_t group : {1, 2, 4, 8}) {
    if (group > 1 && group * elementBits > 8)
      break;
    std::optional<HuffmanCode> code = encodeGroups(values, elementBits, group);
    if (code && (!best || code->storageBits() < best->storageBits()))
      best = std::move(code);
  }
  return best;
}

} // namespace weft::compression

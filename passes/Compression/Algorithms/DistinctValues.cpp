//===- DistinctValues.cpp - sorts numbers and merges equal ones -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"

#include <array>
#include <cstring>

namespace weft::compression {

/// An integer that orders as the float does.
static uint32_t toKey(float v) {
  v += 0.0f; // −0 becomes 0
  uint32_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  return bits ^ ((bits >> 31) ? 0xFFFFFFFFu : 0x80000000u);
}

static float fromKey(uint32_t key) {
  uint32_t bits = key ^ ((key >> 31) ? 0x80000000u : 0xFFFFFFFFu);
  float v;
  std::memcpy(&v, &bits, sizeof v);
  return v;
}

struct Weighted {
  uint32_t key;
  float weight;
};
static uint32_t keyOf(uint32_t item) { return item; }
static uint32_t keyOf(const Weighted &item) { return item.key; }

/// Radix sort in three digits of 11 bits: 25 million keys in well under a second.
template <typename Item> static void radixSort(std::vector<Item> &items) {
  constexpr unsigned kDigitBits = 11, kDigits = 3, kBuckets = 1u << kDigitBits;
  std::vector<std::array<size_t, kBuckets>> counts(kDigits);
  for (auto &c : counts)
    c.fill(0);
  for (const Item &item : items)
    for (unsigned d = 0; d < kDigits; ++d)
      ++counts[d][(keyOf(item) >> (d * kDigitBits)) & (kBuckets - 1)];
  std::vector<Item> other(items.size());
  for (unsigned d = 0; d < kDigits; ++d) {
    size_t position = 0;
    for (size_t &c : counts[d]) {
      size_t n = c;
      c = position;
      position += n;
    }
    for (const Item &item : items)
      other[counts[d][(keyOf(item) >> (d * kDigitBits)) & (kBuckets - 1)]++] = item;
    items.swap(other);
  }
}

static double weightOf(uint32_t) { return 1; }
static double weightOf(const Weighted &item) { return item.weight; }

template <typename Item> static DistinctValues mergeEqual(std::vector<Item> items) {
  radixSort(items);
  DistinctValues d;
  for (size_t i = 0; i < items.size();) {
    uint32_t key = keyOf(items[i]);
    double weight = 0;
    for (; i < items.size() && keyOf(items[i]) == key; ++i)
      weight += weightOf(items[i]);
    d.values.push_back(fromKey(key));
    d.weights.push_back(weight);
  }
  return d;
}

DistinctValues findDistinct(const float *values, size_t count, const float *sampleWeights) {
  if (!sampleWeights) {
    std::vector<uint32_t> keys(count);
    for (size_t i = 0; i < count; ++i)
      keys[i] = toKey(values[i]);
    return mergeEqual(std::move(keys));
  }
  std::vector<Weighted> items(count);
  for (size_t i = 0; i < count; ++i)
    items[i] = {toKey(values[i]), sampleWeights[i]};
  return mergeEqual(std::move(items));
}

} // namespace weft::compression

//===- BitPlanes.cpp - two's complement numbers plane by plane ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BitPlanes.h"

#include <algorithm>

namespace weft::compression {

KeptPlanes keepPlanes(const int64_t *values, size_t count, unsigned bits, unsigned planes) {
  KeptPlanes kept;
  kept.shift = bits - planes;
  const int64_t unit = int64_t(1) << kept.shift, most = (int64_t(1) << (planes - 1)) - 1;
  for (size_t i = 0; i < count; ++i) {
    int64_t cut = values[i] >> kept.shift, rest = values[i] - cut * unit;
    int64_t code = std::min(cut + (2 * rest > unit ? 1 : 0), most);
    kept.codes.push_back(code);
    auto error = static_cast<double>(values[i] - code * unit);
    kept.squaredError += error * error;
  }
  return kept;
}

std::vector<int64_t> splitPlanes(const std::vector<int64_t> &codes, unsigned planes) {
  std::vector<int64_t> bits;
  bits.reserve(codes.size() * planes);
  for (unsigned t = 0; t < planes; ++t)
    for (int64_t code : codes)
      bits.push_back(code >> t & 1);
  return bits;
}

std::vector<int64_t> joinPlanes(const std::vector<int64_t> &bits, unsigned planes) {
  const size_t count = bits.size() / planes;
  std::vector<int64_t> codes(count);
  for (unsigned t = 0; t < planes; ++t)
    for (size_t i = 0; i < count; ++i)
      codes[i] += bits[t * count + i] * (t == planes - 1 ? -(int64_t(1) << t) : int64_t(1) << t);
  return codes;
}

int64_t cutCode(int64_t code, unsigned planes, unsigned kept) {
  const int64_t unit = int64_t(1) << (planes - kept);
  return (code >> (planes - kept)) * unit + unit / 2; // unit / 2 is 0 where nothing is dropped
}

} // namespace weft::compression

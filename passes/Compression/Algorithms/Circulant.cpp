//===- Circulant.cpp - the nearest block-circulant matrix -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Circulant.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weft::compression {

std::vector<float> projectCirculant(const float *values, size_t rows, size_t columns, size_t taps, size_t b) {
  std::vector<float> vectors(rows * columns * taps / b);
  for (size_t i = 0; i < rows / b; ++i)
    for (size_t j = 0; j < columns / b; ++j)
      for (size_t s = 0; s < b; ++s)
        for (size_t t = 0; t < taps; ++t) {
          auto at = [&](size_t v) { return values[((i * b + (s + v) % b) * columns + j * b + v) * taps + t]; };
          double sum = 0;
          bool same = true; // also of −0, which a mean would turn into 0
          for (size_t v = 0; v < b; ++v) {
            sum += at(v);
            float first = at(0), other = at(v);
            same &= std::memcmp(&first, &other, sizeof first) == 0;
          }
          vectors[((i * (columns / b) + j) * b + s) * taps + t] = same ? at(0) : static_cast<float>(sum / static_cast<double>(b));
        }
  return vectors;
}

static bool isCirculant(const double *values, size_t rows, size_t columns, size_t taps, size_t b) {
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < columns; ++c) {
      // Each element equals its neighbour up and to the left in the block.
      size_t up = r % b ? r - 1 : r + b - 1, left = c % b ? c - 1 : c + b - 1;
      if (c % b != 0 && std::memcmp(values + (r * columns + c) * taps, values + (up * columns + left) * taps, taps * sizeof(double)) != 0)
        return false;
    }
  return true;
}

size_t circulantBlock(const double *values, size_t rows, size_t columns, size_t taps, size_t limit) {
  size_t both = std::gcd(rows, columns);
  for (size_t b = std::min(both, limit); b >= 2; --b)
    if (both % b == 0 && isCirculant(values, rows, columns, taps, b))
      return b;
  return 1;
}

} // namespace weft::compression

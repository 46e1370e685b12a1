//===- Arena.cpp - static memory planning -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Arena.h"
#include <algorithm>

using namespace weft::cpu;

int64_t weft::cpu::planArena(std::vector<Lifetime> &buffers) {
  std::vector<Lifetime *> bySize;
  for (Lifetime &b : buffers)
    bySize.push_back(&b);
  std::stable_sort(bySize.begin(), bySize.end(), [](auto *a, auto *b) { return a->bytes > b->bytes; });
  std::vector<Lifetime *> placed; // by offset
  int64_t total = 0;
  for (Lifetime *b : bySize) {
    int64_t size = (b->bytes + 63) / 64 * 64, at = 0;
    for (Lifetime *other : placed) {
      if (other->last < b->first || other->first > b->last)
        continue;
      if (at + size <= other->offset)
        break;
      at = std::max(at, other->offset + (other->bytes + 63) / 64 * 64);
    }
    b->offset = at;
    total = std::max(total, at + size);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), b, [](auto *x, auto *y) { return x->offset < y->offset; }), b);
  }
  return total;
}

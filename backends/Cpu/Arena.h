//===- Arena.h - static memory planning --------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_ARENA_H
#define BACKENDS_CPU_ARENA_H

#include <cstdint>
#include <vector>

namespace weft::cpu {

/// A buffer that is needed during the steps first … last.
struct Lifetime {
  int64_t bytes;
  int first, last;
  /// Set by planArena, a multiple of 64.
  int64_t offset = 0;
};

/// Places buffers so that those alive at the same step do not overlap: greatest first, each at the lowest free offset.
/// Returns the size of the arena.
int64_t planArena(std::vector<Lifetime> &buffers);

} // namespace weft::cpu

#endif // BACKENDS_CPU_ARENA_H

//===- BitPlanes.h - two's complement numbers plane by plane -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_BITPLANES_H
#define PASSES_COMPRESSION_ALGORITHMS_BITPLANES_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::compression {

/// Numbers of which the top planes are kept: value ≈ code · 2^shift.
struct KeptPlanes {
  std::vector<int64_t> codes;
  unsigned shift = 0;
  double squaredError = 0;
};

/// Keeps the top `planes` of `bits` planes, 1 ≤ planes ≤ bits. Every number takes the nearest value that the planes hold, the
/// lower one in the middle: that is the cut (truncation) or the cut plus one, whichever is nearer, and the greatest code for what would
/// round beyond it. So the error is never more than that of cutting.
KeptPlanes keepPlanes(const int64_t *values, size_t count, unsigned bits, unsigned planes);

/// Plane t holds bit t of every number: `[planes][count]`, 0 or 1.
std::vector<int64_t> splitPlanes(const std::vector<int64_t> &codes, unsigned planes);

/// The codes of such planes.
std::vector<int64_t> joinPlanes(const std::vector<int64_t> &bits, unsigned planes);

/// A code of `planes` bits of which the upper `kept` count: those, and half of what the others could have added (A16).
int64_t cutCode(int64_t code, unsigned planes, unsigned kept);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_BITPLANES_H

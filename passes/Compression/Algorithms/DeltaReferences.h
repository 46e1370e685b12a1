//===- DeltaReferences.h - what fixed differences start from --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Parts of Delta.cpp and DeltaScales.cpp.
//===-----------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_DELTAREFERENCES_H
#define PASSES_COMPRESSION_ALGORITHMS_DELTAREFERENCES_H

#include "passes/Compression/Algorithms/Delta.h"

#include <utility>

namespace weft::compression {

inline int64_t step(const DeltaFormat &f) { return int64_t(1) << f.shift; }
inline int64_t leastDelta(const DeltaFormat &f) { return -(int64_t(1) << (f.width - 1)); }
inline int64_t greatestDelta(const DeltaFormat &f) { return (int64_t(1) << (f.width - 1)) - 1; }
inline int64_t floorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline int64_t ceilDiv(int64_t a, int64_t b) { return -floorDiv(-a, b); }

/// The nearest difference from `from` to `value` whose weight is one of the format.
int64_t nearestDelta(double value, int64_t from, const DeltaFormat &f);

/// Whether a number rounds to 0.
bool holdsZero(const double *values, size_t count);

/// References that a run of fixed differences may have: multiples of the step, from which 0 is a difference away if the run has zeros.
std::pair<int64_t, int64_t> referenceBounds(const DeltaFormat &f, bool zero);

/// The reference that the rule asks for, of the kind that `bounds` allow; not for `best`.
int64_t ruledReference(const double *values, size_t count, const DeltaFormat &f, std::pair<int64_t, int64_t> bounds);

/// What the format's rule says, for fixed differences.
int64_t fixedReference(const double *values, size_t count, const DeltaFormat &f);

/// The squared error of fixed differences from `reference`.
double fixedError(const double *values, size_t count, const DeltaFormat &f, int64_t reference);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_DELTAREFERENCES_H

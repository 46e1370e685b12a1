//===- Masks.h - which elements a sparse weight has -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Masks that are stored as less than a bit per weight. `shape` is the weight's, [R, K…]; positions of a row are numbered in stream order where
// `channels` is not 0 (dataflow.md D1, D3).
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_MASKS_H
#define RUNTIME_REFERENCE_MASKS_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// Column of position p = s·C + c of a row of `columns` elements: c·S + s, with C = `channels`, S = columns / C; p where C is 0.
int64_t columnOfPosition(int64_t position, int64_t channels, int64_t columns);

/// A clash-free interleaver: R rows (right neurons), K positions (left neurons) in z memories of D = K/z rows, position t·z + v in
/// memory v. Type 1: starts [fan-out, D, z]; type 2: [fan-out, z]; type 3: [1, z]. Dither [fan-out, z] or [1, z], or null.
struct Interleaver {
  int64_t type = 3, fanOut = 1;
  const Tensor *starts = nullptr, *dither = nullptr;
};

/// The left neuron of every edge, by sweep s < fan-out, row r < D, lane m < z: t·z + v with t = starts[s, r, m] (type 1) or
/// (starts[s, m] + r) mod D, v = dither[s, m] or m. Edge e belongs to right neuron e div fan-in. Error where a start is no row, or where rows or
/// a dither are no permutation (which is what makes it clash-free).
Result<std::vector<int64_t>> interleaverEdges(const Interleaver &interleaver, int64_t rows, int64_t positions);

/// A11c: edges of a clash-free interleaver. Source: Dey, Beerel, Chugg, ReConFig 2018.
Result<Tensor> interleaveMask(const Interleaver &interleaver, int64_t channels, const Shape &shape);

/// Sequence of 64-bit numbers. Source: Steele, Lea, Flood, OOPSLA 2014.
class SplitMix64 {
public:
  explicit SplitMix64(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// A number below n, by remainder.
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }

private:
  uint64_t state;
};

/// A11r, unstructured: exactly `edges` elements; element i of n in row-major order is set iff below(n − i) < edges not yet set.
Result<Tensor> randomMask(uint64_t seed, int64_t edges, const Shape &shape);

/// A11r, structured: every row has `fanIn` elements, every column R·fanIn/K. For every K/fanIn rows the columns are shuffled (from the last
/// down, element i changes places with below(i + 1)) and dealt, fanIn to each row. fanIn divides K, K/fanIn divides R.
Result<Tensor> structuredRandomMask(uint64_t seed, int64_t fanIn, const Shape &shape);

/// A11n: indices [R, K/M, N], ascending: of every M positions of a row those N.
Result<Tensor> nmMask(const Tensor &indices, int64_t channels, const Shape &shape);

/// A11b: rows [R/h, K/w, h] and columns [R/h, K/w, w] of ui1: element (i·h + u, position j·w + v) is set iff rows[i, j, u] and columns[i, j, v].
Result<Tensor> blockMask(const Tensor &rows, const Tensor &columns, int64_t channels, const Shape &shape);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_MASKS_H

//===- Interleaver.h - clash-free masks: legality, and the best for a trained layer -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++. Source: Dey, Beerel, Chugg, "Interleaver design for deep neural networks", Asilomar 2017, and ReConFig 2018. What an interleaver means
// is rule A11c (runtime/reference/Masks.h).
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_INTERLEAVER_H
#define PASSES_COMPRESSION_ALGORITHMS_INTERLEAVER_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::compression {

/// A junction between `left` inputs and `right` outputs; each input has `fanOut` edges, `z` are processed together.
struct Junction {
  int64_t left = 1, right = 1, fanOut = 1, z = 1;

  int64_t edges() const { return left * fanOut; }
  int64_t fanIn() const { return edges() / right; }
  int64_t rows() const { return left / z; }
};

/// Fan-outs with which fan-in is an integer that divides the inputs, ascending. With fan-in not dividing the inputs an output's edges would
/// span two sweeps, and might be twice the same.
std::vector<int64_t> legalFanOuts(int64_t left, int64_t right);

/// Numbers of memories for a fan-in, ascending: they divide the inputs, and divide the fan-in or are a multiple of it.
std::vector<int64_t> legalMemories(int64_t left, int64_t fanIn);

/// The number of memories to take where nobody says: the most up to `most`.
int64_t chooseMemories(int64_t left, int64_t fanIn, int64_t most);

/// The element of `candidates` nearest to `value`, the smaller of two.
int64_t nearestOf(const std::vector<int64_t> &candidates, int64_t value);

/// Empty, or why `next` cannot take in what `junction` gives in a cycle: z/fan-in outputs are done at once and go to different memories, so
/// z of the next is at least that. Names the nearest legal z.
std::string unbalanced(const Junction &junction, const Junction &next);

/// Start rows and dithers as rule A11c stores them.
struct InterleaverTables {
  int type = 3;
  std::vector<int64_t> startShape, starts;
  /// [fan-out, z]; empty without one.
  std::vector<int64_t> dither;
  /// The share of Σ w² that is kept.
  double keptEnergy = 0;
};

/// The interleaver that keeps most of Σ w² of `weight` [right, left] (positions of a row in stream order). Exact for types 1 and 2 and for type 3 without
/// a dither: every choice is independent of the others, or an assignment. Type 3 with a dither alternates between starts and dithers until nothing
/// improves. A dither has no effect, and is left out, where z divides the fan-in. Deterministic.
InterleaverTables fitInterleaver(const float *weight, const Junction &junction, int type, bool dither);

/// An interleaver from a seed, for a network that is going to be trained with it.
InterleaverTables randomInterleaver(const Junction &junction, int type, bool dither, uint64_t seed);

/// Items to bins of equal capacity (items = bins · capacity) with the greatest total benefit; `benefit[item · bins + bin]`. The bin of each item.
/// Successive shortest paths.
std::vector<int64_t> assignToBins(const std::vector<double> &benefit, int64_t items, int64_t bins);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_INTERLEAVER_H

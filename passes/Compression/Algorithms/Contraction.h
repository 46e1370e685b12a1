//===- Contraction.h - in which order a tensor train is applied --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_ALGORITHMS_CONTRACTION_H
#define PASSES_COMPRESSION_ALGORITHMS_CONTRACTION_H

#include <cstdint>
#include <vector>

namespace weft::compression {

/// Extents of a core [left, rows, columns, right].
struct CoreShape {
  int64_t left, rows, columns, right;
};

/// An axis of an intermediate: the j-th input index, the i-th output index, or the bond between cores k and k + 1.
struct TrainAxis {
  enum class Kind { input, output, bond };
  Kind kind;
  int64_t index, extent;
  bool operator==(const TrainAxis &o) const { return kind == o.kind && index == o.index; }
};

/// One core is applied: the value has axes (kept…, contracted…) before and (kept…, produced…) after.
struct ContractionStep {
  int64_t core;
  std::vector<TrainAxis> kept, contracted, produced;
  /// Multiply-accumulates for one input vector.
  int64_t macs() const;
  int64_t pixels() const;
  int64_t inputs() const;
  int64_t outputs() const;
};

/// The steps with the fewest multiply-accumulates of all orders, by dynamic programming over the sets of cores applied (at most 8 cores). Of equal orders
/// the one that begins with the last cores. The bond that the next step contracts is the last axis that a step produces, so that a transpose between two steps moves
/// runs of as many elements as that bond has.
std::vector<ContractionStep> cheapestContraction(const std::vector<CoreShape> &cores);

/// Multiply-accumulates of all steps.
int64_t contractionMacs(const std::vector<ContractionStep> &steps);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_ALGORITHMS_CONTRACTION_H

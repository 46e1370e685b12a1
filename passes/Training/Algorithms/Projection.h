//===- Projection.h - the nearest weight that a code can store ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_PROJECTION_H
#define PASSES_TRAINING_ALGORITHMS_PROJECTION_H

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace weft::training {

/// A compressed weight during training: an expression over leaves, turned around. `project` replaces numbers by what the expression evaluates to
/// with the best leaves for them; the structure (masks, assignments, scales) stays. Where that is linear (masks, means of clusters or of
/// diagonals) the update of the numbers is the exact gradient of the leaves; where it rounds, gradients pass straight through.
class Projection {
public:
  using Numbers = std::vector<float>;
  virtual ~Projection() = default;
  /// Numbers become what is stored, in the expression's value type.
  virtual void project(Numbers &numbers) = 0;
  /// Chooses the structure anew for these numbers, where it may change: assignments to clusters, references. Much dearer than `project`.
  virtual void adapt(const Numbers &numbers) { (void)numbers; }
  /// Whether `settle` changes numbers after they adapted.
  virtual bool settles() const { return false; }
  /// Bounds numbers that would else drift away for ever: beyond the outermost entries of a codebook by half the distance to the next ones.
  virtual void settle(Numbers &numbers) { (void)numbers; }
  /// Whether `prune` changes what is kept.
  virtual bool prunes() const { return false; }
  /// Chooses what is kept by magnitude: of what is given up in the end, this share remains.
  virtual void prune(const Numbers &numbers, double remaining) { (void)numbers, (void)remaining; }
  /// The structure that adapts, as numbers, appended to `state`; `restore` takes them from `at` on.
  virtual void save(Numbers &state) const { (void)state; }
  virtual void restore(const Numbers &state, size_t &at) { (void)state, (void)at; }
  /// Whether `project` depends on its numbers alone, so that they may come at any scale.
  virtual bool isStateless() const { return false; }
  /// As `project`, and hands the leaves to who asked for them when the projection was made.
  virtual void store(Numbers &numbers) { project(numbers); }
};

using ProjectionPtr = std::unique_ptr<Projection>;
/// Takes a leaf's elements, in row-major order.
using Sink = std::function<void(const std::vector<int64_t> &)>;
using RealSink = std::function<void(const std::vector<float> &)>;

/// Integers from `least` to `greatest`, the nearest.
ProjectionPtr roundToIntegers(int64_t least, int64_t greatest, Sink sink);

/// Real numbers: all of them.
ProjectionPtr keepReal(RealSink sink);

/// Numbers that are `inner` times a scale: one, or one for each of equal runs (rows). With a sink, and an inner projection that keeps no values, adapting
/// chooses scales anew: of the present one, the one that is best for the present codes (least squares) and the one at which the greatest number just fits,
/// that with the least squared error.
ProjectionPtr scaled(std::vector<float> scales, ProjectionPtr inner, RealSink scalesTo = {});

/// Numbers x that stand for `base`·e^x.
ProjectionPtr exponential(float base);

/// Numbers of at least `bound`.
ProjectionPtr atLeast(float bound);

/// The elements at `positions` of `size`, zeros elsewhere (rule A11).
ProjectionPtr scattered(std::vector<int64_t> positions, int64_t size, ProjectionPtr values);

/// Which weights compete to be kept: the columns of each block of `height` rows × `width` positions, of which `kept` are left in the end. Single weights
/// of the whole matrix: one row, one block. N of M: height 1, width M.
struct PruningPattern {
  int64_t rows = 1, columns = 0; ///< multiples of height and width
  int64_t height = 1, width = 0, kept = 0;
  std::vector<int64_t> elements; ///< element of each position; empty: in order
};
/// What is kept, by element, when `remaining` (0 to 1) of what will be given up is still there.
std::vector<bool> prunedMask(const PruningPattern &pattern, const std::vector<float> &weight, double remaining);

using MaskSink = std::function<void(const std::vector<bool> &)>;
/// As `scattered`, but what is kept is chosen anew by `prune`; it begins with `mask`.
ProjectionPtr pruned(PruningPattern pattern, std::vector<bool> mask, ProjectionPtr values, MaskSink sink);

/// Codes into `groups` codebooks of `entries` (rule A9). An entry moves by the mean of what its members move by from call to call, the exact
/// gradient of an entry; adapting assigns to the nearest entry, which leaves entries as they are. Numbers are those that pass straight through, as
/// where weights are rounded: each crosses to the next entry when its own gradients say so often enough.
struct Codebooks {
  std::vector<uint8_t> codes;
  std::vector<float> entries; ///< [groups][entries]
  int64_t groups = 1;
};
ProjectionPtr clustered(Codebooks codebooks, ProjectionPtr entries, Sink codes);

/// Integers as differences (rule A10) of `width` bits, times 2^shift, in the order of `positions` (element of each position; empty: in order). References stay.
struct DeltaCode {
  std::vector<int64_t> references; ///< of equal runs
  unsigned width = 4, shift = 0;
  int64_t least = -128, greatest = 127;
  bool consecutive = false;
  std::vector<int64_t> positions;
};
ProjectionPtr differences(DeltaCode code, Sink references, Sink deltas);

/// One of ascending levels, the nearest (powers of two, bit planes); the sink gets the levels' values.
ProjectionPtr nearestLevel(std::vector<int64_t> levels, Sink sink);

/// −1 or 1, the sign (1 for 0); settling keeps numbers within ±1, so that a sign can change. Source: Courbariaux et al., NIPS 2015.
ProjectionPtr binary(Sink sink);

/// Elements that share a stored one (block-circulant): `owner[i]` is the leaf element of element i; it becomes the mean.
ProjectionPtr shared(std::vector<int64_t> owner, int64_t leafSize, ProjectionPtr leaf);

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_PROJECTION_H

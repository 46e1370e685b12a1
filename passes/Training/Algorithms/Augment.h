//===- Augment.h - images that vary ----------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_AUGMENT_H
#define PASSES_TRAINING_ALGORITHMS_AUGMENT_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::training {

/// What may happen to an image, in this order.
struct Augmentation {
  /// A window of the image that is so many pixels lower and narrower, scaled back to its size (bilinear).
  int64_t crop = 0;
  /// So many pixels at most in each direction; edges are repeated.
  int64_t shift = 0;
  /// Mirrored left to right, every other time.
  bool flip = false;
  bool isNone() const { return crop == 0 && shift == 0 && !flip; }
};

/// "shift{2},flip,crop{4}", each at most once, in any order. The text of the error says what was expected; empty: it is well.
std::string parseAugmentation(const std::string &text, Augmentation &augmentation);

/// `[channels, height, width]` to another of that shape. What happens follows from the seed, the epoch and the sample, so that a training that goes on is the same.
/// Crop and shift are less than height and width.
void augment(const Augmentation &augmentation, const std::vector<int64_t> &shape, uint64_t seed, int64_t epoch, int64_t sample, const float *from, float *to);

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_AUGMENT_H

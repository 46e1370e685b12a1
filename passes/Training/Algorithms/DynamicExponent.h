//===- DynamicExponent.h - one power of two for a tensor that changes -----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_DYNAMICEXPONENT_H
#define PASSES_TRAINING_ALGORITHMS_DYNAMICEXPONENT_H

#include <cstdint>

namespace weft::training {

/// The exponent of a tensor's unit. It rises when the greatest magnitude was above 0.9 of the range for more than `patience` steps in a row, and falls when it
/// was below 0.3. Source: Zhang et al., arXiv 2104.03420 (its shift).
class DynamicExponent {
public:
  explicit DynamicExponent(int exponent = 0) : exponent(exponent) {}

  int value() const { return exponent; }
  float unit() const;
  /// After step `step`, whose greatest magnitude was `greatest`; the range ends at `most` units. A tensor of zeros says nothing.
  void observe(double greatest, double most, int64_t step);
  /// Before training: the exponent at which `greatest` is within the range, or some steps nearer to it where `greatest` was clamped or lost. True when it stayed.
  bool settle(double greatest, double most);

  /// How far it is, as numbers.
  static constexpr int stateSize = 3;
  void save(float *state) const;
  void restore(const float *state);

private:
  void move(int distance);
  int exponent, above = 0, below = 0;
};

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_DYNAMICEXPONENT_H

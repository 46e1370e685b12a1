//===- Schedule.h - learning rates over time -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_ALGORITHMS_SCHEDULE_H
#define PASSES_TRAINING_ALGORITHMS_SCHEDULE_H

#include <cstdint>

namespace weft::training {

/// How the learning rate changes from step to step.
struct Schedule {
  enum class Kind {
    constant,
    /// Half a cosine from the rate to 0.
    cosine,
    /// A cosine up from rate / 25 over the first 30 %, then down to rate / 250,000. Source: Smith, Topin, arXiv 1708.07120, as in PyTorch.
    oneCycle,
    /// A tenth of the rate after each third.
    step,
  };
  Kind kind = Kind::cosine;
  double rate = 1e-3;
  /// Of the whole training.
  int64_t steps = 1;
  /// Steps at the beginning in which the rate rises linearly.
  int64_t warmup = 0;

  /// The rate of step 0 … steps − 1.
  double at(int64_t step) const;
};

} // namespace weft::training

#endif // PASSES_TRAINING_ALGORITHMS_SCHEDULE_H

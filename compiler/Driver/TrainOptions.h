//===- TrainOptions.h - the options of weft train -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_TRAINOPTIONS_H
#define COMPILER_DRIVER_TRAINOPTIONS_H

#include "compiler/Driver/CommandOptions.h"
#include "llvm/Support/Error.h"
#include "passes/Training/Algorithms/Augment.h"
#include "passes/Training/FixedPoint.h"

namespace weft::driver {

struct TrainOptions : ModelOptions {
  /// Folder for model.onnx, model.mlir, the report and the checkpoint.
  std::string output;
  bool force = false;
  DataOptions data, test;
  pipeline::PipelineOptions pipeline;
  /// New weights instead of the model's.
  bool fromScratch = false;
  int64_t epochs = 10, batch = 128;
  uint64_t seed = 1;
  /// cross-entropy or mse.
  std::string loss = "cross-entropy";
  /// sgd, adam, adamw.
  std::string optimizer = "adam";
  /// constant, cosine, one-cycle, step.
  std::string schedule = "cosine";
  double rate = 1e-3, momentum = 0.9, weightDecay = 0, clipNorm = 0;
  int64_t warmup = 0;
  /// Share of the float model's answers in the targets, and the temperature they are softened with.
  double distill = 0, temperature = 1;
  /// In fixed point, with formats of these bits.
  bool lowPrecision = false;
  training::FixedPointOptions fixedPoint;
  /// Strength of the prior that makes ranks of tensor trains shrink (0: none), and the share of the greatest variance below which an index is given up.
  double rankPrior = 0, rankThreshold = 0.01;
  /// Steps between two assignments of weights to clusters.
  int64_t adaptEvery = 10;
  /// Epochs in which weights are pruned, step by step, where masks are chosen by magnitude; 0: before the first.
  int64_t pruneEpochs = 0;
  /// Scales of quantization are trained, and do not stay as calibration found them.
  bool learnScales = true;
  /// How images vary: shift{2},flip,crop{4}.
  std::string augment;
  training::Augmentation augmentation;
  /// Steps between two checkpoints; 0: after each epoch.
  int64_t checkpointEvery = 0;
  /// Go on from the checkpoint in `output`.
  bool resume = false;
};

/// Returns success, or a CommandError with the exit code.
llvm::Error train(const TrainOptions &options);

} // namespace weft::driver

#endif // COMPILER_DRIVER_TRAINOPTIONS_H

//===- PipelineOptions.h - what a user may ask of a compilation --------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_PIPELINEOPTIONS_H
#define COMPILER_PIPELINE_PIPELINEOPTIONS_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::pipeline {

/// How numbers become integers.
struct QuantizeOptions {
  /// Bits of weights and of activations; 0 leaves the network in floating point (--quantize=none).
  unsigned weightBits = 8, activationBits = 8;
  /// minmax, percentile or mse: how the range of an activation is chosen from the calibration data.
  std::string calibration = "minmax";
  /// One weight scale per output channel, or one per tensor.
  bool perChannel = true;
  bool enabled() const { return weightBits != 0; }
};

/// One layer's folding, as `layer=PE:SIMD`.
struct LayerFolding {
  std::string layer;
  int64_t pe = 0, simd = 0;
};

/// How much hardware is spent. The default folds so that no layer needs more than `cycles` per inference.
struct ParallelismOptions {
  /// Target cycles per inference; 0: the pipeline's default.
  int64_t cycles = 0;
  /// Layers whose folding is given by hand; they win over `cycles`.
  std::vector<LayerFolding> layers;
};

/// How native code computes.
struct NativeOptions {
  /// Most threads.
  int threads = 1;
  /// How far a layer's results may be from those of exact sums of products, as a part of their greatest magnitude; 0: not at all.
  double tolerance = 0;
};

/// What CompilePipeline does. Bound to flags in Driver/CommandLine.cpp, and nowhere else.
struct PipelineOptions {
  /// `cluster{k=16}` for all layers; empty: none.
  std::string compress;
  /// A YAML file that says per layer what to do; excludes `compress`.
  std::string recipeFile;
  QuantizeOptions quantize;
  ParallelismOptions parallelism;
  /// xc7 or ice40 (any full part name that begins so).
  std::string device = "xc7";
  /// What LLVM calls the target's CPU; "native" is this machine's.
  std::string cpu = "native";
  NativeOptions native;
};

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_PIPELINEOPTIONS_H

//===- Prediction.h - what a recipe would cost and lose -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_PREDICTION_H
#define COMPILER_DRIVER_PREDICTION_H

#include "compiler/Driver/Samples.h"
#include "compiler/Pipeline/Phases.h"
#include "compiler/Report/Operations.h"
#include "runtime/reference/RelativeError.h"
#include "llvm/Support/JSON.h"
#include <functional>

namespace weft::driver {

/// Cycles per inference and estimated resources of a layer's processes, or of a design.
struct HardwarePrediction {
  int64_t cycles = 0, lut = 0, ff = 0, bram = 0, dsp = 0;
};

/// One linear layer before and after compression.
struct LayerPrediction {
  std::string name, scheme;
  /// The layers that it became: itself, or the factors that it was split into.
  std::vector<std::string> parts;
  int64_t bitsBefore = 0, bits = 0;
  /// Of the weight.
  double weightError = 0;
  /// Of the layer's result on the inputs of the original network, and in the compressed network; only with samples.
  reference::RelativeError ownError, networkError;
  report::Operations before, after;
  std::optional<HardwarePrediction> hardwareBefore, hardware;
};

/// A network before and after compression.
struct Prediction {
  std::vector<LayerPrediction> layers;
  /// Of the network's outputs: compressed, and compressed and quantized. Only with samples.
  std::optional<reference::RelativeError> outputError, quantizedError;
  int64_t samples = 0;
  std::optional<HardwarePrediction> hardwareBefore, hardware;
  int64_t interval = 0, intervalBefore = 0;
};

/// Predicts what the recipe of `state` costs and loses on `original`, a module after phase nn: weights and operations; with samples
/// (dimension 0 counts them) also errors of results; and where `quantizes` cycles and resources, through the phases up to flow. A network
/// that has no hardware form keeps the rest. `stage` hears what is done. Failure with a diagnostic.
mlir::FailureOr<Prediction> predict(mlir::ModuleOp original, const pipeline::PipelineState &state, bool quantizes,
                                    const std::function<void(llvm::StringRef)> &stage);

/// docs/cli.md describes every field.
llvm::json::Object toJson(const Prediction &prediction);
/// A table, and a few lines below it.
std::string textOf(const Prediction &prediction);

} // namespace weft::driver

#endif // COMPILER_DRIVER_PREDICTION_H

//===- NnPhases.cpp - from an imported graph to an integer core ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/PhaseFunctions.h"

#include "mlir/Pass/PassManager.h"
#include "passes/Compression/Passes.h"
#include "passes/Lut/Passes.h"
#include "passes/Quantization/ClusterActivations.h"
#include "passes/Quantization/Pipeline.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::pipeline {
namespace {

/// Codes of inputs, outputs and codebooks are few: they keep at least 8 bits where activations and weights have fewer.
constexpr unsigned kLeastPortBits = 8;
/// Up to here a threshold per code is cheaper than a multiplication, and exact through the activation.
constexpr unsigned kThresholdBits = 4;
/// More distinct values than these are no sign that somebody clustered.
constexpr unsigned kRecognizedEntries = 16;

quantization::QuantizationOptions quantizationOptions(const PipelineState &state) {
  const QuantizeOptions &options = state.options.quantize;
  quantization::QuantizationOptions result;
  // A model that arrives quantized passes through with --quantize=none too; the widths are its own.
  if (options.enabled()) {
    result.weightBits = options.weightBits;
    result.activationBits = options.activationBits;
    result.inputBits = result.outputBits = std::max(kLeastPortBits, options.activationBits);
    result.codebookBits = std::max(kLeastPortBits, options.weightBits);
    if (options.activationBits <= kThresholdBits)
      result.form = quantization::Form::threshold;
  }
  result.perChannel = options.perChannel;
  result.calibration.method = *quantization::parseRangeMethod(options.calibration);
  // How many samples there are was decided when they were read.
  result.calibration.limit = -1;
  result.calibration.progress = state.progress;
  return result;
}

} // namespace

LogicalResult simplify(ModuleOp module, PipelineState &state) {
  PassManager pm(module.getContext());
  if (state.options.quantize.enabled())
    pm.nest<func::FuncOp>().addPass(transforms::createWidenFloats());
  quantization::buildSimplifyPipeline(pm);
  return pm.run(module);
}

LogicalResult compress(ModuleOp module, PipelineState &state) {
  if (failed(compression::applyRecipe(module, state.recipe, state.calibration)))
    return failure();
  // After the recipe: what it compressed is no constant any more, and what arrived compressed is kept without loss.
  compression::RecognizeCodecsOptions recognize;
  recognize.maxEntries = kRecognizedEntries;
  PassManager pm(module.getContext());
  pm.addPass(compression::createRecognizeCodecs(recognize));
  // Last: factors are layers from here on, whose intermediate values are calibrated and quantized like any.
  pm.addPass(compression::createExpandFactors());
  return pm.run(module);
}

LogicalResult quantize(ModuleOp module, PipelineState &state) {
  if (!state.options.quantize.enabled())
    return success();
  quantization::QuantizationOptions options = quantizationOptions(state);
  // After compression, whose recipe is for the network's own weights; before calibration, which gives every value a range.
  PassManager before(module.getContext());
  before.nest<func::FuncOp>().addPass(transforms::createInterpolationsToProducts());
  before.nest<func::FuncOp>().addPass(transforms::createMovesToGathers());
  if (failed(before.run(module)))
    return failure();
  if (!state.calibration.empty() && failed(quantization::calibrateModule(module, state.calibration, options)))
    return failure();
  PassManager pm(module.getContext());
  quantization::buildQuantizePipeline(pm, options);
  if (failed(pm.run(module)))
    return failure();
  return quantization::clusterActivations(module, state.calibration);
}

LogicalResult integerize(ModuleOp module, PipelineState &state) {
  PassManager pm(module.getContext());
  quantization::buildIntegerizePipeline(pm, quantizationOptions(state));
  // Truth tables are of integers; what the recipe marked is known by now to the bit.
  pm.addPass(lut::createMapLayers());
  return pm.run(module);
}

} // namespace weft::pipeline

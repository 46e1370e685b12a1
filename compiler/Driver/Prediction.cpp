//===- Prediction.cpp - what a recipe would cost and lose -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Prediction.h"

#include "compiler/Report/Layers.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Compression/Entropy.h"
#include "passes/Compression/Weights.h"
#include "passes/Dataflow/Design.h"
#include "passes/Evaluation/Evaluator.h"
#include "mlir/IR/OwningOpRef.h"
#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::driver {
namespace {

/// Samples that errors are measured on: the interpreter is exact, not fast.
constexpr int64_t kSamples = 64;
/// Per call of a network whose batch is dynamic.
constexpr int64_t kBatch = 16;

std::vector<nn::WeightedOp> layersOf(ModuleOp module) {
  std::vector<nn::WeightedOp> layers;
  module.walk([&](nn::WeightedOp op) { layers.push_back(op); });
  return layers;
}

//===--- weights ------------------------------------------------------------------------===//

/// Whether a layer of the compressed network is `name`, or one of those that it was split into.
bool isPartOf(StringRef layer, StringRef name) {
  return layer == name || (layer.consume_front(name) && layer.starts_with("."));
}

LayerPrediction weightPrediction(nn::WeightedOp before, nn::WeightedOp after, ArrayRef<nn::WeightedOp> compressed) {
  LayerPrediction layer;
  layer.name = nn::layerName(before).str();
  layer.scheme = codec::schemeName(compression::encodedWeight(after));
  layer.bitsBefore = compression::weightBits(before.getWeight());
  layer.before = report::operationsOf(before);
  for (nn::WeightedOp part : compressed) {
    if (!isPartOf(nn::layerName(part), layer.name))
      continue;
    report::Operations own = report::operationsOf(part);
    layer.after = {layer.after.multiplications + own.multiplications, layer.after.additions + own.additions};
  }
  auto dense = evaluation::evaluateConstant(before.getWeight()), encoded = evaluation::evaluateConstant(after.getWeight());
  if (!dense.ok() || !encoded.ok())
    return layer; // a computed weight: nothing is compressed
  reference::RelativeError error;
  error.add(*encoded, *dense);
  layer.weightError = error.value();
  return layer;
}

/// Bits of a layer as it is stored: with the entropy codes of a step that waits for the end, and of all layers that it became.
void countStored(ModuleOp module, Prediction &prediction) {
  OwningOpRef<ModuleOp> stored(module.clone());
  compression::encodeMarkedLayers(*stored);
  for (LayerPrediction &layer : prediction.layers) {
    int64_t bits = 0;
    std::string scheme;
    for (nn::WeightedOp op : layersOf(*stored)) {
      StringRef name = nn::layerName(op);
      if (!isPartOf(name, layer.name))
        continue;
      bits += compression::weightBits(op.getWeight());
      layer.parts.push_back(name.str());
      if (name == layer.name)
        scheme = codec::schemeName(compression::encodedWeight(op));
    }
    layer.bits = bits;
    if (!scheme.empty() && scheme != "dense")
      layer.scheme = scheme;
  }
}

//===--- results on samples ----------------------------------------------------------------===//

/// The values of one run that errors are computed from.
using Values = llvm::DenseMap<Value, Tensor>;

FailureOr<std::vector<Tensor>> runObserved(ModuleOp module, const Tensors &inputs, Values &values) {
  llvm::DenseSet<Value> wanted;
  for (nn::WeightedOp layer : layersOf(module)) {
    wanted.insert(layer.getInput());
    wanted.insert(layer->getResult(0));
  }
  evaluation::Evaluator evaluator;
  return evaluator.evaluate(module.lookupSymbol<func::FuncOp>("main"), inputs, [&](Value value, const Tensor &tensor) {
    if (wanted.contains(value))
      values[value] = tensor;
  });
}

/// The layer's result with its compressed weight, on the input that the original layer had.
void addOwnError(LayerPrediction &prediction, nn::WeightedOp before, nn::WeightedOp after, const Values &values) {
  auto weight = evaluation::evaluateConstant(after.getWeight()), bias = evaluation::evaluateConstant(after.getBias());
  auto input = values.find(before.getInput()), expected = values.find(before->getResult(0));
  if (!weight.ok() || !bias.ok() || input == values.end() || expected == values.end())
    return;
  auto found = evaluation::evaluateOp(after, {&input->second, &*weight, &*bias});
  if (found.ok())
    prediction.ownError.add(*found, expected->second);
}

int64_t batchOf(ModuleOp module) {
  auto type = cast<RankedTensorType>(module.lookupSymbol<func::FuncOp>("main").getArgument(0).getType());
  return type.getRank() == 0 || type.isDynamicDim(0) ? kBatch : type.getDimSize(0);
}

LogicalResult addErrors(ModuleOp original, ModuleOp encoded, ModuleOp quantized, const pipeline::PipelineState &state,
                        Prediction &prediction) {
  std::vector<nn::WeightedOp> before = layersOf(original), after = layersOf(encoded);
  int64_t batch = batchOf(original), count = std::min(kSamples, state.calibration[0].dim(0));
  prediction.outputError.emplace();
  if (quantized)
    prediction.quantizedError.emplace();
  for (int64_t first = 0; first + std::min(batch, count) <= count; first += batch) {
    int64_t size = std::min(batch, count - first);
    Tensors inputs;
    for (const Tensor &input : state.calibration)
      inputs.push_back(sliceSamples(input, first, size));
    Values expected, found, unused;
    auto outputs = runObserved(original, inputs, expected), encodedOutputs = runObserved(encoded, inputs, found);
    if (failed(outputs) || failed(encodedOutputs))
      return failure();
    for (size_t i = 0; i < outputs->size(); ++i)
      prediction.outputError->add((*encodedOutputs)[i], (*outputs)[i]);
    for (size_t i = 0; i < before.size(); ++i) {
      addOwnError(prediction.layers[i], before[i], after[i], expected);
      prediction.layers[i].networkError.add(found[after[i]->getResult(0)], expected[before[i]->getResult(0)]);
    }
    if (quantized) {
      auto quantizedOutputs = runObserved(quantized, inputs, unused);
      if (failed(quantizedOutputs))
        return failure();
      for (size_t i = 0; i < outputs->size(); ++i)
        prediction.quantizedError->add((*quantizedOutputs)[i], (*outputs)[i]);
    }
    prediction.samples += size;
    if (state.progress)
      state.progress(prediction.samples, count);
  }
  return success();
}

//===--- hardware -----------------------------------------------------------------------------===//

HardwarePrediction predictionOf(const flow::Resources &resources, int64_t cycles) {
  return {cycles, std::llround(resources.lut), std::llround(resources.ff), std::llround(resources.bram), std::llround(resources.dsp)};
}

/// A design's processes by layer: cycles are the slowest one's, resources add up.
std::map<std::string, HardwarePrediction> byLayer(const dataflow::DesignReport &report) {
  std::map<std::string, HardwarePrediction> layers;
  for (const dataflow::ProcessReport &process : report.processes) {
    HardwarePrediction &layer = layers[process.layer], own = predictionOf(process.resources, process.steps);
    layer = {std::max(layer.cycles, own.cycles), layer.lut + own.lut, layer.ff + own.ff, layer.bram + own.bram, layer.dsp + own.dsp};
  }
  return layers;
}

/// Runs phases from where the module is up to `target`.
LogicalResult runTo(ModuleOp module, StringRef target, pipeline::PipelineState &state, const std::function<void(StringRef)> &stage) {
  auto path = pipeline::pathBetween(pipeline::phaseOf(module), target);
  for (const pipeline::Phase *phase : path.value_or(std::vector<const pipeline::Phase *>())) {
    stage(phase->name);
    if (failed(pipeline::runPhase(*phase, module, state)))
      return failure();
  }
  return success(path.has_value());
}

/// The parts of a layer together.
std::optional<HardwarePrediction> hardwareOf(const std::map<std::string, HardwarePrediction> &layers, ArrayRef<std::string> parts) {
  std::optional<HardwarePrediction> sum;
  for (const auto &[layer, own] : layers) {
    if (!llvm::is_contained(parts, layer))
      continue;
    HardwarePrediction &all = sum ? *sum : sum.emplace();
    all = {std::max(all.cycles, own.cycles), all.lut + own.lut, all.ff + own.ff, all.bram + own.bram, all.dsp + own.dsp};
  }
  return sum;
}

/// The flow phase of both networks.
LogicalResult addHardware(ModuleOp integersBefore, ModuleOp integers, pipeline::PipelineState &state,
                          const std::function<void(StringRef)> &stage, Prediction &prediction) {
  for (bool after : {false, true}) {
    OwningOpRef<ModuleOp> flow((after ? integers : integersBefore).clone());
    if (failed(runTo(*flow, "flow", state, stage)))
      return failure();
    auto report = dataflow::reportDesign(flow::findDesign(*flow));
    if (failed(report))
      return failure();
    auto layers = byLayer(*report);
    for (LayerPrediction &layer : prediction.layers)
      (after ? layer.hardware : layer.hardwareBefore) = hardwareOf(layers, after ? ArrayRef<std::string>(layer.parts) : ArrayRef<std::string>(layer.name));
    (after ? prediction.hardware : prediction.hardwareBefore) = predictionOf(report->total, report->latency);
    (after ? prediction.interval : prediction.intervalBefore) = report->initiationInterval;
  }
  return success();
}

} // namespace

FailureOr<Prediction> predict(ModuleOp original, const pipeline::PipelineState &given, bool quantizes,
                              const std::function<void(StringRef)> &stage) {
  pipeline::PipelineState state = given, without = given;
  without.recipe.clear();
  // Encoded: layer by layer as before. Compressed: factors are layers of their own.
  OwningOpRef<ModuleOp> encoded(original.clone()), compressed(original.clone()), integersBefore, integers;
  stage("compress");
  if (failed(compression::applyRecipe(*encoded, state.recipe, state.calibration)) || failed(runTo(*compressed, "compress", state, stage)))
    return failure();
  std::vector<nn::WeightedOp> before = layersOf(original), after = layersOf(*encoded), parts = layersOf(*compressed);
  if (before.size() != after.size())
    return original.emitError() << "has " << after.size() << " linear layers after compression, expected " << before.size();
  Prediction prediction;
  for (size_t i = 0; i < before.size(); ++i)
    prediction.layers.push_back(weightPrediction(before[i], after[i], parts));
  if (quantizes) {
    integersBefore = OwningOpRef<ModuleOp>(original.clone());
    integers = OwningOpRef<ModuleOp>(compressed->clone());
    if (failed(runTo(*integersBefore, "integer", without, stage)) || failed(runTo(*integers, "integer", state, stage)))
      return failure();
  }
  countStored(integers ? *integers : *compressed, prediction);
  if (!given.calibration.empty()) {
    stage("errors");
    if (failed(addErrors(original, *encoded, integers ? *integers : ModuleOp(), state, prediction)))
      return failure();
  }
  if (integers && failed(addHardware(*integersBefore, *integers, state, stage, prediction)))
    original.emitWarning() << "cycles and resources are not predicted: the network has no hardware form";
  return prediction;
}

} // namespace weft::driver

//===- TrainSetup.cpp - what a training begins with ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/TrainSetup.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Executor.h"
#include "compiler/Report/Metrics.h"
#include "compiler/Trainer/Trainer.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Quantization/Pipeline.h"
#include "passes/Training/Initialize.h"
#include "passes/Transforms/Passes.h"
#include "llvm/Support/FileSystem.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {

constexpr int64_t kCalibrationSamples = 256;
/// Samples of a call of native code.
constexpr int64_t kBatch = 64;

llvm::Error TrainSetup::claimFolder() {
  bool exists = llvm::sys::fs::exists(options.output);
  if (options.resume) {
    if (!llvm::sys::fs::exists(path(kCheckpointFile)))
      return ioError(fmt::format("{}: holds no checkpoint to resume from", options.output));
    return llvm::Error::success();
  }
  if (exists && !llvm::sys::fs::is_directory(options.output))
    return ioError(fmt::format("{}: expected a folder, found a file", options.output));
  bool isOurs = llvm::sys::fs::exists(path(kCheckpointFile)) || llvm::sys::fs::exists(path(kTrainedFile));
  std::error_code ec;
  bool isEmpty = !exists || llvm::sys::fs::directory_iterator(options.output, ec) == llvm::sys::fs::directory_iterator();
  if (!isEmpty && !(options.force && isOurs))
    return ioError(isOurs ? fmt::format("{}: holds a training already; --resume goes on with it, --force begins anew", options.output)
                          : fmt::format("{}: exists and is not empty; choose another -o", options.output));
  if (auto error = llvm::sys::fs::create_directories(options.output))
    return ioError(fmt::format("{}: cannot make the folder: {}", options.output, error.message()));
  return llvm::Error::success();
}

llvm::Expected<trainer::TrainingData> TrainSetup::dataOf(const DataOptions &from, bool train) {
  auto samples = loadSamples(from, signature.inputs, train);
  if (!samples)
    return samples.takeError();
  const report::Port &output = signature.outputs[0];
  int64_t outputs = 1;
  for (size_t d = 1; d < output.shape.size(); ++d)
    outputs *= output.shape[d];
  if (outputs < 1)
    return unsupported(fmt::format("output '{}' has open dimensions besides the samples: expected a fixed number of classes to train", output.name));
  auto loss = options.loss == "mse" ? training::Loss::meanSquare : training::Loss::crossEntropy;
  auto data = trainer::makeTrainingData(std::move(samples->inputs[0]), samples->labels, outputs, loss);
  if (!data)
    return invalidInput(fmt::format("{}: {}", from.path, llvm::toString(data.takeError())));
  return data;
}

/// Images [C, H, W] or [H, W], which are larger than what is cut off or shifted.
llvm::Error TrainSetup::checkAugmentation() {
  if (options.augmentation.isNone())
    return llvm::Error::success();
  const reference::Shape &shape = trainData.inputs.shape();
  if (shape.size() != 3 && shape.size() != 4)
    return usageError(fmt::format("--augment: expected a model of images [N, C, H, W] or [N, H, W], found {}", reference::toString(shape)));
  int64_t least = std::min(shape.back(), shape[shape.size() - 2]), most = std::max(options.augmentation.crop, options.augmentation.shift);
  if (most >= least)
    return usageError(fmt::format("--augment: expected fewer pixels than the {} of an image's side, found {}", least, most));
  return llvm::Error::success();
}

llvm::Error TrainSetup::loadData() {
  session.progress().stage("data");
  if (signature.inputs.size() != 1 || signature.outputs.empty())
    return unsupported(fmt::format("{}: expected a model with one input to train, found {}", options.model, signature.inputs.size()));
  auto data = dataOf(options.data, true);
  if (!data)
    return data.takeError();
  trainData = std::move(*data);
  if (options.batch > trainData.count())
    return usageError(fmt::format("--batch: expected at most {}, the number of samples in {}, found {}", trainData.count(), options.data.path, options.batch));
  if (auto error = checkAugmentation())
    return error;
  if (!hasTest())
    return llvm::Error::success();
  DataOptions from = options.test;
  from.preprocess = options.data.preprocess;
  auto held = dataOf(from, false);
  if (!held)
    return held.takeError();
  testData = std::move(*held);
  return llvm::Error::success();
}

llvm::Error TrainSetup::runPhase(llvm::StringRef name) {
  session.progress().stage(name);
  unsigned before = session.errors();
  if (succeeded(pipeline::runPhase(*pipeline::findPhase(name), *model.module, *state)))
    return llvm::Error::success();
  return invalidInput(session.errors() > before ? "" : fmt::format("phase {} failed", name.str()));
}

/// The nn phase; batch norms are kept where they are to be trained.
llvm::Error TrainSetup::simplify() {
  auto main = model.module->lookupSymbol<func::FuncOp>("main");
  if (!options.fromScratch || !main || weft::training::findBatchNorms(main).empty())
    return runPhase("nn");
  if (options.lowPrecision)
    return usageError("--low-precision: --from-scratch of a model with batch norms is not supported; expected --quantize=none first, which folds them into weights "
                      "when they are trained, and a second weft train");
  weft::training::markNorms(main);
  PassManager passes(model.module->getContext());
  OpPassManager &function = passes.nest<func::FuncOp>();
  function.addPass(transforms::createFoldConstants());
  function.addPass(transforms::createSimplify());
  function.addPass(transforms::createFoldTransposes());
  return failed(passes.run(*model.module)) ? invalidInput("") : llvm::Error::success();
}

/// Batch norms take the statistics of one batch, and fold: quantization and compression see the network as it will begin. They come back behind their layers when
/// that is done, and fold into the scales of codes when they are trained.
llvm::Error TrainSetup::foldNorms() {
  unsigned before = session.errors();
  auto found = weft::training::foldingNorms(model.module->lookupSymbol<func::FuncOp>("main"));
  if (failed(found))
    return unsupported("");
  norms = std::move(*found);
  trainer::TrainerOptions how;
  how.step.batch = options.batch, how.step.loss = options.loss == "mse" ? weft::training::Loss::meanSquare : weft::training::Loss::crossEntropy;
  auto trainer = trainer::Trainer::create(*model.module, how);
  if (failed(trainer) || failed((*trainer)->takeStatistics(trainData)) || failed((*trainer)->store()))
    return unsupported(session.errors() > before ? "" : fmt::format("{}: cannot be trained", options.model));
  return runPhase("nn");
}

llvm::Error TrainSetup::insertNorms() {
  return failed(weft::training::insertNorms(model.module->lookupSymbol<func::FuncOp>("main"), norms)) ? unsupported("") : llvm::Error::success();
}

llvm::Error TrainSetup::foldTrainedNorms() {
  if (norms.empty())
    return llvm::Error::success();
  PassManager passes(model.module->getContext());
  passes.nest<func::FuncOp>().addPass(transforms::createFoldBatchNorm());
  return failed(passes.run(*model.module)) ? unsupported("") : llvm::Error::success();
}

/// Whether compression made layers of layers.
bool TrainSetup::hasNewLayers() {
  auto count = [](ModuleOp module) {
    size_t layers = 0;
    module.walk([&](nn::WeightedOp) { ++layers; });
    return layers;
  };
  return count(*model.module) != count(*floatModel);
}

/// Quantizes with scales that are powers of two, without zero points; the phase then finds a quantized model.
llvm::Error TrainSetup::quantizeToFixedPoint() {
  constexpr unsigned leastPortBits = 8;
  quantization::QuantizationOptions how;
  how.weightBits = options.pipeline.quantize.weightBits, how.activationBits = options.pipeline.quantize.activationBits;
  how.inputBits = how.outputBits = std::max(leastPortBits, how.activationBits);
  how.perChannel = false, how.symmetric = true, how.form = quantization::Form::shift;
  how.calibration.method = *quantization::parseRangeMethod(options.pipeline.quantize.calibration), how.calibration.limit = -1;
  unsigned before = session.errors();
  PassManager passes(model.module->getContext());
  quantization::buildQuantizePipeline(passes, how);
  if (succeeded(quantization::calibrateModule(*model.module, state->calibration, how)) && succeeded(passes.run(*model.module)))
    return llvm::Error::success();
  return invalidInput(session.errors() > before ? "" : "the model cannot be quantized");
}

llvm::Error TrainSetup::runPhases() {
  llvm::StringRef phase = pipeline::phaseOf(*model.module);
  if (phase != "import" && phase != "nn")
    return usageError(fmt::format("{}: expected a model before it is compressed (phase import or nn), found phase {}", options.model, phase.str()));
  state.emplace(pipeline::PipelineState{options.pipeline, {}, {}, nullptr});
  auto recipe = readRecipe(options.pipeline);
  if (!recipe)
    return recipe.takeError();
  state->recipe = std::move(*recipe);
  if (phase == "import")
    if (auto error = simplify())
      return error;
  if (options.fromScratch)
    weft::training::initializeWeights(*model.module, options.seed);
  bool hasNorms = options.fromScratch && !weft::training::findBatchNorms(model.module->lookupSymbol<func::FuncOp>("main")).empty();
  bool isPlain = options.pipeline.compress.empty() && options.pipeline.recipeFile.empty() && !options.pipeline.quantize.enabled();
  if (hasNorms && !isPlain)
    if (auto error = foldNorms())
      return error;
  floatModel = model.module->clone();
  if (hasNorms && isPlain)
    return llvm::Error::success();
  if (auto error = runPhase("compress"))
    return error;
  // Factors are layers of their own, whose weights shall not begin as those of what was factorized.
  if (options.fromScratch && hasNewLayers())
    weft::training::initializeWeights(*model.module, options.seed);
  compressedModel = model.module->clone();
  if (!options.pipeline.quantize.enabled())
    return insertNorms();
  state->calibration = {sliceSamples(trainData.inputs, 0, std::min(kCalibrationSamples, trainData.count()))};
  if (options.lowPrecision)
    if (auto error = quantizeToFixedPoint())
      return error;
  if (auto error = runPhase("quantize"))
    return error;
  return insertNorms();
}

llvm::Expected<double> TrainSetup::accuracyOf(ModuleOp module, const trainer::TrainingData &data) {
  auto executor = makeExecutor("native", module, "main");
  if (!executor)
    return executor.takeError();
  auto outputs = runInBatches({data.inputs}, signature.inputs, kBatch, [&](const Tensors &batch) { return (*executor)->run(batch); });
  if (!outputs)
    return outputs.takeError();
  return report::shareEqual(report::predictedClasses((*outputs)[0]), data.labels);
}

llvm::Error TrainSetup::distill() {
  if (options.distill <= 0)
    return llvm::Error::success();
  if (options.fromScratch || !hasClasses())
    return usageError("--distill: expected a trained model of classes to learn from");
  session.progress().stage("teacher");
  auto executor = makeExecutor("native", *floatModel, "main");
  if (!executor)
    return executor.takeError();
  auto outputs = runInBatches({trainData.inputs}, signature.inputs, kBatch, [&](const Tensors &batch) { return (*executor)->run(batch); });
  if (!outputs)
    return outputs.takeError();
  trainer::distill(trainData, (*outputs)[0], options.distill, options.temperature);
  return llvm::Error::success();
}

/// Whether flags go together.
llvm::Error TrainSetup::checkFlags() {
  if (options.pruneEpochs > options.epochs)
    return usageError(fmt::format("--prune-epochs: expected at most the {} epochs of --epochs, found {}", options.epochs, options.pruneEpochs));
  if (!options.lowPrecision)
    return llvm::Error::success();
  if (options.pruneEpochs > 0)
    return usageError("--low-precision: --prune-epochs is not supported; masks are those of the first step");
  unsigned bits = options.pipeline.quantize.weightBits;
  if (!options.pipeline.quantize.enabled())
    return usageError("--low-precision: expected bits of weights and activations, found --quantize=none; give w4a8 or int8");
  if (options.clipNorm > 0)
    return usageError("--low-precision: --clip is not supported; the exponents of gradients follow their range");
  if (options.fixedPoint.weightBits < bits)
    return usageError(fmt::format("--master-bits: expected at least the {} bits of weights, found {}", bits, options.fixedPoint.weightBits));
  return llvm::Error::success();
}

llvm::Error TrainSetup::prepare() {
  if (auto error = checkFlags())
    return error;
  if (auto error = claimFolder())
    return error;
  session.progress().stage("import");
  auto loaded = session.load(options);
  if (!loaded)
    return loaded.takeError();
  model = std::move(*loaded);
  auto ports = signatureOf(*model.module);
  if (!ports)
    return ports.takeError();
  signature = std::move(*ports);
  if (auto error = loadData())
    return error;
  if (auto error = runPhases())
    return error;
  return distill();
}

} // namespace weft::driver

//===- Compilation.cpp - one model on its way through the phases -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Compilation.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Samples.h"
#include "compiler/Driver/Version.h"
#include "compiler/Report/ReportJson.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/MemoryBuffer.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Compression/Entropy.h"
#include "passes/Compression/Weights.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// Calibration needs the ranges of activations, not their every value: few samples are enough.
constexpr int64_t kDefaultCalibrationSamples = 256;

/// A model that arrives as QDQ has its scales already.
bool arrivesQuantized(ModuleOp module) {
  return module.walk([](nn::QuantizeOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

func::FuncOp mainOrCore(ModuleOp module) {
  auto core = module.lookupSymbol<func::FuncOp>("core");
  return core ? core : module.lookupSymbol<func::FuncOp>("main");
}

} // namespace

std::string phaseNames() {
  return llvm::join(llvm::map_range(pipeline::phases(), [](const pipeline::Phase &phase) { return phase.name.str(); }), ", ");
}

Compilation::Compilation(Session &session, const CompileOptions &options, LoadedModel loaded)
    : session(session), commandOptions(options), model(std::move(loaded)),
      state{commandOptions.pipeline, {}, {}, [this](int64_t done, int64_t total) { this->session.progress().step(done, total); }} {}

llvm::Expected<std::unique_ptr<Compilation>> Compilation::open(Session &session, const CompileOptions &options) {
  session.progress().stage("import");
  auto model = session.load(options);
  if (!model)
    return model.takeError();
  if (!model->folder.empty())
    return usageError(fmt::format("{}: expected a model, found an output folder; compile the model again", options.model));
  std::unique_ptr<Compilation> compilation(new Compilation(session, options, std::move(*model)));
  if (auto error = compilation->loadRecipe())
    return std::move(error);
  if (auto error = compilation->loadCalibration())
    return std::move(error);
  return compilation;
}

llvm::Expected<compression::Recipe> readRecipe(const pipeline::PipelineOptions &options) {
  if (options.recipeFile.empty() && options.compress.empty())
    return compression::Recipe();
  if (options.recipeFile.empty()) {
    auto recipe = compression::parseRecipe(options.compress);
    if (!recipe)
      return usageError(fmt::format("--compress='{}': {}", options.compress, llvm::toString(recipe.takeError())));
    return recipe;
  }
  auto buffer = llvm::MemoryBuffer::getFile(options.recipeFile);
  if (!buffer)
    return ioError(fmt::format("{}: cannot read: {}", options.recipeFile, buffer.getError().message()));
  auto recipe = compression::parseRecipeYaml((*buffer)->getBuffer(), options.recipeFile);
  if (!recipe)
    return invalidInput(llvm::toString(recipe.takeError()));
  return recipe;
}

llvm::Error Compilation::loadRecipe() {
  auto recipe = readRecipe(commandOptions.pipeline);
  if (!recipe)
    return recipe.takeError();
  state.recipe = std::move(*recipe);
  return llvm::Error::success();
}

llvm::Error Compilation::loadCalibration() {
  bool isNeeded = commandOptions.pipeline.quantize.enabled() && !arrivesQuantized(module()) && phase() != "flow" &&
                  phase() != "integer" && phase() != "quantize";
  const std::string &target = commandOptions.compileTo;
  if (target == "import" || target == "nn" || target == "compress")
    isNeeded = false;
  if (commandOptions.calibration.path.empty()) {
    if (!isNeeded)
      return llvm::Error::success();
    return usageError("quantization needs samples: give --calib x.npz (or a folder with IDX files), or --quantize=none");
  }
  auto signature = signatureOf(module());
  if (!signature)
    return signature.takeError();
  DataOptions data = commandOptions.calibration;
  if (data.limit < 0)
    data.limit = kDefaultCalibrationSamples;
  auto samples = loadSamples(data, signature->inputs, /*train=*/true);
  if (!samples)
    return samples.takeError();
  state.calibration = std::move(samples->inputs);
  return llvm::Error::success();
}

llvm::Error Compilation::runOne(const pipeline::Phase &phase, ModuleOp on) {
  session.progress().stage(phase.name);
  unsigned before = session.errors();
  if (succeeded(pipeline::runPhase(phase, on, state)))
    return llvm::Error::success();
  std::string message = session.errors() > before ? "" : fmt::format("phase {} failed", phase.name.str());
  return phase.fault == pipeline::PhaseFault::Unsupported ? unsupported(message) : invalidInput(message);
}

llvm::Error Compilation::runTo(llvm::StringRef target, const OutputFolder *folder) {
  auto path = pipeline::pathBetween(phase(), target);
  if (!path)
    return usageError(fmt::format("{}: the model is in phase {}, from which {} cannot be reached", commandOptions.model,
                                  phase().str(), target.str()));
  for (const pipeline::Phase *phase : *path) {
    if (phase->name == "integer" && commandOptions.compileTo.empty())
      quantizedModel = module().clone();
    if (auto error = runOne(*phase, module()))
      return error;
    if (phase->name != "nn" || !commandOptions.compileTo.empty())
      continue;
    if (folder)
      if (auto error = folder->write(kFloatModelFile, [&](llvm::raw_ostream &os) { printModule(module(), os); }))
        return error;
    floatLayers = report::describeLayers(mainOrCore(module()));
  }
  return llvm::Error::success();
}

llvm::Error Compilation::writeModels(const OutputFolder &folder) {
  session.progress().stage("write");
  compression::encodeMarkedLayers(module());
  if (auto error = folder.write(kModelFile, [&](llvm::raw_ostream &os) { printModule(module(), os); }))
    return error;
  if (!quantizedModel)
    return llvm::Error::success();
  for (Operation &function : *quantizedModel->getBody())
    compression::eraseUnusedWeights(&function); // what weights were before
  compression::encodeMarkedLayers(*quantizedModel);
  return folder.write(kQuantizedModelFile, [&](llvm::raw_ostream &os) { printModule(*quantizedModel, os); });
}

llvm::json::Array Compilation::layersToJson() {
  llvm::json::Array layers;
  for (const report::Layer &layer : report::describeLayers(mainOrCore(module()))) {
    llvm::json::Object object = report::toJson(layer);
    for (const report::Layer &before : floatLayers)
      if (before.weightBits && before.name == layer.name)
        object["weight_bits_before"] = before.weightBits;
    if (const llvm::json::Object *hardware = hardwareLayers.getObject(layer.name))
      object["hardware"] = llvm::json::Object(*hardware);
    layers.push_back(std::move(object));
  }
  return layers;
}

llvm::json::Object Compilation::report() {
  llvm::json::Object totals = report::totalsToJson(report::describeLayers(mainOrCore(module())));
  int64_t before = 0;
  for (const report::Layer &layer : floatLayers)
    before += layer.weightBits;
  int64_t after = *totals.getInteger("weight_bits");
  if (before && after) {
    totals["weight_bits_before"] = before;
    totals["compression"] = static_cast<double>(before) / static_cast<double>(after);
  }
  llvm::json::Object report{{"generator", "weft " + version()},
                            {"model", model.name},
                            {"layers", layersToJson()},
                            {"totals", std::move(totals)}};
  if (!hardwareTotals.empty())
    report["hardware"] = llvm::json::Object(hardwareTotals);
  return report;
}

namespace {

llvm::json::Array toJson(const compression::Recipe &recipe) {
  llvm::json::Array steps;
  for (const compression::RecipeStep &step : recipe) {
    llvm::json::Object parameters;
    for (const auto &[name, value] : step.parameters)
      parameters[name] = value;
    steps.push_back(llvm::json::Object{
        {"scheme", step.scheme}, {"parameters", std::move(parameters)}, {"layers", llvm::json::Array(step.layers)}});
  }
  return steps;
}

llvm::json::Object optionsToJson(const CompileOptions &options, const compression::Recipe &recipe) {
  const pipeline::PipelineOptions &pipeline = options.pipeline;
  llvm::json::Object json{{"targets", llvm::json::Array(options.targets)},
                          {"device", pipeline.device},
                          {"cpu", pipeline.cpu},
                          {"tolerance", pipeline.native.tolerance},
                          {"compress", toJson(recipe)},
                          {"weight_bits", pipeline.quantize.weightBits},
                          {"activation_bits", pipeline.quantize.activationBits},
                          {"calibration", pipeline.quantize.calibration},
                          {"per_channel", pipeline.quantize.perChannel},
                          {"preprocess", options.calibration.preprocess},
                          {"cycles", pipeline.parallelism.cycles}};
  llvm::json::Object foldings;
  for (const pipeline::LayerFolding &folding : pipeline.parallelism.layers)
    foldings[folding.layer] = llvm::json::Array{folding.pe, folding.simd};
  json["parallelism"] = std::move(foldings);
  return json;
}

/// Adds the stream of each port, as the hardware targets describe it.
void addStreams(llvm::json::Array &ports, const llvm::json::Array &streams) {
  for (size_t i = 0; i < ports.size() && i < streams.size(); ++i)
    (*ports[i].getAsObject())["stream"] = streams[i];
}

} // namespace

llvm::json::Object Compilation::manifest() {
  auto signature = report::readSignature(module());
  llvm::json::Object manifest = succeeded(signature) ? report::toJson(*signature) : llvm::json::Object();
  addStreams(*manifest.getArray("inputs"), inputStreams);
  addStreams(*manifest.getArray("outputs"), outputStreams);
  manifest["generator"] = "weft " + version();
  manifest["schema"] = 1;
  manifest["model"] = model.name;
  manifest["options"] = optionsToJson(commandOptions, state.recipe);
  manifest["targets"] = llvm::json::Object(targetManifests);
  manifest["tools"] = llvm::json::Object{{"weft", version()}, {"llvm", LLVM_VERSION_STRING}};
  return manifest;
}

} // namespace weft::driver

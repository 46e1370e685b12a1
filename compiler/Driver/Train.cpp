//===- Train.cpp - weft train: a model, trained with its compression in the loop -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/OutputFolder.h"
#include "compiler/Driver/TrainOptions.h"
#include "compiler/Driver/TrainReport.h"
#include "compiler/Driver/TrainSetup.h"
#include "compiler/Driver/Version.h"
#include "compiler/Export/OnnxExport.h"
#include "compiler/Report/JsonText.h"
#include "passes/Compression/Weights.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Masks.h"
#include <chrono>
#include <csignal>
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// Ctrl-C asks for a checkpoint; a second one ends the process as usual.
class InterruptGuard {
public:
  InterruptGuard() : before(std::signal(SIGINT, [](int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
  })) {
    interrupted = 0;
  }
  ~InterruptGuard() { std::signal(SIGINT, before); }

private:
  void (*before)(int);
};

class Training {
public:
  Training(Session &session, const TrainOptions &options) : session(session), options(options), setup(session, options) {}
  llvm::Error prepare();
  llvm::Error run();
  llvm::Error finish();

private:
  llvm::Error makeTrainer();
  llvm::Error measureBefore();
  llvm::Error resume();
  llvm::Error checkpoint();
  llvm::Error runSteps(int64_t epoch, int64_t steps);
  llvm::Error epoch(double &secondsLeft);
  void printEpoch(const trainer::EpochReport &epoch, double secondsLeft);
  llvm::Error writeModels(llvm::json::Object &report);

  Session &session;
  const TrainOptions &options;
  TrainSetup setup;
  std::unique_ptr<trainer::Trainer> learner;
  std::vector<trainer::EpochReport> curve;
  trainer::Score partial; // of the epoch that is running
  std::optional<double> accuracyBefore, accuracyFloat;
};

static trainer::TrainerOptions trainerOptions(const TrainOptions &o, int64_t samples) {
  trainer::TrainerOptions t;
  t.step.loss = o.loss == "mse" ? training::Loss::meanSquare : training::Loss::crossEntropy;
  t.step.optimizer = o.optimizer == "sgd" ? training::Optimizer::sgd : o.optimizer == "adamw" ? training::Optimizer::adamw : training::Optimizer::adam;
  t.step.momentum = o.momentum, t.step.weightDecay = o.weightDecay, t.step.clipNorm = o.clipNorm, t.step.batch = o.batch, t.step.learnScales = o.learnScales;
  if (o.lowPrecision)
    t.step.fixedPoint = o.fixedPoint;
  t.augmentation = o.augmentation;
  t.prior.strength = o.rankPrior, t.prior.threshold = o.rankThreshold;
  t.step.hasRankPrior = o.rankPrior > 0;
  using Kind = training::Schedule::Kind;
  t.schedule.kind = o.schedule == "constant" ? Kind::constant : o.schedule == "cosine" ? Kind::cosine : o.schedule == "step" ? Kind::step : Kind::oneCycle;
  t.schedule.rate = o.rate, t.schedule.warmup = o.warmup;
  t.schedule.steps = o.epochs * (samples / o.batch), t.pruneSteps = o.pruneEpochs * (samples / o.batch);
  t.epochs = o.epochs, t.seed = o.seed, t.adaptEvery = o.adaptEvery, t.threads = o.pipeline.native.threads;
  return t;
}

/// The float model's numbers are what is trained, not what compression left of them; where layers became factors, the factors.
static bool takeFloatNumbers(trainer::Trainer &learner, ModuleOp floatModel) {
  std::vector<OpOperand *> operands = training::parameterOperands(floatModel);
  std::vector<std::vector<float>> numbers;
  const std::vector<training::Parameter> &parameters = learner.program().parameters;
  for (OpOperand *operand : operands) {
    auto tensor = transforms::plainConstant(operand->get());
    size_t i = numbers.size();
    if (!tensor || tensor->type() != reference::ElementType::f32() || i >= parameters.size() || tensor->shape() != parameters[i].shape)
      return false;
    numbers.push_back(tensor->floats());
  }
  for (size_t i = 0; i < numbers.size(); ++i)
    learner.setLatent(i, numbers[i]);
  return true;
}

/// New numbers for binary weights, which the model has no others of: evenly between both values.
static void renewBinaryWeights(trainer::Trainer &learner, uint64_t seed) {
  for (const auto &[i, p] : llvm::enumerate(learner.program().parameters)) {
    std::vector<float> numbers = p.initial.floats();
    auto isEven = [&](float v) { return std::abs(v) == std::abs(numbers[0]); };
    if (!p.isProjected || !p.isWeight || !llvm::all_of(numbers, isEven))
      continue;
    reference::SplitMix64 random(seed * 0xD1342543DE82EF95u + i);
    for (float &v : numbers)
      v = std::abs(v) * static_cast<float>(2 * static_cast<double>(random.next() >> 11) / 9007199254740992.0 - 1);
    learner.setLatent(i, numbers);
  }
}

llvm::Error Training::makeTrainer() {
  session.progress().stage("compile");
  unsigned before = session.errors();
  trainer::TrainerOptions how = trainerOptions(options, setup.trainData.count());
  how.step.hasFoldingNorms = setup.hasFoldingNorms();
  auto made = trainer::Trainer::create(*setup.model.module, how);
  if (failed(made))
    return unsupported(session.errors() > before ? "" : fmt::format("{}: cannot be trained", options.model));
  learner = std::move(*made);
  if (options.rankPrior > 0 && learner->ranks().all().empty())
    return usageError("--rank-prior: the model has no tensor train whose ranks could shrink; compress with tensor-train");
  if (options.pruneEpochs > 0 && !learner->prunes())
    return usageError("--prune-epochs: the recipe chooses no weights by magnitude; compress with sparsity{pattern=threshold}, balanced or N:M, or with block-prune "
                      "of columns");
  bool hasNumbers = takeFloatNumbers(*learner, *setup.floatModel) || (setup.compressedModel && takeFloatNumbers(*learner, *setup.compressedModel));
  if (!hasNumbers && options.fromScratch)
    renewBinaryWeights(*learner, options.seed);
  learner->begin();
  return llvm::Error::success();
}

llvm::Error Training::measureBefore() {
  if (!setup.hasTest() || !setup.hasClasses())
    return llvm::Error::success();
  accuracyBefore = learner->evaluate(setup.testData).accuracy;
  if (options.fromScratch)
    return llvm::Error::success();
  auto accuracy = setup.accuracyOf(*setup.floatModel, setup.testData);
  if (!accuracy)
    return accuracy.takeError();
  accuracyFloat = *accuracy;
  return llvm::Error::success();
}

llvm::Error Training::prepare() {
  if (auto error = setup.prepare())
    return error;
  if (auto error = makeTrainer())
    return error;
  if (auto error = measureBefore())
    return error;
  return options.resume ? resume() : llvm::Error::success();
}

llvm::Error Training::resume() {
  auto loaded = trainer::readCheckpoint(setup.path(kCheckpointFile));
  if (!loaded)
    return invalidInput(llvm::toString(loaded.takeError()));
  auto note = llvm::json::parse(loaded->note);
  if (!note)
    return invalidInput(fmt::format("{}: the checkpoint's settings are damaged: {}", setup.path(kCheckpointFile), llvm::toString(note.takeError())));
  const llvm::json::Object *object = note->getAsObject();
  llvm::json::Object own = settingsToJson(options);
  const llvm::json::Object *settings = object ? object->getObject("settings") : nullptr;
  for (auto &[key, value] : own)
    if (!settings || !settings->get(key) || *settings->get(key) != value)
      return usageError(fmt::format("--resume: the checkpoint was made with another value of '{}'; give the flags of the first run", key.str()));
  if (const llvm::json::Array *array = object->getArray("curve"))
    curve = curveFromJson(*array);
  partial = {object->getNumber("loss_sum").value_or(0), object->getNumber("accuracy_sum").value_or(0)};
  if (auto error = learner->restore(*loaded))
    return invalidInput(fmt::format("{}: {}", setup.path(kCheckpointFile), llvm::toString(std::move(error))));
  return llvm::Error::success();
}

llvm::Error Training::checkpoint() {
  trainer::Checkpoint c = learner->save();
  llvm::json::Object note{{"settings", settingsToJson(options)},
                          {"curve", curveToJson(curve, true, true)},
                          {"loss_sum", partial.loss},
                          {"accuracy_sum", partial.accuracy}};
  c.note = report::jsonText(std::move(note));
  if (auto error = trainer::writeCheckpoint(setup.path(kCheckpointFile), c))
    return ioError(llvm::toString(std::move(error)) + "; the last checkpoint that was written is kept");
  return llvm::Error::success();
}

llvm::Error Training::runSteps(int64_t epoch, int64_t steps) {
  while (learner->step(setup.trainData, partial)) {
    session.progress().step(learner->stepsDone() - (epoch - 1) * steps, steps);
    if (!std::isfinite(partial.loss))
      return invalidInput(fmt::format("epoch {}: the loss is not finite; expected a smaller --lr (now {:g}), or --clip", epoch, options.rate));
    if (interrupted || (options.checkpointEvery > 0 && learner->stepsDone() % options.checkpointEvery == 0))
      if (auto error = checkpoint())
        return error;
    if (interrupted) {
      session.progress().finish();
      return interruption(fmt::format("interrupted in epoch {} of {}; weft train … --resume goes on from {}", epoch, options.epochs, setup.path(kCheckpointFile)));
    }
  }
  return llvm::Error::success();
}

void Training::printEpoch(const trainer::EpochReport &epoch, double secondsLeft) {
  if (session.quiet())
    return;
  std::string text = fmt::format("epoch {}/{}: loss {:.4f}", epoch.epoch, options.epochs, epoch.train.loss);
  if (setup.hasClasses())
    text += fmt::format(", accuracy {:.2f} %", epoch.train.accuracy * 100);
  if (setup.hasTest())
    text += setup.hasClasses() ? fmt::format(", validation {:.2f} %", epoch.validation.accuracy * 100) : fmt::format(", validation {:.4f}", epoch.validation.loss);
  fmt::print(stderr, "{}, {:.1f} s{}\n", text, epoch.seconds, secondsLeft > 0 ? fmt::format(", {:.0f} s to go", secondsLeft) : "");
}

llvm::Error Training::epoch(double &secondsLeft) {
  auto start = std::chrono::steady_clock::now();
  int64_t steps = learner->stepsPerEpoch(setup.trainData);
  trainer::EpochReport epoch;
  epoch.epoch = learner->epoch() + 1;
  session.progress().stage(fmt::format("epoch {}/{}{}", epoch.epoch, options.epochs, secondsLeft > 0 ? fmt::format(", {:.0f} s to go", secondsLeft) : ""));
  if (auto error = runSteps(epoch.epoch, steps))
    return error;
  auto samples = static_cast<double>(steps * options.batch);
  epoch.train = {partial.loss / samples, partial.accuracy / samples};
  epoch.rate = learner->rate();
  partial = {};
  epoch.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (setup.hasTest())
    epoch.validation = learner->evaluate(setup.testData);
  curve.push_back(epoch);
  secondsLeft = epoch.seconds * static_cast<double>(options.epochs - epoch.epoch);
  printEpoch(epoch, secondsLeft);
  return checkpoint();
}

llvm::Error Training::run() {
  InterruptGuard guard;
  double secondsLeft = 0;
  while (learner->epoch() < options.epochs)
    if (auto error = epoch(secondsLeft))
      return error;
  return llvm::Error::success();
}

/// model.onnx and model.mlir; then the integers are made and measured.
llvm::Error Training::writeModels(llvm::json::Object &report) {
  ModuleOp module = *setup.model.module;
  unsigned before = session.errors();
  if (failed(learner->store()))
    return unsupported(session.errors() > before ? "" : "the trained ranks cannot be written");
  if (auto error = setup.foldTrainedNorms())
    return error;
  for (Operation &function : *module.getBody())
    compression::eraseUnusedWeights(&function);
  int64_t bits = 0, dense = 0;
  for (const compression::LayerStorage &layer : compression::storageOf(module))
    bits += layer.bits, dense += layer.denseBits;
  if (bits)
    report["weight_bits"] = bits, report["compression"] = static_cast<double>(dense) / static_cast<double>(bits);
  addMemory(report, *learner, *setup.floatModel, options, bits);
  exporter::ExportOptions how;
  how.name = setup.model.name, how.version = version();
  auto bytes = exporter::exportOnnx(module, how);
  if (failed(bytes))
    return unsupported("");
  if (auto error = writeFileWhole(setup.path(kTrainedFile), *bytes))
    return error;
  if (auto error = writeFileWhole(setup.path(kModelFile), printModule(module)))
    return error;
  if (!options.pipeline.quantize.enabled() || !setup.hasTest() || !setup.hasClasses())
    return llvm::Error::success();
  if (auto error = setup.runPhase("integer"))
    return error;
  auto accuracy = setup.accuracyOf(module, setup.testData);
  if (!accuracy)
    return accuracy.takeError();
  report["accuracy_compiled"] = *accuracy;
  return llvm::Error::success();
}

llvm::Error Training::finish() {
  session.progress().stage("write");
  llvm::json::Object report{{"generator", "weft " + version()}, {"model", setup.model.name}, {"settings", settingsToJson(options)},
                            {"curve", curveToJson(curve, setup.hasClasses(), setup.hasTest())}};
  if (accuracyBefore)
    report["accuracy_before"] = *accuracyBefore;
  if (accuracyFloat)
    report["accuracy_float"] = *accuracyFloat;
  if (setup.hasTest() && setup.hasClasses())
    report["accuracy"] = learner->evaluate(setup.testData).accuracy;
  if (auto error = writeModels(report))
    return error;
  std::string text = trainText(report);
  if (auto error = writeFileWhole(setup.path("report.txt"), text))
    return error;
  if (auto error = writeFileWhole(setup.path(kReportFile), report::jsonText(llvm::json::Object(report))))
    return error;
  session.progress().finish();
  llvm::json::Array seconds;
  for (const trainer::EpochReport &e : curve)
    seconds.push_back(e.seconds);
  report["epoch_seconds"] = std::move(seconds); // of this run: not in the file, which is the same in every run
  session.print(std::move(report), text + fmt::format("\nwrote {}\n", options.output));
  session.printTimes();
  return llvm::Error::success();
}

} // namespace

llvm::Error train(const TrainOptions &options) {
  Session session(options);
  Training command(session, options);
  if (auto error = command.prepare())
    return error;
  if (auto error = command.run())
    return error;
  return command.finish();
}

} // namespace weft::driver

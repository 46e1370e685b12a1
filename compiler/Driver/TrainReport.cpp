//===- TrainReport.cpp - the learning curve --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/TrainReport.h"

#include "compiler/Report/Table.h"
#include <fmt/format.h>

namespace weft::driver {

llvm::json::Object settingsToJson(const TrainOptions &o) {
  llvm::json::Object settings{{"batch", o.batch},
                            {"clip", o.clipNorm},
                            {"compress", o.pipeline.compress},
                            {"distill", o.distill},
                            {"epochs", o.epochs},
                            {"from_scratch", o.fromScratch},
                            {"learn_scales", o.learnScales},
                            {"loss", o.loss},
                            {"lr", o.rate},
                            {"momentum", o.momentum},
                            {"optimizer", o.optimizer},
                            {"activation_bits", o.pipeline.quantize.activationBits},
                            {"weight_bits", o.pipeline.quantize.weightBits},
                            {"reassign", o.adaptEvery},
                            {"schedule", o.schedule},
                            {"seed", static_cast<int64_t>(o.seed)},
                            {"temperature", o.temperature},
                            {"warmup", o.warmup},
                            {"weight_decay", o.weightDecay}};
  if (o.lowPrecision)
    settings["fixed_point"] = llvm::json::Object{{"bias_bits", o.fixedPoint.biasBits},
                                                 {"error_bits", o.fixedPoint.errorBits},
                                                 {"gradient_bits", o.fixedPoint.gradientBits},
                                                 {"master_bits", o.fixedPoint.weightBits},
                                                 {"moment_bits", o.fixedPoint.momentBits}};
  if (!o.augment.empty())
    settings["augment"] = o.augment;
  if (o.pruneEpochs > 0)
    settings["prune_epochs"] = o.pruneEpochs;
  if (o.rankPrior > 0)
    settings["rank_prior"] = o.rankPrior, settings["rank_threshold"] = o.rankThreshold;
  return settings;
}

llvm::json::Array curveToJson(const std::vector<trainer::EpochReport> &curve, bool hasClasses, bool hasTest) {
  llvm::json::Array array;
  for (const trainer::EpochReport &e : curve) {
    llvm::json::Object row{{"epoch", e.epoch}, {"loss", e.train.loss}, {"lr", e.rate}};
    if (hasClasses)
      row["accuracy"] = e.train.accuracy;
    if (hasTest)
      row["val_loss"] = e.validation.loss;
    if (hasTest && hasClasses)
      row["val_accuracy"] = e.validation.accuracy;
    array.push_back(std::move(row));
  }
  return array;
}

std::vector<trainer::EpochReport> curveFromJson(const llvm::json::Array &array) {
  std::vector<trainer::EpochReport> curve;
  for (const llvm::json::Value &value : array) {
    const llvm::json::Object *row = value.getAsObject();
    if (!row)
      continue;
    auto number = [&](llvm::StringRef key) { return row->getNumber(key).value_or(0); };
    trainer::EpochReport e;
    e.epoch = row->getInteger("epoch").value_or(0);
    e.train = {number("loss"), number("accuracy")}, e.validation = {number("val_loss"), number("val_accuracy")};
    e.rate = number("lr");
    curve.push_back(e);
  }
  return curve;
}

/// Bytes of all tensors of each kind, each tensor in whole bytes. What stays between steps, and what a step needs for one batch.
static llvm::json::Object memoryToJson(const training::TrainingProgram &program) {
  using Kind = training::FixedPointFormat::Kind;
  auto bytes = [&](std::initializer_list<Kind> kinds) {
    int64_t sum = 0;
    for (const training::FixedPointFormat &f : program.formats)
      if (llvm::is_contained(kinds, f.kind))
        sum += (f.elements * static_cast<int64_t>(f.bits) + 7) / 8;
    return sum;
  };
  auto exponents = static_cast<int64_t>(program.formats.size());
  return llvm::json::Object{{"activations", bytes({Kind::activation})},
                            {"errors", bytes({Kind::error})},
                            {"exponents", exponents},
                            {"gradients", bytes({Kind::gradient})},
                            {"moments", bytes({Kind::moment})},
                            {"parameters", bytes({Kind::weight, Kind::bias})},
                            {"state", bytes({Kind::weight, Kind::bias, Kind::moment}) + exponents}};
}

void addMemory(llvm::json::Object &report, const trainer::Trainer &trainer, mlir::ModuleOp floatModel, const TrainOptions &options, int64_t weightBits) {
  llvm::json::Array ranks;
  if (!trainer.ranks().isEmpty())
    for (auto [bond, kept] : llvm::zip(trainer.ranks().all(), trainer.ranks().kept()))
      ranks.push_back(llvm::json::Object{{"after", static_cast<int64_t>(kept.size())}, {"before", bond.extent}, {"bond", bond.number}, {"layer", bond.train}});
  if (!ranks.empty())
    report["ranks"] = std::move(ranks);
  int64_t numbers = 0, biases = 0;
  for (mlir::OpOperand *operand : training::parameterOperands(floatModel))
    numbers += mlir::cast<mlir::RankedTensorType>(operand->get().getType()).getNumElements();
  constexpr int64_t floatBits = 32;
  if (!options.lowPrecision)
    return;
  report["training_bytes"] = memoryToJson(trainer.program());
  const training::TrainingProgram &program = trainer.program();
  report["training_bytes_f32"] = numbers * (1 + program.slots) * floatBits / 8;
  for (const auto &[i, operand] : llvm::enumerate(training::parameterOperands(trainer.trained())))
    if (!program.parameters[i].isWeight)
      biases += mlir::cast<mlir::RankedTensorType>(operand->get().getType()).getNumElements();
  int64_t bits = weightBits + biases * options.fixedPoint.biasBits;
  report["model_bits"] = bits;
  report["model_ratio"] = static_cast<double>(numbers * floatBits) / static_cast<double>(bits);
}

std::string trainText(const llvm::json::Object &report) {
  report::Table table({">epoch", ">loss", ">accuracy", ">validation loss", ">validation accuracy", ">learning rate"});
  for (const llvm::json::Value &value : *report.getArray("curve")) {
    const llvm::json::Object &row = *value.getAsObject();
    auto number = [&](llvm::StringRef key) { return row.getNumber(key) ? fmt::format("{:.4f}", *row.getNumber(key)) : std::string(); };
    auto share = [&](llvm::StringRef key) { return row.getNumber(key) ? fmt::format("{:.2f} %", 100 * *row.getNumber(key)) : std::string(); };
    table.row({fmt::format("{}", *row.getInteger("epoch")), number("loss"), share("accuracy"), number("val_loss"), share("val_accuracy"),
               fmt::format("{:.3g}", *row.getNumber("lr"))});
  }
  std::string text = table.str();
  auto line = [&](llvm::StringRef key, const char *title) {
    if (auto value = report.getNumber(key))
      text += fmt::format("{:<48} {:.2f} %\n", title, *value * 100);
  };
  text += "\n";
  line("accuracy_before", "accuracy before");
  line("accuracy_float", "accuracy of the float model");
  line("accuracy", "accuracy, trained");
  line("accuracy_compiled", "accuracy, compiled");
  if (auto bits = report.getInteger("weight_bits"))
    text += fmt::format("{:<48} {} bits, {:.2f} times less than f32\n", "weights", report::grouped(*bits), *report.getNumber("compression"));
  if (auto ratio = report.getNumber("model_ratio"))
    text += fmt::format("{:<48} {} bits, {:.1f} times less than the float model in f32\n", "weights and biases", report::grouped(*report.getInteger("model_bits")), *ratio);
  if (const llvm::json::Object *bytes = report.getObject("training_bytes"))
    text += fmt::format("{:<48} {} bytes: {} of parameters, {} of moments; {} of the float model in f32\n", "state of the training",
                        report::grouped(*bytes->getInteger("state")), report::grouped(*bytes->getInteger("parameters")),
                        report::grouped(*bytes->getInteger("moments")), report::grouped(*report.getInteger("training_bytes_f32")));
  if (const llvm::json::Array *ranks = report.getArray("ranks")) {
    std::string list;
    for (const llvm::json::Value &value : *ranks) {
      const llvm::json::Object &rank = *value.getAsObject();
      list += fmt::format("{}{} {}→{}", list.empty() ? "" : ", ", rank.getString("layer")->str(), *rank.getInteger("before"), *rank.getInteger("after"));
    }
    text += fmt::format("{:<48} {}\n", "ranks", list);
  }
  return text;
}

} // namespace weft::driver

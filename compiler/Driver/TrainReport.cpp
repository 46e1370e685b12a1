//===- TrainReport.cpp - the learning curve --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/TrainReport.h"

#include "compiler/Report/Table.h"
#include <fmt/format.h>

namespace weft::driver {

llvm::json::Object settingsToJson(const TrainOptions &o) {
  return llvm::json::Object{{"batch", o.batch},
                            {"clip", o.clipNorm},
                            {"compress", o.pipeline.compress},
                            {"distill", o.distill},
                            {"epochs", o.epochs},
                            {"from_scratch", o.fromScratch},
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
  return text;
}

} // namespace weft::driver

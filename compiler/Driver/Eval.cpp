//===- Eval.cpp - weft eval: accuracy, and agreement with the float model ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Executor.h"
#include "compiler/Driver/Session.h"
#include "compiler/Report/Metrics.h"
#include "compiler/Report/Table.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// Samples per call of a model with a dynamic batch: enough for the kernels, little enough for the progress line.
constexpr int64_t kBatch = 64;

/// All outputs of a module on all samples.
llvm::Expected<Tensors> runAll(Session &session, ModuleOp module, llvm::StringRef executorName,
                               const std::vector<report::Port> &ports, const Samples &samples,
                               llvm::ArrayRef<compression::PlaneRequest> planes = {}, const pipeline::NativeOptions &native = {}) {
  auto executor = makeExecutor(executorName, module, "main", planes, native);
  if (!executor)
    return executor.takeError();
  return runInBatches(
      samples.inputs, ports, kBatch, [&](const Tensors &batch) { return (*executor)->run(batch); },
      [&](int64_t done, int64_t total) { session.progress().step(done, total); });
}

/// What is known without another model: accuracy where there are classes, errors where there are values.
void addOwnMetrics(llvm::json::Object &json, const Samples &samples, const reference::Tensor &output) {
  const reference::Tensor &input = samples.inputs[0];
  if (samples.labels && report::areClassLabels(*samples.labels, output)) {
    std::vector<int64_t> labels;
    for (int64_t i = 0; i < samples.count; ++i)
      labels.push_back(samples.labels->asInteger(i));
    json["accuracy"] = report::shareEqual(report::predictedClasses(output), labels);
  } else if (samples.labels && samples.labels->size() == output.size()) {
    json["mse"] = report::difference(output, *samples.labels).meanSquare;
  } else if (!samples.labels && input.size() == output.size()) {
    json["reconstruction_mse"] = report::difference(output, input).meanSquare;
  }
}

/// Against the outputs of the float model on the same samples.
void addAgreement(llvm::json::Object &json, const Samples &samples, const reference::Tensor &output,
                  const reference::Tensor &floatOutput) {
  bool classes = output.size() > samples.count || output.type().isInteger();
  if (classes)
    json["agreement"] = report::shareEqual(report::predictedClasses(output), report::predictedClasses(floatOutput));
  report::Difference difference = report::difference(output, floatOutput);
  json["float_mse"] = difference.meanSquare;
  json["float_max_error"] = difference.greatest;
  if (samples.labels && report::areClassLabels(*samples.labels, floatOutput)) {
    llvm::json::Object own;
    addOwnMetrics(own, samples, floatOutput);
    json["float_accuracy"] = *own.getNumber("accuracy");
  }
}

std::string textOf(const llvm::json::Object &json) {
  report::Table table({"measure", ">value"});
  auto share = [&](llvm::StringRef key, const char *title) {
    if (auto value = json.getNumber(key))
      table.row({title, fmt::format("{:.2f} %", *value * 100)});
  };
  auto number = [&](llvm::StringRef key, const char *title) {
    if (auto value = json.getNumber(key))
      table.row({title, fmt::format("{:.6g}", *value)});
  };
  table.row({"samples", report::grouped(*json.getInteger("samples"))});
  share("accuracy", "accuracy");
  share("float_accuracy", "accuracy of the float model");
  share("agreement", "agreement with the float model");
  number("mse", "mean squared error");
  number("reconstruction_mse", "mean squared reconstruction error");
  number("float_mse", "mean squared difference from the float model");
  number("float_max_error", "greatest difference from the float model");
  return table.str();
}

llvm::Error checkGate(const EvalOptions &options, const llvm::json::Object &json) {
  if (options.minAccuracy < 0)
    return llvm::Error::success();
  auto accuracy = json.getNumber("accuracy");
  if (!accuracy)
    return invalidInput(fmt::format("{}: --min-accuracy needs labels: expected an array of classes, found none that fits the output",
                                    options.data.path));
  if (*accuracy < options.minAccuracy)
    return mismatch(fmt::format("accuracy {:.4f} is below --min-accuracy {:.4f}", *accuracy, options.minAccuracy));
  return llvm::Error::success();
}

} // namespace

llvm::Error eval(const EvalOptions &options) {
  Session session(options);
  session.progress().stage("load");
  auto model = session.load(options);
  if (!model)
    return model.takeError();
  auto signature = signatureOf(*model->module);
  if (!signature)
    return signature.takeError();
  auto samples = loadSamples(options.data, signature->inputs);
  if (!samples)
    return samples.takeError();
  session.progress().stage("run");
  auto outputs = runAll(session, *model->module, options.executor, signature->inputs, *samples, options.planes, options.native);
  if (!outputs)
    return outputs.takeError();
  llvm::json::Object json{
      {"model", model->name}, {"samples", samples->count}, {"executor", options.executor}, {"quantized", signature->quantized}};
  addOwnMetrics(json, *samples, outputs->front());
  auto floatModel = session.loadFloatModel(*model);
  if (!floatModel)
    return floatModel.takeError();
  if (*floatModel) {
    session.progress().stage("float model");
    auto floatOutputs = runAll(session, **floatModel, options.executor, signature->inputs, *samples);
    if (!floatOutputs)
      return floatOutputs.takeError();
    addAgreement(json, *samples, outputs->front(), floatOutputs->front());
  }
  session.progress().finish();
  std::string text = textOf(json);
  llvm::Error gate = checkGate(options, json);
  session.print(std::move(json), text);
  session.printTimes();
  return gate;
}

} // namespace weft::driver

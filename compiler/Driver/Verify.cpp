//===- Verify.cpp - weft verify: reference = native = HLS = RTL ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/CoreExecutor.h"
#include "compiler/Driver/Session.h"
#include "compiler/Driver/StoredReport.h"
#include "compiler/Driver/Vectors.h"
#include "compiler/Report/Metrics.h"
#include "compiler/Report/ReportText.h"
#include "dialects/Lut/IR/LutOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <chrono>
#include <fmt/format.h>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::driver {
namespace {

constexpr int64_t kDefaultRandomVectors = 32;

/// A run of `weft verify`: what is compared, and what came of it.
class Verification {
public:
  Verification(Session &session, const VerifyOptions &options, LoadedModel &model)
      : session(session), options(options), model(model) {}

  llvm::Error prepareVectors();
  llvm::Error runAll();
  llvm::json::Object toJson();
  /// The exit code of what happened.
  llvm::Error verdict() const;

private:
  llvm::Error runKind(llvm::StringRef kind);
  llvm::Error runOne(CoreExecutor &executor);
  void compare(CoreExecutor &executor, CoreRun &run);
  bool locateInLayers(llvm::StringRef executor, const std::vector<LayerValue> &layers, int64_t firstFrame);
  void note(llvm::StringRef name, llvm::StringRef status, llvm::StringRef reason, double seconds);
  void countCycles(const CoreRun &run);

  Session &session;
  const VerifyOptions &options;
  LoadedModel &model;
  Tensors codes;
  std::vector<std::string> outputNames;
  CoreRun expected;
  /// Who agrees with the reference, by layer and by output.
  llvm::StringMap<std::vector<std::string>> agreeing, agreeingOutputs;
  llvm::json::Array executors;
  std::optional<llvm::json::Object> divergence;
  std::string divergenceText;
  std::optional<int64_t> latency, interval;
  bool anySkipped = false, cyclesDiffer = false;
};

int64_t frames(const Tensors &codes) { return codes.empty() ? 0 : codes.front().dim(0); }

llvm::Error Verification::prepareVectors() {
  auto core = model.module->lookupSymbol<func::FuncOp>("core");
  if (!core)
    return usageError(fmt::format("{}: has no integer core to verify: it was compiled with --quantize=none", options.folder));
  report::Signature coreSignature = report::functionSignature(core);
  for (const report::Port &port : coreSignature.outputs)
    outputNames.push_back(port.name);
  auto signature = signatureOf(*model.module);
  if (!signature)
    return signature.takeError();
  if (options.data.path.empty()) {
    std::vector<int64_t> zeroPoints;
    for (size_t i = 0; i < coreSignature.inputs.size(); ++i) {
      bool isKnown = i < signature->inputs.size() && signature->inputs[i].quantizer;
      zeroPoints.push_back(isKnown ? signature->inputs[i].quantizer->zeroPoint : 0);
    }
    codes = randomCodes(coreSignature.inputs, zeroPoints, options.vectors ? options.vectors : kDefaultRandomVectors, options.seed);
    return llvm::Error::success();
  }
  DataOptions data = options.data;
  data.limit = options.vectors;
  auto samples = loadSamples(data, signature->inputs);
  if (!samples)
    return samples.takeError();
  auto result = codesFromSamples(*model.module, *samples);
  if (!result)
    return result.takeError();
  codes = std::move(*result);
  return llvm::Error::success();
}

void Verification::note(llvm::StringRef name, llvm::StringRef status, llvm::StringRef reason, double seconds) {
  llvm::json::Object entry{{"name", name.str()}, {"status", status.str()}};
  if (!reason.empty())
    entry["reason"] = reason.str();
  if (status == "ran")
    entry["seconds"] = seconds;
  executors.push_back(std::move(entry));
}

/// The first layer, in the order of the core, in which an executor differs.
bool Verification::locateInLayers(llvm::StringRef executor, const std::vector<LayerValue> &layers, int64_t firstFrame) {
  for (const LayerValue &reference : expected.layers)
    for (const LayerValue &layer : layers) {
      if (layer.layer != reference.layer || divergence)
        continue;
      int64_t count = layer.value.dim(0);
      Tensor part = sliceSamples(reference.value, firstFrame, count);
      if (part.size() != layer.value.size())
        continue;
      auto found = report::firstDivergence(part, layer.value);
      if (!found) {
        if (!llvm::is_contained(agreeing[layer.layer], executor))
          agreeing[layer.layer].push_back(executor.str());
        continue;
      }
      found->sample += firstFrame;
      divergence = llvm::json::Object{{"executor", executor.str()},  {"layer", layer.layer},
                                      {"frame", found->sample},      {"index", llvm::json::Array(found->index)},
                                      {"expected", found->expected}, {"found", found->found}};
      divergenceText = fmt::format("{} differs from the reference in layer '{}', {}: expected {}, found {}", executor.str(),
                                   layer.layer, found->where(), found->expected, found->found);
    }
  return divergence.has_value();
}

void Verification::compare(CoreExecutor &executor, CoreRun &run) {
  if (divergence)
    return;
  if (locateInLayers(executor.name(), run.layers, 0))
    return;
  for (size_t i = 0; i < expected.outputs.size(); ++i) {
    bool sameSize = i < run.outputs.size() && run.outputs[i].size() == expected.outputs[i].size();
    auto found = sameSize ? report::firstDivergence(expected.outputs[i], run.outputs[i]) : report::Divergence();
    if (!found) {
      agreeingOutputs[outputNames[i]].push_back(executor.name());
      continue;
    }
    // The product itself is wrong: its layers, run for that frame alone, say where it begins.
    Tensors frame;
    for (const Tensor &input : codes)
      frame.push_back(sliceSamples(input, found->sample, 1));
    if (auto traced = executor.run(frame, /*withLayers=*/true)) {
      if (locateInLayers(executor.name(), traced->layers, found->sample))
        return;
    } else {
      llvm::consumeError(traced.takeError());
    }
    divergence = llvm::json::Object{{"executor", executor.name()}, {"output", outputNames[i]},
                                    {"frame", found->sample},      {"index", llvm::json::Array(found->index)},
                                    {"expected", found->expected}, {"found", found->found}};
    divergenceText = sameSize ? fmt::format("{} differs from the reference in output '{}', {}: expected {}, found {}", executor.name(),
                                            outputNames[i], found->where(), found->expected, found->found)
                              : fmt::format("{} returns another number of values for output '{}'", executor.name(), outputNames[i]);
    return;
  }
}

void Verification::countCycles(const CoreRun &run) {
  if (run.latency && !latency)
    latency = run.latency;
  if (run.interval && !interval)
    interval = run.interval;
}

llvm::Error Verification::runOne(CoreExecutor &executor) {
  session.progress().stage(executor.name());
  bool isReference = executor.name() == "reference";
  auto start = std::chrono::steady_clock::now();
  auto run = executor.run(codes, isReference || executor.layersAreFree());
  if (!run)
    return run.takeError();
  note(executor.name(), "ran", "", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  if (isReference) {
    expected = std::move(*run);
    for (const LayerValue &layer : expected.layers)
      agreeing[layer.layer].push_back("reference");
    for (const std::string &output : outputNames)
      agreeingOutputs[output].push_back("reference");
    return llvm::Error::success();
  }
  compare(executor, *run);
  countCycles(*run);
  return llvm::Error::success();
}

llvm::Error Verification::runKind(llvm::StringRef kind) {
  auto made = makeCoreExecutors(kind, model, options);
  if (!made) {
    bool isMissing = false;
    std::string reason;
    auto rest = llvm::handleErrors(made.takeError(), [&](std::unique_ptr<CommandError> error) -> llvm::Error {
      isMissing = error->exitCode() == ExitCode::MissingTool && options.skipMissing;
      llvm::raw_string_ostream os(reason);
      error->log(os);
      return isMissing ? llvm::Error::success() : llvm::Error(std::move(error));
    });
    if (!isMissing)
      return rest;
    anySkipped = true;
    note(kind, "skipped", reason, 0);
    llvm::errs() << "weft: warning: " << kind << " skipped: " << reason << "\n";
    return rest;
  }
  for (auto &executor : *made)
    if (auto error = runOne(*executor))
      return error;
  return llvm::Error::success();
}

llvm::Error Verification::runAll() {
  // Always, and first: it is what the others are compared with.
  if (auto error = runKind("reference"))
    return error;
  for (llvm::StringRef kind : {"native", "hls", "rtl"})
    if (llvm::is_contained(options.executors, kind))
      if (auto error = runKind(kind))
        return error;
  return llvm::Error::success();
}

/// The layers that became truth tables, which was proved when it was done.
static llvm::json::Array proofsIn(ModuleOp module) {
  llvm::json::Array proofs;
  module.walk([&](lut::NetworkOp network) {
    if (auto list = network->getAttrOfType<ArrayAttr>(lut::kProofAttr))
      for (auto proof : list.getAsRange<StringAttr>()) {
        auto [layer, method] = proof.getValue().rsplit(": ");
        proofs.push_back(llvm::json::Object{{"layer", layer.str()}, {"how", "proved"}, {"method", method.str()}});
      }
  });
  return proofs;
}

llvm::json::Object Verification::toJson() {
  llvm::json::Array layers, outputs;
  auto statement = [&](const std::string &name, const std::vector<std::string> &who) {
    return llvm::json::Object{
        {"name", name}, {"how", "simulated"}, {"vectors", frames(codes)}, {"executors", llvm::json::Array(who)}};
  };
  for (const LayerValue &layer : expected.layers)
    layers.push_back(statement(layer.layer, agreeing[layer.layer]));
  for (const std::string &output : outputNames)
    outputs.push_back(statement(output, agreeingOutputs[output]));
  llvm::json::Object json{{"vectors", frames(codes)},
                          {"seed", static_cast<int64_t>(options.seed)},
                          {"data", options.data.path.empty() ? "random" : "samples"},
                          {"executors", std::move(executors)},
                          {"layers", std::move(layers)},
                          {"outputs", std::move(outputs)}};
  if (llvm::json::Array proofs = proofsIn(*model.module); !proofs.empty())
    json["proofs"] = std::move(proofs);
  json["result"] = divergence ? "divergent" : anySkipped ? "incomplete" : "identical";
  if (divergence)
    json["divergence"] = llvm::json::Object(*divergence);
  auto addCycles = [&](llvm::StringRef key, std::optional<int64_t> counted) {
    if (!counted)
      return;
    llvm::json::Object cycles{{"counted", *counted}};
    if (auto predicted = storedHardwareNumber(model.folder, key)) {
      cycles["predicted"] = *predicted;
      cyclesDiffer |= *predicted != *counted;
    }
    json[key] = std::move(cycles);
  };
  addCycles("latency", latency);
  addCycles("initiation_interval", interval);
  return json;
}

llvm::Error Verification::verdict() const {
  if (divergence)
    return mismatch(divergenceText);
  if (cyclesDiffer)
    return mismatch("the RTL needs another number of cycles than the cost model predicts");
  return llvm::Error::success();
}

} // namespace

llvm::Error verify(const VerifyOptions &options) {
  Session session(options);
  session.progress().stage("load");
  auto model = session.load(ModelOptions{options, options.folder, {}, {}});
  if (!model)
    return model.takeError();
  if (model->folder.empty())
    return usageError(fmt::format("{}: expected a folder that weft compile wrote, found a file", options.folder));
  Verification verification(session, options, *model);
  if (auto error = verification.prepareVectors())
    return error;
  if (auto error = verification.runAll())
    return error;
  llvm::json::Object json = verification.toJson();
  if (auto error = mergeIntoReport(model->folder, "verify", withoutTimes(json)))
    return error;
  session.progress().finish();
  std::string text = report::verifyText(json);
  session.print(std::move(json), text);
  session.printTimes();
  return verification.verdict();
}

} // namespace weft::driver

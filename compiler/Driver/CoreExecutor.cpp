//===- CoreExecutor.cpp - the four executors of an integer core ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CoreExecutor.h"

#include "backends/Cpu/CpuBackend.h"
#include "backends/Hls/Simulate.h"
#include "backends/Verilog/Simulate.h"
#include "compiler/Driver/CommandError.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Evaluation/Evaluator.h"
#include <fmt/format.h>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::driver {

CoreExecutor::~CoreExecutor() = default;

namespace {

/// Appends frames to the layer of that name.
void appendLayer(std::vector<LayerValue> &layers, const std::string &name, const Tensor &value) {
  for (LayerValue &layer : layers)
    if (layer.layer == name)
      return appendSamples(layer.value, value);
  layers.push_back({name, value});
}

/// The readable definition of what all others must return.
class ReferenceCore : public CoreExecutor {
public:
  explicit ReferenceCore(ModuleOp module) : core(module.lookupSymbol<func::FuncOp>("core")) {}
  std::string name() const override { return "reference"; }
  llvm::Expected<CoreRun> run(const Tensors &codes, bool withLayers) override {
    CoreRun result;
    evaluation::Observer observer = nullptr;
    if (withLayers)
      observer = [&](Value value, const Tensor &tensor) {
        Operation *op = value.getDefiningOp();
        if (op && !op->hasTrait<OpTrait::ConstantLike>() && !isa<codec::Expression>(op) && !nn::layerName(op).empty())
          appendLayer(result.layers, nn::layerName(op).str(), tensor);
      };
    auto outputs = evaluator.evaluateSamples(core, codes, observer);
    if (failed(outputs))
      return failure(ExitCode::Internal, "");
    result.outputs = std::move(*outputs);
    return result;
  }

private:
  func::FuncOp core;
  evaluation::Evaluator evaluator;
};

/// Code for this machine, with fused kernels; unfused only where layers are asked for.
class NativeCore : public CoreExecutor {
public:
  explicit NativeCore(ModuleOp module) : module(module) {}
  std::string name() const override { return "native"; }
  bool layersAreFree() const override { return false; }
  llvm::Expected<CoreRun> run(const Tensors &codes, bool withLayers) override {
    cpu::CpuOptions options;
    options.entry = "core";
    options.keepIntermediates = withLayers;
    auto compiled = cpu::jit(module, options);
    if (failed(compiled))
      return unsupported("");
    CoreRun result;
    if (!withLayers) {
      auto outputs = (*compiled)->run(codes);
      if (failed(outputs))
        return unsupported("");
      result.outputs = std::move(*outputs);
      return result;
    }
    for (int64_t frame = 0; frame < codes.front().dim(0); ++frame)
      if (auto error = observeFrame(**compiled, codes, frame, result))
        return std::move(error);
    return result;
  }

private:
  llvm::Error observeFrame(cpu::CpuModel &compiled, const Tensors &codes, int64_t frame, CoreRun &result) {
    Tensors one;
    for (const Tensor &input : codes)
      one.push_back(sliceSamples(input, frame, 1));
    auto outputs = compiled.observe(one, [&](const std::string &name, const std::string &, const Tensor &value) {
      appendLayer(result.layers, name, value);
    });
    if (failed(outputs))
      return unsupported("");
    result.outputs.resize(outputs->size());
    for (size_t i = 0; i < outputs->size(); ++i)
      frame ? appendSamples(result.outputs[i], (*outputs)[i]) : (void)(result.outputs[i] = (*outputs)[i]);
    return llvm::Error::success();
  }

  ModuleOp module;
};

/// C simulation of out/hls.
class HlsCore : public CoreExecutor {
public:
  explicit HlsCore(std::string folder) : folder(std::move(folder)) {}
  std::string name() const override { return "hls"; }
  llvm::Expected<CoreRun> run(const Tensors &codes, bool withLayers) override {
    hls_backend::SimulationOptions options;
    options.trace = withLayers;
    auto simulation = hls_backend::simulate(folder, codes, options);
    if (!simulation)
      return mismatch(fmt::format("hls: {}", simulation.message()));
    CoreRun result;
    result.outputs = std::move(simulation->outputs);
    for (hls_backend::Tap &tap : simulation->taps)
      result.layers.push_back({tap.layer, std::move(tap.value)});
    return result;
  }

private:
  std::string folder;
};

/// Simulation of out/rtl, with or without pauses on the streams.
class RtlCore : public CoreExecutor {
public:
  RtlCore(std::string folder, verilog::Simulator simulator, unsigned stallSeed)
      : folder(std::move(folder)), simulator(simulator), stallSeed(stallSeed) {}
  std::string name() const override { return stallSeed ? "rtl, stalled" : "rtl"; }
  llvm::Expected<CoreRun> run(const Tensors &codes, bool withLayers) override {
    verilog::SimulateOptions options;
    options.stallSeed = stallSeed;
    options.trace = withLayers;
    auto simulation = verilog::simulate(folder, simulator, codes, options);
    if (!simulation)
      return mismatch(fmt::format("rtl: {}", llvm::toString(simulation.takeError())));
    CoreRun result;
    result.outputs = std::move(simulation->outputs);
    for (verilog::Tap &tap : simulation->taps)
      result.layers.push_back({tap.layer, std::move(tap.value)});
    // The cost model speaks of streams that never wait, and of an interval between frames in full swing.
    if (!stallSeed) {
      result.latency = simulation->latency;
      if (codes.front().dim(0) >= kFramesInFullSwing)
        result.interval = simulation->initiationInterval;
    }
    return result;
  }

private:
  static constexpr int64_t kFramesInFullSwing = 3;
  std::string folder;
  verilog::Simulator simulator;
  unsigned stallSeed;
};

llvm::Error needProgram(llvm::ArrayRef<llvm::StringRef> anyOf, llvm::StringRef what) {
  for (llvm::StringRef program : anyOf)
    if (llvm::sys::findProgramByName(program))
      return llvm::Error::success();
  return missingTool(fmt::format("{} needs {}, which is not in PATH; install it, or give --skip-missing", what.str(),
                                 anyOf.front().str()));
}

llvm::Error needFolder(const std::string &folder, llvm::StringRef target) {
  if (llvm::sys::fs::is_directory(folder))
    return llvm::Error::success();
  return usageError(fmt::format("{}: not there; compile with --target={}, or leave it out of --with", folder, target.str()));
}

} // namespace

llvm::Expected<std::vector<std::unique_ptr<CoreExecutor>>> makeCoreExecutors(llvm::StringRef kind, const LoadedModel &model,
                                                                             const VerifyOptions &options) {
  std::vector<std::unique_ptr<CoreExecutor>> executors;
  if (kind == "reference") {
    executors.push_back(std::make_unique<ReferenceCore>(*model.module));
  } else if (kind == "native") {
    executors.push_back(std::make_unique<NativeCore>(*model.module));
  } else if (kind == "hls") {
    std::string folder = model.folder + "/hls";
    if (auto error = needFolder(folder, "hls"))
      return std::move(error);
    if (auto error = needProgram({"c++", "g++", "clang++"}, "C simulation of the HLS code"))
      return std::move(error);
    executors.push_back(std::make_unique<HlsCore>(folder));
  } else if (kind == "rtl") {
    std::string folder = model.folder + "/rtl";
    if (auto error = needFolder(folder, "verilog"))
      return std::move(error);
    bool isIcarus = options.simulator == "icarus";
    if (auto error = needProgram({isIcarus ? "iverilog" : "verilator"}, "simulation of the RTL"))
      return std::move(error);
    auto simulator = isIcarus ? verilog::Simulator::icarus : verilog::Simulator::verilator;
    executors.push_back(std::make_unique<RtlCore>(folder, simulator, 0));
    executors.push_back(std::make_unique<RtlCore>(folder, simulator, static_cast<unsigned>(options.seed) | 1));
  }
  return executors;
}

} // namespace weft::driver

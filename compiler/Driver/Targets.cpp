//===- Targets.cpp - rtl/, hls/ and cpu/ of an output folder ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/CpuBackend.h"
#include "backends/Hls/HlsBackend.h"
#include "backends/Verilog/Interface.h"
#include "backends/Verilog/VerilogBackend.h"
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Compilation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "passes/Dataflow/Design.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// A name that C, SystemVerilog and file systems accept: "mlp-300-100" → "mlp_300_100".
std::string identifierOf(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result[0]))
    result = "m" + result;
  return result;
}

void addResources(llvm::json::Object &json, const flow::Resources &cost) {
  auto add = [&](llvm::StringRef key, double value) {
    json[key] = json.getInteger(key).value_or(0) + static_cast<int64_t>(std::llround(value));
  };
  add("lut", cost.lut);
  add("ff", cost.ff);
  add("bram", cost.bram);
  add("dsp", cost.dsp);
  add("rom_bits", static_cast<double>(cost.romBits));
}

/// A layer may be several processes (pad, window, unit): PE and SIMD are the slowest one's, resources add up.
void addProcess(llvm::json::Object &layers, const dataflow::ProcessReport &process) {
  if (!layers.getObject(process.layer))
    layers[process.layer] = llvm::json::Object();
  llvm::json::Object &layer = *layers.getObject(process.layer);
  addResources(layer, process.resources);
  if (process.steps < layer.getInteger("cycles").value_or(0))
    return;
  layer["cycles"] = process.steps;
  layer["pe"] = process.pe;
  layer["simd"] = process.simd;
}

llvm::json::Array streamsToJson(const std::vector<frames::Port> &streams) {
  llvm::json::Array array;
  for (const frames::Port &stream : streams) {
    int64_t bits = stream.element.bits;
    array.push_back(llvm::json::Object{
        {"port", stream.name},
        {"lanes", stream.lanes},
        {"beats", stream.beats()},
        {"element_bits", bits},
        {"tdata_bits", stream.lanes * bits},
        {"order", stream.order.empty() ? llvm::json::Value("channels last (D1)") : llvm::json::Value("see rtl/interface.json")},
        {"packing", "channel 0 in the least significant bits (D2)"}});
  }
  return array;
}

} // namespace

llvm::Error Compilation::emitCpu(ModuleOp plain, const OutputFolder &folder) {
  session.progress().stage("cpu");
  cpu::CpuOptions options;
  options.cpu = commandOptions.pipeline.cpu;
  options.threads = commandOptions.pipeline.native.threads;
  options.tolerance = commandOptions.pipeline.native.tolerance;
  std::string name = identifierOf(model.name);
  unsigned before = session.errors();
  if (failed(cpu::emitPackage(plain, name, options, folder.staging())))
    return unsupported(session.errors() > before ? "" : "the cpu target failed");
  targetManifests["cpu"] = llvm::json::Object{{"folder", "cpu"}, {"header", "cpu/" + name + ".h"}, {"object", "cpu/" + name + ".o"},
                                              {"cpu", options.cpu}};
  return llvm::Error::success();
}

llvm::Error Compilation::describeDesign(ModuleOp flowModule) {
  auto report = dataflow::reportDesign(flow::findDesign(flowModule));
  if (failed(report))
    return failure(ExitCode::Internal, "");
  for (const dataflow::ProcessReport &process : report->processes)
    addProcess(hardwareLayers, process);
  hardwareTotals = llvm::json::Object{{"latency", report->latency},
                                      {"initiation_interval", report->initiationInterval},
                                      {"bottleneck", report->bottleneck},
                                      {"device", commandOptions.pipeline.device}};
  addResources(hardwareTotals, report->total);
  return llvm::Error::success();
}

llvm::Error Compilation::emitRtl(ModuleOp flowModule, const OutputFolder &folder) {
  OwningOpRef<ModuleOp> clone(flowModule.clone());
  if (auto error = runOne(*pipeline::findPhase("rtl"), *clone))
    return error;
  std::string directory = folder.staging() + "/rtl";
  if (failed(verilog::emitVerilog(*clone, {}, directory)))
    return ioError("");
  auto interface = verilog::readInterface(directory);
  if (!interface)
    return failure(ExitCode::Internal, llvm::toString(interface.takeError()));
  inputStreams = streamsToJson(interface->inputs);
  outputStreams = streamsToJson(interface->outputs);
  targetManifests["verilog"] =
      llvm::json::Object{{"folder", "rtl"}, {"top", interface->top}, {"interface", "rtl/interface.json"}};
  return llvm::Error::success();
}

llvm::Error Compilation::emitHls(ModuleOp flowModule, const OutputFolder &folder) {
  session.progress().stage("hls");
  hls_backend::HlsOptions options;
  if (failed(hls_backend::emitHls(flowModule, options, folder.staging() + "/hls")))
    return unsupported("");
  targetManifests["hls"] = llvm::json::Object{{"folder", "hls"}, {"top", options.top}, {"ports", "hls/ports.json"}};
  return llvm::Error::success();
}

void Compilation::chooseTargets() {
  if (!commandOptions.targets.empty())
    return;
  if (module().lookupSymbol("core"))
    commandOptions.targets = {"verilog", "hls", "cpu"};
  else
    commandOptions.targets = {"cpu"};
}

llvm::Error Compilation::emitTargets(ModuleOp plain, const OutputFolder &folder) {
  bool rtl = llvm::is_contained(commandOptions.targets, "verilog"), hls = llvm::is_contained(commandOptions.targets, "hls");
  if (rtl || hls) {
    OwningOpRef<ModuleOp> flowModule(plain.clone());
    if (auto error = runOne(*pipeline::findPhase("flow"), *flowModule))
      return error;
    if (auto error = describeDesign(*flowModule))
      return error;
    if (rtl)
      if (auto error = emitRtl(*flowModule, folder))
        return error;
    if (hls)
      if (auto error = emitHls(*flowModule, folder))
        return error;
  }
  return llvm::is_contained(commandOptions.targets, "cpu") ? emitCpu(plain, folder) : llvm::Error::success();
}

} // namespace weft::driver

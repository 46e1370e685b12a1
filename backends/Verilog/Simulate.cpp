//===- Simulate.cpp - runs the RTL of a design ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Simulate.h"
#include "backends/Verilog/Interface.h"
#include "backends/Verilog/Tools.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace weft;
using namespace weft::verilog;

namespace {

class Run {
public:
  Run(llvm::StringRef directory, Simulator simulator, const SimulateOptions &options)
      : directory(directory), simulator(simulator), options(options) {}

  llvm::Expected<SimulateResult> run(const std::vector<reference::Tensor> &inputs);

private:
  llvm::Error build();
  llvm::Error writeInputs(const std::vector<reference::Tensor> &inputs);
  llvm::Error execute();
  llvm::Error readLog(SimulateResult &result);
  /// What the run wrote of a stream, at most `frameCount` frames.
  llvm::Expected<reference::Tensor> readStream(const frames::Port &port, llvm::StringRef suffix);
  llvm::Error readOutputs(SimulateResult &result);
  std::string path(llvm::StringRef name) const { return (directory + "/" + name).str(); }
  std::string binary() const {
    std::string name = simulator == Simulator::verilator ? "obj_verilator" : "obj_icarus";
    return "tb/" + name + (options.trace ? "_trace" : "");
  }

  std::string directory;
  Simulator simulator;
  const SimulateOptions &options;
  Interface interface;
  int64_t frameCount = 0;
  static constexpr llvm::StringLiteral kRun = "tb/run";
};

llvm::Error Run::build() {
  auto list = readText(path("filelist.f"));
  if (!list)
    return list.takeError();
  std::vector<std::string> sources = {"tb/weft_bench_source.sv", "tb/weft_bench_sink.sv", "tb/weft_bench.sv"};
  for (llvm::StringRef line : llvm::split(*list, '\n'))
    if (!line.trim().empty())
      sources.push_back(line.trim().str());
  std::vector<std::string> arguments;
  if (simulator == Simulator::verilator) {
    // Lint is the library's own test; here unused probes and widths of vectors are no news.
    arguments = {"--cc", "--exe", "--build", "-O3", "--x-assign", "fast", "-Wno-lint", "-Wno-style", "-Wno-TIMESCALEMOD",
                 "-CFLAGS", "-O2", "--Mdir", binary(), "--top-module", "weft_bench", "../sim_main.cpp", "-o", "sim"};
    if (options.trace)
      arguments.push_back("-DWEFT_TRACE");
  } else {
    arguments = {"-g2012", "-o", binary(), "-s", "weft_bench_icarus", "tb/weft_bench_icarus.sv"};
    if (options.trace)
      arguments.push_back("-DWEFT_TRACE");
  }
  arguments.insert(arguments.end(), sources.begin(), sources.end());
  return runTool(simulator == Simulator::verilator ? "verilator" : "iverilog", arguments, directory,
                 "tb/build.log");
}

llvm::Error Run::writeInputs(const std::vector<reference::Tensor> &inputs) {
  if (inputs.size() != interface.inputs.size())
    return llvm::createStringError("expected %zu inputs, got %zu", interface.inputs.size(), inputs.size());
  frameCount = inputs.empty() || inputs[0].rank() < 1 ? 0 : inputs[0].dim(0);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const frames::Port &port = interface.inputs[i];
    if (frameCount < 1 || inputs[i].size() != frameCount * port.elements())
      return llvm::createStringError("input '%s': expected the same number of frames everywhere, each %s, got %s",
                                     port.name.c_str(), reference::toString(port.shape).c_str(),
                                     reference::toString(inputs[i].shape()).c_str());
    reference::Result<std::string> text = frames::toBeats(port, inputs[i]);
    if (!text)
      return llvm::createStringError(text.message());
    if (llvm::Error error = writeText(path((kRun + "/" + port.name + ".in.hex").str()), *text))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Run::execute() {
  std::vector<std::string> plusargs = {"+dir=" + kRun.str(), "+frames=" + std::to_string(frameCount),
                                       "+stall=" + std::to_string(options.stallSeed),
                                       "+limit=" + std::to_string(std::min<int64_t>(options.cycleLimit, INT32_MAX))};
  if (options.trace)
    plusargs.push_back("+weft_trace=" + kRun.str());
  if (simulator == Simulator::icarus) {
    plusargs.insert(plusargs.begin(), {"-n", binary()});
    return runTool("vvp", plusargs, directory, "tb/run.log");
  }
  llvm::SmallString<256> program(path(binary() + "/sim"));
  llvm::sys::fs::make_absolute(program);
  return runTool(program, plusargs, directory, "tb/run.log");
}

llvm::Error Run::readLog(SimulateResult &result) {
  auto log = readText(path("tb/run.log"));
  if (!log)
    return log.takeError();
  int64_t first = -1;
  bool done = false;
  result.frameEnds.assign(frameCount, 0);
  for (llvm::StringRef line : llvm::split(*log, '\n')) {
    if (!line.trim().starts_with("{"))
      continue;
    auto json = llvm::json::parse(line.trim());
    if (!json)
      return json.takeError();
    const llvm::json::Object &event = *json->getAsObject();
    llvm::StringRef kind = event.getString("event").value_or("");
    int64_t cycle = event.getInteger("cycle").value_or(0);
    if (kind == "first")
      first = first < 0 ? cycle : std::min(first, cycle);
    if (kind == "frame") {
      int64_t &end = result.frameEnds[event.getInteger("frame").value_or(0)];
      end = std::max(end, cycle);
    }
    if (kind == "error")
      return llvm::createStringError("the simulation of '%s' found: %s", interface.top.c_str(), line.str().c_str());
    if (kind == "done")
      done = true, result.cycles = event.getInteger("cycles").value_or(0);
  }
  if (!done || first < 0)
    return llvm::createStringError("the simulation of '%s' did not finish; its output is in %s", interface.top.c_str(),
                                   path("tb/run.log").c_str());
  for (int64_t &end : result.frameEnds)
    end -= first;
  result.latency = result.frameEnds[0];
  if (frameCount > 1)
    result.initiationInterval = result.frameEnds[frameCount - 1] - result.frameEnds[frameCount - 2];
  return llvm::Error::success();
}

llvm::Expected<reference::Tensor> Run::readStream(const frames::Port &port, llvm::StringRef suffix) {
  auto text = readText(path((kRun + "/" + port.name + suffix).str()));
  if (!text)
    return text.takeError();
  // Whole frames of those that came in. A layer may have begun to pad a frame that never comes, or, where the drain after
  // the last result was too short, still hold beats that no result needs.
  int64_t lines = llvm::StringRef(*text).count('\n');
  int64_t wanted = std::min(frameCount, lines / port.beats()) * port.beats();
  llvm::StringRef rest = *text;
  for (int64_t line = 0; line < wanted; ++line)
    rest = rest.split('\n').second;
  reference::Result<reference::Tensor> tensor = frames::fromBeats(port, llvm::StringRef(*text).drop_back(rest.size()));
  if (!tensor)
    return llvm::createStringError(tensor.message());
  return std::move(*tensor);
}

llvm::Error Run::readOutputs(SimulateResult &result) {
  for (const frames::Port &port : interface.outputs) {
    auto tensor = readStream(port, ".out.hex");
    if (!tensor)
      return tensor.takeError();
    if (tensor->dim(0) != frameCount)
      return llvm::createStringError("expected %lld frames of output '%s', got %lld", static_cast<long long>(frameCount),
                                     port.name.c_str(), static_cast<long long>(tensor->dim(0)));
    result.outputs.push_back(std::move(*tensor));
  }
  if (!options.trace)
    return llvm::Error::success();
  for (const frames::Port &port : interface.taps) {
    auto tensor = readStream(port, ".hex");
    if (!tensor)
      return tensor.takeError();
    result.taps.push_back({port.layer, std::move(*tensor)});
  }
  return llvm::Error::success();
}

llvm::Expected<SimulateResult> Run::run(const std::vector<reference::Tensor> &inputs) {
  auto read = readInterface(directory);
  if (!read)
    return read.takeError();
  interface = std::move(*read);
  SimulateResult result;
  if (llvm::Error error = build())
    return std::move(error);
  if (llvm::Error error = writeInputs(inputs))
    return std::move(error);
  if (llvm::Error error = execute())
    return std::move(error);
  if (llvm::Error error = readLog(result))
    return std::move(error);
  if (llvm::Error error = readOutputs(result))
    return std::move(error);
  return result;
}

} // namespace

llvm::Expected<SimulateResult> weft::verilog::simulate(llvm::StringRef directory, Simulator simulator,
                                                       const std::vector<reference::Tensor> &inputs,
                                                       const SimulateOptions &options) {
  return Run(directory, simulator, options).run(inputs);
}

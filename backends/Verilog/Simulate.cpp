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
  int64_t frames = 0;
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
  for (size_t i = 0; i < inputs.size(); ++i) {
    const StreamInterface &stream = interface.inputs[i];
    if (inputs[i].rank() < 1 || inputs[i].dim(0) < 1 || !inputs[i].type().isInteger() ||
        inputs[i].size() != inputs[i].dim(0) * stream.beats * stream.lanes)
      return llvm::createStringError("input '%s': expected integers [frames, …] of %s, got %s", stream.name.c_str(),
                                     reference::toString(stream.shape).c_str(),
                                     reference::toString(inputs[i].shape()).c_str());
    frames = inputs[i].dim(0);
    if (llvm::Error error = writeText(path((kRun + "/" + stream.name + ".in.hex").str()), toBeats(stream, inputs[i])))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Run::execute() {
  std::vector<std::string> plusargs = {"+dir=" + kRun.str(), "+frames=" + std::to_string(frames),
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
  result.frameEnds.assign(frames, 0);
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
  if (frames > 1)
    result.initiationInterval = result.frameEnds[frames - 1] - result.frameEnds[frames - 2];
  return llvm::Error::success();
}

llvm::Error Run::readOutputs(SimulateResult &result) {
  for (const StreamInterface &stream : interface.outputs) {
    auto text = readText(path((kRun + "/" + stream.name + ".out.hex").str()));
    if (!text)
      return text.takeError();
    auto tensor = fromBeats(stream, *text, frames);
    if (!tensor)
      return tensor.takeError();
    result.outputs.push_back(std::move(*tensor));
  }
  for (const StreamInterface &stream : interface.taps) {
    if (!options.trace)
      break;
    auto text = readText(path((kRun + "/" + stream.name + ".hex").str()));
    if (!text)
      return text.takeError();
    // The simulation ends with the last result; a layer may still hold beats that no result needs (rows that a strided
    // window skips): whole frames count.
    auto tensor = fromBeats(stream, *text, std::min<int64_t>(frames, llvm::StringRef(*text).count('\n') / stream.beats));
    if (!tensor)
      return tensor.takeError();
    result.taps.emplace(stream.value, std::move(*tensor));
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

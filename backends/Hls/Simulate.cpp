//===- Simulate.cpp - C simulation of an emitted design --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "backends/Hls/Simulate.h"

#include "backends/Hls/Project.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

using llvm::StringRef;
using weft::reference::Error;
using weft::reference::error;
using weft::reference::Result;
using weft::reference::Tensor;

namespace weft::hls_backend {

namespace {

/// The steps of a simulation below which it is not worth while to let the compiler work for long.
constexpr int64_t kQuickSteps = 20'000'000;

std::string pathOf(StringRef folder, const llvm::Twine &name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

Result<std::string> readFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return error("cannot read ", path, ": ", buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

std::optional<Error> writeFile(const std::string &path, StringRef text) {
  std::error_code ec;
  llvm::raw_fd_ostream file(path, ec);
  if (!ec)
    file << text;
  file.close();
  if (ec || file.has_error()) {
    file.clear_error();
    return error("cannot write ", path);
  }
  return std::nullopt;
}

Result<std::string> findCompiler(const std::string &wanted) {
  std::vector<std::string> names = {"c++", "g++", "clang++"};
  if (!wanted.empty())
    names = {wanted};
  std::string tried;
  for (const std::string &name : names) {
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
    tried += (tried.empty() ? "" : ", ") + name;
  }
  return error("C simulation needs a C++ compiler on the path: none of ", tried, " was found");
}

/// Runs a program; what it prints on its error output is in the error.
std::optional<Error> run(llvm::ArrayRef<std::string> command, const std::string &log) {
  llvm::SmallVector<StringRef> arguments(command.begin(), command.end());
  std::string message;
  int code =
      llvm::sys::ExecuteAndWait(command[0], arguments, std::nullopt,
                                {StringRef(), StringRef(log), StringRef(log)}, 0, 0, &message);
  if (code == 0)
    return std::nullopt;
  Result<std::string> text = readFile(log);
  return error(llvm::sys::path::filename(command[0]).str(), " ended with code ", code, ": ",
               message, text ? StringRef(*text).trim().take_front(4000).str() : "");
}

/// True if the program is younger than the design.
bool isCurrent(const std::string &program, const std::string &source) {
  llvm::sys::fs::file_status made, from;
  return !llvm::sys::fs::status(program, made) && !llvm::sys::fs::status(source, from) &&
         made.getLastModificationTime() > from.getLastModificationTime();
}

Result<std::string> compile(StringRef folder, const Manifest &manifest, int64_t frameCount,
                            const SimulationOptions &options) {
  bool quick = manifest.steps * frameCount < kQuickSteps;
  std::string program =
      pathOf(folder, std::string("csim") + (options.trace ? "-trace" : "") + (quick ? "" : "-O2"));
  if (isCurrent(program, pathOf(folder, "interface.json")))
    return program;
  Result<std::string> compiler = findCompiler(options.compiler);
  if (!compiler)
    return compiler.failure();
  std::vector<std::string> command = {
      *compiler, "-std=c++14", quick ? "-O1" : "-O2",    "-I" + folder.str(),
      "-o",      program,      pathOf(folder, "tb.cpp"), pathOf(folder, manifest.top + ".cpp")};
  if (options.trace)
    command.push_back("-DWEFT_TRACE");
  if (std::optional<Error> failure = run(command, pathOf(folder, "csim.log")))
    return *failure;
  return program;
}

/// Writes the inputs; returns the number of frames.
Result<int64_t> writeInputs(const std::string &folder, const Manifest &manifest,
                            llvm::ArrayRef<Tensor> inputs) {
  if (inputs.size() != manifest.inputs.size())
    return error("expected ", manifest.inputs.size(), " inputs, got ", inputs.size());
  int64_t frameCount = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const frames::Port &port = manifest.inputs[i];
    Result<std::string> text = frames::toBeats(port, inputs[i]);
    if (!text)
      return text.failure();
    if (auto failure = writeFile(pathOf(folder, port.name + ".hex"), *text))
      return *failure;
    frameCount = inputs[i].size() / port.elements();
  }
  return frameCount;
}

Result<Tensor> readTensor(const std::string &folder, const frames::Port &port) {
  Result<std::string> text = readFile(pathOf(folder, port.name + ".hex"));
  if (!text)
    return text.failure();
  return frames::fromBeats(port, *text);
}

} // namespace

Result<Simulation> simulate(StringRef folder, llvm::ArrayRef<Tensor> inputs,
                            const SimulationOptions &options) {
  Result<std::string> text = readFile(pathOf(folder, "interface.json"));
  if (!text)
    return text.failure();
  Result<Manifest> manifest = parseManifest(*text);
  if (!manifest)
    return manifest.failure();
  std::string in = pathOf(folder, "stimulus"), out = pathOf(folder, "results");
  for (const std::string &path : {in, out})
    if (std::error_code ec = llvm::sys::fs::create_directories(path))
      return error("cannot make ", path, ": ", ec.message());
  Result<int64_t> frameCount = writeInputs(in, *manifest, inputs);
  if (!frameCount)
    return frameCount.failure();
  Result<std::string> program = compile(folder, *manifest, *frameCount, options);
  if (!program)
    return program.failure();
  if (auto failure = run({*program, in, out, std::to_string(options.framesPerCall)},
                         pathOf(folder, "csim.log")))
    return *failure;

  Simulation simulation;
  for (const frames::Port &port : manifest->outputs) {
    Result<Tensor> tensor = readTensor(out, port);
    if (!tensor)
      return tensor.failure();
    simulation.outputs.push_back(std::move(*tensor));
  }
  for (const frames::Port &port : options.trace ? manifest->taps : std::vector<frames::Port>()) {
    Result<Tensor> tensor = readTensor(out, port);
    if (!tensor)
      return tensor.failure();
    simulation.taps.push_back({port.layer, std::move(*tensor)});
  }
  return simulation;
}

} // namespace weft::hls_backend

//===- Run.cpp - weft run: a model on inputs, results as .npy -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/DataFiles.h"
#include "compiler/Driver/Executor.h"
#include "compiler/Driver/Session.h"
#include "compiler/Report/Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include <fmt/format.h>

namespace weft::driver {
namespace {

/// An output name as a file name: "StatefulPartitionedCall:0" → "StatefulPartitionedCall_0".
std::string fileNameOf(llvm::StringRef output, llvm::StringSet<> &taken) {
  std::string name;
  for (char c : output)
    name += llvm::isAlnum(c) || c == '-' || c == '_' || (c == '.' && !name.empty()) ? c : '_';
  if (name.empty())
    name = "output";
  std::string unique = name;
  for (int i = 2; !taken.insert(unique).second; ++i)
    unique = fmt::format("{}_{}", name, i);
  return unique + ".npy";
}

std::string namesOf(const std::vector<report::Port> &ports) {
  return llvm::join(llvm::map_range(ports, [](const report::Port &port) { return port.name; }), ", ");
}

/// Index of the port called `name`; −1 where there is none.
int indexOf(const std::vector<report::Port> &ports, llvm::StringRef name) {
  for (size_t i = 0; i < ports.size(); ++i)
    if (ports[i].name == name)
      return static_cast<int>(i);
  return -1;
}

/// Input names with a value each, from `[name=]file` arguments.
class InputReader {
public:
  explicit InputReader(const std::vector<report::Port> &ports) : ports(ports), values(ports.size()) {}

  llvm::Error add(const std::string &argument) {
    std::string path = argument;
    int port = -1;
    // Names of ports and paths may both hold '='; a prefix is a name only if a port is called so.
    for (size_t at = argument.find('='); at != std::string::npos && port < 0; at = argument.find('=', at + 1))
      if (port = indexOf(ports, argument.substr(0, at)); port >= 0)
        path = argument.substr(at + 1);
    auto arrays = readArrays(path);
    if (!arrays && port < 0 && argument.find('=') != std::string::npos && !llvm::sys::fs::exists(argument)) {
      llvm::consumeError(arrays.takeError());
      return usageError(fmt::format("--input {}: expected one of the inputs {}", argument, namesOf(ports)));
    }
    if (!arrays)
      return arrays.takeError();
    if (arrays->size() == 1)
      return set(port >= 0 ? port : firstFree(arrays->front().name), arrays->front().value, path);
    for (const NamedArray &array : *arrays)
      if (int index = indexOf(ports, array.name); index >= 0)
        if (auto error = set(index, array.value, path))
          return error;
    return llvm::Error::success();
  }

  llvm::Expected<Tensors> finish() {
    Tensors result;
    for (size_t i = 0; i < ports.size(); ++i) {
      if (!values[i])
        return invalidInput(fmt::format("input '{}' has no value: give -i {}=x.npy", ports[i].name, ports[i].name));
      result.push_back(*values[i]);
    }
    return result;
  }

private:
  int firstFree(llvm::StringRef name) const {
    if (int index = indexOf(ports, name); index >= 0)
      return index;
    for (size_t i = 0; i < values.size(); ++i)
      if (!values[i])
        return static_cast<int>(i);
    return -1;
  }

  llvm::Error set(int port, const reference::Tensor &value, const std::string &path) {
    if (port < 0)
      return usageError(fmt::format("--input {}: the model has only {} input(s): {}", path, ports.size(), namesOf(ports)));
    auto fitted = fitToPort(value, ports[port], path);
    if (!fitted)
      return fitted.takeError();
    values[port] = std::move(*fitted);
    return llvm::Error::success();
  }

  const std::vector<report::Port> &ports;
  std::vector<std::optional<reference::Tensor>> values;
};

llvm::Expected<Tensors> readInputs(const RunOptions &options, const std::vector<report::Port> &ports) {
  InputReader reader(ports);
  for (const std::string &argument : options.inputs)
    if (auto error = reader.add(argument))
      return std::move(error);
  return reader.finish();
}

/// Writes every output; returns the JSON list of what was written.
llvm::Expected<llvm::json::Array> writeOutputs(const RunOptions &options, const std::vector<report::Port> &ports,
                                               const Tensors &outputs) {
  if (std::error_code ec = llvm::sys::fs::create_directories(options.output))
    return ioError(fmt::format("{}: cannot create the folder: {}", options.output, ec.message()));
  llvm::json::Array written;
  llvm::StringSet<> taken;
  for (size_t i = 0; i < outputs.size(); ++i) {
    std::string file = fileNameOf(ports[i].name, taken);
    if (auto error = writeNpy(options.output + "/" + file, outputs[i]))
      return std::move(error);
    written.push_back(llvm::json::Object{{"name", ports[i].name},
                                         {"file", file},
                                         {"type", outputs[i].type().name()},
                                         {"shape", llvm::json::Array(outputs[i].shape())}});
  }
  return written;
}

} // namespace

llvm::Error run(const RunOptions &options) {
  Session session(options);
  session.progress().stage("load");
  auto model = session.load(options);
  if (!model)
    return model.takeError();
  auto signature = signatureOf(*model->module);
  if (!signature)
    return signature.takeError();
  auto inputs = readInputs(options, signature->inputs);
  if (!inputs)
    return inputs.takeError();
  session.progress().stage("compile");
  auto executor = makeExecutor(options.executor, *model->module, "main", options.planes, options.native);
  if (!executor)
    return executor.takeError();
  session.progress().stage("run");
  auto outputs = runInBatches(*inputs, signature->inputs, /*batch=*/64,
                              [&](const Tensors &batch) { return (*executor)->run(batch); },
                              [&](int64_t done, int64_t total) { session.progress().step(done, total); });
  if (!outputs)
    return outputs.takeError();
  auto written = writeOutputs(options, signature->outputs, *outputs);
  if (!written)
    return written.takeError();
  session.progress().finish();
  std::string text;
  for (size_t i = 0; i < outputs->size(); ++i)
    text += fmt::format("{}/{}  {} {}\n", llvm::StringRef(options.output).rtrim('/').str(),
                        (*written)[i].getAsObject()->getString("file")->str(), (*outputs)[i].type().name(),
                        report::shapeAsText((*outputs)[i].shape()));
  session.print(llvm::json::Object{{"model", model->name}, {"executor", options.executor}, {"outputs", std::move(*written)}},
                text);
  session.printTimes();
  return llvm::Error::success();
}

} // namespace weft::driver

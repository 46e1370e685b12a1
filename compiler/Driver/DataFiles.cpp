//===- DataFiles.cpp - arrays in files, samples for a model --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/DataFiles.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Samples.h"
#include "compiler/Report/Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "runtime/data/Dataset.h"
#include "runtime/data/Npy.h"
#include "runtime/data/Npz.h"
#include <algorithm>
#include <fmt/format.h>

using weft::reference::Tensor;

namespace weft::driver {
namespace {

/// A message of the data library already names the file.
llvm::Error dataError(const std::string &path, const std::string &message) {
  bool isReadable = llvm::sys::fs::exists(path) && !llvm::sys::fs::access(path, llvm::sys::fs::AccessMode::Exist);
  std::string text = llvm::StringRef(message).contains(path) ? message : path + ": " + message;
  return isReadable ? invalidInput(text) : ioError(text);
}

/// Values per sample may be an array of another size than the model's input; the file is the place to look then.
llvm::Error wrongInputs(const DataOptions &options, const data::Dataset &dataset, const report::Port &port) {
  std::vector<std::string> found;
  for (auto &[name, tensor] : dataset.inputs)
    found.push_back((name.empty() ? "" : name + " ") + report::shapeAsText(tensor.shape()));
  return invalidInput(fmt::format("{}: expected an array for input '{}', found {}", options.path, port.name,
                                  found.empty() ? "none" : llvm::join(found, ", ")));
}

/// The array of one port: preprocessed, then in the port's type and shape.
llvm::Expected<Tensor> samplesOf(const DataOptions &options, const data::Preprocess &preprocess, const Tensor &array,
                                 const report::Port &port) {
  if (preprocess.isIdentity())
    return fitToPort(array, port, options.path);
  auto processed = data::applyPreprocess(preprocess, array);
  if (!processed)
    return invalidInput(fmt::format("--preprocess {}: {}", options.preprocess, processed.message()));
  return fitToPort(*processed, port, options.path);
}

} // namespace

llvm::Expected<std::vector<NamedArray>> readArrays(const std::string &path) {
  std::vector<NamedArray> arrays;
  if (!llvm::sys::fs::exists(path))
    return ioError(path + ": no such file");
  if (llvm::sys::path::extension(path) == ".npz") {
    auto all = data::readNpz(path);
    if (!all)
      return dataError(path, all.message());
    for (auto &[name, tensor] : *all)
      if (all->size() == 1 || (name != "y" && name != "label" && name != "labels"))
        arrays.push_back({name, std::move(tensor)});
    return arrays;
  }
  auto one = data::readNpy(path);
  if (!one)
    return dataError(path, one.message());
  arrays.push_back({llvm::sys::path::stem(path).str(), std::move(*one)});
  return arrays;
}

llvm::Error writeNpy(const std::string &path, const Tensor &value) {
  auto status = data::writeNpy(path, value);
  return status ? llvm::Error::success() : ioError(status.message());
}

llvm::Expected<Samples> loadSamples(const DataOptions &options, const std::vector<report::Port> &inputs, bool train) {
  auto preprocess = data::parsePreprocess(options.preprocess);
  if (!preprocess)
    return usageError(fmt::format("--preprocess {}: {}", options.preprocess, preprocess.message()));
  data::DatasetOptions dataOptions;
  dataOptions.limit = options.limit > 0 ? options.limit : -1;
  dataOptions.train = train;
  for (const report::Port &port : inputs)
    dataOptions.inputNames.push_back(port.name);
  if (!llvm::sys::fs::exists(options.path))
    return ioError(options.path + ": no such file or folder");
  auto dataset = data::readDataset(options.path, dataOptions);
  if (!dataset)
    return dataError(options.path, dataset.message());
  Samples samples;
  for (const report::Port &port : inputs) {
    const Tensor *array = dataset->find(port.name);
    if (!array)
      return wrongInputs(options, *dataset, port);
    auto fitted = samplesOf(options, *preprocess, *array, port);
    if (!fitted)
      return fitted.takeError();
    samples.inputs.push_back(std::move(*fitted));
  }
  samples.count = samples.inputs.empty() || !samples.inputs[0].rank() ? 0 : samples.inputs[0].dim(0);
  samples.labels = std::move(dataset->labels);
  if (samples.count == 0)
    return invalidInput(options.path + ": expected at least one sample, found none");
  if (samples.labels && samples.labels->size() && samples.labels->dim(0) != samples.count)
    return invalidInput(fmt::format("{}: expected {} labels, found {}", options.path, samples.count, samples.labels->dim(0)));
  return samples;
}

} // namespace weft::driver

//===- Dataset.cpp - samples and labels ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Dataset.h"

#include "runtime/data/Idx.h"
#include "runtime/data/Image.h"
#include "runtime/data/Npy.h"
#include "runtime/reference/Reduce.h"
#include "runtime/reference/Shape.h"

#include <algorithm>
#include <sys/stat.h>

namespace weft::data {

using reference::Shape;
using reference::toString;

/// Samples [begin, end) of a tensor of rank ≥ 1.
static Tensor samplesOf(const Tensor &tensor, int64_t begin, int64_t end) {
  Shape starts(tensor.rank(), 0), sizes(tensor.rank(), -1), steps(tensor.rank(), 1);
  starts[0] = begin;
  sizes[0] = end - begin;
  return *reference::slice(tensor, starts, sizes, steps);
}

Dataset Dataset::slice(int64_t begin, int64_t count) const {
  begin = std::clamp<int64_t>(begin, 0, size());
  const int64_t end = begin + std::clamp<int64_t>(count, 0, size() - begin);
  Dataset part;
  for (const auto &[name, tensor] : inputs)
    part.inputs.emplace_back(name, samplesOf(tensor, begin, end));
  if (labels)
    part.labels = samplesOf(*labels, begin, end);
  return part;
}

const Tensor *Dataset::find(std::string_view name) const {
  for (const auto &[key, tensor] : inputs)
    if (key == name)
      return &tensor;
  return inputs.size() == 1 ? &inputs[0].second : nullptr;
}

static bool isLabels(const std::string &name) { return name == "y" || name == "labels" || name == "label"; }

static std::string keysOf(const NamedTensors &arrays) {
  std::string keys;
  for (const auto &[name, tensor] : arrays)
    keys += (keys.empty() ? "" : ", ") + name;
  return keys;
}

/// Moves the arrays that are inputs, by the rules `readDataset` states.
static Status takeInputs(NamedTensors &arrays, const std::vector<std::string> &names, Dataset &dataset) {
  auto find = [&](std::string_view name) {
    return std::find_if(arrays.begin(), arrays.end(), [&](const auto &array) { return array.first == name; });
  };
  const bool named = !names.empty() && std::all_of(names.begin(), names.end(), [&](const auto &n) { return find(n) != arrays.end(); });
  if (named) {
    for (const std::string &name : names)
      dataset.inputs.push_back(std::move(*find(name)));
    return reference::done();
  }
  auto only = find("x");
  if (only == arrays.end()) {
    auto isInput = [](const auto &array) { return !isLabels(array.first); };
    if (std::count_if(arrays.begin(), arrays.end(), isInput) != 1)
      return error("has arrays ", keysOf(arrays), "; expected x, the model's input names, or one array beside the labels");
    only = std::find_if(arrays.begin(), arrays.end(), isInput);
  }
  dataset.inputs.emplace_back("", std::move(only->second));
  return reference::done();
}

static Result<Dataset> fromNpz(const std::string &path, const DatasetOptions &options) {
  Result<NamedTensors> arrays = readNpz(path);
  if (!arrays)
    return arrays.failure();
  Dataset dataset;
  for (auto &[name, tensor] : *arrays)
    if (isLabels(name) && std::find(options.inputNames.begin(), options.inputNames.end(), name) == options.inputNames.end())
      dataset.labels = tensor;
  if (Status status = takeInputs(*arrays, options.inputNames, dataset); !status)
    return at(path, status.failure());
  return dataset;
}

static bool exists(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

static Result<Dataset> fromFolder(const std::string &path, const DatasetOptions &options) {
  const std::string stem = path + (options.train ? "/train-" : "/t10k-");
  auto find = [&](const std::string &name) {
    for (const char *suffix : {"", ".gz"})
      if (exists(stem + name + suffix))
        return stem + name + suffix;
    return std::string();
  };
  const std::string images = find("images-idx3-ubyte"), labels = find("labels-idx1-ubyte");
  if (images.empty() && isImageFolder(path))
    return readImageFolder(path, options.limit);
  if (images.empty())
    return error(path, ": expected ", stem, "images-idx3-ubyte[.gz], or a folder of images for each class");
  Result<Tensor> x = readIdx(images, options.limit);
  if (!x)
    return x.failure();
  Shape shape = x->shape();
  if (shape.size() == 3)
    shape.insert(shape.begin() + 1, 1);
  Dataset dataset;
  dataset.inputs.emplace_back("", x->reshaped(shape));
  if (labels.empty())
    return dataset;
  Result<Tensor> y = readIdx(labels, options.limit);
  if (!y)
    return y.failure();
  dataset.labels = std::move(*y);
  return dataset;
}

static Result<Dataset> oneInput(Result<Tensor> tensor) {
  if (!tensor)
    return tensor.failure();
  Dataset dataset;
  dataset.inputs.emplace_back("", std::move(*tensor));
  return dataset;
}

static bool endsWith(const std::string &text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

static Result<Dataset> readAny(const std::string &path, const DatasetOptions &options) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    return fromFolder(path, options);
  if (endsWith(path, ".npz"))
    return fromNpz(path, options);
  if (endsWith(path, ".npy"))
    return oneInput(readNpy(path));
  if (path.find("idx") != std::string::npos)
    return oneInput(readIdx(path, options.limit));
  return error(path, ": expected an .npz, an .npy, an IDX file or a folder of IDX files");
}

Result<Dataset> readDataset(const std::string &path, const DatasetOptions &options) {
  Result<Dataset> dataset = readAny(path, options);
  if (!dataset)
    return dataset;
  for (const auto &[name, tensor] : dataset->inputs)
    if (tensor.rank() == 0 || tensor.dim(0) != dataset->inputs[0].second.dim(0))
      return error(path, ": input '", name, "' has shape ", toString(tensor.shape()), ", expected ",
                   toString(dataset->inputs[0].second.shape()), "'s number of samples in dimension 0");
  if (dataset->labels && (dataset->labels->rank() == 0 || dataset->labels->dim(0) != dataset->size()))
    return error(path, ": has ", dataset->size(), " samples, but labels of shape ", toString(dataset->labels->shape()));
  if (options.limit >= 0 && options.limit < dataset->size())
    return dataset->slice(0, options.limit);
  return dataset;
}

Result<Tensor> reshapeSamples(const Tensor &samples, const Shape &wanted) {
  auto mismatch = [&] {
    return error("samples have shape ", toString(samples.shape()), ", which does not fit the input ", toString(wanted));
  };
  if (samples.rank() == 0 || wanted.empty())
    return samples.shape() == wanted ? Result<Tensor>(samples) : Result<Tensor>(mismatch());
  bool fits = static_cast<size_t>(samples.rank()) == wanted.size();
  for (int i = 1; fits && i < samples.rank(); ++i)
    fits = wanted[i] < 0 || wanted[i] == samples.dim(i);
  if (fits)
    return samples;
  Shape shape = wanted;
  shape[0] = samples.dim(0);
  int64_t known = 1, holes = 0, elements = 1;
  for (size_t i = 1; i < wanted.size(); ++i)
    wanted[i] < 0 ? ++holes : known *= wanted[i];
  for (int i = 1; i < samples.rank(); ++i)
    elements *= samples.dim(i);
  if (holes > 1 || (holes == 0 ? known != elements : known == 0 || elements % known != 0))
    return mismatch();
  for (size_t i = 1; i < wanted.size(); ++i)
    shape[i] = wanted[i] < 0 ? elements / known : wanted[i];
  return samples.reshaped(shape);
}

Result<double> accuracy(const Tensor &scores, const Tensor &labels) {
  const int64_t n = scores.rank() ? scores.dim(0) : 0;
  if (labels.size() != n || n == 0)
    return error("found scores of shape ", toString(scores.shape()), " for labels of shape ", toString(labels.shape()));
  const int64_t classes = scores.size() / n;
  Tensor predicted = scores;
  if (classes > 1 || !scores.type().isInteger()) {
    Result<Tensor> best = reference::argReduce(scores.reshaped({n, classes}), 1, false, true, false, reference::ElementType::i64());
    if (!best)
      return best.failure();
    predicted = std::move(*best);
  }
  int64_t right = 0;
  for (int64_t i = 0; i < n; ++i)
    right += predicted.asInteger(i) == labels.asInteger(i);
  return static_cast<double>(right) / static_cast<double>(n);
}

} // namespace weft::data

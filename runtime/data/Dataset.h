//===- Dataset.h - samples and labels -----------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_DATASET_H
#define RUNTIME_DATA_DATASET_H

#include "runtime/data/Npz.h"
#include "runtime/data/Preprocess.h"

#include <optional>

namespace weft::data {

/// What to read.
struct DatasetOptions {
  /// The model's input names: keys of an .npz which are looked for before `x`.
  std::vector<std::string> inputNames;
  /// Keep the first samples only; negative is all.
  int64_t limit = -1;
  /// In a folder of IDX files: the training set instead of the test set.
  bool train = false;
};

/// Samples of one or more inputs, dimension 0 counts them, and labels if there are any.
struct Dataset {
  /// By name; the name is empty where the file does not give one the model knows.
  NamedTensors inputs;
  std::optional<reference::Tensor> labels;

  /// Number of samples.
  int64_t size() const { return inputs.empty() ? 0 : inputs[0].second.dim(0); }
  /// Samples [begin, begin + count), cut at the end.
  Dataset slice(int64_t begin, int64_t count) const;
  /// The input of that name; else, if there is just one input, that. Null if there is none.
  const reference::Tensor *find(std::string_view name) const;
};

/// Reads
///  - an `.npz`: inputs by `options.inputNames` where all of them are keys, else key `x`, else its one array that is
///    not labels; labels by key `y`, `labels` or `label`;
///  - an `.npy`: one input, no labels;
///  - a folder of IDX files (`.gz` or plain): `t10k-images-idx3-ubyte` and its labels, or `train-…`; images are
///    `[N, 1, H, W]`;
///  - a folder of folders: one for each class, with PNG and JPEG images (Image.h);
///  - an IDX file: one input.
/// Error if a file is damaged, or inputs and labels differ in their number of samples.
Result<Dataset> readDataset(const std::string &path, const DatasetOptions &options = {});

/// Samples as a model's argument takes them. `wanted` is the argument's shape, negative where dynamic; dimension 0 counts
/// samples and may differ. Samples are reshaped where the element count of one fits, e.g. [N, 1, 28, 28] to [N, 784].
Result<reference::Tensor> reshapeSamples(const reference::Tensor &samples, const reference::Shape &wanted);

/// Share of rows of `scores` `[N, classes]` (or `[N]`/`[N, 1]` class indices of an integer type) whose greatest entry, the
/// first of equal ones, is at the label. Error if the numbers of samples differ.
Result<double> accuracy(const reference::Tensor &scores, const reference::Tensor &labels);

} // namespace weft::data

#endif // RUNTIME_DATA_DATASET_H

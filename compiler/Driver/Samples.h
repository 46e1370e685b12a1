//===- Samples.h - data that fits a model's inputs ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_SAMPLES_H
#define COMPILER_DRIVER_SAMPLES_H

#include "compiler/Driver/CommandOptions.h"
#include "compiler/Report/Signature.h"
#include "llvm/Support/Error.h"
#include "runtime/reference/Shape.h"
#include <functional>
#include <optional>
#include <vector>

namespace weft::driver {

using Tensors = std::vector<reference::Tensor>;

/// Samples for every input of a model, preprocessed, in the model's element types and shapes. Dimension 0 counts samples.
struct Samples {
  Tensors inputs;
  std::optional<reference::Tensor> labels;
  int64_t count = 0;
};

/// Reads `options.path` and fits it to the inputs: arrays are matched by name (a lone input takes the lone array that is not
/// labels), and reshaped where the element count of a sample fits. `train`: of a folder with IDX files, the training set.
/// Errors: 6 unreadable, 3 damaged or not fitting, 4 a --preprocess that cannot be read.
llvm::Expected<Samples> loadSamples(const DataOptions &options, const std::vector<report::Port> &inputs, bool train = false);

/// "ui8" → 8 unsigned bits; what is not an integer's name is a float's.
reference::ElementType elementTypeOf(const std::string &name);

/// One array, as a value of a whole input: its batch is dimension 0, or 1 where the array is one sample.
llvm::Expected<reference::Tensor> fitToPort(const reference::Tensor &array, const report::Port &port, const std::string &source);

/// Runs `function` over samples in batches the model takes: `batch` where dimension 0 is dynamic, its fixed size else (the last
/// batch is filled up with copies of its last sample, whose results are dropped). Outputs are joined along dimension 0. Inputs whose
/// dimensions 0 differ are run as they are.
llvm::Expected<Tensors> runInBatches(const Tensors &inputs, const std::vector<report::Port> &ports, int64_t batch,
                                     const std::function<llvm::Expected<Tensors>(const Tensors &)> &function,
                                     const std::function<void(int64_t, int64_t)> &progress = nullptr);

/// Adds the samples of `part` behind those of `whole`.
void appendSamples(reference::Tensor &whole, const reference::Tensor &part);

} // namespace weft::driver

#endif // COMPILER_DRIVER_SAMPLES_H

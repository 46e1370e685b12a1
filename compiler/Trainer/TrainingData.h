//===- TrainingData.h - samples and what they should give ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_TRAINER_TRAININGDATA_H
#define COMPILER_TRAINER_TRAININGDATA_H

#include "llvm/Support/Error.h"
#include "passes/Training/TrainingStep.h"
#include "runtime/reference/Tensor.h"

namespace weft::trainer {

/// Samples of one input with targets of the loss: distributions over classes, or values.
struct TrainingData {
  /// `[N, …]` of f32.
  reference::Tensor inputs;
  /// N rows of `outputs` numbers.
  std::vector<float> targets;
  int64_t outputs = 0;
  /// Class of each sample; empty where targets are values.
  std::vector<int64_t> labels;
  int64_t count() const { return inputs.dim(0); }
  int64_t width() const { return inputs.size() / inputs.dim(0); }
};

/// Makes targets of labels: classes 0 … outputs − 1 for cross entropy, `outputs` values for each sample (or classes, as one-hot rows) for the mean square.
/// The message of an error says what is wrong with the data: no labels, labels out of range, another number of values, NaN.
llvm::Expected<TrainingData> makeTrainingData(reference::Tensor inputs, const std::optional<reference::Tensor> &labels, int64_t outputs,
                                              training::Loss loss);

/// Moves targets from classes towards a teacher's distributions: (1 − share)·target + share·softmax(logits / temperature). Source: Hinton,
/// Vinyals, Dean, arXiv 1503.02531.
void distill(TrainingData &data, const reference::Tensor &teacherLogits, double share, double temperature);

} // namespace weft::trainer

#endif // COMPILER_TRAINER_TRAININGDATA_H

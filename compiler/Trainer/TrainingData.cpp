//===- TrainingData.cpp - samples and what they should give --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Trainer/TrainingData.h"

#include <cmath>
#include <fmt/format.h>

using weft::reference::Tensor;

namespace weft::trainer {

static llvm::Error problem(const std::string &message) { return llvm::createStringError(message); }

static llvm::Error checkInputs(const Tensor &inputs) {
  if (inputs.rank() == 0 || inputs.size() == 0)
    return problem("holds no samples");
  if (inputs.type() != reference::ElementType::f32())
    return problem(fmt::format("has samples of {}, expected a model with inputs of f32 to train", inputs.type().name()));
  int64_t width = inputs.size() / inputs.dim(0);
  for (int64_t i = 0; i < inputs.size(); ++i)
    if (!std::isfinite(inputs.floats()[i]))
      return problem(fmt::format("sample {} holds {}, expected finite numbers", i / width, inputs.floats()[i]));
  return llvm::Error::success();
}

/// One-hot rows.
static llvm::Error setClasses(TrainingData &data, const Tensor &labels) {
  data.targets.assign(data.count() * data.outputs, 0.0f);
  for (int64_t i = 0; i < data.count(); ++i) {
    double label = labels.asDouble(i);
    if (!(label >= 0 && label < static_cast<double>(data.outputs)) || label != std::floor(label))
      return problem(fmt::format("sample {} has label {}, expected a class from 0 to {}: the model has {} outputs", i, label, data.outputs - 1, data.outputs));
    data.labels.push_back(static_cast<int64_t>(label));
    data.targets[i * data.outputs + data.labels.back()] = 1;
  }
  return llvm::Error::success();
}

llvm::Expected<TrainingData> makeTrainingData(Tensor inputs, const std::optional<Tensor> &labels, int64_t outputs, training::Loss loss) {
  if (auto error = checkInputs(inputs))
    return std::move(error);
  TrainingData data;
  data.inputs = std::move(inputs);
  data.outputs = outputs;
  if (!labels)
    return problem("has no labels: expected an array y beside the samples");
  bool areClasses = labels->size() == data.count() && outputs > 1;
  if (areClasses) {
    if (auto error = setClasses(data, *labels))
      return std::move(error);
    return std::move(data);
  }
  if (loss == training::Loss::crossEntropy)
    return problem(fmt::format("has labels of shape {}, expected one class for each of {} samples", reference::toString(labels->shape()), data.count()));
  if (labels->size() != data.count() * outputs)
    return problem(fmt::format("has labels of shape {}, expected {} values for each of {} samples", reference::toString(labels->shape()), outputs, data.count()));
  for (int64_t i = 0; i < labels->size(); ++i) {
    data.targets.push_back(static_cast<float>(labels->asDouble(i)));
    if (!std::isfinite(data.targets.back()))
      return problem(fmt::format("the label of sample {} holds {}, expected finite numbers", i / outputs, data.targets.back()));
  }
  return std::move(data);
}

void distill(TrainingData &data, const Tensor &teacherLogits, double share, double temperature) {
  std::vector<double> row(data.outputs);
  for (int64_t i = 0; i < data.count(); ++i) {
    double top = -INFINITY, sum = 0;
    for (int64_t c = 0; c < data.outputs; ++c)
      top = std::max(top, static_cast<double>(row[c] = teacherLogits.asDouble(i * data.outputs + c) / temperature));
    for (double &v : row)
      sum += v = std::exp(v - top);
    for (int64_t c = 0; c < data.outputs; ++c) {
      float &target = data.targets[i * data.outputs + c];
      target = static_cast<float>((1 - share) * target + share * row[c] / sum);
    }
  }
}

} // namespace weft::trainer

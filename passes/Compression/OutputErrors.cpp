//===- OutputErrors.cpp - what other weights do to a layer's results -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/OutputErrors.h"

#include "passes/Evaluation/Evaluator.h"
#include "runtime/reference/RelativeError.h"
#include "runtime/reference/Shape.h"

#include <limits>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

/// The interpreter is exact, not fast.
constexpr int64_t kMostSamples = 64;
constexpr int64_t kMostBytes = int64_t(1) << 30;
/// Per call of a network whose batch is dynamic.
constexpr int64_t kBatch = 16;

/// Bytes that the results and inputs of the layers take for each sample.
static int64_t bytesPerSample(ArrayRef<nn::WeightedOp> layers) {
  int64_t bytes = 1;
  for (nn::WeightedOp layer : layers)
    for (Value v : {Value(layer.getInput()), Value(layer->getResult(0))}) {
      int64_t elements = sizeof(float);
      for (int64_t d : cast<RankedTensorType>(v.getType()).getShape().drop_front())
        elements = llvm::SaturatingMultiply<uint64_t>(elements, ShapedType::isDynamic(d) ? 1 : d);
      bytes += std::min(elements, kMostBytes);
    }
  return bytes;
}

/// The first samples, a multiple of what a static function takes at once.
static std::vector<Tensor> firstSamples(func::FuncOp function, ArrayRef<Tensor> samples, int64_t count) {
  auto type = cast<RankedTensorType>(function.getArgument(0).getType());
  if (!samples.empty() && samples[0].rank() > 0)
    count = std::min(count, samples[0].dim(0));
  if (type.getRank() > 0 && !type.isDynamicDim(0))
    count = std::max<int64_t>(1, count / std::max<int64_t>(1, type.getDimSize(0))) * type.getDimSize(0);
  std::vector<Tensor> first;
  for (const Tensor &input : samples)
    first.push_back(input.rank() > 0 && count < input.dim(0) ? sliceSamples(input, 0, count) : input);
  return first;
}

FailureOr<OutputErrors> OutputErrors::observe(ModuleOp module, ArrayRef<nn::WeightedOp> layers, ArrayRef<Tensor> samples) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.getNumArguments() == 0 || samples.size() != main.getNumArguments())
    return module.emitError() << "has no @main that takes " << samples.size() << " inputs to measure errors of results on";
  OutputErrors errors;
  llvm::DenseMap<Value, std::vector<std::pair<Operation *, Tensor Batch::*>>> wanted;
  for (nn::WeightedOp layer : layers) {
    wanted[layer.getInput()].push_back({layer, &Batch::input});
    wanted[layer->getResult(0)].push_back({layer, &Batch::output});
  }
  auto keep = [&](Value value, const Tensor &tensor) {
    auto found = wanted.find(value);
    if (found == wanted.end())
      return;
    for (auto [layer, part] : found->second) {
      std::vector<Batch> &batches = errors.batches[layer];
      if (part == &Batch::input)
        batches.emplace_back();
      batches.back().*part = tensor;
    }
  };
  int64_t count = std::clamp<int64_t>(kMostBytes / bytesPerSample(layers), 1, kMostSamples);
  evaluation::Evaluator evaluator;
  if (failed(evaluator.evaluateSamples(main, firstSamples(main, samples, count), keep, kBatch)))
    return failure();
  return errors;
}

double OutputErrors::of(nn::WeightedOp layer, const Tensor &weight) const {
  auto bias = evaluation::evaluateConstant(layer.getBias());
  auto found = batches.find(layer);
  reference::RelativeError error;
  if (!bias.ok() || found == batches.end())
    return std::numeric_limits<double>::infinity();
  for (const Batch &batch : found->second) {
    auto result = evaluation::evaluateOp(layer, {&batch.input, &weight, &*bias});
    if (!result.ok())
      return std::numeric_limits<double>::infinity();
    error.add(*result, batch.output);
  }
  return error.value();
}

} // namespace weft::compression

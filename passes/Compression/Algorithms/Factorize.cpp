//===- Factorize.cpp - factorizations within a limit, and what they cost ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Factorize.h"
#include "passes/Compression/Algorithms/Contraction.h"

namespace weft::compression {

FactorCost costOf(const TensorTrain &train) {
  std::vector<CoreShape> shapes;
  for (const TrainCore &core : train)
    shapes.push_back({core.left, core.rows, core.columns, core.right});
  return {parameterCount(train), contractionMacs(cheapestContraction(shapes))};
}

FactorCost costOf(const Tucker &tucker, const KernelShape &shape, const ConvPixels &pixels) {
  int64_t input = tucker.inputRank * shape.channels, core = tucker.outputRank * tucker.inputRank * shape.taps,
          output = shape.outputs * tucker.outputRank;
  return {input + core + output, input * pixels.input + (core + output) * pixels.output};
}

static bool within(const FactorCost &cost, const FactorLimit &limit) {
  return (limit.parameters == 0 || cost.parameters <= limit.parameters) && (limit.macs == 0 || cost.macs <= limit.macs);
}

TensorTrain fitTrain(const std::vector<float> &weight, const TrainShapes &shapes, const FactorLimit &limit) {
  if (limit.outputError)
    return smallestTrain(weight, shapes, [&](const TensorTrain &train) { return limit.outputError(composeTrain(train)) <= limit.greatestOutputError; });
  if (limit.parameters > 0 || limit.macs > 0)
    return largestTrain(weight, shapes, [&](const TensorTrain &train) { return within(costOf(train), limit); });
  return decomposeTrain(weight, shapes, {limit.error, limit.rank});
}

Tucker fitTucker(const std::vector<float> &kernel, const KernelShape &shape, const ConvPixels &pixels, const FactorLimit &limit) {
  int64_t low = 1, high = std::max(shape.outputs, shape.channels);
  if (limit.outputError) {
    Tucker best = decomposeTucker(kernel, shape, {});
    while (low < high) {
      int64_t middle = low + (high - low) / 2;
      Tucker tucker = decomposeTucker(kernel, shape, {0, middle});
      bool accepted = limit.outputError(composeTucker(tucker, shape)) <= limit.greatestOutputError;
      if (accepted)
        best = std::move(tucker);
      (accepted ? high : low) = accepted ? middle : middle + 1;
    }
    return best;
  }
  if (limit.parameters == 0 && limit.macs == 0)
    return decomposeTucker(kernel, shape, {limit.error, limit.rank});
  while (low < high) {
    // Costs follow from the ranks alone: nothing is decomposed on the way.
    int64_t middle = low + (high - low + 1) / 2;
    Tucker sizes{std::min(middle, shape.outputs), std::min(middle, shape.channels), {}, {}, {}};
    if (within(costOf(sizes, shape, pixels), limit))
      low = middle;
    else
      high = middle - 1;
  }
  return decomposeTucker(kernel, shape, {0, low});
}

} // namespace weft::compression

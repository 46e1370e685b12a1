//===- Calibrate.cpp - ranges of values from samples ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Calibrate.h"

#include "llvm/ADT/StringSwitch.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/Values.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::quantization {

std::optional<RangeMethod> parseRangeMethod(StringRef name) {
  return llvm::StringSwitch<std::optional<RangeMethod>>(name)
      .Case("minmax", RangeMethod::minMax)
      .Case("percentile", RangeMethod::percentile)
      .Case("mse", RangeMethod::mse)
      .Default(std::nullopt);
}

/// Samples begin … end − 1 along dimension 0.
static Tensor slice(const Tensor &t, int64_t begin, int64_t end) {
  reference::Shape shape = t.shape();
  int64_t stride = shape[0] ? t.size() / shape[0] : 0;
  shape[0] = end - begin;
  Tensor result(t.type(), shape);
  result.visit([&](auto &values) {
    using Vector = std::decay_t<decltype(values)>;
    const auto &from = t.values<typename Vector::value_type>();
    std::copy(from.begin() + begin * stride, from.begin() + end * stride, values.begin());
  });
  return result;
}

/// Values that can be quantized: not constant, and f32.
static bool isObserved(Value v) {
  Operation *op = v.getDefiningOp();
  return isFloatTensor(v) && tensorType(v).getElementType().isF32() && !(op && op->hasTrait<OpTrait::ConstantLike>());
}

FailureOr<CalibrationResult> calibrate(func::FuncOp function, ArrayRef<Tensor> samples, const CalibrationOptions &options) {
  if (samples.empty() || samples[0].rank() == 0 || samples[0].dim(0) == 0)
    return function.emitError() << "cannot be calibrated without samples";
  int64_t count = samples[0].dim(0);
  if (options.limit >= 0)
    count = std::min(count, options.limit);
  llvm::MapVector<Value, Observer> observers;
  evaluation::Evaluator evaluator;
  auto observe = [&](Value v, const Tensor &t) {
    // Values that depend on constants alone (weights) come by here too; nothing asks for their range.
    if (isObserved(v))
      observers[v].observe(t.floats().data(), t.floats().size());
  };
  // A static batch dimension wants whole batches.
  int64_t unit = 1;
  for (BlockArgument argument : function.getArguments())
    if (auto type = dyn_cast<RankedTensorType>(argument.getType()); type && type.getRank() && !type.isDynamicDim(0))
      unit = std::max(unit, type.getDimSize(0));
  int64_t batch = std::max(options.batch / unit, int64_t(1)) * unit;
  count = std::max(count / unit, int64_t(1)) * unit;
  for (int64_t begin = 0; begin < count; begin += batch) {
    SmallVector<Tensor> inputs;
    for (const Tensor &t : samples)
      inputs.push_back(slice(t, begin, std::min(begin + batch, t.dim(0))));
    if (failed(evaluator.evaluateSamples(function, inputs, observe)))
      return failure();
    if (options.progress)
      options.progress(std::min(begin + batch, count), count);
  }
  CalibrationResult result;
  for (auto &[value, observer] : observers)
    if (observer.count())
      result.insert({value, observer.range(options.method, options.percentile, options.scheme)});
  return result;
}

void annotateRanges(const CalibrationResult &ranges) {
  for (auto &[value, range] : ranges)
    setRange(value, range);
}

} // namespace weft::quantization

//===- Calibrate.h - ranges of values from samples ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_CALIBRATE_H
#define PASSES_QUANTIZATION_CALIBRATE_H

#include "llvm/ADT/MapVector.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Quantization/Algorithms/Observer.h"
#include "runtime/reference/Tensor.h"

#include <functional>

namespace weft::quantization {

struct CalibrationOptions {
  RangeMethod method = RangeMethod::minMax;
  /// For percentile: the share of values (0 to 100) that stays inside.
  double percentile = 99.99;
  /// For mse: what the error is measured with.
  Scheme scheme;
  /// Samples that are evaluated at once.
  int64_t batch = 16;
  /// At most so many samples are used, from the first on; negative is all.
  int64_t limit = 256;
  /// Called with the number of samples done, and of all.
  std::function<void(int64_t, int64_t)> progress;
};

/// "minmax", "percentile" or "mse".
std::optional<RangeMethod> parseRangeMethod(llvm::StringRef name);

using CalibrationResult = llvm::MapVector<mlir::Value, Range>;

/// Runs `function` on samples (dimension 0 of each input) with the reference interpreter and chooses a range for each
/// float value that is not constant. Failure with a diagnostic where the function cannot be evaluated.
mlir::FailureOr<CalibrationResult> calibrate(mlir::func::FuncOp function, llvm::ArrayRef<reference::Tensor> samples,
                                             const CalibrationOptions &options);

/// Attaches the ranges to operations and arguments, as `nn.range`, where --nn-quantize finds them.
void annotateRanges(const CalibrationResult &ranges);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_CALIBRATE_H

//===- Pipeline.h - from an imported network to an integer core ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_PIPELINE_H
#define PASSES_QUANTIZATION_PIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Quantization/Calibrate.h"
#include "passes/Quantization/IntegerSums.h"

namespace weft::quantization {

/// Everything from float to integers.
struct QuantizationOptions {
  unsigned weightBits = 8, activationBits = 8;
  /// bits of the network's inputs and outputs, at least as many as activations have
  unsigned inputBits = 8, outputBits = 8;
  unsigned codebookBits = 8;
  bool perChannel = true, symmetric = false;
  /// shift also makes all scales powers of two; threshold also absorbs monotone activations
  Form form = Form::scale;
  /// floating point between integers is an error
  bool strict = false;
  /// how ranges are chosen; its `scheme` is set from the options above
  CalibrationOptions calibration;
};

/// Normal forms and folds of an imported network. `batch` 0 leaves a dynamic batch dimension dynamic.
void buildSimplifyPipeline(mlir::OpPassManager &pm, int64_t batch = 0);
/// From annotated ranges to quantize-dequantize pairs.
void buildQuantizePipeline(mlir::OpPassManager &pm, const QuantizationOptions &options);
/// From pairs to integers, in one function @core.
void buildIntegerizePipeline(mlir::OpPassManager &pm, const QuantizationOptions &options);

/// Runs @main on samples (one tensor per input, dimension 0 counts them) and attaches the ranges. A network that holds
/// quantized activations already needs none.
mlir::LogicalResult calibrateModule(mlir::ModuleOp module, llvm::ArrayRef<reference::Tensor> samples,
                                    const QuantizationOptions &options);

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_PIPELINE_H

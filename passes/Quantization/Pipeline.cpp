//===- Pipeline.cpp - from an imported network to an integer core --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Pipeline.h"

#include "passes/Quantization/Passes.h"
#include "passes/Quantization/Recurrent.h"
#include "passes/Quantization/Values.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::quantization {

void buildSimplifyPipeline(OpPassManager &pm, int64_t batch) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  if (batch > 0)
    function.addPass(transforms::createSpecializeShapes({batch}));
  function.addPass(transforms::createFoldConstants());
  // Transposes first hide what pads and batch norms could fold into; simplify brings transposes and reductions to the
  // forms that the folds know.
  function.addPass(transforms::createSimplify());
  function.addPass(transforms::createFoldTransposes());
  function.addPass(transforms::createFoldPads());
  function.addPass(transforms::createFoldBatchNorm());
  // Folds leave neutral constants and reshapes of reshapes.
  function.addPass(transforms::createFoldConstants());
  function.addPass(transforms::createSimplify());
}

void buildQuantizePipeline(OpPassManager &pm, const QuantizationOptions &o) {
  QuantizeOptions options;
  options.weightBits = o.weightBits;
  options.activationBits = o.activationBits;
  options.inputBits = o.inputBits;
  options.outputBits = o.outputBits;
  options.codebookBits = o.codebookBits;
  options.perChannel = o.perChannel;
  options.symmetric = o.symmetric;
  options.powerOfTwo = o.form == Form::shift;
  options.absorbActivations = o.form == Form::threshold;
  pm.nest<func::FuncOp>().addPass(createQuantize(options));
}

void buildIntegerizePipeline(OpPassManager &pm, const QuantizationOptions &o) {
  IntegerizeOptions options;
  options.form = o.form == Form::shift ? "shift" : o.form == Form::threshold ? "threshold" : "scale";
  options.strict = o.strict;
  pm.nest<func::FuncOp>().addPass(createIntegerize(options));
  pm.addPass(createPartition());
}

LogicalResult calibrateModule(ModuleOp module, ArrayRef<reference::Tensor> samples, const QuantizationOptions &options) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return module.emitError() << "has no function @main to calibrate";
  if (llvm::any_of(main.getOps<nn::QuantizeOp>(), [](nn::QuantizeOp op) { return !constantOf(op.getInput()); }))
    return success();
  CalibrationOptions calibration = options.calibration;
  calibration.scheme = {options.activationBits, options.symmetric, options.form == Form::shift};
  CellProbes probes(main);
  FailureOr<CalibrationResult> ranges = calibrate(main, samples, calibration);
  if (failed(ranges))
    return failure();
  probes.take(*ranges);
  annotateRanges(*ranges);
  return success();
}

} // namespace weft::quantization

//===- TargetPhases.cpp - from an integer core towards the targets ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Parallelism.h"
#include "compiler/Pipeline/PhaseFunctions.h"

#include "mlir/Pass/PassManager.h"
#include "passes/Conversion/FlowToEmitC/FlowToEmitC.h"
#include "passes/Conversion/FlowToRtl/Passes.h"
#include "passes/Conversion/NnToFlow/Passes.h"
#include "passes/Dataflow/Passes.h"

using namespace mlir;

namespace weft::pipeline {
namespace {

/// The hardware is one integer function; floating point between integers cuts it.
LogicalResult checkOneCore(ModuleOp module) {
  if (!module.lookupSymbol<func::FuncOp>("core"))
    return module.emitError("hardware needs an integer core, found none: quantize the model (--quantize=int8 --calib …)");
  if (module.lookupSymbol<func::FuncOp>("core_1"))
    return module.emitError("hardware needs one integer core, found several: operators between them stay in floating point; -v "
                            "names them");
  return success();
}

} // namespace

LogicalResult toFlow(ModuleOp module, PipelineState &state) {
  if (failed(checkOneCore(module)))
    return failure();
  PassManager lower(module.getContext());
  lower.addPass(conversion::createNnToFlow());
  if (failed(lower.run(module)))
    return failure();
  // Folding comes before converters and queues: they depend on lanes. Queues come last: their depth depends on every process.
  const ParallelismOptions &parallelism = state.options.parallelism;
  dataflow::FlowFoldOptions fold;
  fold.cycles = parallelism.cycles;
  if (fold.cycles == 0)
    fold.cycles = defaultCycles(flow::findDesign(module), state.options.device);
  for (const LayerFolding &layer : parallelism.layers)
    fold.layers.push_back(layer.layer + "=" + std::to_string(layer.pe) + ":" + std::to_string(layer.simd));
  PassManager build(module.getContext());
  build.addPass(dataflow::createFlowFold(fold));
  build.addPass(dataflow::createFlowInsertWidth());
  build.addPass(dataflow::createFlowInsertFifos({parallelism.cycles}));
  return build.run(module);
}

LogicalResult toRtl(ModuleOp module, PipelineState &state) {
  PassManager pm(module.getContext());
  pm.addPass(conversion::createFlowToRtl());
  return pm.run(module);
}

LogicalResult toEmitc(ModuleOp module, PipelineState &state) {
  PassManager pm(module.getContext());
  pm.addPass(conversion::createFlowToEmitC());
  return pm.run(module);
}

} // namespace weft::pipeline

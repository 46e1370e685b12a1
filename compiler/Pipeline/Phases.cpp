//===- Phases.cpp - the order of a compilation -------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Phases.h"

#include "compiler/Pipeline/PhaseFunctions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include <algorithm>

using namespace mlir;

namespace weft::pipeline {
namespace {

constexpr llvm::StringLiteral kPhaseAttr = "weft.phase";

LogicalResult nothing(ModuleOp, PipelineState &) { return success(); }

// The order, and why:
//  - nn before everything: folding constants and batch norm leaves the weights that are really multiplied with. What
//    compresses or quantizes earlier would treat weights that do not exist any more afterwards.
//  - compress before quantize: clustering wants the trained values. The codebook is quantized afterwards, like any other leaf,
//    and calibration then sees the network that will run.
//  - quantize (calibrated QDQ, as in ONNX) before integer: rounding is chosen while ranges are still real numbers;
//    integerize then only moves scales, and a model that arrives as QDQ enters here.
//  - flow after integer: streams carry integers only. It is shared by rtl and emitc, so that both fold alike and the cost
//    model speaks of both.
const Phase table[] = {
    {"import", "", "the ONNX graph as nn operations", PhaseFault::Unsupported, nothing},
    {"nn", "import", "constants, batch norm, pads and transposes folded", PhaseFault::InvalidInput, simplify},
    {"compress", "nn", "weights as codec expressions, as --compress or the recipe says", PhaseFault::InvalidInput, compress},
    {"quantize", "compress", "calibrated quantize and dequantize around every operator", PhaseFault::InvalidInput, quantize},
    {"integer", "quantize", "@main in floating point around an integer @core", PhaseFault::Unsupported, integerize},
    {"flow", "integer", "folded processes joined by streams and queues", PhaseFault::Unsupported, toFlow},
    {"rtl", "flow", "instances of the RTL library, wires and ROM images", PhaseFault::Unsupported, toRtl},
    {"emitc", "flow", "the HLS C++ as emitc operations", PhaseFault::Unsupported, toEmitc},
};

} // namespace

llvm::ArrayRef<Phase> phases() { return table; }

const Phase *findPhase(llvm::StringRef name) {
  auto found = llvm::find_if(table, [&](const Phase &phase) { return phase.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::optional<std::vector<const Phase *>> pathBetween(llvm::StringRef from, llvm::StringRef to) {
  std::vector<const Phase *> path;
  for (llvm::StringRef at = to; at != from;) {
    const Phase *phase = findPhase(at);
    if (!phase || phase->from.empty())
      return std::nullopt;
    path.push_back(phase);
    at = phase->from;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

llvm::StringRef phaseOf(ModuleOp module) {
  if (auto name = module->getAttrOfType<StringAttr>(kPhaseAttr); name && findPhase(name))
    return name.getValue();
  if (module.lookupSymbol<func::FuncOp>("dataflow"))
    return "flow";
  return module.lookupSymbol<func::FuncOp>("core") ? "integer" : "import";
}

LogicalResult runPhase(const Phase &phase, ModuleOp module, PipelineState &state) {
  if (failed(phase.run(module, state)))
    return failure();
  if (failed(verify(module)))
    return failure();
  module->setAttr(kPhaseAttr, StringAttr::get(module.getContext(), phase.name));
  return success();
}

LogicalResult simplifyForReading(ModuleOp module) {
  if (phaseOf(module) != "import")
    return success();
  PipelineOptions options;
  PipelineState state{options, {}, {}, nullptr};
  return runPhase(*findPhase("nn"), module, state);
}

} // namespace weft::pipeline

//===- weft-opt.cpp - runs single passes, for tests ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "dialects/Rtl/IR/RtlOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "passes/Compression/Passes.h"
#include "passes/Conversion/FlowToRtl/Passes.h"
#include "passes/Conversion/FlowToEmitC/FlowToEmitC.h"
#include "passes/Conversion/NnToFlow/Passes.h"
#include "passes/Dataflow/Passes.h"
#include "passes/Lut/Passes.h"
#include "passes/Quantization/Passes.h"
#include "passes/Training/Passes.h"
#include "passes/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllPasses();
  weft::conversion::registerNnToFlowPasses();
  weft::conversion::registerFlowToRtlPasses();
  weft::compression::registerCompressionPasses();
  weft::dataflow::registerDataflowPasses();
  weft::lut::registerLutMappingPasses();
  weft::quantization::registerQuantizationPasses();
  weft::training::registerTrainingPasses();
  weft::transforms::registerTransformsPasses();
  weft::conversion::registerFlowToEmitCPasses();
  registry.insert<weft::nn::NnDialect, weft::codec::CodecDialect, weft::lut::LutDialect, weft::flow::FlowDialect, weft::rtl::RtlDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "weft pass driver\n", registry));
}

//===- weft-lsp-server.cpp - weft's IR in editors ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "dialects/Rtl/IR/RtlOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<weft::nn::NnDialect, weft::codec::CodecDialect, weft::lut::LutDialect, weft::flow::FlowDialect,
                  weft::rtl::RtlDialect>();
  return failed(mlir::MlirLspServerMain(argc, argv, registry)) ? EXIT_FAILURE : EXIT_SUCCESS;
}

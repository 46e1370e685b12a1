//===- OnnxExport.cpp - the nn dialect to ONNX models ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/OnnxExport.h"
#include "compiler/Export/GraphExporter.h"

using namespace mlir;

FailureOr<std::string> weft::exporter::exportOnnx(ModuleOp module, const ExportOptions &options, ExportReport *report) {
  ExportReport own;
  ExportReport &result = report ? *report : own;
  result = ExportReport();
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return module.emitError() << "has no function @main to export";
  return GraphExporter(options, result).run(main);
}

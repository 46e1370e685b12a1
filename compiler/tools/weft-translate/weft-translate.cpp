//===- weft-translate.cpp - from other formats to IR and back, for tests --------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
//   weft-translate --import-onnx model.onnx [--dim name=value]… [--elide N] [--unsupported-json]
//   weft-translate --export-onnx module.mlir -o model.onnx [--materialize]
//
// Prints the module. Exits with 2 where operators are unsupported, with 3 where the file is broken.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OnnxImport.h"
#include "compiler/Export/OnnxExport.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

/// Diagnostics without a file position, which an ONNX file does not have.
static LogicalResult printDiagnostic(Diagnostic &diagnostic) {
  DiagnosticSeverity severity = diagnostic.getSeverity();
  llvm::errs() << (severity == DiagnosticSeverity::Error ? "error: " : severity == DiagnosticSeverity::Remark ? "remark: " : "warning: ") << diagnostic
               << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    llvm::errs() << "note: " << note << "\n";
  return success();
}

static bool readDims(ArrayRef<std::string> texts, llvm::StringMap<int64_t> &dims) {
  for (StringRef text : texts) {
    auto [name, value] = text.split('=');
    int64_t number = 0;
    if (value.getAsInteger(10, number) || number < 1) {
      llvm::errs() << "error: --dim " << text << ": expected name=value with a value of 1 or more\n";
      return false;
    }
    dims[name] = number;
  }
  return true;
}

/// The module as it is, without a phase.
static int exportModule(MLIRContext &context, const std::string &path, const std::string &output, bool materialize) {
  auto module = parseSourceFile<ModuleOp>(path, &context);
  weft::exporter::ExportOptions options;
  options.materialize = materialize;
  weft::exporter::ExportReport report;
  auto bytes = module ? weft::exporter::exportOnnx(*module, options, &report) : FailureOr<std::string>();
  if (failed(bytes))
    return report.unsupported.empty() ? 3 : 2;
  std::error_code error;
  llvm::raw_fd_ostream os(output, error);
  os << *bytes;
  return error ? 6 : 0;
}

int main(int argc, char **argv) {
  cl::opt<std::string> input("import-onnx", cl::desc("ONNX model to import (.onnx, .onnxtext)"));
  cl::opt<std::string> exported("export-onnx", cl::desc("module to export (.mlir, - is standard input)"));
  cl::opt<std::string> output("o", cl::desc("the .onnx file that --export-onnx writes"));
  cl::opt<bool> materialize("materialize", cl::desc("export dense weights"));
  cl::list<std::string> dimTexts("dim", cl::desc("value of a symbolic dimension, name=value"));
  cl::opt<int64_t> elide("elide", cl::init(-1), cl::desc("leave out constants of more elements than this"));
  cl::opt<bool> json("unsupported-json", cl::desc("print the unsupported nodes as JSON"));
  cl::opt<bool> quiet("no-module", cl::desc("import, but print no module"));
  cl::ParseCommandLineOptions(argc, argv, "weft translation driver\n");
  DialectRegistry registry;
  registry.insert<weft::nn::NnDialect, weft::codec::CodecDialect, func::FuncDialect>();
  MLIRContext context(registry);
  context.getDiagEngine().registerHandler(printDiagnostic);
  if (input.empty() == exported.empty() || exported.empty() != output.empty()) {
    llvm::errs() << "error: expected --import-onnx model.onnx, or --export-onnx module.mlir -o model.onnx\n";
    return 4;
  }
  if (!exported.empty())
    return exportModule(context, exported, output, materialize);
  weft::import::ImportOptions options;
  options.path = input;
  if (!readDims(dimTexts, options.dims))
    return 1;
  weft::import::ImportReport report;
  auto module = weft::import::importOnnxFile(context, options, &report);
  if (json)
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(weft::import::toJson(report.unsupported)));
  if (failed(module))
    return static_cast<int>(report.status);
  OpPrintingFlags flags;
  if (elide >= 0) {
    flags.elideLargeElementsAttrs(elide);
    flags.elideLargeResourceString(elide);
  }
  if (!quiet)
    (*module)->print(llvm::outs(), flags);
  return 0;
}

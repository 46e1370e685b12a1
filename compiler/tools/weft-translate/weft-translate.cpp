//===- weft-translate.cpp - from other formats to IR, for tests -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
//   weft-translate --import-onnx model.onnx [--dim name=value]… [--elide N] [--unsupported-json]
//
// Prints the module. Exits with 2 where operators are unsupported, with 3 where the file is broken.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OnnxImport.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

/// Diagnostics without a file position, which an ONNX file does not have.
static LogicalResult printDiagnostic(Diagnostic &diagnostic) {
  llvm::errs() << (diagnostic.getSeverity() == DiagnosticSeverity::Error ? "error: " : "warning: ") << diagnostic
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

int main(int argc, char **argv) {
  cl::opt<std::string> input("import-onnx", cl::desc("ONNX model to import (.onnx, .onnxtext)"), cl::Required);
  cl::list<std::string> dimTexts("dim", cl::desc("value of a symbolic dimension, name=value"));
  cl::opt<int64_t> elide("elide", cl::init(-1), cl::desc("leave out constants of more elements than this"));
  cl::opt<bool> json("unsupported-json", cl::desc("print the unsupported nodes as JSON"));
  cl::opt<bool> quiet("no-module", cl::desc("import, but print no module"));
  cl::ParseCommandLineOptions(argc, argv, "weft translation driver\n");
  MLIRContext context;
  context.getDiagEngine().registerHandler(printDiagnostic);
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

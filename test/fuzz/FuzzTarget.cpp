//===- FuzzTarget.cpp - one import of a hostile file ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/fuzz/FuzzTarget.h"
#include "compiler/Import/OnnxImport.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <functional>
#include <unistd.h>

using namespace mlir;
using namespace weft;

std::string fuzz::modelPath() {
  // In memory, where there is such a file system.
  llvm::StringRef folder = llvm::sys::fs::exists("/dev/shm") ? "/dev/shm" : "/tmp";
  return (folder + "/weft-fuzz-" + llvm::Twine(::getpid()) + ".onnx").str();
}

/// Letters alone: what kind of message it is, whatever the names and numbers in it.
static std::string kindOf(const std::string &message) {
  std::string kind;
  bool quoted = false;
  for (char c : message) {
    quoted ^= c == '\'';
    if (!quoted && llvm::isAlpha(c))
      kind += c;
  }
  return kind;
}

size_t fuzz::importBytes(const char *data, size_t size) {
  std::error_code error;
  {
    llvm::raw_fd_ostream out(modelPath(), error);
    out.write(data, size);
  }
  MLIRContext context(MLIRContext::Threading::DISABLED);
  unsigned errors = 0;
  std::string outcome;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    outcome += kindOf(diagnostic.str());
    for (Diagnostic &note : diagnostic.getNotes())
      outcome += kindOf(note.str());
    return success();
  });
  import::ImportOptions options;
  options.path = modelPath();
  import::ImportReport report;
  auto module = import::importOnnxFile(context, options, &report);
  // What the importer promises: a module that verifies and status Ok, or an error and another status.
  bool good = succeeded(module);
  if (good != (report.status == import::ImportStatus::Ok) || (!good && errors == 0) || (good && failed(verify(**module))))
    std::abort();
  if (good)
    (*module)->walk([&](Operation *op) { outcome += op->getName().getStringRef(); });
  return std::hash<std::string>()(outcome);
}

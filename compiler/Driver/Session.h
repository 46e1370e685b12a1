//===- Session.h - what every command works with ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_SESSION_H
#define COMPILER_DRIVER_SESSION_H

#include "compiler/Driver/CommandOptions.h"
#include "compiler/Driver/Progress.h"
#include "compiler/Report/Signature.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include <memory>
#include <string>

namespace weft::driver {

/// The file names inside an output folder.
constexpr llvm::StringLiteral kModelFile = "model.mlir";
constexpr llvm::StringLiteral kFloatModelFile = "model-float.mlir";
constexpr llvm::StringLiteral kQuantizedModelFile = "model-quantized.mlir";
constexpr llvm::StringLiteral kManifestFile = "manifest.json";
constexpr llvm::StringLiteral kReportFile = "report.json";

/// A model in memory, wherever it came from.
struct LoadedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// Stem of the file or folder; from the manifest for an output folder.
  std::string name;
  /// The output folder it was opened from; empty for a file.
  std::string folder;
  /// manifest.json of the folder; null for a file.
  llvm::json::Value manifest = nullptr;
};

/// The MLIR context with weft's dialects, the printer of diagnostics, and the progress line of one command.
class Session {
public:
  explicit Session(const CommonOptions &options);
  ~Session();

  mlir::MLIRContext &context() { return *mlirContext; }
  Progress &progress() { return progressLine; }
  bool quiet() const { return common.quiet; }
  bool json() const { return common.json; }
  bool verbose() const { return common.verbose; }
  /// Number of error diagnostics printed so far.
  unsigned errors() const { return errorCount; }
  /// After a failed `load` of an ONNX file: every node that is not supported, as {node, op_type, domain, opset, reason}.
  const llvm::json::Array &unsupported() const { return unsupportedNodes; }

  /// Diagnostics are kept until `release`, which shows or forgets them: for a command that says the same in its report.
  void hold() { isHolding = true; }
  void release(bool show);

  /// Opens .onnx, .onnxtext, an .mlir of any phase (text or bytecode, "-" is stdin), or an output folder.
  /// Leaves of weights that are stored as Huffman codes are decoded, unless `decoded` is false: for those who look at what is stored.
  llvm::Expected<LoadedModel> load(const ModelOptions &options, bool decoded = true);
  /// The manifest of an output folder, without opening its model. Exit codes: 6 not there, 3 not weft's.
  llvm::Expected<llvm::json::Value> manifestOf(const std::string &folder);
  /// The float model that an output folder keeps, for agreement; null where there is none.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> loadFloatModel(const LoadedModel &model);

  /// Prints one JSON object, or the text, on stdout, as the options say.
  void print(const llvm::json::Value &value, const std::string &text) const;
  /// With -v: the stages and their times, on stderr.
  void printTimes();

private:
  llvm::Expected<LoadedModel> open(const ModelOptions &options);
  llvm::Expected<LoadedModel> loadFolder(const std::string &path);
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parseMlir(const std::string &path);
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> importOnnx(const ModelOptions &options);

  CommonOptions common;
  std::unique_ptr<mlir::MLIRContext> mlirContext;
  Progress progressLine;
  unsigned errorCount = 0;
  bool isHolding = false;
  std::string heldDiagnostics;
  llvm::json::Array unsupportedNodes;
};

/// How a model is called: the stem of its file; its folder's name where the file is just "model".
std::string modelNameOf(const std::string &path);

/// Reads a JSON file; exit codes 6 (unreadable) and 3 (no JSON).
llvm::Expected<llvm::json::Value> readJson(const std::string &path);

/// Inputs and outputs of @main; exit code 3 if there is none that weft can call.
llvm::Expected<report::Signature> signatureOf(mlir::ModuleOp module);

/// Module printed so that it can be read back: weights included, no locations.
std::string printModule(mlir::ModuleOp module);
void printModule(mlir::ModuleOp module, llvm::raw_ostream &os);

} // namespace weft::driver

#endif // COMPILER_DRIVER_SESSION_H

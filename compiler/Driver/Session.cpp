//===- Session.cpp - what every command works with ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Session.h"
#include "compiler/Pipeline/ParseOptions.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/DataFiles.h"
#include "compiler/Driver/OutputFolder.h"
#include "compiler/Import/OnnxImport.h"
#include "compiler/Pipeline/Dialects.h"
#include "compiler/Report/JsonText.h"
#include "compiler/Report/Table.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "passes/Compression/Entropy.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// Where a diagnostic points: a layer, an ONNX node, or a place in a file.
std::string locationText(Location location) {
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return file.getLine() ? fmt::format("{}:{}:{}: ", file.getFilename().str(), file.getLine(), file.getColumn())
                          : file.getFilename().str() + ": ";
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str() + ": ";
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location inner : fused.getLocations())
      if (std::string text = locationText(inner); !text.empty())
        return text;
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return locationText(call.getCallee());
  return "";
}

StringRef severityText(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "";
}

std::string diagnosticText(const Diagnostic &diagnostic) {
  std::string where = locationText(diagnostic.getLocation()), what = diagnostic.str();
  // Readers name their file themselves.
  if (StringRef(what).contains(StringRef(where).rtrim(": ")))
    where.clear();
  std::string text = fmt::format("weft: {}: {}{}\n", severityText(diagnostic.getSeverity()).str(), where, what);
  for (const Diagnostic &note : diagnostic.getNotes())
    text += diagnosticText(note);
  return text;
}

/// Splits `NAME=VALUE`; false where a part is missing.
bool splitPair(StringRef text, StringRef &name, StringRef &value) {
  std::tie(name, value) = text.split('=');
  return !name.empty() && !value.empty();
}

llvm::Error readBinding(const std::string &text, import::ImportOptions &options) {
  StringRef name, file;
  if (!splitPair(text, name, file))
    return usageError(fmt::format("--bind {}: expected NAME=FILE.npy", text));
  auto arrays = readArrays(file.str());
  if (!arrays)
    return arrays.takeError();
  if (arrays->size() != 1)
    return invalidInput(fmt::format("--bind {}: expected one array, found {}", text, arrays->size()));
  if (!options.bindings.try_emplace(name.str(), std::move(arrays->front().value)).second)
    return usageError(fmt::format("--bind {}: input '{}' is bound twice", text, name.str()));
  return llvm::Error::success();
}

llvm::Expected<import::ImportOptions> importOptions(const ModelOptions &options) {
  import::ImportOptions result;
  result.path = options.model;
  for (const std::string &text : options.bindings)
    if (auto error = readBinding(text, result))
      return std::move(error);
  for (const std::string &text : options.dims) {
    auto dim = pipeline::parseDim(text);
    if (!dim)
      return usageError(llvm::toString(dim.takeError()));
    result.dims[dim->first] = dim->second;
  }
  return result;
}

/// What is no ONNX has been imported already.
llvm::Error refuseImportOptions(const ModelOptions &options) {
  if (options.bindings.empty() && options.dims.empty())
    return llvm::Error::success();
  return usageError(fmt::format("{}: --bind and --dim are for ONNX models, which this is not", options.model));
}

} // namespace

Session::Session(const CommonOptions &options) : common(options), progressLine(options.quiet) {
  DialectRegistry registry;
  pipeline::registerDialects(registry);
  mlirContext = std::make_unique<MLIRContext>(registry);
  // A user wants the message, not the operation with its weights.
  mlirContext->printOpOnDiagnostic(false);
  mlirContext->getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      ++errorCount;
    else if (!common.verbose && diagnostic.getSeverity() == DiagnosticSeverity::Remark)
      return success();
    else if (common.quiet)
      return success();
    if (isHolding)
      heldDiagnostics += diagnosticText(diagnostic);
    else
      llvm::errs() << diagnosticText(diagnostic);
    return success();
  });
}

Session::~Session() = default;

void Session::release(bool show) {
  if (show)
    llvm::errs() << heldDiagnostics;
  heldDiagnostics.clear();
  isHolding = false;
}

llvm::Expected<LoadedModel> Session::load(const ModelOptions &options, bool decoded) {
  auto model = open(options);
  if (!model || !decoded)
    return model;
  if (failed(compression::decodeEntropy(*model->module)))
    return invalidInput("");
  return model;
}

llvm::Expected<LoadedModel> Session::open(const ModelOptions &options) {
  const std::string &path = options.model;
  if (path != "-" && !llvm::sys::fs::exists(path))
    return ioError(fmt::format("{}: no such file or folder", path));
  if (llvm::sys::fs::is_directory(path)) {
    if (auto error = refuseImportOptions(options))
      return std::move(error);
    return loadFolder(path);
  }
  LoadedModel model;
  model.name = modelNameOf(path);
  StringRef extension = llvm::sys::path::extension(path);
  bool isOnnx = extension == ".onnx" || extension == ".onnxtext" || extension == ".onnxtxt";
  if (auto error = isOnnx ? llvm::Error::success() : refuseImportOptions(options))
    return std::move(error);
  auto module = isOnnx ? importOnnx(options) : parseMlir(path);
  if (!module)
    return module.takeError();
  model.module = std::move(*module);
  return model;
}

llvm::Expected<llvm::json::Value> Session::manifestOf(const std::string &folder) {
  if (!llvm::sys::fs::exists(folder))
    return ioError(fmt::format("{}: no such file or folder", folder));
  if (!isWeftOutput(folder))
    return invalidInput(fmt::format("{}: expected a folder that weft compile wrote, found no manifest.json of weft in it", folder));
  return readJson(folder + "/" + kManifestFile.str());
}

llvm::Expected<LoadedModel> Session::loadFolder(const std::string &path) {
  LoadedModel model;
  model.folder = llvm::StringRef(path).rtrim('/').str();
  auto manifest = manifestOf(model.folder);
  if (!manifest)
    return manifest.takeError();
  model.manifest = std::move(*manifest);
  model.name = model.manifest.getAsObject()->getString("model").value_or("model").str();
  auto module = parseMlir(path + "/" + kModelFile.str());
  if (!module)
    return module.takeError();
  model.module = std::move(*module);
  return model;
}

llvm::Expected<OwningOpRef<ModuleOp>> Session::loadFloatModel(const LoadedModel &model) {
  std::string path = model.folder + "/" + kFloatModelFile.str();
  if (model.folder.empty() || !llvm::sys::fs::exists(path))
    return OwningOpRef<ModuleOp>();
  return parseMlir(path);
}

llvm::Expected<OwningOpRef<ModuleOp>> Session::parseMlir(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return ioError(fmt::format("{}: cannot read: {}", path, buffer.getError().message()));
  StringRef contents = (*buffer)->getBuffer();
  // Protobuf is no text: a model without .onnx in its name would give a page of parse errors.
  if (!contents.starts_with("ML\xefR") && contents.take_front(512).contains('\0'))
    return invalidInput(fmt::format("{}: expected .onnx, .onnxtext, .mlir or a folder of weft, found another kind of file", path));
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  auto module = parseSourceFile<ModuleOp>(sources, mlirContext.get());
  if (!module)
    return invalidInput(errorCount ? "" : fmt::format("{}: cannot be parsed as MLIR", path));
  return module;
}

llvm::Expected<OwningOpRef<ModuleOp>> Session::importOnnx(const ModelOptions &options) {
  const std::string &path = options.model;
  auto how = importOptions(options);
  if (!how)
    return how.takeError();
  import::ImportReport report;
  auto module = import::importOnnxFile(*mlirContext, *how, &report);
  if (succeeded(module))
    return std::move(*module);
  unsupportedNodes = import::toJson(report.unsupported);
  std::string message = errorCount ? "" : fmt::format("{}: cannot be imported", path);
  if (report.status == import::ImportStatus::Unsupported)
    return driver::unsupported(message);
  return invalidInput(message);
}

void Session::print(const llvm::json::Value &value, const std::string &text) const {
  if (common.json)
    llvm::outs() << report::jsonText(value);
  else if (!common.quiet)
    llvm::outs() << text;
}

void Session::printTimes() {
  progressLine.finish();
  if (!common.verbose)
    return;
  report::Table table({"phase", ">seconds"});
  double total = 0;
  for (const StageTime &stage : progressLine.times()) {
    table.row({stage.name, fmt::format("{:.3f}", stage.seconds)});
    total += stage.seconds;
  }
  table.rule();
  table.row({"total", fmt::format("{:.3f}", total)});
  llvm::errs() << table.str();
}

std::string modelNameOf(const std::string &path) {
  llvm::StringRef stem = llvm::sys::path::stem(path);
  llvm::StringRef folder = llvm::sys::path::filename(llvm::sys::path::parent_path(path));
  return stem == "model" && !folder.empty() ? folder.str() : stem == "-" ? "model" : stem.str();
}

llvm::Expected<llvm::json::Value> readJson(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return ioError(fmt::format("{}: cannot read: {}", path, buffer.getError().message()));
  auto value = llvm::json::parse((*buffer)->getBuffer());
  if (!value)
    return invalidInput(fmt::format("{}: expected JSON, found: {}", path, llvm::toString(value.takeError())));
  return value;
}

llvm::Expected<report::Signature> signatureOf(ModuleOp module) {
  auto signature = report::readSignature(module);
  if (failed(signature))
    return invalidInput(""); // its diagnostic said why
  return std::move(*signature);
}

std::string printModule(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printModule(module, os);
  return text;
}

void printModule(ModuleOp module, llvm::raw_ostream &os) {
  // No locations: they hold paths, and a folder must not depend on where it was made.
  module.print(os, OpPrintingFlags().enableDebugInfo(false));
  os << "\n";
}

} // namespace weft::driver

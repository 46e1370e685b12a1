//===- Export.cpp - weft export: a model as standard ONNX -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Version.h"
#include "compiler/Export/OnnxExport.h"
#include "compiler/Report/Table.h"
#include "llvm/Support/FileSystem.h"
#include <fmt/format.h>

namespace weft::driver {
namespace {

/// Refuses before anything is computed.
llvm::Error checkOutput(const ExportOptions &options) {
  if (options.output.empty())
    return usageError("expected -o small.onnx: the file to write");
  if (llvm::sys::fs::is_directory(options.output))
    return ioError(fmt::format("{}: expected the name of a file, found a folder", options.output));
  if (!options.force && llvm::sys::fs::exists(options.output))
    return ioError(fmt::format("{}: exists already; choose another -o, or give --force to replace it", options.output));
  return llvm::Error::success();
}

/// The file of an output folder that standard ONNX can say: before the integer core, whose scales are in its multipliers.
llvm::Expected<std::string> modelIn(Session &session, const std::string &folder, std::string &name) {
  auto manifest = session.manifestOf(folder);
  if (!manifest)
    return manifest.takeError();
  name = manifest->getAsObject()->getString("model").value_or("model").str();
  std::string base = llvm::StringRef(folder).rtrim('/').str() + "/", quantized = base + kQuantizedModelFile.str();
  return llvm::sys::fs::exists(quantized) ? quantized : base + kModelFile.str();
}

/// Where ONNX can say the module: not where it is integers and processes already.
llvm::Error bringTo(Compilation &compilation, const std::string &target, const ExportOptions &options) {
  llvm::StringRef phase = compilation.phase();
  bool isChanged = !options.pipeline.compress.empty() || !options.pipeline.recipeFile.empty() || !options.calibration.path.empty();
  if (phase == "quantize" || (phase == "compress" && !isChanged)) {
    if (isChanged)
      return usageError(fmt::format("{}: --compress, --recipe and --calib change a model before it is quantized; give the model itself",
                                    options.model));
    return llvm::Error::success();
  }
  if (!pipeline::pathBetween(phase, target))
    return usageError(fmt::format("{}: expected a model before phase integer, or a folder that weft compile wrote; found phase {}, where "
                                  "scales are folded into multipliers",
                                  options.model, phase.str()));
  return compilation.runTo(target);
}

/// The compilation up to where ONNX can say the result: quantize where there is data, else compress.
CompileOptions compileOptions(const ExportOptions &options, const std::string &model) {
  CompileOptions compile;
  static_cast<ModelOptions &>(compile) = options;
  compile.model = model;
  compile.calibration = options.calibration;
  compile.pipeline = options.pipeline;
  compile.compileTo = options.calibration.path.empty() ? "compress" : "quantize";
  return compile;
}

std::string textOf(const llvm::json::Object &json, const exporter::ExportReport &report) {
  std::string text;
  for (const exporter::MaterializedWeight &weight : report.materialized)
    text += fmt::format("{}: {} is written dense\n", weight.layer, weight.scheme);
  return text + fmt::format("wrote {}: {} nodes, {} bytes\n", json.getString("output")->str(),
                            report::grouped(*json.getInteger("nodes")), report::grouped(*json.getInteger("bytes")));
}

} // namespace

llvm::Error exportModel(const ExportOptions &options) {
  if (auto error = checkOutput(options))
    return error;
  Session session(options);
  std::string path = options.model, name;
  if (llvm::sys::fs::is_directory(path)) {
    auto model = modelIn(session, path, name);
    if (!model)
      return model.takeError();
    path = *model;
  }
  CompileOptions compile = compileOptions(options, path);
  auto compilation = Compilation::open(session, compile);
  if (!compilation)
    return compilation.takeError();
  if (auto error = bringTo(**compilation, compile.compileTo, options))
    return error;
  session.progress().stage("export");
  exporter::ExportOptions how;
  how.name = name.empty() ? (*compilation)->name() : name;
  how.version = version();
  how.materialize = options.materialize;
  exporter::ExportReport report;
  auto bytes = exporter::exportOnnx((*compilation)->module(), how, &report);
  if (failed(bytes))
    return report.unsupported.empty() ? invalidInput("") : unsupported("");
  if (auto error = writeFileWhole(options.output, *bytes))
    return error;
  session.progress().finish();
  llvm::json::Array materialized;
  for (const exporter::MaterializedWeight &weight : report.materialized)
    materialized.push_back(llvm::json::Object{{"layer", weight.layer}, {"scheme", weight.scheme}});
  llvm::json::Object json{{"model", how.name},
                          {"output", options.output},
                          {"nodes", report.nodes},
                          {"bytes", static_cast<int64_t>(bytes->size())},
                          {"materialized", std::move(materialized)}};
  std::string text = textOf(json, report);
  session.print(std::move(json), text);
  session.printTimes();
  return llvm::Error::success();
}

} // namespace weft::driver

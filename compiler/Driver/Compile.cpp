//===- Compile.cpp - weft compile: a model to an output folder ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Version.h"
#include "compiler/Report/JsonText.h"
#include "compiler/Report/ReportText.h"
#include "llvm/ADT/StringExtras.h"
#include <filesystem>
#include <fmt/format.h>

using namespace mlir;

namespace weft::driver {
namespace {

/// Every file of a folder, relative, in order, with its size.
llvm::json::Array listFiles(const std::string &folder) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, int64_t>> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->is_regular_file(ec))
      files.emplace_back(fs::relative(it->path(), folder, ec).generic_string(), static_cast<int64_t>(it->file_size(ec)));
  llvm::sort(files);
  llvm::json::Array array;
  for (auto &[path, size] : files)
    array.push_back(llvm::json::Object{{"path", path}, {"bytes", size}});
  return array;
}

/// `--compile-to`: the IR after one phase, to a file or stdout.
llvm::Error compileToPhase(Session &session, Compilation &compilation, const CompileOptions &options) {
  if (auto error = compilation.runTo(options.compileTo))
    return error;
  std::string text = printModule(compilation.module());
  session.progress().finish();
  session.printTimes();
  if (!options.output.empty() && options.output != "-")
    return writeFileWhole(options.output, text);
  llvm::outs() << text;
  return llvm::Error::success();
}

/// Phases, targets, and the files about them, into the staging folder.
llvm::Error fillFolder(Compilation &compilation, const OutputFolder &folder) {
  bool quantized = compilation.options().pipeline.quantize.enabled() || compilation.phase() == "integer";
  if (auto error = compilation.runTo(quantized ? "integer" : "compress", &folder))
    return error;
  compilation.chooseTargets();
  OwningOpRef<ModuleOp> plain(compilation.module().clone());
  if (auto error = compilation.writeModels(folder)) // first: text takes memory, as do the compilers of the targets from then on
    return error;
  if (auto error = compilation.emitTargets(*plain, folder))
    return error;
  if (auto error = folder.write(kReportFile, report::jsonText(compilation.report())))
    return error;
  // Last, because it lists the others.
  llvm::json::Object manifest = compilation.manifest();
  manifest["files"] = listFiles(folder.staging());
  return folder.write(kManifestFile, report::jsonText(std::move(manifest)));
}

llvm::json::Object timesToJson(const Progress &progress) {
  llvm::json::Object times;
  for (const StageTime &stage : progress.times())
    times[stage.name] = stage.seconds + times.getNumber(stage.name).value_or(0);
  return times;
}

} // namespace

llvm::Error compile(const CompileOptions &options) {
  if (!options.compileTo.empty() && !pipeline::findPhase(options.compileTo))
    return usageError(fmt::format("--compile-to: expected one of {}, found '{}'", phaseNames(), options.compileTo));
  Session session(options);
  std::optional<OutputFolder> folder;
  if (options.compileTo.empty()) {
    auto created = OutputFolder::create(options.output, options.force);
    if (!created)
      return created.takeError();
    folder.emplace(std::move(*created));
  }
  auto compilation = Compilation::open(session, options);
  if (!compilation)
    return compilation.takeError();
  if (!folder)
    return compileToPhase(session, **compilation, options);
  if (auto error = fillFolder(**compilation, *folder))
    return error;
  if (auto error = folder->commit())
    return error;
  session.progress().finish();
  llvm::json::Object report = (*compilation)->report();
  report["output"] = folder->target();
  report["seconds"] = timesToJson(session.progress());
  std::string text = report::compileText(report) + fmt::format("\nwrote {}\n", folder->target());
  session.print(std::move(report), text);
  session.printTimes();
  return llvm::Error::success();
}

} // namespace weft::driver

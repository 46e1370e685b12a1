//===- HlsBackend.cpp - a folder of HLS C++ --------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "backends/Hls/HlsBackend.h"

#include "backends/Hls/Library.h"
#include "backends/Hls/Project.h"
#include "mlir/Target/Cpp/CppEmitter.h"
#include "passes/Conversion/FlowToEmitC/FlowToEmitC.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft::hls_backend {

namespace {

/// Writes files into a folder; diagnoses what cannot be written.
class FolderWriter {
public:
  FolderWriter(Operation *op, StringRef folder) : op(op), folder(folder) {}

  LogicalResult write(StringRef name, StringRef text) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    std::error_code ec = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
    if (!ec) {
      llvm::raw_fd_ostream file(path, ec);
      if (!ec)
        file << text;
      file.close();
      if (file.has_error()) {
        ec = file.error();
        file.clear_error();
      }
    }
    if (ec)
      return op->emitError("cannot write ") << path << ": " << ec.message();
    return success();
  }

private:
  Operation *op;
  StringRef folder;
};

std::vector<frames::Port> portsOf(ArrayRef<flow_to_emitc::Channel> channels) {
  std::vector<frames::Port> ports;
  for (const flow_to_emitc::Channel &channel : channels)
    ports.push_back(frames::portOf(channel.name, channel.type, channel.attributes));
  return ports;
}

int64_t stepsOf(func::FuncOp design) {
  int64_t steps = 0;
  design.walk([&](flow::Process process) { steps += process.getTiming().stepsPerFrame(); });
  return steps;
}

LogicalResult writeProject(FolderWriter &folder, const Manifest &manifest,
                           const HlsOptions &options) {
  if (failed(folder.write("interface.json", manifestText(manifest))) ||
      failed(folder.write("tb.cpp", testBenchText(manifest))) ||
      failed(folder.write("Makefile", makefileText(manifest))) ||
      failed(folder.write("run_hls.tcl", tclText(manifest, options))))
    return failure();
  for (const LibraryFile &file : libraryFiles())
    if (failed(folder.write(file.path, file.text)))
      return failure();
  return success();
}

} // namespace

LogicalResult emitHls(ModuleOp module, const HlsOptions &options, StringRef outDir) {
  OwningOpRef<ModuleOp> copy = module.clone();
  copy->getContext()->loadDialect<emitc::EmitCDialect>();
  func::FuncOp design = flow::findDesign(*copy);
  if (!design)
    return module.emitError("expected a design: a func.func @") << flow::kDesignName;
  Manifest manifest;
  manifest.top = flow_to_emitc::identifierOf(options.top);
  manifest.steps = stepsOf(design);
  FailureOr<flow_to_emitc::Interface> interface =
      flow_to_emitc::convertDesign(design, manifest.top);
  if (failed(interface))
    return failure();
  for (Operation &op : llvm::make_early_inc_range(*copy->getBody()))
    if (!isa<emitc::FileOp>(op))
      op.erase(); // the emitter would print functions of other dialects too
  manifest.inputs = portsOf(interface->inputs);
  manifest.outputs = portsOf(interface->outputs);
  manifest.taps = portsOf(interface->taps);

  FolderWriter folder(module, outDir);
  const std::pair<StringRef, StringRef> files[] = {{flow_to_emitc::kHeaderFile, ".h"},
                                                   {flow_to_emitc::kWeightsFile, "_weights.h"},
                                                   {flow_to_emitc::kDesignFile, ".cpp"}};
  for (auto [id, suffix] : files) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (failed(emitc::translateToCpp(*copy, stream, /*declareVariablesAtTop=*/false, id)) ||
        failed(folder.write(manifest.top + suffix.str(), StringRef(text).ltrim())))
      return failure();
  }
  return writeProject(folder, manifest, options);
}

} // namespace weft::hls_backend

//===- Compilation.h - one model on its way through the phases ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_COMPILATION_H
#define COMPILER_DRIVER_COMPILATION_H

#include "compiler/Driver/OutputFolder.h"
#include "compiler/Driver/Session.h"
#include "compiler/Pipeline/Phases.h"
#include "compiler/Report/Layers.h"
#include "compiler/Report/Signature.h"
#include <memory>

namespace weft::driver {

/// The state of `weft compile`: the module, what is kept of it along the way, and what the targets said.
class Compilation {
public:
  /// Loads the model and its calibration data.
  static llvm::Expected<std::unique_ptr<Compilation>> open(Session &session, const CompileOptions &options);

  const CompileOptions &options() const { return commandOptions; }
  /// Of the model.
  const std::string &name() const { return model.name; }
  mlir::ModuleOp module() { return *model.module; }
  /// The phase whose result the module is.
  llvm::StringRef phase() { return pipeline::phaseOf(*model.module); }

  /// What the phases share: the recipe, the samples.
  const pipeline::PipelineState &shared() const { return state; }

  /// Runs the phases up to `phase`. Exit codes: 4 if it lies behind the module, 2 and 3 as the failing phase says.
  /// The float model goes to `folder`, if there is one, as soon as it is there: weights are not kept as text.
  llvm::Error runTo(llvm::StringRef phase, const OutputFolder *folder = nullptr);
  /// Where the user named no targets: all, or cpu alone for a model without an integer core.
  void chooseTargets();
  /// Writes rtl/, hls/ and cpu/ of a module whose weights are not coded, as the options say.
  llvm::Error emitTargets(mlir::ModuleOp plain, const OutputFolder &folder);
  /// Codes the weights of layers that are to be coded, and writes model.mlir, and beside it the quantized model where there is one.
  llvm::Error writeModels(const OutputFolder &folder);

  /// report.json: layers, totals, hardware. Equal for equal inputs: no times, no paths.
  llvm::json::Object report();
  /// manifest.json but for its list of files.
  llvm::json::Object manifest();

private:
  Compilation(Session &session, const CompileOptions &options, LoadedModel model);
  llvm::Error loadRecipe();
  llvm::Error loadCalibration();
  llvm::Error runOne(const pipeline::Phase &phase, mlir::ModuleOp on);
  llvm::Error emitCpu(mlir::ModuleOp plain, const OutputFolder &folder);
  llvm::Error emitRtl(mlir::ModuleOp flowModule, const OutputFolder &folder);
  llvm::Error emitHls(mlir::ModuleOp flowModule, const OutputFolder &folder);
  llvm::Error describeDesign(mlir::ModuleOp flowModule);
  llvm::json::Array layersToJson();

  Session &session;
  CompileOptions commandOptions;
  LoadedModel model;
  pipeline::PipelineState state;
  /// After phase nn: what the compressed and quantized model is compared with.
  std::vector<report::Layer> floatLayers;
  /// Before phase integer: what standard ONNX can say.
  mlir::OwningOpRef<mlir::ModuleOp> quantizedModel;
  /// What each target says of itself, by its name.
  llvm::json::Object targetManifests;
  llvm::json::Array inputStreams, outputStreams;
  /// Per layer: PE, SIMD, cycles, resources; from the flow phase.
  llvm::json::Object hardwareLayers, hardwareTotals;
};

/// What --compress or --recipe say. Exit codes: 4 for a bad --compress, 6 and 3 for an unreadable or bad file.
llvm::Expected<compression::Recipe> readRecipe(const pipeline::PipelineOptions &options);

/// "import, nn, …": for messages.
std::string phaseNames();

} // namespace weft::driver

#endif // COMPILER_DRIVER_COMPILATION_H

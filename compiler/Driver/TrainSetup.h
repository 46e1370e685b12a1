//===- TrainSetup.h - what a training begins with -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_TRAINSETUP_H
#define COMPILER_DRIVER_TRAINSETUP_H

#include "compiler/Driver/Session.h"
#include "compiler/Driver/TrainOptions.h"
#include "compiler/Pipeline/Phases.h"
#include "compiler/Trainer/TrainingData.h"
#include "passes/Training/BatchNorm.h"

namespace weft::driver {

constexpr llvm::StringLiteral kCheckpointFile = "checkpoint.bin";
constexpr llvm::StringLiteral kTrainedFile = "model.onnx";

/// The model in the phase in which it is trained, its data, and where the result goes.
class TrainSetup {
public:
  TrainSetup(Session &session, const TrainOptions &options) : session(session), options(options) {}
  /// Claims the folder, loads model and data, runs the phases. Exit codes: 6 for a folder that is in use, 3 for bad data, 4 for flags that do not go together.
  llvm::Error prepare();
  /// The file in the output folder.
  std::string path(llvm::StringRef file) const { return (llvm::StringRef(options.output).rtrim('/') + "/" + file).str(); }
  /// Runs one more phase on the model.
  llvm::Error runPhase(llvm::StringRef name);
  /// Batch norms that were trained beside quantized or compressed weights fold into them.
  llvm::Error foldTrainedNorms();
  /// Of @main of a module, as native code.
  llvm::Expected<double> accuracyOf(mlir::ModuleOp module, const trainer::TrainingData &data);
  bool hasTest() const { return !options.test.path.empty(); }
  /// Batch norms from new weights, which fold into weights that are compressed or quantized when training ends.
  bool hasFoldingNorms() const { return !norms.empty(); }
  bool hasClasses() const { return !trainData.labels.empty(); }

  LoadedModel model;
  /// Before compression and quantization; and between them.
  mlir::OwningOpRef<mlir::ModuleOp> floatModel, compressedModel;
  trainer::TrainingData trainData, testData;

private:
  llvm::Error claimFolder();
  llvm::Error loadData();
  llvm::Expected<trainer::TrainingData> dataOf(const DataOptions &from, bool train);
  llvm::Error runPhases();
  llvm::Error simplify();
  llvm::Error foldNorms();
  llvm::Error insertNorms();
  llvm::Error checkFlags();
  llvm::Error checkAugmentation();
  bool hasNewLayers();
  llvm::Error quantizeToFixedPoint();
  llvm::Error distill();

  Session &session;
  const TrainOptions &options;
  report::Signature signature;
  std::vector<training::FoldingNorm> norms;
  std::optional<pipeline::PipelineState> state;
};

} // namespace weft::driver

#endif // COMPILER_DRIVER_TRAINSETUP_H

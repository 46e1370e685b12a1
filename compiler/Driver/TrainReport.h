//===- TrainReport.h - the learning curve ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_TRAINREPORT_H
#define COMPILER_DRIVER_TRAINREPORT_H

#include "compiler/Driver/TrainOptions.h"
#include "compiler/Trainer/Trainer.h"
#include "llvm/Support/JSON.h"

namespace weft::driver {

/// What a training was told, without what does not change its result: kept in checkpoints, to refuse others.
llvm::json::Object settingsToJson(const TrainOptions &options);

llvm::json::Array curveToJson(const std::vector<trainer::EpochReport> &curve, bool hasClasses, bool hasTest);
std::vector<trainer::EpochReport> curveFromJson(const llvm::json::Array &array);

/// Ranks before and after; bits of the model, whose weights have `weightBits`, and of the float model; bytes of what is trained in fixed point.
void addMemory(llvm::json::Object &report, const trainer::Trainer &trainer, mlir::ModuleOp floatModel, const TrainOptions &options, int64_t weightBits);

/// A table of the epochs, and the measures below it.
std::string trainText(const llvm::json::Object &report);

} // namespace weft::driver

#endif // COMPILER_DRIVER_TRAINREPORT_H

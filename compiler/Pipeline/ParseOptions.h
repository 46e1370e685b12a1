//===- ParseOptions.h - the small languages of flags --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_PIPELINE_PARSEOPTIONS_H
#define COMPILER_PIPELINE_PARSEOPTIONS_H

#include "compiler/Pipeline/PipelineOptions.h"
#include "passes/Compression/PlaneCut.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace weft::pipeline {

/// Each parses the value of one flag, or fails with what was expected and found.

/// "int8", "int4", "int2" … "int16", "w4a8" (weights and activations apart), "none".
llvm::Error parseQuantize(llvm::StringRef text, QuantizeOptions &options);
/// "cycles=1000", "fc1=4:16,fc2=1:8", or both joined by commas.
llvm::Expected<ParallelismOptions> parseParallelism(llvm::StringRef text);
/// "verilog,hls,cpu": any of them, without repetition.
llvm::Expected<std::vector<std::string>> parseTargets(llvm::StringRef text);
/// "batch=1", "x[2]=64": a dimension, which may hold '=' itself, and its size.
llvm::Expected<std::pair<std::string, int64_t>> parseDim(llvm::StringRef text);
/// "4" for every layer, "fc1=4", or several joined by commas.
llvm::Expected<std::vector<compression::PlaneRequest>> parsePlanes(llvm::StringRef text);
/// One of `known`; else an error that lists them and names the closest.
llvm::Error expectOneOf(llvm::StringRef what, llvm::StringRef found, llvm::ArrayRef<llvm::StringRef> known);
/// "xc7…" or "ice40…", in a form the synthesis step knows.
llvm::Error checkDevice(llvm::StringRef device);

/// The entry of `known` with the least edit distance, or "" where none is near.
llvm::StringRef closest(llvm::StringRef found, llvm::ArrayRef<llvm::StringRef> known);

} // namespace weft::pipeline

#endif // COMPILER_PIPELINE_PARSEOPTIONS_H

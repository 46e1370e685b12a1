//===- CommandOptions.h - the options of every command ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_COMMANDOPTIONS_H
#define COMPILER_DRIVER_COMMANDOPTIONS_H

#include "compiler/Pipeline/PipelineOptions.h"
#include "passes/Compression/PlaneCut.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::driver {

/// Options every command has.
struct CommonOptions {
  /// Print one JSON object on stdout instead of tables.
  bool json = false;
  /// No progress, no tables: errors only.
  bool quiet = false;
  /// More detail on stderr: times of phases, warnings of passes.
  bool verbose = false;
};

/// The model a command opens, and how it is imported where it is ONNX.
struct ModelOptions : CommonOptions {
  /// model.onnx, model.onnxtext, an .mlir file, or a folder of weft.
  std::string model;
  /// `NAME=FILE.npy`: inputs that are fixed to a value.
  std::vector<std::string> bindings;
  /// `NAME=SIZE`: sizes of dimensions that the model leaves open, by name or as `x[2]`.
  std::vector<std::string> dims;
};

/// Where samples come from, and what is done to them first.
struct DataOptions {
  /// .npz, .npy, or a folder with IDX files.
  std::string path;
  /// `scale=1/255,mean=…,std=…`; empty: nothing.
  std::string preprocess;
  /// Use only the first so many samples; 0: all; negative: as many as the command likes best.
  int64_t limit = 0;
};

struct InfoOptions : ModelOptions {
  /// Calibration samples: they allow errors and hardware to be predicted.
  DataOptions calibration{"", "", -1};
  /// With `compress` or `recipeFile`: predict what they cost and lose.
  pipeline::PipelineOptions pipeline;
};

struct CompileOptions : ModelOptions {
  /// Output folder; or, with `compileTo`, a file ("" and "-": stdout).
  std::string output;
  bool force = false;
  /// verilog, hls, cpu; empty: all that the model allows (cpu alone for one in floating point).
  std::vector<std::string> targets;
  /// Calibration samples.
  DataOptions calibration{"", "", -1};
  pipeline::PipelineOptions pipeline;
  /// Stop after this phase and print IR.
  std::string compileTo;
};

struct ExportOptions : ModelOptions {
  /// The .onnx file.
  std::string output;
  bool force = false;
  /// Dense weights, also where ONNX could say the compressed ones.
  bool materialize = false;
  /// Calibration samples; without them the model is not quantized.
  DataOptions calibration{"", "", -1};
  pipeline::PipelineOptions pipeline;
};

struct RunOptions : ModelOptions {
  /// `[name=]x.npy`, or an .npz with an array per input.
  std::vector<std::string> inputs;
  /// Folder for <output name>.npy; files of these names are replaced.
  std::string output;
  /// native or reference.
  std::string executor = "native";
  pipeline::NativeOptions native;
  /// Bit planes that count; empty: all.
  std::vector<compression::PlaneRequest> planes;
};

struct EvalOptions : ModelOptions {
  DataOptions data;
  std::string executor = "native";
  pipeline::NativeOptions native;
  /// Bit planes that count; empty: all.
  std::vector<compression::PlaneRequest> planes;
  /// Gate on accuracy in 0…1; negative: none.
  double minAccuracy = -1;
};

struct VerifyOptions : CommonOptions {
  std::string folder;
  DataOptions data;
  /// Vectors; 0: all of the data, or 32 random ones where there is none.
  int64_t vectors = 0;
  /// reference, native, hls, rtl: what is compared.
  std::vector<std::string> executors = {"reference", "native", "hls", "rtl"};
  /// verilator or icarus.
  std::string simulator = "verilator";
  bool skipMissing = false;
  /// Of random vectors and of stalls.
  uint64_t seed = 1;
};

struct SynthOptions : CommonOptions {
  std::string folder;
  /// Empty: the device the folder was compiled for.
  std::string device;
  bool bitstream = false;
};

} // namespace weft::driver

#endif // COMPILER_DRIVER_COMMANDOPTIONS_H

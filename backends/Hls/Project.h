//===- Project.h - the files around a design ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef BACKENDS_HLS_PROJECT_H
#define BACKENDS_HLS_PROJECT_H

#include "backends/Frames/Frames.h"
#include "backends/Hls/HlsBackend.h"

namespace weft::hls_backend {

/// What a simulation has to know of a design; interface.json.
struct Manifest {
  std::string top;
  /// Steps of all processes for one frame: how much work a simulation is.
  int64_t steps = 0;
  std::vector<frames::Port> inputs, outputs, taps;
};

std::string manifestText(const Manifest &manifest);
reference::Result<Manifest> parseManifest(llvm::StringRef text);

/// tb.cpp: reads `<input>.hex` of one folder, runs the design, writes `<output>.hex` into another.
std::string testBenchText(const Manifest &manifest);
std::string makefileText(const Manifest &manifest);
/// run_hls.tcl: the project for Vitis HLS.
std::string tclText(const Manifest &manifest, const HlsOptions &options);

} // namespace weft::hls_backend

#endif // BACKENDS_HLS_PROJECT_H

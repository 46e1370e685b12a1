//===- Header.h - the C face of a compiled network ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_HEADER_H
#define BACKENDS_CPU_HEADER_H

#include "backends/Cpu/CpuBackend.h"

namespace weft::cpu {

/// One function of a package; shapes are those of one sample.
struct EntryPoint {
  std::string prefix;
  std::vector<TensorSpec> inputs, outputs;
  int64_t workspaceBytes;
  /// Layers whose bit planes can be cut at run time.
  std::vector<PlaneSetting> planes;
  /// Most threads it runs on.
  int threads = 1;
};

/// `name` with everything that C does not allow in an identifier as an underscore.
std::string cIdentifier(llvm::StringRef name);

std::string headerText(llvm::StringRef name, const std::vector<EntryPoint> &entries, llvm::StringRef cpu);

/// A program that runs one sample of zeros and prints the outputs.
std::string exampleText(llvm::StringRef name, const EntryPoint &entry);

} // namespace weft::cpu

#endif // BACKENDS_CPU_HEADER_H

//===- Simulate.h - C simulation of an emitted design ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef BACKENDS_HLS_SIMULATE_H
#define BACKENDS_HLS_SIMULATE_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace weft::hls_backend {

struct SimulationOptions {
  bool trace = false;         ///< return what each layer gave
  std::string compiler;       ///< empty: the first of c++, g++, clang++ that is found
  unsigned framesPerCall = 8; ///< of the top function; more need more memory
};

/// What one layer gave. `value` is `[N, C, H, W]`, or `[N, C]` for one pixel.
struct Tap {
  std::string layer;
  reference::Tensor value;
};

struct Simulation {
  std::vector<reference::Tensor> outputs;
  std::vector<Tap> taps;
};

/// Compiles what `emitHls` wrote into `folder` with the host's compiler and runs it on `inputs`,
/// `[N] + shape` each, in the order of the design's arguments. The program is kept there for the
/// next call. Error: no compiler, and all that compiler and program complain about (reading an
/// empty stream, a stream that is not empty at the end).
reference::Result<Simulation> simulate(llvm::StringRef folder,
                                       llvm::ArrayRef<reference::Tensor> inputs,
                                       const SimulationOptions &options = {});

} // namespace weft::hls_backend

#endif // BACKENDS_HLS_SIMULATE_H

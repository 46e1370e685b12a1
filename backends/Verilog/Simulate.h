//===- Simulate.h - runs the RTL of a design -------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_SIMULATE_H
#define BACKENDS_VERILOG_SIMULATE_H

#include "runtime/reference/Tensor.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace weft::verilog {

enum class Simulator { verilator, icarus };

struct SimulateOptions {
  /// 0: input always offered, output always taken. Else the seed of random pauses on both sides.
  unsigned stallSeed = 0;
  /// Record every layer's result.
  bool trace = false;
  /// Cycles after which a simulation without an end is given up.
  int64_t cycleLimit = 1000000000;
};

/// What one layer gave. `value` is `[N, C, H, W]`, or `[N, C]` for one pixel, as in a simulation of the HLS code;
/// the layer's own shape where its order on the stream is not D1's.
struct Tap {
  std::string layer;
  reference::Tensor value;
};

struct SimulateResult {
  std::vector<reference::Tensor> outputs; ///< [frames, …], in the tensor's order (codes, not floats)
  std::vector<Tap> taps;                  ///< in the order of the design; none without `trace`
  int64_t latency = 0;             ///< first beat taken in to last beat of the first frame given out
  int64_t initiationInterval = 0;  ///< between the ends of the last two frames; 0 if there was one
  std::vector<int64_t> frameEnds;  ///< cycles after the first beat taken in
  int64_t cycles = 0;
};

/// Builds the simulation of the design in `directory` (emitVerilog with benches) where it is out of date, and runs it on
/// `inputs` ([frames, …] each). Error where the simulator is missing or fails, or the handshake is violated.
llvm::Expected<SimulateResult> simulate(llvm::StringRef directory, Simulator simulator,
                                        const std::vector<reference::Tensor> &inputs,
                                        const SimulateOptions &options = {});

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_SIMULATE_H

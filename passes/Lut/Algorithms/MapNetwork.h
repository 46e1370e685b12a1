//===- MapNetwork.h - consecutive integer layers to one netlist ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_MAPNETWORK_H
#define PASSES_LUT_ALGORITHMS_MAPNETWORK_H

#include "passes/Lut/Algorithms/Layer.h"
#include "runtime/reference/LutNetwork.h"

#include <optional>

namespace weft::lut {

struct MapOptions {
  /// Greatest fan-in of a table: what the device has, 4 to 6.
  int arity = 6;
  /// Neurons of at most so many input bits may be enumerated as truth tables (up to TruthTable::kMaxVariables).
  int tableBits = 12;
  /// Others are summed by a tree of counters, if they have at most so many product bits.
  int64_t productBits = 1024;
  /// The same where weights have several bits: counters of more products take more tables than multipliers do.
  int64_t multipliedBits = 256;
  /// The ABC program; without it the network is what the built-in mapper makes.
  std::optional<std::string> abc;
};

/// How one layer was mapped and proved.
struct LayerProof {
  std::string name;
  int64_t enumerated = 0; // neurons that were compared for every input
  int64_t summed = 0;     // neurons that were proved by the certificate of their sum
  uint64_t combinations = 0;
};

struct MappedNetwork {
  reference::LutNetwork network;
  std::vector<LayerProof> layers;
  /// Tables before ABC, which it had no part in.
  int64_t builtInTables = 0;
  /// Empty, or why a network of the built-in mapper was kept.
  std::string abcFailure;
};

/// Error if a neuron of `layer` is too large for the options, with what would be needed.
reference::Status checkLayer(const Layer &layer, const MapOptions &options);

/// Maps layers, each reading the codes of the one before, to one netlist and proves it: every neuron against its
/// arithmetic (Proof.h), and the minimized netlist against the composed one (`cec`). Error if a neuron is too large, with what
/// is possible, or if a proof fails.
reference::Result<MappedNetwork> mapNetwork(const std::vector<Layer> &layers, const MapOptions &options);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_MAPNETWORK_H

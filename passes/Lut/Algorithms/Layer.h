//===- Layer.h - integer layers as functions of bits --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_LAYER_H
#define PASSES_LUT_ALGORITHMS_LAYER_H

#include "passes/Lut/Algorithms/TruthTable.h"

#include <string>

namespace weft::lut {

/// One neuron: `sum = bias + Σ weights[i] · x[elements[i]]` (no weight is 0), then any function of the sum, as
/// `codes[sum − least]`. `codes` covers every sum that inputs in range give.
struct Neuron {
  std::vector<int32_t> elements;
  std::vector<int64_t> weights;
  int64_t bias = 0;
  int64_t least = 0;
  std::vector<int64_t> codes;

  int64_t codeOf(int64_t sum) const { return codes[static_cast<size_t>(sum - least)]; }
};

/// A layer of neurons over `elements` integers of `bits` bits, all in [lo, hi]; results have `resultBits` bits.
struct Layer {
  std::string name;
  int32_t elements = 0;
  int bits = 1;
  bool isSigned = false;
  int64_t lo = 0, hi = 0;
  int resultBits = 1;
  std::vector<Neuron> neurons;

  /// The integer that `bits` low bits of `raw` stand for.
  int64_t decode(uint64_t raw) const;
  /// Bits of an element that are not the same for all of [lo, hi]; they are what a table addresses.
  std::vector<int> varyingBits() const;
  /// An element's raw bits, given its varying bits in the order of `varyingBits`.
  uint64_t rawOf(const std::vector<int> &varying, uint64_t pattern) const;
  /// Input bits of a neuron: elements times varying bits.
  int64_t inputBits(const Neuron &neuron) const {
    return static_cast<int64_t>(neuron.elements.size() * varyingBits().size());
  }
};

/// A neuron as tables, one per result bit. Variable i·V + v is the v-th of V varying bits of its i-th element;
/// variables are the input bits `inputs` of the layer (element j, bit b is j·B + b).
struct NeuronTables {
  std::vector<int32_t> inputs;
  std::vector<TruthTable> bits;
  /// The addresses that can occur.
  TruthTable care;
};

/// Enumerates a neuron of at most TruthTable::kMaxVariables input bits. Addresses of codes outside of [lo, hi] are don't
/// cares.
NeuronTables tabulate(const Layer &layer, const Neuron &neuron);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_LAYER_H

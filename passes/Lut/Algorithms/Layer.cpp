//===- Layer.cpp - integer layers as functions of bits -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/Layer.h"

namespace weft::lut {

int64_t Layer::decode(uint64_t raw) const {
  if (bits < 64)
    raw &= (uint64_t(1) << bits) - 1;
  if (isSigned && bits < 64 && raw >> (bits - 1))
    raw |= ~uint64_t(0) << bits;
  return static_cast<int64_t>(raw);
}

std::vector<int> Layer::varyingBits() const {
  std::vector<int> result;
  for (int b = 0; b < bits; ++b) {
    // Bit b changes between lo and hi where a multiple of 2^b lies between them.
    if (lo >> b != hi >> b)
      result.push_back(b);
  }
  return result;
}

uint64_t Layer::rawOf(const std::vector<int> &varying, uint64_t pattern) const {
  uint64_t raw = static_cast<uint64_t>(lo);
  for (size_t v = 0; v < varying.size(); ++v) {
    const uint64_t bit = uint64_t(1) << varying[v];
    raw = pattern >> v & 1 ? raw | bit : raw & ~bit;
  }
  return bits < 64 ? raw & ((uint64_t(1) << bits) - 1) : raw;
}

NeuronTables tabulate(const Layer &layer, const Neuron &neuron) {
  const std::vector<int> varying = layer.varyingBits();
  const auto width = static_cast<int>(varying.size()), count = static_cast<int>(neuron.elements.size());
  NeuronTables tables;
  tables.care = TruthTable(width * count, false);
  tables.bits.assign(layer.resultBits, TruthTable(width * count, false));
  for (int32_t element : neuron.elements)
    for (int b : varying)
      tables.inputs.push_back(element * layer.bits + b);
  for (uint64_t a = 0; a < tables.care.size(); ++a) {
    int64_t sum = neuron.bias;
    bool possible = true;
    for (int i = 0; i < count; ++i) {
      const int64_t x = layer.decode(layer.rawOf(varying, a >> (i * width)));
      possible &= layer.lo <= x && x <= layer.hi;
      sum += neuron.weights[i] * x;
    }
    if (!possible)
      continue;
    tables.care.set(a, true);
    const auto code = static_cast<uint64_t>(neuron.codeOf(sum));
    for (int b = 0; b < layer.resultBits; ++b)
      if (code >> b & 1)
        tables.bits[b].set(a, true);
  }
  return tables;
}

} // namespace weft::lut

//===- Random.h - layers and functions to try mapping on -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_PASSES_LUT_RANDOM_H
#define TEST_UNIT_PASSES_LUT_RANDOM_H

#include "passes/Lut/Algorithms/Layer.h"
#include "runtime/reference/LutNetwork.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <random>

namespace weft::lut::test {

/// Codes of a neuron: how many of `steps` thresholds, spread over its sums, the sum reaches; `least` is the lowest code.
inline void addSteps(const Layer &layer, Neuron &neuron, int64_t steps, int64_t least = 0) {
  int64_t lo = neuron.bias, hi = neuron.bias;
  for (int64_t w : neuron.weights) {
    lo += std::min(w * layer.lo, w * layer.hi);
    hi += std::max(w * layer.lo, w * layer.hi);
  }
  neuron.least = lo;
  for (int64_t sum = lo; sum <= hi; ++sum)
    neuron.codes.push_back(least + std::min(steps, (sum - lo) * (steps + 1) / (hi - lo + 1)));
}

/// `neurons` of `fanIn` inputs each; weights of ±`greatest` without 0.
inline Layer randomLayer(std::mt19937_64 &random, int32_t elements, int bits, int32_t neurons, int fanIn, int64_t greatest,
                         int resultBits) {
  Layer layer;
  layer.name = "random";
  layer.elements = elements;
  layer.bits = bits;
  layer.hi = (int64_t(1) << bits) - 1;
  layer.resultBits = resultBits;
  std::vector<int32_t> all(elements);
  for (int32_t i = 0; i < elements; ++i)
    all[i] = i;
  for (int32_t n = 0; n < neurons; ++n) {
    Neuron neuron;
    std::shuffle(all.begin(), all.end(), random);
    neuron.elements.assign(all.begin(), all.begin() + fanIn);
    for (int i = 0; i < fanIn; ++i) {
      const auto weight = static_cast<int64_t>(random() % (2 * greatest)) - greatest;
      neuron.weights.push_back(weight < 0 ? weight : weight + 1);
    }
    neuron.bias = static_cast<int64_t>(random() % 9) - 4;
    addSteps(layer, neuron, (int64_t(1) << resultBits) - 1);
    layer.neurons.push_back(std::move(neuron));
  }
  return layer;
}

/// The codes of one sample by the definition: multiply, add, look up.
inline std::vector<int64_t> evaluateNaively(const Layer &layer, const std::vector<int64_t> &x) {
  std::vector<int64_t> codes;
  for (const Neuron &neuron : layer.neurons) {
    int64_t sum = neuron.bias;
    for (size_t i = 0; i < neuron.elements.size(); ++i)
      sum += neuron.weights[i] * x[neuron.elements[i]];
    codes.push_back(neuron.codes.at(sum - neuron.least));
  }
  return codes;
}

/// The bits of a sample's elements.
inline std::vector<uint8_t> bitsOf(const std::vector<int64_t> &values, int bits) {
  std::vector<uint8_t> result;
  for (int64_t v : values)
    for (int b = 0; b < bits; ++b)
      result.push_back(v >> b & 1);
  return result;
}

} // namespace weft::lut::test

#endif // TEST_UNIT_PASSES_LUT_RANDOM_H

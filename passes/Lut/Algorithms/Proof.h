//===- Proof.h - tables against the arithmetic they replace -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_PROOF_H
#define PASSES_LUT_ALGORITHMS_PROOF_H

#include "passes/Lut/Algorithms/AdderTree.h"

namespace weft::lut {

/// The part of `network` that computes some signals: its own network, and which inputs of the whole are its inputs.
struct Cone {
  LutNetwork network;
  std::vector<int32_t> inputs;
};

/// Follows `outputs` down to inputs, or to `cut` signals, which become inputs 0 … of the cone, used or not, in that order.
Cone coneOf(const LutNetwork &network, const std::vector<int32_t> &outputs, const std::vector<int32_t> &cut = {});

/// Compares `outputs` of `network`, whose inputs are the layer's input bits, with the neuron's integers for every
/// combination of its inputs in range. Error with the first that differs, or if the tables read anything else. The number of
/// combinations compared.
reference::Result<uint64_t> proveByEnumeration(const LutNetwork &network, const std::vector<int32_t> &outputs,
                                               const Layer &layer, const Neuron &neuron);

/// Checks the certificate of a sum: its columns are the neuron's products for every input, each counter's tables count (all
/// of at most 2^6 combinations), the counters use each bit once, and the code is right for every value of the
/// sum that occurs. Together: the network equals the neuron. Error with the first step that is wrong.
reference::Status proveBySum(const LutNetwork &network, const std::vector<int32_t> &outputs, const SumCertificate &sum,
                             const Layer &layer, const Neuron &neuron);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_PROOF_H

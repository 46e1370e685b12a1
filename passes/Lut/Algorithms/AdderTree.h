//===- AdderTree.h - neurons of many inputs as sums and comparisons -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_ADDERTREE_H
#define PASSES_LUT_ALGORITHMS_ADDERTREE_H

#include "passes/Lut/Algorithms/Layer.h"
#include "passes/Lut/Algorithms/NetworkBuilder.h"

namespace weft::lut {

/// A counter: `inputs` all count 2^column, `outputs[i]` counts 2^(column+i), and the two sides are equal.
struct Compressor {
  int column = 0;
  std::vector<int32_t> inputs, outputs;
};

/// How a sum was built, so that somebody else can check it: `base + Σ 2^k · (signals in columns[k])` is the neuron's sum; the
/// compressors, in order, turn the columns into `sum`, one bit per column.
struct SumCertificate {
  int64_t base = 0;
  std::vector<std::vector<int32_t>> columns;
  std::vector<Compressor> compressors;
  std::vector<int32_t> sum;
};

/// Number of bits that the products of a neuron put into the columns.
int64_t productBits(const Layer &layer, const Neuron &neuron);

/// Adds the tree of counters (6 bits to 3 where a table has 6 inputs, 3 to 2 else) that sums the products of a neuron whose
/// layer's input bit i is signal inputs[i]. A binary layer's popcount is the case of weights −1 and 1.
SumCertificate addSum(NetworkBuilder &builder, const Layer &layer, const Neuron &neuron, const std::vector<int32_t> &inputs,
                      int arity);

/// Adds the neuron's code as a function of its sum: comparisons with the sums where a bit of the code changes. The
/// signals of the code's bits.
std::vector<int32_t> addCode(NetworkBuilder &builder, const Layer &layer, const Neuron &neuron, const SumCertificate &sum,
                             int arity);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_ADDERTREE_H

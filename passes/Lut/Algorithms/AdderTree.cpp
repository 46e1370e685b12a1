//===- AdderTree.cpp - neurons of many inputs as sums and comparisons -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/AdderTree.h"

#include "passes/Lut/Algorithms/Decompose.h"

#include <algorithm>
#include <map>

namespace weft::lut {

namespace {

/// weight · element as `constant + Σ coefficient · bit` over the element's varying bits.
struct Product {
  int64_t constant = 0;
  std::vector<std::pair<int, int64_t>> terms; // bit of the element, coefficient
};

Product productOf(const Layer &layer, const std::vector<int> &varying, int64_t weight) {
  Product product;
  product.constant = weight * layer.decode(layer.rawOf(varying, 0));
  for (size_t v = 0; v < varying.size(); ++v) {
    const int64_t with = layer.decode(layer.rawOf(varying, uint64_t(1) << v));
    product.terms.push_back({varying[v], weight * (with - layer.decode(layer.rawOf(varying, 0)))});
  }
  return product;
}

int popcount(uint64_t value) {
  int count = 0;
  for (; value; value &= value - 1)
    ++count;
  return count;
}

/// The columns of a neuron: a negative term c·x is |c|·(1−x) + c.
SumCertificate columnsOf(NetworkBuilder &builder, const Layer &layer, const Neuron &neuron, const std::vector<int32_t> &inputs) {
  SumCertificate sum;
  sum.base = neuron.bias;
  const std::vector<int> varying = layer.varyingBits();
  for (size_t i = 0; i < neuron.elements.size(); ++i) {
    const Product product = productOf(layer, varying, neuron.weights[i]);
    sum.base += product.constant;
    for (auto [bit, coefficient] : product.terms) {
      int32_t signal = inputs[neuron.elements[i] * layer.bits + bit];
      if (coefficient < 0) {
        sum.base += coefficient;
        signal = builder.invert(signal);
      }
      const uint64_t magnitude = coefficient < 0 ? -static_cast<uint64_t>(coefficient) : static_cast<uint64_t>(coefficient);
      for (int k = 0; magnitude >> k; ++k)
        if (magnitude >> k & 1) {
          sum.columns.resize(std::max<size_t>(sum.columns.size(), k + 1));
          sum.columns[k].push_back(signal);
        }
    }
  }
  return sum;
}

Compressor compress(NetworkBuilder &builder, int column, std::vector<int32_t> inputs) {
  Compressor result{column, std::move(inputs), {}};
  const auto count = static_cast<int>(result.inputs.size());
  for (int b = 0; count >> b; ++b) {
    uint64_t truth = 0;
    for (uint64_t a = 0; a < uint64_t(1) << count; ++a)
      truth |= uint64_t(popcount(a) >> b & 1) << a;
    result.outputs.push_back(builder.add(result.inputs, truth));
  }
  return result;
}

/// Bits a counter takes of a column that holds `count`: those that leave the fewest per table.
size_t take(size_t count, int arity) {
  if (arity >= 6 && count >= 5)
    return std::min<size_t>(6, count);
  return std::min<size_t>(3, count);
}

/// sum ≥ threshold, from the least significant bits up, as many bits per table as fit beside the result so far.
int32_t addAtLeast(NetworkBuilder &builder, const std::vector<int32_t> &sum, uint64_t threshold, int arity) {
  int32_t result = builder.constant(true);
  for (size_t low = 0; low < sum.size(); low += arity - 1) {
    const size_t count = std::min<size_t>(arity - 1, sum.size() - low);
    std::vector<int32_t> fanIns(sum.begin() + low, sum.begin() + low + count);
    fanIns.push_back(result);
    const uint64_t digit = threshold >> low & ((uint64_t(1) << count) - 1);
    uint64_t truth = 0;
    for (uint64_t a = 0; a < uint64_t(1) << fanIns.size(); ++a) {
      const uint64_t value = a & ((uint64_t(1) << count) - 1);
      truth |= uint64_t(value > digit || (value == digit && a >> count & 1)) << a;
    }
    result = builder.add(fanIns, truth);
  }
  return result;
}

} // namespace

int64_t productBits(const Layer &layer, const Neuron &neuron) {
  int64_t bits = 0;
  const std::vector<int> varying = layer.varyingBits();
  for (int64_t weight : neuron.weights)
    for (auto [bit, coefficient] : productOf(layer, varying, weight).terms)
      bits += popcount(coefficient < 0 ? -static_cast<uint64_t>(coefficient) : static_cast<uint64_t>(coefficient));
  return bits;
}

SumCertificate addSum(NetworkBuilder &builder, const Layer &layer, const Neuron &neuron, const std::vector<int32_t> &inputs,
                      int arity) {
  SumCertificate sum = columnsOf(builder, layer, neuron, inputs);
  std::vector<std::vector<int32_t>> columns = sum.columns;
  for (size_t k = 0; k < columns.size(); ++k) {
    size_t front = 0; // a queue, so that the tree is balanced
    while (columns[k].size() - front > 1) {
      const size_t count = take(columns[k].size() - front, arity);
      Compressor c = compress(builder, static_cast<int>(k), {columns[k].begin() + front, columns[k].begin() + front + count});
      front += count;
      columns.resize(std::max(columns.size(), k + c.outputs.size()));
      for (size_t i = 0; i < c.outputs.size(); ++i)
        columns[k + i].push_back(c.outputs[i]);
      sum.compressors.push_back(std::move(c));
    }
    sum.sum.push_back(front < columns[k].size() ? columns[k][front] : builder.constant(false));
  }
  return sum;
}

std::vector<int32_t> addCode(NetworkBuilder &builder, const Layer &layer, const Neuron &neuron, const SumCertificate &sum,
                             int arity) {
  const auto count = static_cast<int64_t>(neuron.codes.size());
  auto indexOf = [&](uint64_t value) { return sum.base + static_cast<int64_t>(value) - neuron.least; };
  // Sums that do not occur have the code of the nearest that does.
  auto codeAt = [&](uint64_t value) {
    return static_cast<uint64_t>(neuron.codes[std::clamp<int64_t>(indexOf(value), 0, count - 1)]);
  };
  const auto width = static_cast<int>(sum.sum.size());
  std::vector<int32_t> result;
  if (width <= 10) {
    std::vector<TruthTable> bits(layer.resultBits, TruthTable(width));
    TruthTable care(width);
    for (uint64_t value = 0; value < care.size(); ++value) {
      care.set(value, indexOf(value) >= 0 && indexOf(value) < count);
      for (int b = 0; b < layer.resultBits; ++b)
        bits[b].set(value, codeAt(value) >> b & 1);
    }
    return decompose(builder, bits, care, sum.sum, arity);
  }
  std::map<uint64_t, int32_t> atLeast;
  for (int b = 0; b < layer.resultBits; ++b) {
    int32_t bit = builder.constant(codeAt(0) >> b & 1);
    for (uint64_t value = 1; value < uint64_t(1) << width; ++value)
      if ((codeAt(value) ^ codeAt(value - 1)) >> b & 1) {
        auto [entry, isNew] = atLeast.try_emplace(value, 0);
        if (isNew)
          entry->second = addAtLeast(builder, sum.sum, value, arity);
        bit = builder.add({bit, entry->second}, 0x6);
      }
    result.push_back(bit);
  }
  return result;
}

} // namespace weft::lut

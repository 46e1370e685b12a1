//===- LutNetwork.h - a netlist of K-input truth tables ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_LUTNETWORK_H
#define RUNTIME_REFERENCE_LUTNETWORK_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <array>
#include <cstdint>
#include <vector>

namespace weft::reference {

/// One Boolean function of at most 6 signals. The address of an entry is Σ 2^k · (value of fanIns[k]); entry a is bit a
/// of `truth`. A table of no fan-ins is a constant. Bits of `truth` from 2^arity on are 0.
struct LutTable {
  static constexpr int kMaxArity = 6;
  std::array<int32_t, kMaxArity> fanIns = {};
  int32_t arity = 0;
  uint64_t truth = 0;

  /// The bits of `truth` that a table of `arity` fan-ins uses.
  static uint64_t mask(int arity) { return arity >= 6 ? ~uint64_t(0) : (uint64_t(1) << (1 << arity)) - 1; }
};

/// A combinational netlist (rule A18). Signals 0 … inputs−1 are the input bits, signal inputs+t is table t, which reads
/// signals before it. Output bit i is signal outputs[i].
struct LutNetwork {
  int32_t inputs = 0;
  std::vector<LutTable> tables;
  std::vector<int32_t> outputs;

  int32_t signals() const { return inputs + static_cast<int32_t>(tables.size()); }
  /// Error naming the first table or output that breaks a rule above.
  Status check() const;
  /// The output bits of one sample, each 0 or 1. The network is valid and has bits.size() inputs.
  std::vector<uint8_t> evaluate(const std::vector<uint8_t> &bits) const;
  /// As `evaluate`, for 64 samples at once: bit s of each word belongs to sample s.
  std::vector<uint64_t> evaluateWords(const std::vector<uint64_t> &words) const;
  /// Tables on the longest path that ends at each signal (0 for inputs and constants).
  std::vector<int32_t> levels() const;
};

/// A18: element j of a sample of `x` (row-major behind dimension 0, B bits each, two's complement) gives input bits
/// j·B … j·B+B−1, the least significant first; output bits fill elements of `type` likewise. `shape` is the result's
/// shape behind dimension 0. Error if the numbers of bits disagree or the network is not valid.
Result<Tensor> lutNetwork(const LutNetwork &network, const Tensor &x, ElementType type, const Shape &shape);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_LUTNETWORK_H

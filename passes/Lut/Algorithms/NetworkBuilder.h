//===- NetworkBuilder.h - netlists without redundancy, table by table ---------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_NETWORKBUILDER_H
#define PASSES_LUT_ALGORITHMS_NETWORKBUILDER_H

#include "runtime/reference/LutNetwork.h"

#include <map>
#include <utility>
#include <vector>

namespace weft::lut {

using reference::LutNetwork;
using reference::LutTable;

/// Grows a network. A table that is equal to an earlier one, a wire or a constant after its constant, repeated and
/// unused fan-ins are gone, is not added again.
class NetworkBuilder {
public:
  /// `absorbInverters`: a fan-in that is another signal inverted becomes that signal.
  explicit NetworkBuilder(int32_t inputs, bool absorbInverters = false) : absorbInverters(absorbInverters) {
    network.inputs = inputs;
  }

  /// The signal of a function of at most 6 signals; fanIns[0] is the least significant bit of the address.
  int32_t add(std::vector<int32_t> fanIns, uint64_t truth);
  int32_t constant(bool value) { return add({}, value); }
  int32_t invert(int32_t signal) { return add({signal}, 1); }
  /// 0 or 1 where the signal is a constant, −1 else.
  int constantOf(int32_t signal) const;
  /// Copies `other`, its inputs being `inputs`. The signals of its outputs.
  std::vector<int32_t> append(const LutNetwork &other, const std::vector<int32_t> &inputs);

  int32_t tables() const { return static_cast<int32_t>(network.tables.size()); }
  const LutNetwork &peek() const { return network; }
  /// The network with these outputs and without tables that none of them needs.
  LutNetwork finish(std::vector<int32_t> outputs) const;

private:
  bool absorbInverters;
  LutNetwork network;
  std::map<std::pair<std::vector<int32_t>, uint64_t>, int32_t> known;
};

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_NETWORKBUILDER_H

//===- Abc.h - minimization and equivalence by ABC ----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_LUT_ALGORITHMS_ABC_H
#define PASSES_LUT_ALGORITHMS_ABC_H

#include "runtime/reference/LutNetwork.h"

#include <optional>
#include <string>

namespace weft::lut {

using reference::LutNetwork;

/// The ABC program on the path (berkeley-abc, abc or yosys-abc), if there is one.
std::optional<std::string> findAbc();

/// `network` in BLIF: input bit i is `i<i>`, table t `t<t>`, output bit i `o<i>`.
std::string toBlif(const LutNetwork &network);
/// Reads BLIF of tables (.names of at most 6 inputs) with these names of inputs and outputs, in any order.
reference::Result<LutNetwork> fromBlif(const std::string &text, int32_t inputs, int32_t outputs);

/// Resynthesizes and maps `network` to tables of at most `arity` fan-ins with the program `abc`. Error if it fails. Whether
/// the result is equal is for the caller to prove.
reference::Result<LutNetwork> minimizeByAbc(const LutNetwork &network, int arity, const std::string &abc);

/// Whether ABC proves two networks equal, by SAT sweeping (`cec`). Error if it refutes it or gives up.
reference::Status proveByAbc(const LutNetwork &a, const LutNetwork &b, const std::string &abc);

} // namespace weft::lut

#endif // PASSES_LUT_ALGORITHMS_ABC_H

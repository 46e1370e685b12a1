//===- ListReach.h - parts of a vector that lists of inputs need ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_LISTREACH_H
#define PASSES_DATAFLOW_LISTREACH_H

#include <cstdint>
#include <vector>

namespace weft::dataflow {

/// Lists of at most `edges` inputs each, ascending; −1 where an edge reads none.
struct InputLists {
  int64_t edges = 0;
  std::vector<int64_t> inputs;  ///< [lists, edges]
  std::vector<int64_t> lengths; ///< [lists]: edges
};

/// The most elements of a vector that one of `simd` memories holds: number s of them has edges s·T to (s + 1)·T − 1 of every list, T = ⌈L / simd⌉ of the
/// longest of `sets` lists that are read side by side. Of many lists some are looked at.
int64_t listReach(const InputLists &lists, int64_t simd, int64_t sets);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_LISTREACH_H

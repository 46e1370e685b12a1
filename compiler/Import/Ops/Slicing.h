//===- Slicing.h - starts, ends and steps of Slice ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_SLICING_H
#define COMPILER_IMPORT_OPS_SLICING_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// One dimension of a slice as nn.slice has it; `size` −1 keeps a dynamic dimension.
struct SliceRange {
  int64_t start = 0, size = -1, step = 1;
};

/// Ranges for every dimension of the input, from Slice's attributes (opset < 10) or operands; reports what is wrong.
std::optional<llvm::SmallVector<SliceRange>> readSlice(Node &node, llvm::ArrayRef<Dim> dims);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_SLICING_H

//===- Shape.h - shared by operators that name axes --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_SHAPE_H
#define COMPILER_IMPORT_OPS_SHAPE_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Axes from the attribute `axes` or from an operand: not negative, ascending. Nothing if neither is there, or (then
/// the node has failed) they are wrong.
std::optional<llvm::SmallVector<int64_t>> readAxes(Node &node, unsigned input, int64_t rank);

/// A constant repeated to `dims`, one of which or more are dynamic: there it has one element, elsewhere as many as they say. Nothing for others.
std::optional<SymbolicSplat> repeatedConstant(const HostTensor &constant, llvm::ArrayRef<Dim> dims);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_SHAPE_H

//===- Linear.h - matrix products --------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_LINEAR_H
#define COMPILER_IMPORT_OPS_LINEAR_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Gemm of the node's operands and attributes.
mlir::Value gemm(Node &node);

/// numpy.matmul of two values: vectors become matrices for a while.
mlir::Value product(Node &node, mlir::Value a, mlir::Value b);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_LINEAR_H

//===- Pooling.h - pools over windows and over everything --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_POOLING_H
#define COMPILER_IMPORT_OPS_POOLING_H

#include "compiler/Import/Ops/Windows.h"

namespace weft::import {

/// The window attributes of a pool; `ceilEnd` is what ceil_mode adds to the end.
std::optional<Windows> readPool(Node &node, mlir::Value x);

/// A pool of x `[N, C, spatial…]` with the node's window attributes; null where it failed.
mlir::Value windowPool(Node &node, mlir::Value x, nn::PoolKind kind);

/// One window over all spatial dimensions; a reduction where a size is not known.
mlir::Value globalPool(Node &node, mlir::Value x, nn::PoolKind kind, nn::ReduceKind reduce);

/// Which element of x each window's maximum is, the first of equal ones, as its index in the whole of x; in the order of its
/// spatial dimensions, or of the reversed ones (`columnMajor`).
mlir::Value maxIndices(Node &node, mlir::Value x, bool columnMajor);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_POOLING_H

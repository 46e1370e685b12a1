//===- Pooling.h - pools over windows and over everything --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_POOLING_H
#define COMPILER_IMPORT_OPS_POOLING_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// A pool of x `[N, C, spatial…]` with the node's window attributes; null where it failed.
mlir::Value windowPool(Node &node, mlir::Value x, nn::PoolKind kind);

/// One window over all spatial dimensions; a reduction where a size is not known.
mlir::Value globalPool(Node &node, mlir::Value x, nn::PoolKind kind, nn::ReduceKind reduce);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_POOLING_H

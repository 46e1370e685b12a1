//===- Counting.h - constants that count --------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_COUNTING_H
#define COMPILER_IMPORT_OPS_COUNTING_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// The constant 0, 1, …, length − 1 along dimension `axis` of `rank` dimensions, the others 1: what an index is compared with. Its elements are i64
/// unless another type is given. Reports a length over 2^26.
mlir::Value countAlong(Node &node, int64_t length, int64_t axis, int64_t rank, mlir::Type element = {});

/// An i1 tensor of the shape of `x`, all true; its dimensions may be dynamic.
mlir::Value trueLike(Node &node, mlir::Value x);

/// Coordinate along `axis` of every element of `x`, as i64 that broadcasts against it; the dimension may be dynamic.
mlir::Value coordinateAlong(Node &node, mlir::Value x, int64_t axis);

/// Size of dimension `axis` if it is known; reports otherwise.
std::optional<int64_t> knownSize(Node &node, mlir::Value x, int64_t axis);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_COUNTING_H

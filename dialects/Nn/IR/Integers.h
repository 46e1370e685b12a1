//===- Integers.h - what integer elements can be ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_INTEGERS_H
#define DIALECTS_NN_IR_INTEGERS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace weft::nn {

/// `uiN` holds 0 to 2^N - 1, and so does `i1`, a boolean; every other `iN` is two's complement. MLIR's own
/// `isUnsigned` does not know of the boolean: everything in weft that asks for a sign asks here.
inline bool isUnsignedInteger(mlir::IntegerType type) {
  return type.isUnsigned() || (type.isSignless() && type.getWidth() == 1);
}

/// Least and greatest value.
struct IntegerBounds {
  int64_t lo = 0, hi = 0;
};

/// Of a type; those of more than 63 bits (unsigned: 62) are clipped to it.
IntegerBounds boundsOf(mlir::IntegerType type);

/// What (a − za) · (b − zb) can be, for types of at most 16 bits and zero points of them (rule A5m).
IntegerBounds productBounds(mlir::IntegerType a, int64_t za, mlir::IntegerType b, int64_t zb);

/// The operand and result types of a product, and its zero points, are those of rule A5m.
mlir::LogicalResult verifyProduct(mlir::Operation *op, mlir::Type a, int64_t za, mlir::Type b, int64_t zb, mlir::Type result);

} // namespace weft::nn

#endif // DIALECTS_NN_IR_INTEGERS_H

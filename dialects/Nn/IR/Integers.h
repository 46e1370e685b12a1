//===- Integers.h - signedness of integer elements ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_INTEGERS_H
#define DIALECTS_NN_IR_INTEGERS_H

#include "mlir/IR/BuiltinTypes.h"

namespace weft::nn {

/// `uiN` holds 0 to 2^N - 1, and so does `i1`, a boolean; every other `iN` is two's complement. MLIR's own
/// `isUnsigned` does not know of the boolean: everything in weft that asks for a sign asks here.
inline bool isUnsignedInteger(mlir::IntegerType type) {
  return type.isUnsigned() || (type.isSignless() && type.getWidth() == 1);
}

} // namespace weft::nn

#endif // DIALECTS_NN_IR_INTEGERS_H

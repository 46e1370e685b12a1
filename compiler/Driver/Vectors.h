//===- Vectors.h - what verify feeds to the integer core ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_VECTORS_H
#define COMPILER_DRIVER_VECTORS_H

#include "compiler/Driver/Samples.h"
#include "mlir/IR/BuiltinOps.h"

namespace weft::driver {

/// Codes for @core from samples for @main: runs on the reference interpreter what lies before the call (rule A1).
llvm::Expected<Tensors> codesFromSamples(mlir::ModuleOp module, const Samples &samples);

/// `count` frames of codes for the inputs of @core. The first are corners (all least, all greatest, all zero points), as far
/// as `count` goes; the others are random: uniform codes, and in every second frame mostly extreme ones, which
/// accumulators fear most. Depends on nothing but the arguments.
Tensors randomCodes(const std::vector<report::Port> &coreInputs, const std::vector<int64_t> &zeroPoints, int64_t count,
                    uint64_t seed);

} // namespace weft::driver

#endif // COMPILER_DRIVER_VECTORS_H

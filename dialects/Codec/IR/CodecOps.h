//===- CodecOps.h - the codec dialect -----------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_CODEC_IR_CODECOPS_H
#define DIALECTS_CODEC_IR_CODECOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <string>

namespace weft::codec {
/// Bits that store `weight`: the sum over the leaves of its expression, or elements × element bits of a
/// constant. Sub-byte elements count their own bits.
int64_t storageBits(mlir::Value weight);

/// The schemes of an expression from the outermost in, joined by ` of `: `scatter of cluster{k=16}`; "dense" for a constant.
std::string schemeName(mlir::Value weight);

/// How the elements of a linear leaf make the rows of a weight: the group of each element, and of each row. Both empty: one group.
struct RowGroups {
  llvm::SmallVector<int64_t> ofElement, ofRow;
};
} // namespace weft::codec

#include "dialects/Codec/IR/CodecDialect.h.inc"
#include "dialects/Codec/IR/CodecEnums.h.inc"
#include "dialects/Codec/IR/CodecInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Codec/IR/CodecOps.h.inc"

#endif // DIALECTS_CODEC_IR_CODECOPS_H

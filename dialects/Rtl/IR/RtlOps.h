//===- RtlOps.h - the rtl dialect --------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_RTL_IR_RTLOPS_H
#define DIALECTS_RTL_IR_RTLOPS_H

#include "dialects/Lut/IR/LutOps.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"

#include "dialects/Rtl/IR/RtlDialect.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Rtl/IR/RtlTypes.h.inc"
#define GET_OP_CLASSES
#include "dialects/Rtl/IR/RtlOps.h.inc"

#endif // DIALECTS_RTL_IR_RTLOPS_H

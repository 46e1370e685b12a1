//===- LutOps.h - the lut dialect ---------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_LUT_IR_LUTOPS_H
#define DIALECTS_LUT_IR_LUTOPS_H

#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "runtime/reference/LutNetwork.h"

#include "dialects/Lut/IR/LutDialect.h.inc"
#define GET_OP_CLASSES
#include "dialects/Lut/IR/LutOps.h.inc"

#endif // DIALECTS_LUT_IR_LUTOPS_H

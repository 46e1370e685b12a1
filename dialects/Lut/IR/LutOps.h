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

namespace weft::lut {
/// The attribute that asks for a layer's mapping: a dictionary of the parameters of the scheme `lut`. `required` is among
/// them where the recipe names the layer, so that failing is an error and not a remark.
constexpr llvm::StringLiteral kMapAttr = "lut.map";
/// On a network: an array of strings, one per layer that it replaces, `layer: how it is proved`.
constexpr llvm::StringLiteral kProofAttr = "lut.proof";
/// On a network: levels of tables per pipeline stage in hardware; absent or 0: no registers inside.
constexpr llvm::StringLiteral kLevelsAttr = "lut.levels";

/// A netlist as operations hold it: what `lut.network` says of its attributes.
struct NetworkArrays {
  llvm::ArrayRef<int32_t> arities, fanIns;
  llvm::ArrayRef<int64_t> tables;
  llvm::ArrayRef<int32_t> outputs;

  /// The arrays agree with each other and the netlist is valid for `inputs` input and `outputs` output bits, or a diagnostic.
  mlir::LogicalResult verify(mlir::Operation *op, int64_t inputBits, int64_t outputBits) const;
  /// The netlist; the arrays are valid.
  reference::LutNetwork unpack(int64_t inputBits) const;
};

/// How a netlist is cut into pipeline stages.
struct Stages {
  int64_t count = 1;
  /// Stage of each signal: input bits and constants are in stage 0.
  std::vector<int32_t> of;
  /// registers[k]: the signals, ascending, that the registers at the end of stage k hold. The last are the outputs', each once.
  std::vector<std::vector<int32_t>> registers;
};

/// `levels` tables in a row per stage, 0: one stage for all.
Stages stagesOf(const reference::LutNetwork &network, int64_t levels);

/// The owner of packed arrays.
struct PackedNetwork {
  explicit PackedNetwork(const reference::LutNetwork &network);
  llvm::SmallVector<int32_t> arities, fanIns;
  llvm::SmallVector<int64_t> tables;
  llvm::SmallVector<int32_t> outputs;
};
} // namespace weft::lut

#include "dialects/Lut/IR/LutDialect.h.inc"
#define GET_OP_CLASSES
#include "dialects/Lut/IR/LutOps.h.inc"

#endif // DIALECTS_LUT_IR_LUTOPS_H

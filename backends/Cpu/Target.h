//===- Target.h - the machine that is compiled for --------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_TARGET_H
#define BACKENDS_CPU_TARGET_H

#include "mlir/Support/LLVM.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <string>

namespace weft::cpu {

/// How wide vectors are and how many registers there are: what kernels are tiled by.
struct TargetInfo {
  /// f32 or i32 lanes of one register.
  int lanes = 4;
  /// Register tile of a product: `rowTile` × `colTile` vectors of accumulators.
  int rowTile = 4, colTile = 2;
  /// Vectors of one weight panel; a single row keeps them all in registers.
  int panelVectors = 12;
  bool fusedMultiplyAdd = false;
  /// vpdpbusd on full vectors.
  bool vnni = false;
  bool x86 = false, avx2 = false, avx512 = false;
  /// floor, ceil, trunc and roundeven are instructions, not library calls.
  bool hardwareRounding = false;
};

/// The LLVM target machine for `cpu`, and what it means for the kernels. `cpu` is "host", a processor name LLVM
/// knows ("x86-64", "x86-64-v3", "sapphirerapids", …) for the host's architecture, or "triple:processor" for another.
/// Fails with a message on stderr's diagnostic handler through `error`.
class Target {
public:
  static mlir::FailureOr<Target> create(llvm::StringRef cpu, std::string &error);
  const TargetInfo &info() const { return tiles; }
  llvm::TargetMachine &machine() const { return *targetMachine; }
  /// True if code for this target runs on the machine we are on.
  bool runsOnHost() const;

private:
  std::shared_ptr<llvm::TargetMachine> targetMachine;
  TargetInfo tiles;
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_TARGET_H

//===- Entry.h - the functions that callers of native code see --------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_ENTRY_H
#define BACKENDS_CPU_ENTRY_H

#include "backends/Cpu/Module.h"

namespace weft::cpu {

/// What the functions of one entry point call.
struct Entry {
  struct TileCall {
    int64_t samples;
    std::string symbol;
    /// Multiply-adds, or what costs as much.
    int64_t work;
  };
  std::string prefix;
  /// For a single sample: its types.
  mlir::func::FuncOp one;
  /// Greatest first.
  std::vector<TileCall> tiles;
  /// Of each thread.
  int64_t arenaBytes;
  int64_t planeLayers;
  int threads;
};

/// Adds them to the module; returns the bytes of workspace.
int64_t emitFunctions(NativeModule &native, const Entry &entry, const TargetInfo &target);

} // namespace weft::cpu

#endif // BACKENDS_CPU_ENTRY_H

//===- ExitCode.h - what the exit status of weft says ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_EXITCODE_H
#define COMPILER_DRIVER_EXITCODE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace weft::driver {

/// The exit status of every command. Scripts rely on these numbers: they never change meaning.
enum class ExitCode : int {
  Success = 0,
  Mismatch = 1,
  Unsupported = 2,
  InvalidInput = 3,
  Usage = 4,
  MissingTool = 5,
  Io = 6,
  Internal = 70,
  Interrupted = 130,
};

/// One row of `weft help exit-codes`.
struct ExitCodeInfo {
  ExitCode code;
  llvm::StringLiteral meaning;
};

/// All codes, in ascending order.
llvm::ArrayRef<ExitCodeInfo> exitCodes();

} // namespace weft::driver

#endif // COMPILER_DRIVER_EXITCODE_H

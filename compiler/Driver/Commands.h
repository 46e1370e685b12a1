//===- Commands.h - what the commands of weft do ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_COMMANDS_H
#define COMPILER_DRIVER_COMMANDS_H

#include "compiler/Driver/CommandOptions.h"
#include "llvm/Support/Error.h"

namespace weft::driver {

/// Each returns success, or a CommandError with the exit code. One file per command, of the same name.
llvm::Error info(const InfoOptions &options);
llvm::Error compile(const CompileOptions &options);
/// In Export.cpp; `export` is a keyword.
llvm::Error exportModel(const ExportOptions &options);
llvm::Error run(const RunOptions &options);
llvm::Error eval(const EvalOptions &options);
llvm::Error verify(const VerifyOptions &options);
llvm::Error synth(const SynthOptions &options);

/// Reads the command line, runs the command, prints its error; the status for main.
int weftMain(int argc, char **argv);

} // namespace weft::driver

#endif // COMPILER_DRIVER_COMMANDS_H

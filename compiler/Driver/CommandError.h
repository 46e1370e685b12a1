//===- CommandError.h - a failure with its exit code -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_COMMANDERROR_H
#define COMPILER_DRIVER_COMMANDERROR_H

#include "compiler/Driver/ExitCode.h"
#include "llvm/Support/Error.h"
#include <string>

namespace weft::driver {

/// What a command returns when it cannot do its work: a message for the user and the exit code. An empty message means that
/// diagnostics have been printed already.
class CommandError : public llvm::ErrorInfo<CommandError> {
public:
  static char ID;
  CommandError(ExitCode code, std::string message) : code(code), message(std::move(message)) {}
  void log(llvm::raw_ostream &os) const override { os << message; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
  ExitCode exitCode() const { return code; }

private:
  ExitCode code;
  std::string message;
};

/// Shorthands: `return invalidInput("…")`.
llvm::Error failure(ExitCode code, std::string message);
inline llvm::Error mismatch(std::string message) { return failure(ExitCode::Mismatch, std::move(message)); }
inline llvm::Error unsupported(std::string message) { return failure(ExitCode::Unsupported, std::move(message)); }
inline llvm::Error invalidInput(std::string message) { return failure(ExitCode::InvalidInput, std::move(message)); }
inline llvm::Error usageError(std::string message) { return failure(ExitCode::Usage, std::move(message)); }
inline llvm::Error missingTool(std::string message) { return failure(ExitCode::MissingTool, std::move(message)); }
inline llvm::Error interruption(std::string message) { return failure(ExitCode::Interrupted, std::move(message)); }
inline llvm::Error ioError(std::string message) { return failure(ExitCode::Io, std::move(message)); }

/// Prints `weft: error: …` for what the error holds and returns its exit code (70 for an error of no command).
ExitCode report(llvm::Error error);

} // namespace weft::driver

#endif // COMPILER_DRIVER_COMMANDERROR_H

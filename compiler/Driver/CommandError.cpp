//===- CommandError.cpp - a failure with its exit code ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/CommandError.h"

#include "llvm/Support/raw_ostream.h"

namespace weft::driver {

char CommandError::ID;

llvm::ArrayRef<ExitCodeInfo> exitCodes() {
  static const ExitCodeInfo table[] = {
      {ExitCode::Success, "success: what was asked for is done, and every check held"},
      {ExitCode::Mismatch, "a check failed: executors disagree, or a gate such as --min-accuracy was not met"},
      {ExitCode::Unsupported, "the model uses operators (or forms of them) that weft or a target does not support"},
      {ExitCode::InvalidInput, "a model, recipe or data file is damaged, or does not fit the model"},
      {ExitCode::Usage, "the command line is wrong: unknown command, option, device, target or value"},
      {ExitCode::MissingTool, "an external program that is needed (simulator, Yosys, …) is not installed"},
      {ExitCode::Io, "a file could not be read or written, or the output folder exists already"},
      {ExitCode::Internal, "a bug in weft: please report it"},
      {ExitCode::Interrupted, "interrupted (Ctrl-C) after a checkpoint was written: --resume goes on"},
  };
  return table;
}

llvm::Error failure(ExitCode code, std::string message) {
  return llvm::make_error<CommandError>(code, std::move(message));
}

ExitCode report(llvm::Error error) {
  ExitCode result = ExitCode::Success;
  llvm::handleAllErrors(
      std::move(error),
      [&](const CommandError &failed) {
        result = failed.exitCode();
        std::string message;
        llvm::raw_string_ostream os(message);
        failed.log(os);
        if (!message.empty())
          llvm::errs() << "weft: error: " << message << "\n";
      },
      [&](const llvm::ErrorInfoBase &other) {
        result = ExitCode::Internal;
        llvm::errs() << "weft: internal error: " << other.message() << "\n";
      });
  return result;
}

} // namespace weft::driver

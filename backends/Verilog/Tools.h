//===- Tools.h - running external programs ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_TOOLS_H
#define BACKENDS_VERILOG_TOOLS_H

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace weft::verilog {

/// Runs `program`, found on PATH, in `directory`; its output, both channels, goes to the file `log` there. Error where it is not
/// installed, or with the end of the log where it fails.
llvm::Error runTool(llvm::StringRef program, const std::vector<std::string> &arguments, llvm::StringRef directory,
                    llvm::StringRef log, unsigned secondsLimit = 0);

/// The text of a file.
llvm::Expected<std::string> readText(llvm::StringRef path);
llvm::Error writeText(llvm::StringRef path, llvm::StringRef text);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_TOOLS_H

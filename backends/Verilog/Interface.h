//===- Interface.h - what interface.json says ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_INTERFACE_H
#define BACKENDS_VERILOG_INTERFACE_H

#include "backends/Frames/Frames.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace weft::verilog {

/// Streams of the top, by port, and those that are probed.
struct Interface {
  std::string top;
  std::vector<frames::Port> inputs, outputs, taps;
};

/// Reads `directory`/interface.json.
llvm::Expected<Interface> readInterface(llvm::StringRef directory);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_INTERFACE_H

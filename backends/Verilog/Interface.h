//===- Interface.h - what interface.json says ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_INTERFACE_H
#define BACKENDS_VERILOG_INTERFACE_H

#include "runtime/reference/Tensor.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace weft::verilog {

/// One stream of the top, or a probed one.
struct StreamInterface {
  std::string name;   ///< of the port
  std::string value;  ///< of the tensor (ONNX) or the layer
  reference::ElementType element;
  int64_t lanes = 1, beats = 1;
  reference::Shape shape;      ///< of the tensor without batch; empty for taps
  std::vector<int64_t> order;  ///< element i of a frame is element order[i] of the tensor
};

struct Interface {
  std::string top;
  std::vector<StreamInterface> inputs, outputs, taps;
};

/// Reads `directory`/interface.json.
llvm::Expected<Interface> readInterface(llvm::StringRef directory);

/// Beats of `tensor` [frames, …] as lines of hex, one per beat.
std::string toBeats(const StreamInterface &stream, const reference::Tensor &tensor);

/// The tensor of `frames` frames from lines of hex. Error where there are fewer beats or a bit is unknown.
llvm::Expected<reference::Tensor> fromBeats(const StreamInterface &stream, llvm::StringRef text, int64_t frames);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_INTERFACE_H

//===- Frames.h - tensors as files of beats ----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// The files of docs/dataflow.md, "Files of beats", which all simulations read and write.
//===------------------------------------------------------------------------===//
#ifndef BACKENDS_FRAMES_FRAMES_H
#define BACKENDS_FRAMES_FRAMES_H

#include "dialects/Flow/IR/FlowOps.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"
#include "llvm/Support/JSON.h"

namespace weft::frames {

/// A stream as a file: how its beats are a tensor.
struct Port {
  std::string name;  ///< stem of the file
  std::string layer; ///< the network's name of it
  reference::ElementType element;
  std::vector<int64_t> frame = {1, 1, 1}; ///< height, width, channels
  int64_t lanes = 1;
  reference::Shape shape; ///< of the tensor, without the batch dimension
  /// Beat element i of a frame is element order[i] of the tensor in row-major order; empty:
  /// channels last (D1).
  std::vector<int64_t> order;

  int64_t pixels() const { return frame[0] * frame[1]; }
  int64_t channels() const { return frame[2]; }
  int64_t elements() const { return pixels() * channels(); }
  int64_t beats() const { return elements() / lanes; }
  int64_t beatBits() const { return lanes * element.bits; }
};

/// The port of a stream. `attributes` are those of the argument, result or operation: `nn.name`,
/// `flow.shape`, `flow.order` are heeded. Without a shape it is `[C, H, W]`, or `[C]` for one
/// pixel.
Port portOf(llvm::StringRef name, flow::StreamType type, mlir::DictionaryAttr attributes);

/// Values of `[N] + shape` as the text of a file. Error: other element count or values that the
/// type does not hold.
reference::Result<std::string> toBeats(const Port &port, const reference::Tensor &tensor);

/// The inverse.
reference::Result<reference::Tensor> fromBeats(const Port &port, llvm::StringRef text);

/// A port in interface.json.
llvm::json::Value toJSON(const Port &port);
bool fromJSON(const llvm::json::Value &value, Port &port, llvm::json::Path path);

} // namespace weft::frames

#endif // BACKENDS_FRAMES_FRAMES_H

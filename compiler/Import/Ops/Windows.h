//===- Windows.h - window attributes of Conv and pools ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_WINDOWS_H
#define COMPILER_IMPORT_OPS_WINDOWS_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Window attributes with ONNX's defaults filled in, and auto_pad resolved.
struct Windows {
  llvm::SmallVector<int64_t> kernel, strides, dilations, begin, end;
  /// Padding at the end that no average counts, as far as ceil_mode asks for.
  llvm::SmallVector<int64_t> ceilEnd;

  /// Extent of a window in dimension i.
  int64_t extent(size_t i) const { return dilations[i] * (kernel[i] - 1) + 1; }
};

/// Reads strides, pads, dilations and auto_pad for an input [N, C, spatial…]; reports what is wrong.
std::optional<Windows> readWindows(Node &node, mlir::Value input, llvm::ArrayRef<int64_t> kernel);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_WINDOWS_H

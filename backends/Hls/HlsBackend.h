//===- HlsBackend.h - a folder of HLS C++ ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef BACKENDS_HLS_HLSBACKEND_H
#define BACKENDS_HLS_HLSBACKEND_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace weft::hls_backend {

/// What a user chooses.
struct HlsOptions {
  std::string top = "weft_top";         ///< top function and stem of the files
  std::string part = "xc7z020clg400-1"; ///< device for Vitis HLS
  double clockNs = 5;                   ///< target clock period in nanoseconds
};

/// Writes into `folder` (made if it is not there) all that a C simulation and Vitis HLS need for
/// the design of `module`
/// (`func.func @dataflow`): <top>.cpp, <top>.h, <top>_weights.h, weft/hls/*.h, tb.cpp, Makefile,
/// run_hls.tcl and interface.json, which says what is on the ports. `module` is not changed.
/// Failure with a diagnostic.
mlir::LogicalResult emitHls(mlir::ModuleOp module, const HlsOptions &options,
                            llvm::StringRef folder);

} // namespace weft::hls_backend

#endif // BACKENDS_HLS_HLSBACKEND_H

//===- FlowChecks.h - what the verifiers of processes share --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_FLOWCHECKS_H
#define DIALECTS_FLOW_IR_FLOWCHECKS_H

#include "dialects/Flow/IR/FlowOps.h"

namespace weft::flow {

/// The result's frame is `height × width × channels`.
mlir::LogicalResult expectFrame(mlir::Operation *op, StreamType result, int64_t height, int64_t width, int64_t channels);
mlir::LogicalResult expectSameFrame(mlir::Operation *op, StreamType input, StreamType result);
mlir::LogicalResult expectSameElement(mlir::Operation *op, StreamType input, StreamType result);
/// A coefficient tensor `what` has exactly this shape.
mlir::LogicalResult expectShape(mlir::Operation *op, llvm::StringRef what, mlir::Value value, llvm::ArrayRef<int64_t> shape);
/// The order of a depthwise window depends on its lanes (D4), so no converter may stand behind it.
mlir::LogicalResult expectWindowLanes(mlir::Operation *op, StreamType in, StreamType out);

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_FLOWCHECKS_H

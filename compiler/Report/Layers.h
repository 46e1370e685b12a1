//===- Layers.h - what a function of nn operators holds, layer by layer -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_LAYERS_H
#define COMPILER_REPORT_LAYERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace weft::report {

/// One operator of the network. Counts are for one sample, whatever the batch.
struct Layer {
  std::string name;
  /// "linear", "conv 3x3", "unary relu", …
  std::string op;
  /// Of the result; a dynamic dimension is −1.
  std::vector<int64_t> shape;
  /// Of the result: "f32", "i19", "ui8".
  std::string type;
  /// Elements of weight and bias.
  int64_t parameters = 0;
  int64_t macs = 0;
  /// Bits of the leaves of the weight expression alone; 0 for an operator without weights.
  int64_t weightBits = 0;
  /// Bits of the bias.
  int64_t biasBits = 0;
  /// "i8", or "cluster{k=16}" for a codec expression.
  std::string weightScheme;
  /// Width of the exact sum of an integer linear or conv (A3); 0 in floating point.
  unsigned accumulatorBits = 0;
  /// Bits of multipliers, shifts, thresholds and tables: constants that are not weights.
  int64_t otherBits = 0;
};

/// Every operator that computes, in order; constants and codec expressions belong to their user.
std::vector<Layer> describeLayers(mlir::func::FuncOp function);

/// "f32", "i8", "ui4": the element type as a word.
std::string typeName(mlir::Type type);

/// The dimensions of a ranked tensor type; dynamic ones are −1.
std::vector<int64_t> shapeOf(mlir::Type type);

} // namespace weft::report

#endif // COMPILER_REPORT_LAYERS_H

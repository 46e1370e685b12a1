//===- QuantizationPlan.h - which values are quantized, and how --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_QUANTIZATION_QUANTIZATIONPLAN_H
#define PASSES_QUANTIZATION_QUANTIZATIONPLAN_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Quantization/Algorithms/Parameters.h"

namespace weft::quantization {

/// What the plan depends on.
struct PlanOptions {
  unsigned activationBits = 8, inputBits = 8, outputBits = 8;
  bool symmetric = false, powerOfTwo = false, absorbActivations = false;
};

/// Operations that only move values, which keep their scale: reshape, transpose, slice, pad, concat, max pool.
bool movesValues(mlir::Operation *op);

/// Decides, for one function: the *region* is every operation that can be an integer one and depends on the first
/// linear or conv. A value that the region makes or takes in is quantized, but not between an operator and the
/// activation that is fused into it.
class QuantizationPlan {
public:
  /// Failure with a diagnostic where a value that must be quantized has no range.
  static mlir::FailureOr<QuantizationPlan> make(mlir::func::FuncOp function, const PlanOptions &options);

  /// In the order of the IR.
  const llvm::MapVector<mlir::Value, Parameters> &quantizedValues() const { return values; }
  bool inRegion(mlir::Operation *op) const { return region.contains(op); }

private:
  explicit QuantizationPlan(const PlanOptions &options) : options(options) {}
  void findRegion(mlir::func::FuncOp function);
  void findFused(mlir::func::FuncOp function);
  void collectValues(mlir::func::FuncOp function);
  void shareParameters();
  mlir::LogicalResult chooseAll();
  bool isAverageOfAffine(mlir::Operation *op) const;
  std::optional<Parameters> parametersOfRecurrent(llvm::ArrayRef<mlir::Value> group, unsigned bits, Range range) const;
  unsigned bitsOf(llvm::ArrayRef<mlir::Value> group) const;

  PlanOptions options;
  llvm::DenseSet<mlir::Operation *> region;
  /// results that are not quantized because the operation after them is fused
  llvm::DenseSet<mlir::Value> fused;
  llvm::SmallVector<mlir::Value> order;
  llvm::EquivalenceClasses<mlir::Value> groups;
  llvm::MapVector<mlir::Value, Parameters> values;
};

} // namespace weft::quantization

#endif // PASSES_QUANTIZATION_QUANTIZATIONPLAN_H

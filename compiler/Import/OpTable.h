//===- OpTable.h - which function imports which ONNX operator ----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPTABLE_H
#define COMPILER_IMPORT_OPTABLE_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Makes operations for a node and sets its outputs.
using BuildFn = mlir::LogicalResult (*)(Node &);
/// Computes a node whose present inputs are all small integer tensors; nothing leaves it to the builder.
using FoldFn = std::optional<SmallTensor> (*)(Node &, llvm::ArrayRef<SmallTensor>);

struct OpEntry {
  BuildFn build = nullptr;
  FoldFn fold = nullptr;
  unsigned minInputs = 0, maxInputs = 0;
};

/// "" for the standard operators, which files also call "ai.onnx".
inline llvm::StringRef canonicalDomain(llvm::StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

/// Builders by operator, filled once. One `register…` function per family, in `Ops/`.
class OpTable {
public:
  static constexpr unsigned kVariadic = ~0u;
  static const OpTable &get();

  /// Adds an operator of the standard domain. The first `minInputs` operands must be there.
  void add(llvm::StringRef opType, BuildFn build, unsigned minInputs, unsigned maxInputs) {
    addIn("", opType, build, minInputs, maxInputs);
  }
  void addIn(llvm::StringRef domain, llvm::StringRef opType, BuildFn build, unsigned minInputs, unsigned maxInputs);
  void addFold(llvm::StringRef opType, FoldFn fold);

  const OpEntry *find(llvm::StringRef domain, llvm::StringRef opType) const;

private:
  llvm::StringMap<OpEntry> entries;
};

void registerActivationOps(OpTable &table);
void registerAttentionOps(OpTable &table);
void registerBitOps(OpTable &table);
void registerConstantOps(OpTable &table);
void registerContribAttentionOps(OpTable &table);
void registerConvOps(OpTable &table);
void registerConvTransposeOps(OpTable &table);
void registerCountingOps(OpTable &table);
void registerDeterminantOps(OpTable &table);
void registerEinsumOps(OpTable &table);
void registerElementwiseOps(OpTable &table);
void registerFusedOps(OpTable &table);
void registerIndexOps(OpTable &table);
void registerIndexTupleOps(OpTable &table);
void registerIntegerProducts(OpTable &table);
void registerLinearOps(OpTable &table);
void registerLossOps(OpTable &table);
void registerMctQuantizers(OpTable &table);
void registerNGramOps(OpTable &table);
void registerNormalizationOps(OpTable &table);
void registerPoolIndexOps(OpTable &table);
void registerPoolingOps(OpTable &table);
void registerQLinearOps(OpTable &table);
void registerQonnxOps(OpTable &table);
void registerQuantizationOps(OpTable &table);
void registerRecurrentOps(OpTable &table);
void registerReductionOps(OpTable &table);
void registerRefusedOps(OpTable &table);
void registerResizeOps(OpTable &table);
void registerSamplingOps(OpTable &table);
void registerSelectionOps(OpTable &table);
void registerShapeArithmetic(OpTable &table);
void registerShapeOps(OpTable &table);
void registerSignalOps(OpTable &table);
void registerSlicingOps(OpTable &table);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPTABLE_H

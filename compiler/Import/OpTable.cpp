//===- OpTable.cpp - which function imports which ONNX operator ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"

using namespace weft::import;

static std::string keyOf(llvm::StringRef domain, llvm::StringRef opType) {
  return (canonicalDomain(domain) + "::" + opType).str();
}

void OpTable::addIn(llvm::StringRef domain, llvm::StringRef opType, BuildFn build, unsigned minInputs,
                    unsigned maxInputs) {
  OpEntry &entry = entries[keyOf(domain, opType)];
  assert(!entry.build && "operator is registered twice");
  entry.build = build;
  entry.minInputs = minInputs;
  entry.maxInputs = maxInputs;
}

void OpTable::addFold(llvm::StringRef opType, FoldFn fold) { entries[keyOf("", opType)].fold = fold; }

const OpEntry *OpTable::find(llvm::StringRef domain, llvm::StringRef opType) const {
  auto it = entries.find(keyOf(domain, opType));
  return it == entries.end() || !it->second.build ? nullptr : &it->second;
}

const OpTable &OpTable::get() {
  static const OpTable table = [] {
    OpTable t;
    registerActivationOps(t);
    registerAttentionOps(t);
    registerBitOps(t);
    registerConstantOps(t);
    registerContribAttentionOps(t);
    registerConvOps(t);
    registerConvTransposeOps(t);
    registerCountingOps(t);
    registerDeterminantOps(t);
    registerEinsumOps(t);
    registerElementwiseOps(t);
    registerFusedOps(t);
    registerIndexOps(t);
    registerIndexTupleOps(t);
    registerIntegerProducts(t);
    registerLinearOps(t);
    registerLossOps(t);
    registerMctQuantizers(t);
    registerNGramOps(t);
    registerNormalizationOps(t);
    registerPoolIndexOps(t);
    registerPoolingOps(t);
    registerQLinearOps(t);
    registerQonnxOps(t);
    registerQuantizationOps(t);
    registerRecurrentOps(t);
    registerReductionOps(t);
    registerRefusedOps(t);
    registerResizeOps(t);
    registerSamplingOps(t);
    registerSelectionOps(t);
    registerShapeOps(t);
    registerSignalOps(t);
    registerSlicingOps(t);
    registerShapeArithmetic(t);
    return t;
  }();
  return table;
}

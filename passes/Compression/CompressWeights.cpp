//===- CompressWeights.cpp - applies a compression recipe ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/Recipe.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_COMPRESSWEIGHTS
#include "passes/Compression/Passes.h.inc"

namespace {

struct CompressWeightsPass : impl::CompressWeightsBase<CompressWeightsPass> {
  using CompressWeightsBase::CompressWeightsBase;

  void runOnOperation() override {
    llvm::Expected<Recipe> steps = parseRecipe(recipe);
    if (!steps) {
      getOperation().emitError() << llvm::toString(steps.takeError());
      return signalPassFailure();
    }
    if (failed(applyRecipe(getOperation(), *steps)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

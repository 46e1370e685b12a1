//===- MaterializeCodecs.cpp - compressed weights become constants ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/Weights.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_MATERIALIZECODECS
#include "passes/Compression/Passes.h.inc"

namespace {

struct MaterializeCodecsPass : impl::MaterializeCodecsBase<MaterializeCodecsPass> {
  void runOnOperation() override {
    bool failed = false;
    getOperation().walk([&](codec::Expression op) {
      reference::Result<reference::Tensor> value = evaluation::evaluateConstant(op->getResult(0));
      if (!value) {
        op->emitOpError("cannot be evaluated: ") << value.message();
        failed = true;
        return;
      }
      OpBuilder b(op);
      op->getResult(0).replaceAllUsesWith(
          nn::ConstantOp::create(b, op->getLoc(), evaluation::tensorToElements(*value, op->getContext())));
    });
    if (failed)
      return signalPassFailure();
    for (Operation &function : *getOperation().getBody())
      eraseUnusedWeights(&function);
  }
};

} // namespace
} // namespace weft::compression

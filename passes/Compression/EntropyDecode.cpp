//===- EntropyDecode.cpp - Huffman codes as the integers they stand for --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Entropy.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Weights.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_ENTROPYDECODE
#include "passes/Compression/Passes.h.inc"

LogicalResult decodeEntropy(ModuleOp module) {
  bool failed = false;
  module.walk([&](codec::HuffmanOp op) {
    reference::Result<reference::Tensor> value = evaluation::evaluateConstant(op.getResult());
    ElementsAttr constant = value.ok() ? evaluation::foldConstant(op) : ElementsAttr();
    if (!constant) {
      op.emitOpError() << "cannot be decoded: " << (value.ok() ? "its result has another type" : value.message());
      failed = true;
      return;
    }
    OpBuilder b(op);
    op.getResult().replaceAllUsesWith(nn::ConstantOp::create(b, op.getLoc(), constant));
  });
  if (failed)
    return failure();
  for (Operation &function : *module.getBody())
    eraseUnusedWeights(&function);
  return success();
}

namespace {

struct EntropyDecodePass : impl::EntropyDecodeBase<EntropyDecodePass> {
  void runOnOperation() override {
    if (failed(decodeEntropy(getOperation())))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

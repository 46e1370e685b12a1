//===- Quantize.cpp - inserts quantize-dequantize pairs ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/QuantizationPlan.h"
#include "passes/Quantization/QuantizeWeights.h"
#include "passes/Quantization/Values.h"

using namespace mlir;

namespace weft::quantization {
#define GEN_PASS_DEF_QUANTIZE
#include "passes/Quantization/Passes.h.inc"

namespace {

/// A model that arrives quantized keeps its scales.
bool holdsQuantizedActivations(func::FuncOp function) {
  return llvm::any_of(function.getOps<nn::QuantizeOp>(), [](nn::QuantizeOp op) { return !constantOf(op.getInput()); });
}

/// The pair after `v`. What the region made is read through it everywhere; what it takes in only by the region.
void insertPair(Value v, const Parameters &p, const QuantizationPlan &plan) {
  OpBuilder b(v.getContext());
  b.setInsertionPointAfterValue(v);
  std::string name = valueName(v);
  Value q = makeQuantize(b, v.getLoc(), v, p, name + ".quantize");
  Value d = makeDequantize(b, v.getLoc(), q, p, name + ".dequantize");
  bool made = v.getDefiningOp() && plan.inRegion(v.getDefiningOp());
  v.replaceUsesWithIf(d, [&](OpOperand &use) {
    return use.getOwner() != q.getDefiningOp() && (made || plan.inRegion(use.getOwner()));
  });
}

/// Ranges have served.
void eraseRanges(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    function.removeArgAttr(i, kRangeAttr);
  for (Operation &op : function.getOps())
    op.removeAttr(kRangeAttr);
}

struct QuantizePass : impl::QuantizeBase<QuantizePass> {
  using QuantizeBase::QuantizeBase;

  LogicalResult checkOptions() {
    auto check = [&](StringRef name, unsigned bits, unsigned least) -> LogicalResult {
      if (bits < least || bits > 16)
        return getOperation().emitError() << name << " is " << bits << ", expected " << least << " to 16";
      return success();
    };
    return success(succeeded(check("weight-bits", weightBits, 2)) && succeeded(check("codebook-bits", codebookBits, 2)) &&
                   succeeded(check("activation-bits", activationBits, 1)) && succeeded(check("input-bits", inputBits, 1)) &&
                   succeeded(check("output-bits", outputBits, 1)));
  }

  LogicalResult quantizeWeights(const QuantizationPlan &plan) {
    WeightOptions options{weightBits, codebookBits, perChannel, powerOfTwo};
    for (auto op : llvm::make_early_inc_range(getOperation().getOps<nn::WeightedOp>())) {
      if (!plan.inRegion(op))
        continue;
      // The weight of a recurrent layer multiplies what the layer gave out before.
      Value factor = nn::asAffine(op) ? op.getInput() : op->getResult(0);
      float inputScale = plan.quantizedValues().lookup(factor).scale;
      if (failed(quantizeWeight(op, inputScale, options)))
        return failure();
    }
    return success();
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || holdsQuantizedActivations(function))
      return;
    FailureOr<QuantizationPlan> plan = failure();
    if (succeeded(checkOptions()))
      plan = QuantizationPlan::make(function, {activationBits, inputBits, outputBits, symmetric, powerOfTwo, absorbActivations});
    if (failed(plan) || failed(quantizeWeights(*plan)))
      return signalPassFailure();
    for (auto &[value, parameters] : plan->quantizedValues())
      insertPair(value, parameters, *plan);
    eraseRanges(function);
  }
};

} // namespace
} // namespace weft::quantization

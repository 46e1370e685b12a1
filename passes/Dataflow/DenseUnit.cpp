//===- DenseUnit.cpp - dense units in place of others ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Dataflow/DenseUnit.h"

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::dataflow {

static FailureOr<Tensor> constant(Operation *op, StringRef what, Value value) {
  auto result = evaluation::evaluateConstant(value);
  if (result.ok())
    return std::move(*result);
  return op->emitError() << "layer '" << nn::layerName(op) << "': expected a constant " << what << ": " << result.message();
}

/// The weight [N, K] of a unit with lists.
static FailureOr<Tensor> denseWeight(flow::GatherMvuOp op) {
  FailureOr<Tensor> edges = constant(op, "weight", op.getWeight()), gaps = constant(op, "tensor of gaps", op.getGaps());
  if (failed(edges) || failed(gaps))
    return failure();
  FailureOr<std::vector<int64_t>> input = op.readInputs(gaps->integers());
  if (failed(input))
    return failure();
  int64_t each = op.getEdges(), share = op.getShare();
  Tensor weight(edges->type(), {op.getN(), op.getK()});
  for (int64_t row = 0; row < op.getN(); ++row)
    for (int64_t e = 0; e < op.getLength(row); ++e)
      if (int64_t k = (*input)[row / share * each + e]; k >= 0)
        weight.integers()[row * op.getK() + k] = edges->integers()[row * each + e];
  return weight;
}

LogicalResult replaceSlowGathers(func::FuncOp design, int64_t cycles) {
  SmallVector<flow::GatherMvuOp> ops(design.getOps<flow::GatherMvuOp>());
  for (flow::GatherMvuOp op : ops) {
    op.setFolding(op.getN(), op.getEdges());
    int64_t fastest = op.getTiming().stepsPerFrame();
    op.setFolding(1, 1);
    if (fastest <= cycles)
      continue;
    FailureOr<Tensor> weight = denseWeight(op);
    if (failed(weight))
      return failure();
    op.emitRemark() << "layer '" << nn::layerName(op) << "': its inputs are not read from lists in " << cycles << " cycles per frame but in "
                    << fastest << "; its memory holds the weights that are left out, too";
    OpBuilder builder(op);
    Value stored = transforms::makeConstant(builder, op.getLoc(), *weight, (nn::layerName(op) + ".weight").str());
    auto dense = flow::MvuOp::create(builder, op.getLoc(), op.getResult().getType(), op.getInput(), stored, op.getBias(), 1);
    for (NamedAttribute attribute : op->getDiscardableAttrs())
      dense->setDiscardableAttr(attribute.getName(), attribute.getValue());
    op.getResult().replaceAllUsesWith(dense.getResult());
    op.erase();
  }
  return success();
}

} // namespace weft::dataflow

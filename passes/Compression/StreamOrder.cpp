//===- StreamOrder.cpp - the order in which hardware sees a row of a weight -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/StreamOrder.h"

using namespace mlir;

namespace weft::compression {

/// The reshape that flattened the value, through operations that keep its shape.
static nn::ReshapeOp flattenOf(Value v) {
  while (Operation *op = v.getDefiningOp()) {
    if (auto reshape = dyn_cast<nn::ReshapeOp>(op))
      return reshape;
    if (op->getNumOperands() == 0 || op->getOperand(0).getType() != v.getType())
      return {};
    v = op->getOperand(0);
  }
  return {};
}

int64_t streamChannels(nn::WeightedOp layer) {
  if (!nn::asAffine(layer)) // the state of a recurrent layer is not its input
    return 0;
  auto weight = cast<RankedTensorType>(layer.getWeight().getType());
  if (isa<nn::ConvOp>(layer.getOperation()))
    return weight.getDimSize(1);
  nn::ReshapeOp reshape = flattenOf(layer.getInput());
  if (!reshape)
    return 0;
  auto before = cast<RankedTensorType>(reshape.getInput().getType()), after = cast<RankedTensorType>(reshape.getType());
  // [N, C, spatial…] → [N, K]: anything else keeps the last dimension or is no flatten.
  if (after.getRank() != 2 || before.getRank() < 3 || llvm::any_of(before.getShape().drop_front(), ShapedType::isDynamic))
    return 0;
  int64_t elements = 1;
  for (int64_t d : before.getShape().drop_front())
    elements *= d;
  bool spatial = elements != before.getDimSize(1);
  return elements == weight.getDimSize(1) && spatial ? before.getDimSize(1) : 0;
}

} // namespace weft::compression

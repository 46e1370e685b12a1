//===- Shapes.cpp - gradients of what moves elements --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

using namespace mlir;

namespace weft::training {
namespace {

using Needed = ArrayRef<bool>;
using Gradients = MutableArrayRef<Value>;

LogicalResult refuse(Operation *op, const Twine &what) {
  return op->emitOpError() << "layer '" << nn::layerName(op) << "' " << what << ", which has no gradient";
}

struct ReshapeVjp : Differentiable::ExternalModel<ReshapeVjp, nn::ReshapeOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    out[0] = t.reshape(g, t.shapeOf(op->getOperand(0)));
    return success();
  }
};

struct TransposeVjp : Differentiable::ExternalModel<TransposeVjp, nn::TransposeOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    ArrayRef<int64_t> perm = cast<nn::TransposeOp>(op).getPerm();
    SmallVector<int64_t> inverse(perm.size());
    for (size_t d = 0; d < perm.size(); ++d)
      inverse[perm[d]] = d;
    out[0] = t.transpose(g, inverse);
    return success();
  }
};

struct BroadcastVjp : Differentiable::ExternalModel<BroadcastVjp, nn::BroadcastOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    out[0] = t.unbroadcast(g, t.shapeOf(op->getOperand(0)));
    return success();
  }
};

struct ConcatVjp : Differentiable::ExternalModel<ConcatVjp, nn::ConcatOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto axis = static_cast<int64_t>(cast<nn::ConcatOp>(op).getAxis());
    int64_t rank = t.shapeOf(g).size(), start = 0;
    SmallVector<int64_t> starts(rank, 0), sizes(rank, -1), steps(rank, 1);
    for (auto [i, input] : llvm::enumerate(op->getOperands())) {
      starts[axis] = start, sizes[axis] = t.shapeOf(input)[axis];
      if (needed[i])
        out[i] = t.slice(g, starts, sizes, steps);
      start += sizes[axis];
    }
    return success();
  }
};

struct SliceVjp : Differentiable::ExternalModel<SliceVjp, nn::SliceOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto slice = cast<nn::SliceOp>(op);
    ArrayRef<int64_t> from = t.shapeOf(slice.getInput()), to = t.shapeOf(g);
    SmallVector<int64_t> low, high;
    for (size_t d = 0; d < from.size(); ++d) {
      bool isWhole = slice.getSizes()[d] == -1;
      if (!isWhole && slice.getSteps()[d] != 1)
        return refuse(op, "has a step of " + Twine(slice.getSteps()[d]));
      low.push_back(isWhole ? 0 : slice.getStarts()[d]);
      high.push_back(from[d] - to[d] - low.back());
    }
    out[0] = t.pad(g, low, high);
    return success();
  }
};

struct PadVjp : Differentiable::ExternalModel<PadVjp, nn::PadOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto pad = cast<nn::PadOp>(op);
    if (pad.getMode() != nn::PadMode::constant)
      return refuse(op, "pads with mode " + stringifyPadMode(pad.getMode()));
    SmallVector<int64_t> steps(pad.getLow().size(), 1);
    if (llvm::any_of(pad.getLow(), [](int64_t p) { return p < 0; }) || llvm::any_of(pad.getHigh(), [](int64_t p) { return p < 0; }))
      return refuse(op, "crops");
    out[0] = t.slice(g, pad.getLow(), t.shapeOf(pad.getInput()), steps);
    return success();
  }
};

struct CastVjp : Differentiable::ExternalModel<CastVjp, nn::CastOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &, Value g, Needed, Gradients out) const {
    auto isF32 = [](Value v) { return cast<RankedTensorType>(v.getType()).getElementType().isF32(); };
    if (isF32(op->getOperand(0)) && isF32(op->getResult(0)))
      out[0] = g;
    return success(); // integers have no slope
  }
};

} // namespace

void attachShapes(MLIRContext &context) {
  nn::ReshapeOp::attachInterface<ReshapeVjp>(context);
  nn::TransposeOp::attachInterface<TransposeVjp>(context);
  nn::BroadcastOp::attachInterface<BroadcastVjp>(context);
  nn::ConcatOp::attachInterface<ConcatVjp>(context);
  nn::SliceOp::attachInterface<SliceVjp>(context);
  nn::PadOp::attachInterface<PadVjp>(context);
  nn::CastOp::attachInterface<CastVjp>(context);
}

} // namespace weft::training

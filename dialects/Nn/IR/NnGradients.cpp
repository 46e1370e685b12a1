//===- NnGradients.cpp - shapes of what gradients need ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnGradients.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft::nn;

#define GET_OP_CLASSES
#include "dialects/Nn/IR/NnGradients.cpp.inc"

static ArrayRef<int64_t> shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }

/// Number of taps and of windows over `spatial`; windows are dynamic where `spatial` is. Failure with a diagnostic.
template <typename Op>
static LogicalResult countWindows(Op op, ArrayRef<int64_t> spatial, int64_t &taps, int64_t &windows) {
  size_t rank = spatial.size();
  for (ArrayRef<int64_t> list : {op.getKernel(), op.getStrides(), op.getPadsBegin(), op.getPadsEnd(), op.getDilations()})
    if (list.size() != rank)
      return op.emitOpError("has a window attribute of ") << list.size() << " entries, expected " << rank;
  taps = windows = 1;
  for (size_t d = 0; d < rank; ++d) {
    if (op.getKernel()[d] < 1 || op.getStrides()[d] < 1 || op.getDilations()[d] < 1 || op.getPadsBegin()[d] < 0 || op.getPadsEnd()[d] < 0)
      return op.emitOpError("has a window with an extent below the least: 1 for kernel, strides and dilations, 0 for pads");
    taps *= op.getKernel()[d];
    if (ShapedType::isDynamic(spatial[d]) || ShapedType::isDynamic(windows)) {
      windows = ShapedType::kDynamic;
      continue;
    }
    int64_t room = spatial[d] + op.getPadsBegin()[d] + op.getPadsEnd()[d] - op.getDilations()[d] * (op.getKernel()[d] - 1) - 1;
    if (room < 0)
      return op.emitOpError("has a window that does not fit dimension ") << d << " of " << spatial[d] << " elements";
    windows *= room / op.getStrides()[d] + 1;
  }
  return success();
}

LogicalResult PatchesOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  ArrayRef<int64_t> in = shapeOf(getInput());
  if (in.size() < 3)
    return emitOpError("expected an input [N, C, spatial...], found rank ") << in.size();
  int64_t taps = 1, windows = 1;
  if (failed(countWindows(*this, in.drop_front(2), taps, windows)))
    return failure();
  shape.assign({in[0], ShapedType::isDynamic(in[1]) ? in[1] : in[1] * taps, windows});
  return success();
}

LogicalResult FoldOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  ArrayRef<int64_t> in = shapeOf(getInput());
  int64_t taps = 1, windows = 1;
  if (failed(countWindows(*this, getSpatial(), taps, windows)))
    return failure();
  if (in.size() != 3 || in[2] != windows || in[1] % taps != 0)
    return emitOpError("expected an input [N, C * ") << taps << ", " << windows << "], found one of rank " << in.size();
  shape.assign({in[0], in[1] / taps});
  shape.append(getSpatial().begin(), getSpatial().end());
  return success();
}

LogicalResult MaxPoolGradientOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  ArrayRef<int64_t> in = shapeOf(getInput()), gradient = shapeOf(getGradient());
  int64_t taps = 1, windows = 1, found = 1;
  if (in.size() < 3 || gradient.size() != in.size() || gradient[0] != in[0] || gradient[1] != in[1])
    return emitOpError("expected an input [N, C, spatial...] and a gradient [N, C, windows...]");
  if (failed(countWindows(*this, in.drop_front(2), taps, windows)))
    return failure();
  for (int64_t d : gradient.drop_front(2))
    found *= d;
  if (found != windows)
    return emitOpError("expected a gradient of ") << windows << " windows, found " << found;
  shape.assign(in.begin(), in.end());
  return success();
}

LogicalResult StochasticRoundOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  auto seed = cast<RankedTensorType>(getSeed().getType());
  if (!cast<RankedTensorType>(getInput().getType()).getElementType().isF32() || seed.getRank() != 0 || !seed.getElementType().isSignlessInteger(32))
    return emitOpError("expected numbers of f32 and a scalar seed of i32");
  shape.assign(shapeOf(getInput()).begin(), shapeOf(getInput()).end());
  return success();
}

LogicalResult RowProductsOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  ArrayRef<int64_t> l = shapeOf(getLhs()), r = shapeOf(getRhs());
  if (l.size() != 3 || r.size() != 3 || l[0] != r[0] || l[2] != r[2])
    return emitOpError("expected operands [N, O, P] and [N, C, P]");
  shape.assign({l[1], r[1]});
  return success();
}

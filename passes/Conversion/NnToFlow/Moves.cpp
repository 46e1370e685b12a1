//===- Moves.cpp - reshape, transpose, concat, slice, gather ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;

LogicalResult Lowering::lowerConcat(nn::ConcatOp op) {
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(shape))
    return failure();
  SmallVector<Placed> inputs;
  std::vector<Order> orders;
  std::vector<Shape> shapes;
  for (Value operand : op.getInputs()) {
    FailureOr<Placed> input = placed(op, operand);
    if (failed(input))
      return failure();
    orders.push_back(input->order);
    shapes.push_back(input->shape);
    inputs.push_back(*input);
  }
  if (op.getAxis() == 0)
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected a concatenation that keeps the batch dimension";
  auto axis = static_cast<int64_t>(op.getAxis()) - 1;
  int64_t pixels = inputs[0].type().getPixels(), height = inputs[0].type().getHeight(), channels = 0;
  if (llvm::any_of(inputs, [&](const Placed &input) { return input.type().getPixels() != pixels; }))
    return concatPixels(op, *shape, axis);
  SmallVector<Value> streams;
  for (const Placed &input : inputs) {
    streams.push_back(viewed(op.getLoc(), input.stream, height, pixels / height, input.type().getChannels()));
    channels += input.type().getChannels();
  }
  Value result = flow::ConcatOp::create(builder, op.getLoc(), streamOf(height, pixels / height, channels, elementOf(op.getResult())), streams);
  finishLayer(op, result, *shape, concatenated(orders, shapes, axis, pixels));
  return success();
}

/// Rows, or whole frames, of one input behind those of the other.
LogicalResult Lowering::concatPixels(nn::ConcatOp op, const Shape &shape, int64_t axis) {
  SmallVector<Value> streams;
  for (Value operand : op.getInputs()) {
    FailureOr<Placed> input = channelsLastInput(op, operand);
    if (failed(input))
      return failure();
    streams.push_back(input->stream);
  }
  std::array<int64_t, 3> frame = *frameOf(shape);
  // Of [C, H, W] dimension 1 is the height; of [C, L] it is the width; channels are behind both.
  int64_t along = axis == 0 ? 2 : axis + 2 - static_cast<int64_t>(shape.size());
  Value result = flow::ConcatOp::create(builder, op.getLoc(), streamOf(frame[0], frame[1], frame[2], elementOf(op.getResult())), streams, along);
  finishLayer(op, result, shape, channelsLast(shape));
  return success();
}

LogicalResult Lowering::lowerReshape(nn::ReshapeOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  int64_t count = 1;
  for (int64_t extent : *shape)
    count *= extent;
  if (count != static_cast<int64_t>(input->order.size()))
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected a reshape that keeps the batch dimension, got "
                          << op.getInput().getType() << " -> " << op.getResult().getType();
  finishLayer(op, input->stream, *shape, input->order);
  return success();
}

LogicalResult Lowering::lowerTranspose(nn::TransposeOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  if (op.getPerm().empty() || op.getPerm()[0] != 0)
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected a transpose that keeps the batch dimension";
  std::vector<int64_t> perm;
  for (int64_t from : op.getPerm().drop_front())
    perm.push_back(from - 1);
  finishLayer(op, input->stream, *shape, transposed(input->order, input->shape, perm));
  return success();
}

/// Elements of `data` in the order `picked` are the channels-last frame of the result.
LogicalResult Lowering::readPicked(Operation *op, Value data, const Order &picked, const Shape &shape) {
  auto frame = frameOf(shape);
  if (!frame)
    return op->emitError() << "layer '" << nn::layerName(op) << "': expected one or two spatial dimensions, got " << op->getResult(0).getType();
  FailureOr<Placed> input = placed(op, data);
  if (failed(input))
    return failure();
  FailureOr<Placed> result = reordered(op, *input, picked, (*frame)[0] * (*frame)[1]);
  if (failed(result))
    return failure();
  finishLayer(op, viewed(op->getLoc(), result->stream, (*frame)[0], (*frame)[1], (*frame)[2]), shape, channelsLast(shape));
  return success();
}

/// Gathers in a row read the input of the first one: one reorder does for all (T6).
LogicalResult Lowering::lowerGather(nn::GatherOp op) {
  if (op->hasOneUse() && isa<nn::GatherOp>(*op->user_begin()))
    return success();
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(shape))
    return failure();
  Order picked = channelsLast(*shape);
  for (nn::GatherOp gather = op;; gather = gather.getData().getDefiningOp<nn::GatherOp>()) {
    FailureOr<reference::Tensor> indices = constant(gather, "tensor of indices", gather.getIndices());
    FailureOr<Shape> from = sampleShape(gather, gather.getData());
    if (failed(indices) || failed(from))
      return failure();
    if (gather.getAxis() == 0 || indices->rank() != 1)
      return gather.emitError() << "layer '" << nn::layerName(gather) << "': expected a list of indices along an axis behind the batch";
    std::vector<int64_t> picks;
    for (int64_t i = 0; i < indices->size(); ++i)
      picks.push_back(indices->asInteger(i) + (indices->asInteger(i) < 0 ? (*from)[gather.getAxis() - 1] : 0));
    picked = gathered(picked, *from, gather.getAxis() - 1, picks);
    auto before = gather.getData().getDefiningOp<nn::GatherOp>();
    if (!before || !before->hasOneUse())
      return readPicked(op, gather.getData(), picked, *shape);
  }
}

/// Every step-th element, also backward: a reorder that leaves out the others.
LogicalResult Lowering::lowerStridedSlice(nn::SliceOp op) {
  FailureOr<Shape> shape = sampleShape(op, op.getResult()), whole = sampleShape(op, op.getInput());
  if (failed(shape) || failed(whole))
    return failure();
  Order picked = channelsLast(*shape);
  Shape from = *shape;
  for (size_t d = 0; d < from.size(); ++d) {
    std::vector<int64_t> picks;
    for (int64_t i = 0; i < (*shape)[d]; ++i)
      picks.push_back(op.getStarts()[d + 1] + i * op.getSteps()[d + 1]);
    from[d] = (*whole)[d];
    picked = gathered(picked, from, static_cast<int64_t>(d), picks);
  }
  return readPicked(op, op.getInput(), picked, *shape);
}

LogicalResult Lowering::lowerSlice(nn::SliceOp op) {
  if (llvm::any_of(op.getSteps().drop_front(), [](int64_t step) { return step != 1; }))
    return lowerStridedSlice(op);
  FailureOr<Placed> input = channelsLastInput(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  // A size of -1 is the whole dimension.
  auto at = [&](ArrayRef<int64_t> values, size_t dim) { return dim < values.size() ? values[dim] : 0; };
  auto frame = *frameOf(*shape);
  bool flat = shape->size() == 1, line = shape->size() == 2;
  SmallVector<int64_t> starts = {flat || line ? 0 : at(op.getStarts(), 2),
                                 flat ? 0 : at(op.getStarts(), line ? 2 : 3), at(op.getStarts(), 1)};
  Value result = flow::SliceOp::create(builder, op.getLoc(), input->type().withFrame(frame[0], frame[1], frame[2]),
                                       input->stream, starts, SmallVector<int64_t>{frame[0], frame[1], frame[2]});
  finishLayer(op, result, *shape, channelsLast(*shape));
  return success();
}

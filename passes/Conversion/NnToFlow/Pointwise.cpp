//===- Pointwise.cpp - one beat in, one beat out, and what only moves ----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

namespace {
flow::StreamType withElement(flow::StreamType type, Type element) {
  return flow::StreamType::get(type.getContext(), type.getHeight(), type.getWidth(), type.getChannels(),
                               cast<IntegerType>(element), type.getLanes());
}
} // namespace

FailureOr<Value> Lowering::perChannel(Operation *op, StringRef what, Value value, Placed &input) {
  FailureOr<Tensor> parameters = constant(op, what, value);
  if (failed(parameters))
    return failure();
  std::string name = (nn::layerName(op) + "." + what).str();
  if (parameters->dim(0) == 1)
    return materialize(op->getLoc(), *parameters, name);
  auto lanes = channelOfLane(input.order, input.shape, input.type().getChannels());
  if (!lanes) {
    // As one pixel, every element has its own parameters.
    int64_t count = static_cast<int64_t>(input.order.size());
    input.stream = viewed(op->getLoc(), input.stream, 1, 1, count);
    lanes = channelOfLane(input.order, input.shape, count);
  }
  int64_t each = parameters->size() / parameters->dim(0), rows = static_cast<int64_t>(lanes->size());
  reference::Shape shape = parameters->shape();
  shape[0] = rows;
  Tensor result(parameters->type(), shape);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < each; ++i)
      result.integers()[row * each + i] = parameters->integers()[(*lanes)[row] * each + i];
  return materialize(op->getLoc(), result, name);
}

LogicalResult Lowering::lowerRequantize(nn::RequantizeOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  if (failed(input))
    return failure();
  FailureOr<Value> multiplier = perChannel(op, "multiplier", op.getMultiplier(), *input);
  FailureOr<Value> shift = perChannel(op, "shift", op.getShift(), *input);
  if (failed(multiplier) || failed(shift))
    return failure();
  auto form = op.getForm() == nn::RequantizeForm::shift ? flow::RequantizeForm::shift : flow::RequantizeForm::scale;
  Value result = flow::RequantizeOp::create(builder, op.getLoc(), withElement(input->type(), elementOf(op.getResult())),
                                            input->stream, *multiplier, *shift, op.getZeroPoint(), op.getLo(),
                                            op.getHi(), form);
  finishLayer(op, result, input->shape, input->order);
  return success();
}

LogicalResult Lowering::lowerThreshold(nn::ThresholdOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  if (failed(input))
    return failure();
  FailureOr<Value> thresholds = perChannel(op, "thresholds", op.getThresholds(), *input);
  if (failed(thresholds))
    return failure();
  Value result = flow::ThresholdOp::create(builder, op.getLoc(), withElement(input->type(), elementOf(op.getResult())),
                                           input->stream, *thresholds, op.getLo());
  finishLayer(op, result, input->shape, input->order);
  return success();
}

LogicalResult Lowering::lowerTable(nn::TableOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Tensor> table = constant(op, "table", op.getTable());
  if (failed(input) || failed(table))
    return failure();
  Value result = flow::TableOp::create(builder, op.getLoc(), withElement(input->type(), elementOf(op.getResult())),
                                       input->stream,
                                       materialize(op.getLoc(), *table, (nn::layerName(op) + ".table").str()));
  finishLayer(op, result, input->shape, input->order);
  return success();
}

LogicalResult Lowering::lowerQadd(nn::QaddOp op) {
  FailureOr<Placed> lhs = placed(op, op.getLhs()), rhs = placed(op, op.getRhs());
  if (failed(lhs) || failed(rhs))
    return failure();
  if (lhs->shape == rhs->shape && lhs->order != rhs->order)
    rhs = reordered(op, *rhs, lhs->order, lhs->type().getPixels());
  if (failed(rhs))
    return failure();
  if (lhs->shape != rhs->shape)
    return op.emitError() << "layer '" << nn::layerName(op)
                          << "': expected operands of one shape, in the same order on their streams, got "
                          << op.getLhs().getType() << " and " << op.getRhs().getType();
  flow::StreamType type = lhs->type();
  Value right = viewed(op.getLoc(), rhs->stream, type.getHeight(), type.getWidth(), type.getChannels());
  Value result = flow::AddOp::create(builder, op.getLoc(), withElement(type, elementOf(op.getResult())), lhs->stream,
                                     right, op.getLhsMultiplier(), op.getRhsMultiplier(), op.getOffset(), op.getShift(),
                                     op.getZeroPoint(), op.getLo(), op.getHi());
  finishLayer(op, result, lhs->shape, lhs->order);
  return success();
}

FailureOr<Placed> Lowering::broadcast(Operation *op, const Placed &operand, const Placed &like) {
  if (operand.shape == like.shape)
    return reordered(op, operand, like.order, like.type().getPixels());
  Order picked = like.order;
  Shape from = like.shape;
  for (size_t d = 0; d < from.size(); ++d) {
    if (operand.shape[d] == from[d])
      continue;
    std::vector<int64_t> picks(static_cast<size_t>(from[d]), 0);
    from[d] = 1;
    picked = gathered(picked, from, static_cast<int64_t>(d), picks);
  }
  FailureOr<Placed> repeated = reordered(op, operand, picked, like.type().getPixels());
  if (failed(repeated))
    return failure();
  return Placed{repeated->stream, like.shape, like.order};
}

LogicalResult Lowering::lowerQmul(nn::QmulOp op) {
  FailureOr<Placed> lhs = placed(op, op.getLhs()), rhs = placed(op, op.getRhs());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(lhs) || failed(rhs) || failed(shape))
    return failure();
  if (lhs->shape != *shape && rhs->shape != *shape)
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected an operand of the result's shape, got " << op.getLhs().getType() << " and "
                          << op.getRhs().getType() << " to " << op.getResult().getType();
  const Placed whole = lhs->shape == *shape ? *lhs : *rhs;
  lhs = broadcast(op, *lhs, whole);
  rhs = broadcast(op, *rhs, whole);
  if (failed(lhs) || failed(rhs))
    return failure();
  flow::StreamType type = whole.type();
  auto framed = [&](const Placed &operand) { return viewed(op.getLoc(), operand.stream, type.getHeight(), type.getWidth(), type.getChannels()); };
  Value left = framed(*lhs), right = framed(*rhs);
  Value result = flow::MultiplyOp::create(builder, op.getLoc(), withElement(type, elementOf(op.getResult())), left, right, op.getLhsZeroPoint(),
                                          op.getRhsZeroPoint());
  finishLayer(op, result, whole.shape, whole.order);
  return success();
}

LogicalResult Lowering::lowerBias(nn::BinaryOp op) {
  if (op.getKind() != nn::BinaryKind::add)
    return op.emitError() << "layer '" << nn::layerName(op) << "': " << op->getName() << " of integers has a process only as a sum with a constant (A3b)";
  FailureOr<Placed> input = placed(op, op.getLhs());
  FailureOr<Tensor> bias = constant(op, "bias", op.getRhs());
  if (failed(input) || failed(bias))
    return failure();
  int64_t elements = static_cast<int64_t>(input->order.size());
  if (bias->size() != elements)
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected a bias for each of " << elements << " elements, got " << bias->size();
  Tensor ordered(bias->type(), {elements});
  for (int64_t i = 0; i < elements; ++i)
    ordered.integers()[i] = bias->integers()[input->order[static_cast<size_t>(i)]];
  Value result = flow::BiasOp::create(builder, op.getLoc(), withElement(input->type(), elementOf(op.getResult())), input->stream,
                                      materialize(op.getLoc(), ordered, nn::layerName(op)));
  finishLayer(op, result, input->shape, input->order);
  return success();
}

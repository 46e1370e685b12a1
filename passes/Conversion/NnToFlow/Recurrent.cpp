//===- Recurrent.cpp - recurrent layers ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

static Order identity(int64_t count) {
  Order order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

LogicalResult Lowering::lowerRecurrent(nn::QrecurrentOp op) {
  if (op.getReverse())
    return op.emitError() << "layer '" << nn::layerName(op)
                          << "': a recurrent unit takes a sequence as it comes; the backward direction has no process, use the network's native code";
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  int64_t hidden = shape->back(), rows = input->shape.back(), steps = static_cast<int64_t>(input->order.size()) / rows;
  input = reordered(op, *input, identity(steps * rows), steps);
  if (failed(input))
    return failure();
  std::string name = nn::layerName(op).str();
  SmallVector<Value> constants;
  for (auto [what, value] : {std::pair<StringRef, Value>("bias", op.getBias()), {"multiplier", op.getMultiplier()}, {"shift", op.getShift()},
                             {"sigmoid", op.getSigmoid()}, {"tanh", op.getTanh()}}) {
    FailureOr<Tensor> tensor = constant(op, what, value);
    if (failed(tensor))
      return failure();
    constants.push_back(materialize(op.getLoc(), *tensor, name + "." + what.str()));
  }
  FailureOr<Value> weight = permutedWeight(op, op.getWeight(), identity(hidden));
  if (failed(weight))
    return failure();
  Value stream = viewed(op.getLoc(), input->stream, 1, steps, rows);
  int64_t results = op.getLast() ? 1 : steps;
  Type element = cast<RankedTensorType>(op.getResult().getType()).getElementType();
  Value unit = flow::RecurrentOp::create(builder, op.getLoc(), streamOf(1, results, hidden, element), stream, *weight, constants[0], constants[1],
                                         constants[2], constants[3], constants[4], static_cast<flow::RecurrentKind>(op.getKind()),
                                         op.getGateFraction(), op.getCellFraction(), op.getStateFraction(), op.getLast());
  finishLayer(op, unit, *shape, identity(results * hidden));
  return success();
}

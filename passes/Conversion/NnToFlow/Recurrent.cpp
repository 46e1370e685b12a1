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

/// Steps of `width` elements, the last step first.
static Order backward(int64_t steps, int64_t width) {
  Order order;
  for (int64_t t = steps; t-- > 0;)
    for (int64_t i = 0; i < width; ++i)
      order.push_back(t * width + i);
  return order;
}

/// A backward layer is a forward one between two reorders, of which the second is needed where all steps are results.
LogicalResult Lowering::lowerRecurrent(nn::QrecurrentOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  int64_t hidden = shape->back(), rows = input->shape.back(), steps = static_cast<int64_t>(input->order.size()) / rows;
  input = reordered(op, *input, op.getReverse() ? backward(steps, rows) : identity(steps * rows), steps);
  if (failed(input))
    return failure();
  std::string name = nn::layerName(op).str();
  SmallVector<Value> constants;
  for (auto [what, value] : {std::pair<StringRef, Value>("bias", op.getBias()), {"multiplier", op.getMultiplier()}, {"shift", op.getShift()},
                             {"sigmoid", op.getSigmoid()}, {"tanh", op.getTanh()}, {"initial_h", op.getInitialH()},
                             {"initial_state", op.getInitialState()}, {"peepholes", op.getPeepholes()}}) {
    FailureOr<Tensor> tensor = value ? constant(op, what, value) : FailureOr<Tensor>(Tensor());
    if (failed(tensor))
      return failure();
    constants.push_back(value ? materialize(op.getLoc(), *tensor, name + "." + what.str()) : Value());
  }
  FailureOr<Value> weight = permutedWeight(op, op.getWeight(), identity(hidden));
  if (failed(weight))
    return failure();
  Value stream = viewed(op.getLoc(), input->stream, 1, steps, rows);
  int64_t results = op.getLast() ? 1 : steps;
  Type element = cast<RankedTensorType>(op.getResult().getType()).getElementType();
  Value unit = flow::RecurrentOp::create(builder, op.getLoc(), streamOf(1, results, hidden, element), stream, *weight, constants[0], constants[1],
                                         constants[2], constants[3], constants[4], constants[5], constants[6], constants[7],
                                         static_cast<flow::RecurrentKind>(op.getKind()), op.getGateFraction(), op.getCellFraction(),
                                         op.getStateFraction(), op.getPeepholeFraction(), op.getInputForget(), op.getResetFirst(), op.getLast());
  bool turned = op.getReverse() && results > 1;
  finishLayer(op, unit, *shape, turned ? backward(steps, hidden) : identity(results * hidden));
  if (!turned)
    return success();
  // The trace of the layer is the unit's; the reorder belongs to what reads it.
  FailureOr<Placed> forward = reordered(op, values[op.getResult()], identity(results * hidden), results);
  if (failed(forward))
    return failure();
  values[op.getResult()] = *forward;
  return success();
}

/// Steps of a constant before and behind a sequence [T, K]: pixels beside a frame of one line.
LogicalResult Lowering::lowerSequencePad(nn::PadOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  ArrayRef<int64_t> low = op.getLow(), high = op.getHigh();
  if (low[0] != 0 || high[0] != 0 || low[2] != 0 || high[2] != 0 || low[1] < 0 || high[1] < 0)
    return op.emitError() << "layer '" << nn::layerName(op) << "': expected padding of spatial dimensions, or of the steps of a sequence, which is what flow.pad does";
  int64_t steps = input->shape[0], width = input->shape[1];
  input = reordered(op, *input, identity(steps * width), steps);
  if (failed(input))
    return failure();
  Value stream = viewed(op.getLoc(), input->stream, 1, steps, width);
  flow::StreamType out = cast<flow::StreamType>(stream.getType()).withFrame(1, (*shape)[0], width);
  Value result = flow::PadOp::create(builder, op.getLoc(), out, stream, SmallVector<int64_t>{0, low[1]}, SmallVector<int64_t>{0, high[1]},
                                     static_cast<int64_t>(op.getValue().convertToDouble()));
  finishLayer(op, result, *shape, identity((*shape)[0] * width));
  return success();
}

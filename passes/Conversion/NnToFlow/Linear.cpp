//===- Linear.cpp - linear operators, pooling and what moves pixels ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

namespace weft::conversion {
/// Kernel and its steps as (height, width); a 1-D kernel has height 1.
struct Geometry {
  SmallVector<int64_t, 2> kernel, strides, dilations, low, high;

  int64_t taps() const { return kernel[0] * kernel[1]; }
  bool isPadded() const {
    auto any = [](ArrayRef<int64_t> pads) { return llvm::any_of(pads, [](int64_t v) { return v != 0; }); };
    return any(low) || any(high);
  }
  bool isPointwise() const { return taps() == 1 && strides[0] == 1 && strides[1] == 1; }
};
} // namespace weft::conversion

namespace {

SmallVector<int64_t, 2> pair(ArrayRef<int64_t> values, int64_t fill) {
  if (values.size() == 1)
    return {fill, values[0]};
  return SmallVector<int64_t, 2>(values);
}

template <typename Op> Geometry geometryOf(Op op, ArrayRef<int64_t> kernel) {
  return {pair(kernel, 1), pair(op.getStrides(), 1), pair(op.getDilations(), 1),
          pair(op.getPadsBegin(), 0), pair(op.getPadsEnd(), 0)};
}

/// Elements as they lie in the tensor.
Order identity(int64_t count) {
  Order order;
  for (int64_t i = 0; i < count; ++i)
    order.push_back(i);
  return order;
}

int64_t leastOf(IntegerType type) {
  return nn::isUnsignedInteger(type) ? 0 : -(int64_t(1) << (type.getWidth() - 1));
}

/// Column k = (kh·KW + kw)·C + c of a conv weight [O, C, kh, kw] (window in dense order).
Order convColumns(int64_t channels, int64_t taps) {
  Order columns;
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t c = 0; c < channels; ++c)
      columns.push_back(c * taps + tap);
  return columns;
}

/// Weight [O, C/groups, taps…] as the block-diagonal [O, C, taps].
Tensor ungrouped(const Tensor &weight, int64_t groups, int64_t taps) {
  int64_t outputs = weight.dim(0), each = weight.dim(1);
  Tensor result(weight.type(), {outputs, each * groups, taps});
  for (int64_t o = 0; o < outputs; ++o) {
    int64_t first = o / (outputs / groups) * each;
    for (int64_t i = 0; i < each * taps; ++i)
      result.integers()[(o * each * groups + first) * taps + i] = weight.integers()[o * each * taps + i];
  }
  return result;
}

} // namespace

LogicalResult Lowering::lowerLinear(nn::LinearOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  int64_t inputs = input->shape.back(), outputs = shape->back();
  int64_t pixels = static_cast<int64_t>(input->order.size()) / inputs;
  auto columns = columnOrder(input->order, inputs);
  if (!columns) {
    columns = identity(inputs);
    input = reordered(op, *input, identity(pixels * inputs), pixels);
    if (failed(input))
      return failure();
  }
  FailureOr<Tensor> bias = constant(op, "bias", op.getBias());
  if (failed(bias))
    return failure();
  Value stream = viewed(op.getLoc(), input->stream, 1, pixels, inputs);
  Type element = cast<RankedTensorType>(op.getResult().getType()).getElementType();
  FailureOr<Value> out = matrixVector(op, streamOf(1, pixels, outputs, element), stream, op.getWeight(), *columns,
                                      materialize(op.getLoc(), *bias, (nn::layerName(op) + ".bias").str()));
  if (failed(out))
    return failure();
  finishLayer(op, *out, *shape, identity(pixels * outputs));
  return success();
}

FailureOr<Value> Lowering::padAndWindow(Operation *op, const Placed &input, const Geometry &g,
                                        int64_t padValue, bool depthwise) {
  Value stream = input.stream;
  flow::StreamType type = input.type();
  if (g.isPadded()) {
    type = type.withFrame(type.getHeight() + g.low[0] + g.high[0], type.getWidth() + g.low[1] + g.high[1],
                          type.getChannels());
    stream = flow::PadOp::create(builder, op->getLoc(), type, stream, g.low, g.high, padValue);
  }
  if (g.isPointwise())
    return stream;
  flow::WindowShape shape;
  shape.height = type.getHeight(), shape.width = type.getWidth();
  shape.kernelH = g.kernel[0], shape.kernelW = g.kernel[1], shape.strideH = g.strides[0], shape.strideW = g.strides[1];
  shape.dilationH = g.dilations[0], shape.dilationW = g.dilations[1];
  auto order = depthwise ? flow::WindowOrder::depthwise : flow::WindowOrder::dense;
  flow::StreamType out = type.withFrame(shape.outHeight(), shape.outWidth(), g.taps() * type.getChannels());
  return flow::WindowOp::create(builder, op->getLoc(), out, stream, order, g.kernel, g.strides, g.dilations).getResult();
}

LogicalResult Lowering::lowerConv(nn::ConvOp op) {
  FailureOr<Placed> input = channelsLastInput(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  Geometry g = geometryOf(op, cast<RankedTensorType>(op.getWeight().getType()).getShape().drop_front(2));
  int64_t channels = input->shape[0], groups = op.getGroups(), outputs = (*shape)[0];
  bool depthwise = groups == channels && outputs == channels && channels > 1;
  FailureOr<Tensor> bias = constant(op, "bias", op.getBias());
  FailureOr<Value> stream = padAndWindow(op, *input, g, op.getPadValue(), depthwise);
  if (failed(bias) || failed(stream))
    return failure();
  Value biasValue = materialize(op.getLoc(), *bias, (nn::layerName(op) + ".bias").str());
  auto frame = *frameOf(*shape);
  flow::StreamType out = streamOf(frame[0], frame[1], frame[2],
                                  cast<RankedTensorType>(op.getResult().getType()).getElementType());
  std::string name = (nn::layerName(op) + ".weight").str();
  Value result;
  if (groups == 1) {
    FailureOr<Value> unit = matrixVector(op, out, *stream, op.getWeight(), convColumns(channels, g.taps()), biasValue);
    if (failed(unit))
      return failure();
    result = *unit;
  } else {
    FailureOr<Tensor> weight = constant(op, "weight", op.getWeight());
    if (failed(weight))
      return failure();
    if (depthwise)
      result = flow::DepthwiseOp::create(builder, op.getLoc(), out, *stream,
                                         materialize(op.getLoc(), weight->reshaped({channels, g.taps()}), name), biasValue);
    else
      result = flow::MvuOp::create(
          builder, op.getLoc(), out, *stream,
          materialize(op.getLoc(), permutedColumns(ungrouped(*weight, groups, g.taps()), convColumns(channels, g.taps())), name),
          biasValue, 1);
  }
  finishLayer(op, result, *shape, channelsLast(*shape));
  return success();
}

LogicalResult Lowering::lowerPool(nn::PoolOp op) {
  FailureOr<Placed> input = channelsLastInput(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  if (op.getKind() == nn::PoolKind::average)
    return op.emitError() << "layer '" << nn::layerName(op)
                          << "': nn.pool average has no process; supported are max and sum (A6), which integerize makes of it";
  Geometry g = geometryOf(op, op.getKernel());
  bool max = op.getKind() == nn::PoolKind::max;
  int64_t padValue = max ? leastOf(input->type().getElementType()) : static_cast<int64_t>(op.getPadValue());
  // All pixels of a frame need no window, which would hold them.
  bool whole = g.kernel[0] == input->type().getHeight() && g.kernel[1] == input->type().getWidth() && g.taps() > 1 && !g.isPadded();
  FailureOr<Value> stream = whole ? input->stream : padAndWindow(op, *input, g, padValue, /*depthwise=*/true);
  if (failed(stream))
    return failure();
  auto frame = *frameOf(*shape);
  flow::StreamType out = streamOf(frame[0], frame[1], frame[2],
                                  cast<RankedTensorType>(op.getResult().getType()).getElementType());
  Value result = flow::PoolOp::create(builder, op.getLoc(), out, *stream, max ? flow::PoolKind::max : flow::PoolKind::sum);
  finishLayer(op, result, *shape, channelsLast(*shape));
  return success();
}

LogicalResult Lowering::lowerPad(nn::PadOp op) {
  if (cast<RankedTensorType>(op.getType()).getRank() == 3 && op.getMode() == nn::PadMode::constant && op.getLow()[1] + op.getHigh()[1] > 0)
    return lowerSequencePad(op);
  FailureOr<Placed> input = channelsLastInput(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  ArrayRef<int64_t> low = op.getLow(), high = op.getHigh();
  if (op.getMode() != nn::PadMode::constant || low.size() < 3 || low[0] || low[1] || high[0] || high[1] ||
      llvm::any_of(low, [](int64_t v) { return v < 0; }) || llvm::any_of(high, [](int64_t v) { return v < 0; }))
    return op.emitError() << "layer '" << nn::layerName(op)
                          << "': expected constant padding of spatial dimensions, which is what flow.pad does";
  SmallVector<int64_t, 2> begin = pair(low.drop_front(2), 0), end = pair(high.drop_front(2), 0);
  auto frame = *frameOf(*shape);
  flow::StreamType out = input->type().withFrame(frame[0], frame[1], frame[2]);
  int64_t value = static_cast<int64_t>(op.getValue().convertToDouble());
  Value result = flow::PadOp::create(builder, op.getLoc(), out, input->stream, begin, end, value);
  finishLayer(op, result, *shape, channelsLast(*shape));
  return success();
}

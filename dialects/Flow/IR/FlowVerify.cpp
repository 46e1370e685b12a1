//===- FlowVerify.cpp - what every process checks of itself --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/FlowChecks.h"

using namespace mlir;
using namespace weft::flow;

LogicalResult weft::flow::expectFrame(Operation *op, StreamType result, int64_t height, int64_t width,
                          int64_t channels) {
  if (result.getHeight() == height && result.getWidth() == width && result.getChannels() == channels)
    return success();
  return op->emitOpError() << "expected a result frame of " << height << "x" << width << "x"
                           << channels << ", got " << result.getHeight() << "x"
                           << result.getWidth() << "x" << result.getChannels();
}

LogicalResult weft::flow::expectSameFrame(Operation *op, StreamType input, StreamType result) {
  return expectFrame(op, result, input.getHeight(), input.getWidth(), input.getChannels());
}

LogicalResult weft::flow::expectSameElement(Operation *op, StreamType input, StreamType result) {
  if (input.getElementType() == result.getElementType())
    return success();
  return op->emitOpError() << "expected a result of the input's elements "
                           << input.getElementType() << ", got " << result.getElementType();
}

LogicalResult weft::flow::expectShape(Operation *op, StringRef what, Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape && isa<IntegerType>(type.getElementType()))
    return success();
  InFlightDiagnostic diagnostic = op->emitOpError() << "expected " << what << " of integers [";
  llvm::interleaveComma(shape, diagnostic);
  return diagnostic << "], got " << type;
}

/// `[C]` or `[1]`.
static LogicalResult expectPerChannel(Operation *op, StringRef what, Value value, int64_t channels) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() == 1 && type.getDimSize(0) == 1)
    return success();
  return expectShape(op, what, value, {channels});
}

static LogicalResult expectPairs(Operation *op, ArrayRef<ArrayRef<int64_t>> arrays, int64_t least) {
  for (ArrayRef<int64_t> array : arrays)
    if (array.size() != 2 || llvm::any_of(array, [&](int64_t v) { return v < least; }))
      return op->emitOpError() << "expected (height, width) pairs of at least " << least;
  return success();
}

/// `lo`…`hi` are values of the result's type.
static LogicalResult expectBounds(Operation *op, IntegerType type, int64_t lo, int64_t hi) {
  weft::nn::IntegerBounds held = weft::nn::boundsOf(type);
  if (type.getWidth() > 62 || (held.lo <= lo && lo <= hi && hi <= held.hi))
    return success();
  return op->emitOpError() << "expected bounds within " << type << ", got " << lo << " to " << hi;
}

LogicalResult weft::flow::expectWindowLanes(Operation *op, StreamType in, StreamType out) {
  if (in.getChannels() == out.getChannels() || in.getLanes() == out.getLanes())
    return success();
  return op->emitOpError() << "expected the lanes of the window before it, " << in.getLanes() << ", got "
                           << out.getLanes();
}

WindowShape WindowOp::getShape() {
  StreamType in = getInput().getType();
  WindowShape shape;
  shape.height = in.getHeight(), shape.width = in.getWidth();
  shape.fold = in.getChannels() / getPe();
  shape.kernelH = getKernel()[0], shape.kernelW = getKernel()[1];
  shape.strideH = getStrides()[0], shape.strideW = getStrides()[1];
  shape.dilationH = getDilations()[0], shape.dilationW = getDilations()[1];
  shape.depthwise = getOrder() == WindowOrder::depthwise;
  shape.depth = getDepth() != 0 ? static_cast<int64_t>(getDepth()) : shape.fullDepth();
  return shape;
}

LogicalResult WindowOp::verify() {
  if (failed(expectPairs(*this, {getKernel(), getStrides(), getDilations()}, 1)))
    return failure();
  StreamType in = getInput().getType();
  if (in.getChannels() % getPe() != 0)
    return emitOpError() << "expected lanes that divide the " << in.getChannels()
                         << " channels of the input, got " << getPe();
  WindowShape shape = getShape();
  if ((shape.kernelH - 1) * shape.dilationH >= shape.height ||
      (shape.kernelW - 1) * shape.dilationW >= shape.width)
    return emitOpError("the window is larger than the frame");
  if (shape.depth < shape.span())
    return emitOpError() << "expected a buffer of at least " << shape.span() << " beats, got "
                         << shape.depth;
  if (failed(expectSameElement(*this, in, getResult().getType())))
    return failure();
  return expectFrame(*this, getResult().getType(), shape.outHeight(), shape.outWidth(),
                     shape.kernelH * shape.kernelW * in.getChannels());
}

LogicalResult PadOp::verify() {
  if (failed(expectPairs(*this, {getLow(), getHigh()}, 0)))
    return failure();
  StreamType in = getInput().getType();
  if (failed(expectSameElement(*this, in, getResult().getType())) ||
      failed(expectBounds(*this, in.getElementType(), getValue(), getValue())))
    return failure();
  return expectFrame(*this, getResult().getType(), in.getHeight() + getLow()[0] + getHigh()[0],
                     in.getWidth() + getLow()[1] + getHigh()[1], in.getChannels());
}

LogicalResult PoolOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  if (failed(expectWindowLanes(*this, in, out)))
    return failure();
  if (in.getChannels() % out.getChannels() != 0)
    return emitOpError() << "expected input channels that are taps times the " << out.getChannels()
                         << " channels of the result, got " << in.getChannels();
  if (getKind() == PoolKind::max && failed(expectSameElement(*this, in, out)))
    return failure();
  if (isWholeFrame())
    return success();
  return expectFrame(*this, out, in.getHeight(), in.getWidth(), out.getChannels());
}

LogicalResult RequantizeOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  if (failed(expectSameFrame(*this, in, out)) ||
      failed(expectPerChannel(*this, "a multiplier", getMultiplier(), in.getChannels())) ||
      failed(expectPerChannel(*this, "a shift", getShift(), in.getChannels())))
    return failure();
  return expectBounds(*this, out.getElementType(), getLo(), getHi());
}

LogicalResult ThresholdOp::verify() {
  StreamType in = getInput().getType();
  auto type = cast<RankedTensorType>(getThresholds().getType());
  if (type.getRank() != 2 || (type.getDimSize(0) != 1 && type.getDimSize(0) != in.getChannels()))
    return emitOpError() << "expected thresholds [C or 1, steps] with C = " << in.getChannels()
                         << ", got " << type;
  if (failed(expectSameFrame(*this, in, getResult().getType())))
    return failure();
  return expectBounds(*this, getResult().getType().getElementType(), getLo(),
                      getLo() + type.getDimSize(1));
}

LogicalResult TableOp::verify() {
  StreamType in = getInput().getType();
  if (in.getElementBits() > 16)
    return emitOpError() << "expected an input of at most 16 bits (A7), got "
                         << in.getElementType();
  if (failed(expectShape(*this, "a table", getTable(), {int64_t(1) << in.getElementBits()})))
    return failure();
  return expectSameFrame(*this, in, getResult().getType());
}

LogicalResult BiasOp::verify() {
  StreamType in = getInput().getType();
  if (failed(expectShape(*this, "a bias", getBias(), {in.getElements()})) || failed(expectSameElement(*this, in, getResult().getType())))
    return failure();
  return expectSameFrame(*this, in, getResult().getType());
}

LogicalResult ReorderOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  ArrayRef<int64_t> counts = getCounts(), strides = getStrides();
  if (in.getElementType() != out.getElementType())
    return emitOpError() << "expected one element type, got " << in << " and " << out;
  if (counts.empty() || counts.size() != strides.size() || llvm::any_of(counts, [](int64_t c) { return c < 1; }))
    return emitOpError("expected counts of at least 1, and a stride for each");
  int64_t read = 1, last = getBase(), base = getBase();
  for (auto [count, stride] : llvm::zip(counts, strides))
    read *= count, last += (count - 1) * std::abs(stride);
  if (read != out.getElements())
    return emitOpError() << "expected loops over the " << out.getElements() << " elements of the result's frame, got " << read;
  if (base < 0 || last >= in.getElements())
    return emitOpError() << "expected loops inside of the " << in.getElements() << " elements of the input's frame, got element " << (base < 0 ? base : last);
  int64_t pe = getPe(), run = strides.back() == 1 ? counts.back() : 1;
  if (run % pe != 0 || in.getChannels() % pe != 0)
    return emitOpError() << "expected lanes that divide the innermost run of " << run << " and the input's " << in.getChannels() << " channels, got " << pe;
  if (base % pe != 0)
    return emitOpError() << "expected lanes that divide the base, got " << pe << " and " << base;
  for (int64_t stride : strides.drop_back())
    if (stride % pe != 0)
      return emitOpError() << "expected lanes that divide the strides, got " << pe << " and " << stride;
  return success();
}

LogicalResult AddOp::verify() {
  if (failed(expectSameFrame(*this, getLhs().getType(), getResult().getType())) ||
      failed(expectSameFrame(*this, getRhs().getType(), getResult().getType())))
    return failure();
  return expectBounds(*this, getResult().getType().getElementType(), getLo(), getHi());
}

LogicalResult MultiplyOp::verify() {
  StreamType lhs = getLhs().getType(), rhs = getRhs().getType(), out = getResult().getType();
  if (failed(expectSameFrame(*this, lhs, out)) || failed(expectSameFrame(*this, rhs, out)))
    return failure();
  return nn::verifyProduct(*this, lhs.getElementType(), getLhsZeroPoint(), rhs.getElementType(), getRhsZeroPoint(), out.getElementType());
}

LogicalResult ConcatOp::verify() {
  StreamType out = getResult().getType();
  auto extentsOf = [](StreamType t) { return std::array<int64_t, 3>{t.getHeight(), t.getWidth(), t.getChannels()}; };
  std::array<int64_t, 3> wanted = extentsOf(out);
  int64_t axis = getAxis(), total = 0;
  if (axis < 0 || axis > 2)
    return emitOpError() << "expected axis 0 (height), 1 (width) or 2 (channels), got " << axis;
  for (Value input : getInputs()) {
    auto in = cast<StreamType>(input.getType());
    std::array<int64_t, 3> extents = extentsOf(in);
    total += std::exchange(extents[axis], wanted[axis]);
    if (extents != wanted)
      return emitOpError() << "expected inputs that differ from the result " << out << " along axis " << axis << " only, got " << in;
    if (failed(expectSameElement(*this, in, out)))
      return failure();
    if (in.getChannels() % getPe() != 0)
      return emitOpError() << "expected lanes that divide every input's channels, got " << getPe()
                           << " lanes and " << in.getChannels() << " channels";
  }
  wanted[axis] = total;
  return expectFrame(*this, out, wanted[0], wanted[1], wanted[2]);
}

LogicalResult SliceOp::verify() {
  StreamType in = getInput().getType();
  int64_t extents[] = {in.getHeight(), in.getWidth(), in.getChannels()};
  ArrayRef<int64_t> starts = getStarts(), sizes = getSizes();
  if (starts.size() != 3 || sizes.size() != 3)
    return emitOpError("expected (height, width, channels) starts and sizes");
  for (int i = 0; i < 3; ++i)
    if (starts[i] < 0 || sizes[i] < 1 || starts[i] + sizes[i] > extents[i])
      return emitOpError() << "expected a box inside the frame, got " << starts[i] << " + "
                           << sizes[i] << " of " << extents[i];
  if (starts[2] % getPe() != 0 || in.getChannels() % getPe() != 0)
    return emitOpError() << "expected lanes that divide the input's channels and the first channel "
                            "kept, got "
                         << getPe();
  if (failed(expectSameElement(*this, in, getResult().getType())))
    return failure();
  return expectFrame(*this, getResult().getType(), sizes[0], sizes[1], sizes[2]);
}

LogicalResult ViewOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  if (in.getElements() != out.getElements())
    return emitOpError() << "expected as many elements in as out, got " << in << " and " << out;
  return expectSameElement(*this, in, out);
}

LogicalResult WidthOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  Value source = getInput();
  while (auto fifo = source.getDefiningOp<FifoOp>())
    source = fifo.getInput();
  if (auto window = source.getDefiningOp<WindowOp>())
    if (window.getOrder() == WindowOrder::depthwise)
      return emitOpError("a window in depthwise order cannot change its lanes on the way (D4)");
  if (failed(expectSameElement(*this, in, out)))
    return failure();
  return expectSameFrame(*this, in, out);
}

LogicalResult FifoOp::verify() {
  if (static_cast<int64_t>(getDepth()) < 2)
    return emitOpError() << "expected a depth of at least 2, got " << getDepth();
  return success();
}

LogicalResult ForkOp::verify() {
  if (getOutputs().size() < 2)
    return emitOpError() << "expected at least 2 results, got " << getOutputs().size();
  for (Value output : getOutputs())
    if (output.getType() != getInput().getType())
      return emitOpError() << "expected results of the input's type " << getInput().getType()
                           << ", got " << output.getType();
  return success();
}

weft::lut::NetworkArrays LutOp::getArrays() { return {getArities(), getFanIns(), getTables(), getOutputs()}; }

weft::reference::LutNetwork LutOp::getNetwork() { return getArrays().unpack(getInput().getType().getChannels() * getInput().getType().getElementBits()); }

LogicalResult LutOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  for (auto [what, type] : {std::pair(StringRef("an input"), in), std::pair(StringRef("a result"), out)})
    if (type.getPixels() != 1 || (what != "an input" && type.getLanes() != type.getChannels()))
      return emitOpError() << "expected " << what << " of one pixel, with a lane for each channel in the result, got " << type;
  if (static_cast<int64_t>(getLevels()) < 0)
    return emitOpError() << "has levels = " << static_cast<int64_t>(getLevels()) << ", expected 0 or more";
  return getArrays().verify(*this, in.getChannels() * in.getElementBits(), out.getChannels() * out.getElementBits());
}

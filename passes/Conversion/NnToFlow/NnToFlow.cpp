//===- NnToFlow.cpp - processes and streams for the integer core ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"
#include "passes/Conversion/NnToFlow/Passes.h"

#include "llvm/ADT/TypeSwitch.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;

namespace weft::conversion {
#define GEN_PASS_DEF_NNTOFLOW
#include "passes/Conversion/NnToFlow/Passes.h.inc"
} // namespace weft::conversion

std::optional<std::array<int64_t, 3>> weft::conversion::frameOf(const Shape &shape) {
  if (shape.size() == 1)
    return std::array<int64_t, 3>{1, 1, shape[0]};
  if (shape.size() == 2)
    return std::array<int64_t, 3>{1, shape[1], shape[0]};
  if (shape.size() == 3)
    return std::array<int64_t, 3>{shape[1], shape[2], shape[0]};
  return std::nullopt;
}

//===--- values and shapes -----------------------------------------------------------===//

FailureOr<Placed> Lowering::placed(Operation *op, Value value) {
  auto found = values.find(value);
  if (found != values.end())
    return found->second;
  return op->emitError() << "layer '" << nn::layerName(op)
                         << "': expected an operand that is computed from the core's inputs; a constant "
                            "stream is not supported";
}

FailureOr<Shape> Lowering::sampleShape(Operation *op, Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (type && isa<IntegerType>(type.getElementType()) && type.getRank() >= 2 &&
      (type.isDynamicDim(0) || type.getDimSize(0) == 1) &&
      llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic))
    return Shape(type.getShape().drop_front().begin(), type.getShape().end());
  return op->emitError() << "layer '" << nn::layerName(op)
                         << "': expected an integer tensor [N, ...] with a dynamic N or N = 1 and "
                            "static other dimensions, got "
                         << value.getType();
}

FailureOr<Placed> Lowering::channelsLastInput(Operation *op, Value value) {
  FailureOr<Placed> input = placed(op, value);
  if (failed(input))
    return failure();
  auto frame = frameOf(input->shape);
  if (!frame)
    return op->emitError() << "layer '" << nn::layerName(op)
                           << "': expected one or two spatial dimensions, got "
                           << static_cast<int64_t>(input->shape.size()) - 1;
  input = reordered(op, *input, channelsLast(input->shape), (*frame)[0] * (*frame)[1]);
  if (failed(input))
    return failure();
  input->stream = viewed(op->getLoc(), input->stream, (*frame)[0], (*frame)[1], (*frame)[2]);
  return input;
}

FailureOr<Placed> Lowering::reordered(Operation *op, const Placed &input, const Order &order, int64_t pixels) {
  if (input.order == order)
    return input;
  std::optional<Nest> nest = nestBetween(input.order, order);
  if (!nest)
    return op->emitError() << "layer '" << nn::layerName(op) << "': its input arrives in an order that no nest of counters turns into the one "
                           << op->getName() << " needs (T6)";
  int64_t elements = static_cast<int64_t>(order.size());
  flow::StreamType out = input.type().withFrame(1, pixels, elements / pixels);
  Value stream = flow::ReorderOp::create(builder, op->getLoc(), out, input.stream, nest->counts, nest->strides, nest->base);
  return Placed{stream, input.shape, order};
}

Value Lowering::viewed(Location loc, Value stream, int64_t height, int64_t width, int64_t channels) {
  auto type = cast<flow::StreamType>(stream.getType());
  flow::StreamType wanted = type.withFrame(height, width, channels);
  if (wanted == type)
    return stream;
  return flow::ViewOp::create(builder, loc, wanted, stream);
}

FailureOr<reference::Tensor> Lowering::constant(Operation *op, StringRef what, Value value) {
  auto tensor = evaluation::evaluateConstant(value);
  if (tensor.ok())
    return std::move(*tensor);
  return op->emitError() << "layer '" << nn::layerName(op) << "': expected a constant " << what << ": "
                         << tensor.message();
}

Value Lowering::materialize(Location loc, const reference::Tensor &tensor, StringRef name) {
  return nn::ConstantOp::create(builder, loc,
                                evaluation::tensorToElements(tensor, builder.getContext(), name));
}

flow::StreamType Lowering::streamOf(int64_t height, int64_t width, int64_t channels, Type element) {
  return flow::StreamType::get(builder.getContext(), height, width, channels, cast<IntegerType>(element), 1);
}

void Lowering::finishLayer(Operation *op, Value stream, Shape shape, Order order) {
  // All processes between the last layer's and here belong to this layer.
  Block *block = builder.getInsertionBlock();
  auto it = lastNamed ? std::next(lastNamed->getIterator()) : block->begin();
  bool made = it != builder.getInsertionPoint();
  for (; it != builder.getInsertionPoint(); ++it) {
    if (isa<flow::Process>(&*it))
      nn::setLayerName(&*it, nn::layerName(op));
    lastNamed = &*it;
  }
  // A trace of the layer is read as D1 says, unless the layer has another order. What only moves values has no trace, and leaves that of the layer before alone.
  Operation *last = stream.getDefiningOp();
  if (made && last && last == lastNamed && order != channelsLast(shape)) {
    last->setDiscardableAttr(flow::kShapeAttr, builder.getDenseI64ArrayAttr(shape));
    last->setDiscardableAttr(flow::kOrderAttr, builder.getDenseI64ArrayAttr(order));
  }
  values[op->getResult(0)] = {stream, std::move(shape), std::move(order)};
}

//===--- the function ------------------------------------------------------------------===//

LogicalResult Lowering::lower(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](nn::LinearOp o) { return lowerLinear(o); })
      .Case([&](nn::ConvOp o) { return lowerConv(o); })
      .Case([&](nn::PoolOp o) { return lowerPool(o); })
      .Case([&](nn::QrecurrentOp o) { return lowerRecurrent(o); })
      .Case([&](nn::PadOp o) { return lowerPad(o); })
      .Case([&](nn::SliceOp o) { return lowerSlice(o); })
      .Case([&](nn::RequantizeOp o) { return lowerRequantize(o); })
      .Case([&](nn::ThresholdOp o) { return lowerThreshold(o); })
      .Case([&](nn::TableOp o) { return lowerTable(o); })
      .Case([&](nn::QaddOp o) { return lowerQadd(o); })
      .Case([&](nn::QmulOp o) { return lowerQmul(o); })
      .Case([&](lut::NetworkOp o) { return lowerLut(o); })
      .Case([&](nn::ConcatOp o) { return lowerConcat(o); })
      .Case([&](nn::ReshapeOp o) { return lowerReshape(o); })
      .Case([&](nn::TransposeOp o) { return lowerTranspose(o); })
      .Case([&](nn::GatherOp o) { return lowerGather(o); })
      .Case([&](nn::BinaryOp o) { return lowerBias(o); })
      .Default([](Operation *o) -> LogicalResult {
        return o->emitError()
               << "layer '" << nn::layerName(o) << "': " << o->getName()
               << " has no process; supported are nn.linear, nn.conv, nn.pool, nn.requantize, nn.threshold, "
                  "nn.qadd, nn.qmul, nn.qrecurrent, nn.table, nn.concat, nn.gather, nn.pad, nn.slice, nn.reshape, nn.transpose and lut.network";
      });
}

void Lowering::attachLayout(func::FuncOp design, unsigned index, const Placed &value) {
  // Results are named by `index` counted behind the arguments.
  unsigned arguments = design.getNumArguments();
  auto set = [&](StringRef name, Attribute attribute) {
    if (index < arguments)
      design.setArgAttr(index, name, attribute);
    else
      design.setResultAttr(index - arguments, name, attribute);
  };
  set(flow::kShapeAttr, builder.getDenseI64ArrayAttr(value.shape));
  if (value.order != channelsLast(value.shape))
    set(flow::kOrderAttr, builder.getDenseI64ArrayAttr(value.order));
}

LogicalResult Lowering::placeArguments(func::FuncOp design) {
  for (auto [index, argument] : llvm::enumerate(core.getArguments())) {
    FailureOr<Shape> shape = sampleShape(core, argument);
    if (failed(shape))
      return failure();
    auto frame = frameOf(*shape);
    if (!frame)
      return core.emitError() << "input " << index << ": expected at most two spatial dimensions, got "
                              << argument.getType();
    Type element = cast<RankedTensorType>(argument.getType()).getElementType();
    (void)design.insertArgument(index, streamOf((*frame)[0], (*frame)[1], (*frame)[2], element), {}, core.getLoc());
    Placed value{design.getArgument(index), *shape, channelsLast(*shape)};
    if (Attribute name = core.getArgAttr(index, nn::kNameAttr))
      design.setArgAttr(index, nn::kNameAttr, name);
    values[argument] = std::move(value);
  }
  for (auto [index, argument] : llvm::enumerate(core.getArguments()))
    attachLayout(design, index, values[argument]);
  return success();
}

/// A stream with several uses is forked where it is made.
static void insertForks(func::FuncOp design) {
  SmallVector<Value> streams(design.getArguments().begin(), design.getArguments().end());
  design.walk([&](Operation *op) {
    for (Value result : op->getResults())
      if (isa<flow::StreamType>(result.getType()))
        streams.push_back(result);
  });
  OpBuilder builder(design.getContext());
  for (Value stream : streams) {
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : stream.getUses())
      uses.push_back(&use);
    if (uses.size() < 2)
      continue;
    std::reverse(uses.begin(), uses.end()); // program order
    builder.setInsertionPointAfterValue(stream);
    auto fork = flow::ForkOp::create(builder, stream.getLoc(), SmallVector<Type>(uses.size(), stream.getType()), stream);
    if (Operation *producer = stream.getDefiningOp())
      nn::setLayerName(fork, nn::layerName(producer));
    for (auto [use, output] : llvm::zip(uses, fork.getOutputs()))
      use->set(output);
  }
}

LogicalResult Lowering::finish(func::FuncOp design) {
  auto terminator = cast<func::ReturnOp>(core.getBody().front().getTerminator());
  SmallVector<Value> streams;
  for (auto [index, value] : llvm::enumerate(terminator.getOperands())) {
    FailureOr<Placed> result = placed(terminator, value);
    if (failed(result))
      return failure();
    streams.push_back(result->stream);
    (void)design.insertResult(index, result->stream.getType(), {});
    if (Attribute name = core.getResultAttr(index, nn::kNameAttr))
      design.setResultAttr(index, nn::kNameAttr, name);
    attachLayout(design, design.getNumArguments() + index, *result);
  }
  func::ReturnOp::create(builder, core.getLoc(), streams);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(design.getBody().front())))
    if (op.use_empty() && !op.hasTrait<OpTrait::IsTerminator>())
      op.erase();
  for (auto [index, argument] : llvm::enumerate(design.getArguments()))
    if (argument.use_empty())
      return core.emitError() << "input " << index << " is not used; remove it from the network";
  insertForks(design);
  return success();
}

FailureOr<func::FuncOp> Lowering::run() {
  auto design = func::FuncOp::create(builder, core.getLoc(), flow::kDesignName, builder.getFunctionType({}, {}));
  design.addEntryBlock();
  builder.setInsertionPointToEnd(&design.getBody().front());
  if (failed(placeArguments(design)))
    return failure();
  for (Operation &op : core.getBody().front().without_terminator())
    if (!isa<nn::ConstantOp>(op) && op.getName().getDialectNamespace() != "codec" && failed(lower(&op)))
      return failure();
  if (failed(finish(design)))
    return failure();
  return design;
}

namespace {
struct NnToFlow : weft::conversion::impl::NnToFlowBase<NnToFlow> {
  void runOnOperation() override {
    auto core = getOperation().lookupSymbol<func::FuncOp>("core");
    if (!core || core.isExternal()) {
      getOperation().emitError("expected the integer core as func.func @core; run --nn-partition first");
      return signalPassFailure();
    }
    if (func::FuncOp old = flow::findDesign(getOperation()))
      old.erase();
    OpBuilder builder(core);
    if (failed(Lowering(core, builder).run()))
      signalPassFailure();
  }
};
} // namespace

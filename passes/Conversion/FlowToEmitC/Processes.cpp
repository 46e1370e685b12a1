//===- Processes.cpp - each process as a call of the HLS library -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToEmitC/ProcessBuilder.h"
#include "passes/Evaluation/Evaluator.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::flow;
using weft::reference::Tensor;

namespace weft::flow_to_emitc {

/// Beats that the queue behind `value` holds: those of the `flow.fifo`s it goes through, 2 without
/// one.
static int64_t queueDepth(Value value) {
  int64_t depth = 0;
  while (value.hasOneUse()) {
    Operation *user = *value.user_begin();
    if (auto fifo = dyn_cast<FifoOp>(user))
      depth += fifo.getDepth();
    else if (!isa<ViewOp>(user))
      break;
    value = user->getResult(0);
  }
  return std::max<int64_t>(depth, 2);
}

ProcessBuilder::ProcessBuilder(Operation *op, DesignBuilder &design) : op(op), design(design) {
  // What has no name gets that of the stream it takes in.
  if (auto name = op->getAttrOfType<StringAttr>("nn.name"))
    layer = name.getValue().str();
  else if (auto literal = design.stream(op->getOperand(0)).getDefiningOp<emitc::LiteralOp>())
    layer = (literal.getValue() + "_" + op->getName().stripDialect()).str();
}

Argument ProcessBuilder::out(Value value, StringRef suffix) {
  bool add = !suffix.empty() && op->hasAttr("nn.name");
  return design.declareStream(value, add ? layer + "_" + suffix.str() : layer, queueDepth(value));
}

FailureOr<Tensor> ProcessBuilder::constant(Value value, StringRef what) {
  auto result = evaluation::evaluateConstant(value);
  if (result)
    return std::move(*result);
  op->emitError("expected a constant ") << what << ": " << result.message();
  return failure();
}

LogicalResult ProcessBuilder::callTraced(StringRef callee, ArrayRef<TemplateArgument> templates, ArrayRef<Argument> arguments) {
  call(callee, templates, arguments);
  if (op->hasAttr("nn.name"))
    design.trace(op->getResult(0));
  return success();
}

std::string joined(ArrayRef<int64_t> values) {
  std::string text;
  for (int64_t v : values)
    text += (text.empty() ? "" : ", ") + std::to_string(v);
  return text;
}

LogicalResult ProcessBuilder::build(WindowOp op) {
  WindowShape shape = op.getShape();
  StreamType type = op.getInput().getType();
  std::string geometry =
      "weft::hls::WindowShape<" +
      joined({shape.height, shape.width, type.getChannels(), shape.kernelH, shape.kernelW,
              shape.strideH, shape.strideW, shape.dilationH, shape.dilationW}) +
      ">";
  std::string order = ("weft::hls::WindowOrder::" + stringifyWindowOrder(op.getOrder())).str();
  call("window", {geometry, order, shape.depth},
       {in(op.getInput()), out(op.getResult(), "window"), frames()});
  return success();
}

LogicalResult ProcessBuilder::build(PadOp op) {
  StreamType type = op.getInput().getType();
  ArrayRef<int64_t> low = op.getLow(), high = op.getHigh();
  call("pad", {type.getHeight(), type.getWidth(), type.getFold(), low[0], high[0], low[1], high[1]},
       {in(op.getInput()), out(op.getResult(), "pad"), std::to_string(op.getValue()), frames()});
  return success();
}

LogicalResult ProcessBuilder::build(SliceOp op) {
  StreamType type = op.getInput().getType();
  ArrayRef<int64_t> from = op.getStarts(), size = op.getSizes();
  int64_t lanes = type.getLanes();
  call("slice", {type.getHeight(), type.getWidth(), type.getFold(), from[0], size[0], from[1], size[1], from[2] / lanes, size[2] / lanes},
       {in(op.getInput()), out(op.getResult(), "slice"), frames()});
  return success();
}

LogicalResult ProcessBuilder::build(PoolOp op) {
  StreamType type = op.getResult().getType();
  std::string kind = ("weft::hls::PoolKind::" + stringifyPoolKind(op.getKind())).str();
  return callTraced("pool", {kind, type.getBeats(), op.getTaps(), op.isWholeFrame() ? type.getFold() : 1},
                    {in(op.getInput()), out(op.getResult()), frames()});
}

LogicalResult ProcessBuilder::build(RequantizeOp op) {
  FailureOr<Tensor> multiplier = constant(op.getMultiplier(), "multiplier");
  FailureOr<Tensor> shift = constant(op.getShift(), "shift");
  if (failed(multiplier) || failed(shift))
    return failure();
  auto greatest = [](const Tensor &t) {
    return *std::max_element(t.integers().begin(), t.integers().end());
  };
  int64_t multiplierBits = llvm::Log2_64(std::max<int64_t>(greatest(*multiplier), 1)) + 1;
  int64_t maxShift = greatest(*shift);
  StreamType type = op.getResult().getType();
  int64_t width = op.getInput().getType().getElementBits() + multiplierBits;
  width = std::max(width, maxShift + 1) + 2;
  if (width > 64)
    return op.emitError("expected a rounded product of at most 64 bits (A4s), got ") << width;
  std::string m = rom("multiplier", asUnsigned(byLanes(*multiplier, op.getPe()), 32));
  std::string n = rom("shift", asUnsigned(byLanes(*shift, op.getPe()), 8));
  return callTraced("requantize",
                    {type.getPixels(), type.getChannels(), int64_t(op.getZeroPoint()),
                     int64_t(op.getLo()), int64_t(op.getHi()), multiplierBits, maxShift},
                    {in(op.getInput()), out(op.getResult()), m, n, frames()});
}

LogicalResult ProcessBuilder::build(ThresholdOp op) {
  FailureOr<Tensor> thresholds = constant(op.getThresholds(), "tensor of thresholds");
  if (failed(thresholds))
    return failure();
  StreamType type = op.getResult().getType();
  std::string bounds = rom("thresholds", byLanes(*thresholds, op.getPe()), {2, 3});
  return callTraced("threshold", {type.getPixels(), type.getChannels(), int64_t(op.getLo())},
                    {in(op.getInput()), out(op.getResult()), bounds, frames()});
}

LogicalResult ProcessBuilder::build(TableOp op) {
  FailureOr<Tensor> table = constant(op.getTable(), "table");
  if (failed(table))
    return failure();
  std::string entries = design.addRom(layer + "_table", plain(*table), {}, op.getPe() > 1);
  return callTraced("table", {op.getResult().getType().getBeats()},
                    {in(op.getInput()), out(op.getResult()), entries, frames()});
}

LogicalResult ProcessBuilder::build(AddOp op) {
  return callTraced("add",
                    {op.getResult().getType().getBeats(), int64_t(op.getLhsMultiplier()),
                     int64_t(op.getRhsMultiplier()), int64_t(op.getOffset()),
                     int64_t(op.getShift()), int64_t(op.getZeroPoint()), int64_t(op.getLo()),
                     int64_t(op.getHi())},
                    {in(op.getLhs()), in(op.getRhs()), out(op.getResult()), frames()});
}

LogicalResult ProcessBuilder::build(MultiplyOp op) {
  return callTraced("multiply", {op.getResult().getType().getBeats(), int64_t(op.getLhsZeroPoint()), int64_t(op.getRhsZeroPoint())},
                    {in(op.getLhs()), in(op.getRhs()), out(op.getResult()), frames()});
}

LogicalResult ProcessBuilder::build(BiasOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias");
  if (failed(bias))
    return failure();
  std::string values = rom("bias", byLanes(*bias, op.getPe()));
  return callTraced("bias", {op.getResult().getType().getBeats()}, {in(op.getInput()), out(op.getResult()), values, frames()});
}

LogicalResult ProcessBuilder::build(ReorderOp op) {
  SmallVector<int64_t> loops;
  int64_t lanes = op.getPe();
  for (auto [i, count, stride] : llvm::enumerate(op.getCounts(), op.getStrides())) {
    bool innermost = i + 1 == op.getCounts().size() && lanes > 1;
    loops.append({innermost ? count / lanes : count, innermost ? 1 : stride / lanes});
  }
  call("reorder", {op.getInput().getType().getBeats(), "weft::hls::Loops<" + joined(loops) + ">", static_cast<int64_t>(op.getBase()) / lanes},
       {in(op.getInput()), out(op.getResult(), "reorder"), frames()});
  return success();
}

/// Tables as expressions of bits: a constant shifted by its address, which synthesis makes one LUT.
LogicalResult ProcessBuilder::build(LutOp op) {
  reference::LutNetwork network = op.getNetwork();
  auto signal = [&](int32_t s) {
    return s < network.inputs ? "x[" + std::to_string(s) + "]" : "t" + std::to_string(s - network.inputs);
  };
  std::string name = design.uniqueName(layer + "_tables");
  design.romLine("struct " + name + " {");
  design.romLine("static void apply(const bool *x, bool *y) {");
  for (auto [t, table] : llvm::enumerate(network.tables)) {
    std::string address;
    for (int k = 0; k < table.arity; ++k)
      address += (k ? " | " : "") + signal(table.fanIns[k]) + (k ? " << " + std::to_string(k) : "");
    design.romLine("const bool t" + Twine(t) + " = (UINT64_C(0x" + llvm::utohexstr(table.truth) + ") >> (" +
                   (address.empty() ? "0" : address) + ")) & 1;");
  }
  for (auto [i, output] : llvm::enumerate(network.outputs))
    design.romLine("y[" + Twine(i) + "] = " + signal(output) + ";");
  design.romLine("}");
  design.romLine("};");
  return callTraced("lut", {name}, {in(op.getInput()), out(op.getResult()), frames()});
}

LogicalResult ProcessBuilder::build(ConcatOp op) {
  SmallVector<int64_t> folds;
  SmallVector<Argument> arguments = {out(op.getResult()), frames()};
  for (Value input : op.getInputs()) {
    folds.push_back(op.getRoundBeats(input));
    arguments.push_back(in(input));
  }
  return callTraced(
      "concat", {op.getRounds(), "weft::hls::Folds<" + joined(folds) + ">"},
      arguments);
}

LogicalResult ProcessBuilder::build(WidthOp op) {
  StreamType from = op.getInput().getType(), to = op.getResult().getType();
  bool up = from.getLanes() < to.getLanes();
  int64_t steps = op.isGearbox() ? std::max(from.getBeats(), to.getBeats()) : std::min(from.getBeats(), to.getBeats());
  call(op.isGearbox() ? "gearbox" : up ? "widthUp" : "widthDown", {steps},
       {in(op.getInput()), out(op.getResult(), "width"), frames()});
  return success();
}

LogicalResult ProcessBuilder::build(ForkOp op) {
  SmallVector<Argument> arguments = {in(op.getInput()), frames()};
  for (Value output : op.getOutputs())
    arguments.push_back(out(output, "fork"));
  call("fork", {op.getInput().getType().getBeats()}, arguments);
  return success();
}

LogicalResult buildProcess(Operation *op, DesignBuilder &design) {
  auto process = dyn_cast<Process>(op);
  if (!process)
    return op->emitError("expected a process of the flow dialect");
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto type = dyn_cast<StreamType>(operand.getType());
    if (type && type.getLanes() != process.getInputLanes(i))
      return op->emitError("expected ")
             << process.getInputLanes(i) << " lanes in operand " << i << ", got " << type.getLanes()
             << "; run --flow-insert-width first";
  }
  ProcessBuilder builder(op, design);
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<WindowOp, PadOp, MvuOp, GatherMvuOp, SelectMvuOp, SparseMvuOp, DepthwiseOp, PoolOp, RecurrentOp, RequantizeOp, ThresholdOp, TableOp, AddOp, MultiplyOp, BiasOp, ReorderOp, SliceOp, LutOp,
            ConcatOp, WidthOp, ForkOp, ViewOp, FifoOp>(
          [&](auto concrete) { return builder.build(concrete); })
      .Default([](Operation *other) {
        return other->emitError("no process of the HLS library does this");
      });
}

} // namespace weft::flow_to_emitc

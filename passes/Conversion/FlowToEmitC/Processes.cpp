//===- Processes.cpp - each process as a call of the HLS library -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToEmitC/DesignBuilder.h"
#include "passes/Evaluation/Evaluator.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::flow;
using weft::reference::Tensor;

namespace weft::flow_to_emitc {

namespace {

/// Beats that the queue behind `value` holds: those of the `flow.fifo`s it goes through, 2 without
/// one.
int64_t queueDepth(Value value) {
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

/// Builds the call of one process.
class ProcessBuilder {
public:
  ProcessBuilder(Operation *op, DesignBuilder &design) : op(op), design(design) {
    // What has no name gets that of the stream it takes in.
    if (auto name = op->getAttrOfType<StringAttr>("nn.name"))
      layer = name.getValue().str();
    else if (auto literal = design.stream(op->getOperand(0)).getDefiningOp<emitc::LiteralOp>())
      layer = (literal.getValue() + "_" + op->getName().stripDialect()).str();
  }

  LogicalResult build(WindowOp op);
  LogicalResult build(PadOp op);
  LogicalResult build(MvuOp op);
  LogicalResult build(GatherMvuOp op);
  LogicalResult build(SelectMvuOp op);
  LogicalResult build(SparseMvuOp op);
  LogicalResult build(DepthwiseOp op);
  LogicalResult build(PoolOp op);
  LogicalResult build(RecurrentOp op);
  LogicalResult build(RequantizeOp op);
  LogicalResult build(ThresholdOp op);
  LogicalResult build(TableOp op);
  LogicalResult build(AddOp op);
  LogicalResult build(BiasOp op);
  LogicalResult build(ReorderOp op);
  LogicalResult build(LutOp op);
  LogicalResult build(ConcatOp op);
  LogicalResult build(WidthOp op);
  LogicalResult build(ForkOp op);
  LogicalResult build(ViewOp op) { return share(op); }
  LogicalResult build(FifoOp op) { return share(op); }

private:
  template <class Op> LogicalResult share(Op op) {
    design.alias(op.getResult(), op.getInput());
    return success();
  }
  LogicalResult buildBitserial(MvuOp op, const std::string &bias);
  LogicalResult buildClustered(MvuOp op, const std::string &bias);
  LogicalResult buildShift(MvuOp op, const std::string &bias);

  Argument in(Value value) { return design.stream(value); }
  /// The stream of a result. `suffix`: what is added to the layer's name where the result is not
  /// the layer's.
  Argument out(Value value, StringRef suffix = "") {
    bool add = !suffix.empty() && op->hasAttr("nn.name");
    return design.declareStream(value, add ? layer + "_" + suffix.str() : layer, queueDepth(value));
  }
  Argument frames() { return design.frames; }
  std::string rom(StringRef suffix, const Rom &rom, ArrayRef<int64_t> complete = {2}) {
    return design.addRom(layer + "_" + suffix.str(), rom, complete);
  }
  /// The value of a coefficient operand; diagnoses what is no constant.
  FailureOr<Tensor> constant(Value value, StringRef what) {
    auto result = evaluation::evaluateConstant(value);
    if (result)
      return std::move(*result);
    op->emitError("expected a constant ") << what << ": " << result.message();
    return failure();
  }
  void call(StringRef callee, ArrayRef<TemplateArgument> templates, ArrayRef<Argument> arguments) {
    design.call(op->getLoc(), callee, templates, arguments);
  }
  LogicalResult callTraced(StringRef callee, ArrayRef<TemplateArgument> templates,
                           ArrayRef<Argument> arguments) {
    call(callee, templates, arguments);
    if (op->hasAttr("nn.name"))
      design.trace(op->getResult(0));
    return success();
  }

  Operation *op;
  DesignBuilder &design;
  std::string layer;
};

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

/// The type of runtime/hls that reads such weights; plain weights are named by their element type.
std::string sourceType(const WeightSource &source, int64_t pe) {
  std::string weight = intType(source.weightType.getWidth(), !nn::isUnsignedInteger(source.weightType));
  if (source.decoder == WeightSource::Decoder::stored && source.block == 1)
    return weight;
  static constexpr const char *decoders[] = {"stored", "lookup", "delta", "consecutive"};
  std::string stored = intType(source.storedType.getWidth(), !nn::isUnsignedInteger(source.storedType));
  return "weft::hls::WeightSource<" + weight + ", " + stored + ", weft::hls::Decoder::" + decoders[static_cast<int>(source.decoder)] + ", " +
         joined({source.entries, source.tableGroups(pe), source.runs, source.shift, source.block}) + ">";
}

LogicalResult ProcessBuilder::build(MvuOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias");
  if (failed(bias))
    return failure();
  std::string biasRom = rom("bias", byLanes(*bias, op.getPe()));
  if (op.getMultipliers() > 0)
    return buildClustered(op, biasRom);
  if (op.getUnit() == MvuUnit::shift)
    return buildShift(op, biasRom);
  if (op.getUnit() == MvuUnit::bitserial)
    return buildBitserial(op, biasRom);
  auto source = WeightSource::of(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getSimd());
  if (failed(images))
    return failure();
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.append({biasRom, frames()});
  return callTraced("mvu", {sourceType(source, op.getPe()), op.getResult().getType().getPixels(), op.getK(), op.getN()}, arguments);
}

LogicalResult ProcessBuilder::buildShift(MvuOp op, const std::string &biasRom) {
  codec::PowersOp powers = op.getPowers();
  auto source = WeightSource::ofCodes(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getSimd());
  if (failed(images))
    return failure();
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("codes", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.append({biasRom, frames()});
  return callTraced("mvuShift",
                    {sourceType(source, op.getPe()), powers.getTerms(), int64_t(powers.getShift()),
                     op.getResult().getType().getPixels(), op.getK(), op.getN()},
                    arguments);
}

LogicalResult ProcessBuilder::buildBitserial(MvuOp op, const std::string &biasRom) {
  codec::BitplanesOp bitplanes = op.getBitplanes();
  FailureOr<Tensor> planes = constant(bitplanes.getPlanes(), "tensor of planes");
  if (failed(planes))
    return failure();
  std::string planesRom = rom("planes", pack(conversion::planesImage(*planes, op.getPe(), op.getSimd())));
  return callTraced("mvuBitSerial",
                    {bitplanes.getPlaneCount(), int64_t(bitplanes.getShift()), op.getResult().getType().getPixels(), op.getK(), op.getN()},
                    {in(op.getInput()), out(op.getResult()), planesRom, biasRom, frames()});
}

LogicalResult ProcessBuilder::buildClustered(MvuOp op, const std::string &biasRom) {
  codec::LookupOp lookup = op.getLookup();
  FailureOr<Tensor> codes = constant(lookup.getCodes(), "tensor of codes");
  FailureOr<Tensor> codebook = constant(lookup.getCodebook(), "codebook");
  if (failed(codes) || failed(codebook))
    return failure();
  StreamType input = op.getInput().getType();
  // A sum of K inputs, signed so that it multiplies as it is.
  int64_t bucketBits =
      input.getElementBits() + llvm::Log2_64_Ceil(op.getK()) + (input.isSigned() ? 0 : 1);
  std::string codesRom = rom("codes", pack(conversion::unitImage(*codes, op.getPe(), op.getSimd())));
  std::string bookRom = rom("codebook", plain(*codebook), {1, 2});
  return callTraced("mvuClustered",
                    {intType(codebook->type()), intType(codes->type()), intType(bucketBits, true),
                     op.getResult().getType().getPixels(), op.getK(), op.getN(), codebook->dim(1),
                     int64_t(op.getMultipliers())},
                    {in(op.getInput()), out(op.getResult()), codesRom, bookRom, biasRom, frames()});
}

LogicalResult ProcessBuilder::build(SelectMvuOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias"), indices = constant(op.getIndices(), "tensor of indices");
  auto source = WeightSource::of(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getMultipliers());
  if (failed(images) || failed(bias) || failed(indices))
    return failure();
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.push_back(rom("indices", pack(conversion::indicesImage(op, *indices))));
  arguments.append({rom("bias", byLanes(*bias, op.getPe())), frames()});
  return callTraced("mvuSelect", {sourceType(source, op.getPe()), op.getGroup(), op.getKept(), op.getShare(), op.getResult().getType().getPixels(),
                                  op.getK(), op.getN()}, arguments);
}

LogicalResult ProcessBuilder::build(GatherMvuOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias"), gaps = constant(op.getGaps(), "tensor of gaps");
  auto source = WeightSource::of(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getSimd(), /*inParts=*/true);
  if (failed(images) || failed(bias) || failed(gaps))
    return failure();
  FailureOr<conversion::ListImages> lists = conversion::listImages(op, *gaps);
  if (failed(lists))
    return failure();
  auto startType = reference::ElementType::integer(static_cast<unsigned>(lists->starts.bits), false);
  Tensor starts = Tensor::ofIntegers(startType, {lists->starts.words(), lists->starts.perWord}, lists->starts.elements);
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.append({rom("starts", plain(starts)), rom("gaps", pack(lists->gaps)), rom("bias", byLanes(*bias, op.getPe())), frames()});
  return callTraced("mvuGather",
                    {sourceType(source, op.getPe()), "weft::hls::Firsts<" + joined(lists->firsts) + ">", lists->depth, op.getShare(),
                     intType(lists->gaps.bits, false), op.getResult().getType().getPixels(), op.getK(), op.getN(), op.getEdges()},
                    arguments);
}

LogicalResult ProcessBuilder::build(SparseMvuOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias"), starts = constant(op.getStarts(), "tensor of start rows");
  auto source = WeightSource::of(op.getWeight());
  int64_t edges = op.getEdges(), pe = op.getPe();
  auto images = conversion::weightImages(op, source, pe, edges / pe);
  if (failed(images) || failed(bias) || failed(starts))
    return failure();
  std::string biasRom = rom("bias", byLanes(*bias, pe));
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.push_back(rom("starts", plain(starts->reshaped({starts->size() / edges, edges}))));
  SmallVector<TemplateArgument> templates = {sourceType(source, pe), op.getInterleaver(), op.getResult().getType().getPixels(),
                                             op.getK(), op.getN(), op.getFanIn()};
  if (op.getLanes()) {
    FailureOr<Tensor> lanes = constant(op.getLanes(), "dither");
    if (failed(lanes))
      return failure();
    arguments.push_back(rom("lanes", plain(*lanes)));
  } else {
    templates.push_back(op.getMemories() / edges); // turns
  }
  arguments.append({biasRom, frames()});
  return callTraced(op.getLanes() ? "sparseMvuDithered" : "sparseMvu", templates, arguments);
}

LogicalResult ProcessBuilder::build(DepthwiseOp op) {
  FailureOr<Tensor> weight = constant(op.getWeight(), "weight");
  FailureOr<Tensor> bias = constant(op.getBias(), "bias");
  if (failed(weight) || failed(bias))
    return failure();
  StreamType type = op.getResult().getType();
  std::string weightRom = rom("weights", packTaps(*weight, op.getPe()));
  std::string biasRom = rom("bias", byLanes(*bias, op.getPe()));
  return callTraced("depthwise",
                    {intType(weight->type()), type.getPixels(), type.getChannels(), weight->dim(1)},
                    {in(op.getInput()), out(op.getResult()), weightRom, biasRom, frames()});
}

LogicalResult ProcessBuilder::build(PoolOp op) {
  StreamType type = op.getResult().getType();
  int64_t taps = op.getInput().getType().getChannels() / type.getChannels();
  std::string kind = ("weft::hls::PoolKind::" + stringifyPoolKind(op.getKind())).str();
  return callTraced("pool", {kind, type.getBeats(), taps},
                    {in(op.getInput()), out(op.getResult()), frames()});
}

LogicalResult ProcessBuilder::build(RecurrentOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias"), m = constant(op.getMultiplier(), "multiplier"), n = constant(op.getShift(), "shift");
  FailureOr<Tensor> sigmoid = constant(op.getSigmoid(), "table"), tanh = constant(op.getTanh(), "table");
  auto source = WeightSource::of(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getSimd());
  if (failed(bias) || failed(m) || failed(n) || failed(sigmoid) || failed(tanh) || failed(images))
    return failure();
  int64_t maxShift = *std::max_element(n->integers().begin(), n->integers().end());
  int64_t width = std::max<int64_t>(bias->type().bits + 17, maxShift + 2);
  if (width > 64)
    return op.emitError("expected a rescaled sum of at most 64 bits (A19), got ") << width;
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.append({rom("bias", byLanes(*bias, op.getPe())), rom("multiplier", asUnsigned(byLanes(*m, op.getPe()), 32)),
                    rom("shift", asUnsigned(byLanes(*n, op.getPe()), 8)), design.addRom(layer + "_sigmoid", plain(*sigmoid), {}, op.getPe() > 1),
                    design.addRom(layer + "_tanh", plain(*tanh), {}, op.getPe() > 1), frames()});
  std::string kind = ("weft::hls::RecurrentKind::" + stringifyRecurrentKind(op.getKind())).str();
  return callTraced("recurrent",
                    {kind, sourceType(source, op.getPe()), intType(bias->type()), op.getSteps(), op.getHidden(), int64_t(op.getSimd()),
                     int64_t(op.getLast()), int64_t(op.getGateFraction()), int64_t(op.getCellFraction()), int64_t(op.getStateFraction())},
                    arguments);
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
  call("reorder", {op.getResult().getType().getBeats(), "weft::hls::Loops<" + joined(loops) + ">"},
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
    folds.push_back(cast<StreamType>(input.getType()).getFold());
    arguments.push_back(in(input));
  }
  return callTraced(
      "concat", {op.getResult().getType().getPixels(), "weft::hls::Folds<" + joined(folds) + ">"},
      arguments);
}

LogicalResult ProcessBuilder::build(WidthOp op) {
  StreamType from = op.getInput().getType(), to = op.getResult().getType();
  bool up = from.getLanes() < to.getLanes();
  call(up ? "widthUp" : "widthDown", {up ? to.getBeats() : from.getBeats()},
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

} // namespace

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
      .Case<WindowOp, PadOp, MvuOp, GatherMvuOp, SelectMvuOp, SparseMvuOp, DepthwiseOp, PoolOp, RecurrentOp, RequantizeOp, ThresholdOp, TableOp, AddOp, BiasOp, ReorderOp, LutOp,
            ConcatOp, WidthOp, ForkOp, ViewOp, FifoOp>(
          [&](auto concrete) { return builder.build(concrete); })
      .Default([](Operation *other) {
        return other->emitError("no process of the HLS library does this");
      });
}

} // namespace weft::flow_to_emitc

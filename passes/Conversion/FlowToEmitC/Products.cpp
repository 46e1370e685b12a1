//===- Products.cpp - units with weights as calls of the HLS library ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "llvm/Support/MathExtras.h"
#include "passes/Conversion/FlowToEmitC/ProcessBuilder.h"
#include "passes/Conversion/ListRoms.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::flow;
using weft::reference::Tensor;

namespace weft::flow_to_emitc {

std::string sourceType(const WeightSource &source, int64_t pe) {
  std::string weight = intType(source.weightType.getWidth(), !nn::isUnsignedInteger(source.weightType));
  if (source.decoder == WeightSource::Decoder::stored && source.block == 1)
    return weight;
  static constexpr const char *decoders[] = {"stored", "lookup", "delta", "consecutive"};
  std::string stored = intType(source.storedType.getWidth(), !nn::isUnsignedInteger(source.storedType));
  return "weft::hls::WeightSource<" + weight + ", " + stored + ", weft::hls::Decoder::" + decoders[static_cast<int>(source.decoder)] + ", " +
         joined({source.entries, source.tableGroups(pe), source.runs, source.shift, source.block}) + ">";
}

SmallVector<Argument> ProcessBuilder::streamsAndWeights(const WeightSource &source, const conversion::WeightImages &images, StringRef name) {
  SmallVector<Argument> arguments = {in(op->getOperand(0)), out(op->getResult(0)), rom(name, pack(images.weights))};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images.table)));
  return arguments;
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
  SmallVector<Argument> arguments = streamsAndWeights(source, *images, "weights");
  arguments.append({biasRom, frames()});
  return callTraced("mvu", {sourceType(source, op.getPe()), op.getResult().getType().getPixels(), op.getK(), op.getN()}, arguments);
}

LogicalResult ProcessBuilder::buildShift(MvuOp op, const std::string &biasRom) {
  codec::PowersOp powers = op.getPowers();
  auto source = WeightSource::ofCodes(op.getWeight());
  auto images = conversion::weightImages(op, source, op.getPe(), op.getSimd());
  if (failed(images))
    return failure();
  SmallVector<Argument> arguments = streamsAndWeights(source, *images, "codes");
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
  SmallVector<Argument> arguments = streamsAndWeights(source, *images, "weights");
  arguments.push_back(rom("indices", pack(conversion::indicesImage(op, *indices))));
  arguments.append({rom("bias", byLanes(*bias, op.getPe())), frames()});
  return callTraced("mvuSelect", {sourceType(source, op.getPe()), op.getGroup(), op.getKept(), op.getShare(), op.getResult().getType().getPixels(),
                                  op.getK(), op.getN()}, arguments);
}

LogicalResult ProcessBuilder::build(GatherMvuOp op) {
  FailureOr<Tensor> bias = constant(op.getBias(), "bias"), gaps = constant(op.getGaps(), "tensor of gaps");
  auto source = WeightSource::of(op.getWeight());
  if (failed(bias) || failed(gaps))
    return failure();
  FailureOr<conversion::ListImages> lists = conversion::listImages(op, *gaps);
  if (failed(lists))
    return failure();
  size_t most = 0;
  for (const std::vector<int64_t> &memory : lists->weights)
    most = std::max(most, memory.size());
  for (std::vector<int64_t> &memory : lists->weights)
    memory.resize(most, -1);
  auto images = conversion::memoryImages(op, source, op.getPe(), op.getPe() / op.getSets(), lists->weights);
  if (failed(images))
    return failure();
  auto whole = [](const conversion::RomImage &image) {
    return plain(Tensor::ofIntegers(reference::ElementType::integer(static_cast<unsigned>(image.bits), false), {image.words(), image.perWord}, image.elements));
  };
  SmallVector<Argument> arguments = {in(op.getInput()), out(op.getResult()), rom("weights", pack(images->weights), {1, 3})};
  if (source.decoder != WeightSource::Decoder::stored)
    arguments.push_back(rom("table", pack(images->table)));
  arguments.append({rom("starts", whole(lists->starts)), rom("gaps", pack(lists->gaps)), rom("counts", whole(lists->counts)),
                    rom("bias", byLanes(*bias, op.getPe())), frames()});
  return callTraced("mvuGather",
                    {sourceType(source, op.getPe()), "weft::hls::Firsts<" + joined(lists->firsts) + ">", lists->depth, op.getShare(),
                     intType(lists->gaps.bits, false), op.getResult().getType().getPixels(), op.getK(), op.getN(), lists->steps * static_cast<int64_t>(op.getSimd())},
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
  SmallVector<Argument> arguments = streamsAndWeights(source, *images, "weights");
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

static std::string cellType(RecurrentOp op) {
  auto flag = [](bool value) { return value ? "true" : "false"; };
  std::string kind = ("weft::hls::RecurrentKind::" + stringifyRecurrentKind(op.getKind())).str();
  int64_t peepholes = op.getPeepholes() ? static_cast<int64_t>(op.getPeepholeFraction()) : -1;
  return "weft::hls::RecurrentCell<" + kind + ", " +
         joined({int64_t(op.getGateFraction()), int64_t(op.getCellFraction()), int64_t(op.getStateFraction()), peepholes}) + ", " +
         flag(op.getInputForget()) + ", " + flag(op.getResetFirst()) + ">";
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
  SmallVector<Argument> arguments = streamsAndWeights(source, *images, "weights"), optional;
  for (auto [value, name] : {std::pair<Value, StringRef>(op.getInitialH(), "initial_h"), {op.getInitialState(), "initial_state"}, {op.getPeepholes(), "peepholes"}}) {
    FailureOr<Tensor> tensor = value ? constant(value, name) : FailureOr<Tensor>(Tensor());
    if (failed(tensor))
      return failure();
    optional.push_back(value ? design.addRom((layer + "_" + name).str(), plain(*tensor), {}, op.getPe() > 1) : "weft::hls::Zeros()");
  }
  arguments.append({rom("bias", byLanes(*bias, op.getPe())), rom("multiplier", asUnsigned(byLanes(*m, op.getPe()), 32)),
                    rom("shift", asUnsigned(byLanes(*n, op.getPe()), 8)), design.addRom(layer + "_sigmoid", plain(*sigmoid), {}, op.getPe() > 1),
                    design.addRom(layer + "_tanh", plain(*tanh), {}, op.getPe() > 1)});
  arguments.append(optional);
  arguments.push_back(frames());
  return callTraced("recurrent",
                    {cellType(op), sourceType(source, op.getPe()), intType(bias->type()), op.getSteps(), op.getHidden(), int64_t(op.getSimd()),
                     int64_t(op.getLast())},
                    arguments);
}

} // namespace weft::flow_to_emitc

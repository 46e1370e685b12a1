//===- Units.cpp - processes with coefficient memories -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// ROM word formats are those of runtime/rtl/README.md.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToRtl/Netlist.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

namespace {
int64_t bitsOfUnsigned(int64_t value) { return std::max<int64_t>(1, llvm::Log2_64(std::max<int64_t>(value, 1)) + 1); }

int64_t largest(const Tensor &tensor) { return *std::max_element(tensor.integers().begin(), tensor.integers().end()); }

/// Element of a parameter `[C]` or `[1]`.
int64_t at(const Tensor &tensor, int64_t channel) { return tensor.integers()[tensor.dim(0) == 1 ? 0 : channel]; }
} // namespace

static BitWords wordsOf(const RomImage &image) {
  BitWords words(image.perWord * image.bits);
  for (size_t i = 0; i < image.elements.size(); ++i) {
    if (i % image.perWord == 0)
      words.beginWord();
    words.append(image.elements[i], image.bits);
  }
  return words;
}

Attribute Netlist::rom(Operation *op, StringRef what, const RomImage &image) { return rom(op, what, wordsOf(image)); }

Attribute Netlist::roms(Operation *op, StringRef what, ArrayRef<RomImage> images) {
  auto name = [](const std::string &stem, size_t i) { return llvm::formatv("{0}_{1,0+4}", stem, i).str(); };
  std::string stem;
  do
    stem = unique((nn::layerName(op) + "_" + what).str());
  while (llvm::any_of(llvm::seq(images.size()), [&](size_t i) { return names.contains(name(stem, i)); }));
  SmallVector<Attribute> symbols;
  for (size_t i = 0; i < images.size(); ++i) {
    names.insert(name(stem, i));
    symbols.push_back(makeRom(op, name(stem, i), wordsOf(images[i])));
  }
  return ArrayAttr::get(op->getContext(), symbols);
}

LogicalResult Netlist::addWeights(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd, Parameters &p,
                                  ArrayRef<int64_t> order) {
  FailureOr<WeightImages> images = weightImages(op, source, pe, simd, order);
  if (failed(images))
    return failure();
  p.set("WEIGHTS", rom(op, "weights", images->weights));
  if (source.block > 1)
    p.set("BLOCK", source.block);
  addDecoder(op, source, pe, images->table, p);
  return success();
}

LogicalResult Netlist::addWeightMemories(Operation *op, const flow::WeightSource &source, int64_t pe, int64_t rows, Parameters &p,
                                         ArrayRef<std::vector<int64_t>> orders) {
  FailureOr<MemoryImages> images = memoryImages(op, source, pe, rows, orders);
  if (failed(images))
    return failure();
  SmallVector<int64_t> words;
  for (const RomImage &image : images->weights)
    words.push_back(image.words());
  p.set("WEIGHTS", roms(op, "weights", images->weights)).set("WORDS", DenseI64ArrayAttr::get(op->getContext(), words));
  addDecoder(op, source, pe, images->table, p);
  return success();
}

void Netlist::addDecoder(Operation *op, const flow::WeightSource &source, int64_t pe, const RomImage &table, Parameters &p) {
  p.set("WW", source.weightType.getWidth());
  if (source.decoder == flow::WeightSource::Decoder::stored)
    return;
  p.set("DECODER", static_cast<int64_t>(source.decoder)).set("EW", source.storedType.getWidth());
  p.set("GROUPS", source.tableGroups(pe));
  if (source.decoder == flow::WeightSource::Decoder::lookup)
    p.set("ENTRIES", source.entries);
  else
    p.set("RUNS", source.runs).set("SHIFT", source.shift);
  p.set("TABLE", rom(op, "table", table));
}

FailureOr<Attribute> Netlist::biasRom(Operation *op, Value value, int64_t pe, int64_t bits) {
  FailureOr<Tensor> bias = constant(op, value);
  if (failed(bias))
    return failure();
  BitWords words(pe * bits);
  for (int64_t n = 0; n < bias->size(); ++n) {
    if (n % pe == 0)
      words.beginWord();
    words.append(bias->integers()[n], bits);
  }
  return rom(op, "bias", words);
}

LogicalResult Netlist::addScales(Operation *op, Value multiplier, Value shift, int64_t lanes, int64_t channels, Parameters &p) {
  FailureOr<Tensor> m = constant(op, multiplier), n = constant(op, shift);
  if (failed(m) || failed(n))
    return failure();
  int64_t fold = m->dim(0) == 1 && n->dim(0) == 1 ? 1 : channels / lanes;
  int64_t mBits = bitsOfUnsigned(largest(*m)), nBits = bitsOfUnsigned(largest(*n));
  BitWords words(lanes * (mBits + nBits));
  for (int64_t word = 0; word < fold; ++word) {
    words.beginWord();
    for (int64_t lane = 0; lane < lanes; ++lane) {
      words.append(at(*m, word * lanes + lane), mBits);
      words.append(at(*n, word * lanes + lane), nBits);
    }
  }
  p.set("FOLD", fold).set("MW", mBits).set("NW", nBits).set("PARAMS", rom(op, "params", words));
  return success();
}

/// Of the tables of recurrent units.
constexpr int64_t kEntryBits = 17;

LogicalResult Netlist::addOptional(flow::RecurrentOp op, const Tensor &sigmoid, Parameters &p) {
  constexpr int64_t kKeptBits = 16;
  int64_t pe = op.getPe(), simd = op.getSimd(), code = op.getResult().getType().getElementBits(), hidden = op.getHidden();
  auto read = [&](Value value) { return value ? constant(op, value) : FailureOr<Tensor>(Tensor()); };
  FailureOr<Tensor> h = read(op.getInitialH()), kept = read(op.getInitialState()), peepholes = read(op.getPeepholes());
  if (failed(h) || failed(kept) || failed(peepholes))
    return failure();
  if (op.getInitialH())
    p.set("HAS_INITIAL_H", 1).set("INITIAL_H", rom(op, "initial_h", RomImage{simd, code, h->integers()}));
  if (op.getInitialState())
    p.set("HAS_INITIAL_STATE", 1).set("INITIAL_STATE", rom(op, "initial_state", RomImage{pe, kKeptBits, kept->integers()}));
  if (op.getInputForget())
    p.set("INPUT_FORGET", 1);
  if (op.getResetFirst())
    p.set("RESET_FIRST", 1);
  if (!op.getPeepholes())
    return success();
  // Rows of the gates i, o, f and the candidate; what the output gate takes is added later.
  auto begin = peepholes->integers().begin();
  std::vector<int64_t> rows(4 * hidden, 0), out(begin + hidden, begin + 2 * hidden);
  std::copy_n(begin, hidden, rows.begin());
  std::copy_n(begin + 2 * hidden, hidden, rows.begin() + 2 * hidden);
  p.set("HAS_PEEPHOLES", 1).set("PEEPHOLE_FRACTION", op.getPeepholeFraction());
  p.set("PEEPHOLES", rom(op, "peepholes", RomImage{pe, kKeptBits, rows})).set("OUT_PEEPHOLES", rom(op, "out_peepholes", RomImage{pe, kKeptBits, out}));
  p.set("SIGMOID", rom(op, "sigmoid", RomImage{1, kEntryBits, sigmoid.integers()}));
  return success();
}

LogicalResult Netlist::add(flow::RecurrentOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t pe = op.getPe(), simd = op.getSimd(), rows = op.getGates() * op.getHidden();
  FailureOr<Tensor> sigmoid = constant(op, op.getSigmoid()), tanh = constant(op, op.getTanh()), biases = constant(op, op.getBias());
  if (failed(sigmoid) || failed(tanh) || failed(biases))
    return failure();
  Parameters p(op.getContext());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, biases->type().bits);
  auto source = flow::WeightSource::of(op.getWeight());
  if (failed(bias) || failed(addWeights(op, source, pe, simd, p)) || failed(addScales(op, op.getMultiplier(), op.getShift(), pe, rows, p)))
    return failure();
  std::vector<int64_t> entries = sigmoid->integers();
  entries.insert(entries.end(), tanh->integers().begin(), tanh->integers().end());
  p.set("KIND", static_cast<int64_t>(op.getKind())).set("H", op.getHidden()).set("T", op.getSteps()).set("LAST", op.getLast() ? 1 : 0);
  p.set("SIMD", simd).set("PE", pe).set("GW", in.getElementBits()).set("HW", out.getElementBits());
  p.set("W_SIGNED", nn::isUnsignedInteger(source.weightType) ? 0 : 1).set("ACCW", biases->type().bits).set("BIAS", *bias);
  p.set("GATE_FRACTION", op.getGateFraction()).set("CELL_FRACTION", op.getCellFraction()).set("STATE_FRACTION", op.getStateFraction());
  p.set("TABLES", rom(op, "tables", RomImage{1, kEntryBits, entries}));
  if (op.getKind() == flow::RecurrentKind::lstm)
    p.set("TANH", rom(op, "tanh", RomImage{1, kEntryBits, tanh->integers()}));
  if (failed(addOptional(op, *sigmoid, p)))
    return failure();
  instance(op, "weft_recurrent", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::MvuOp op) {
  if (op.getUnit() == flow::MvuUnit::shift)
    return addShiftUnit(op);
  if (op.getUnit() == flow::MvuUnit::bitserial)
    return addBitserial(op);
  if (op.getMultipliers() != 0)
    return addClustered(op);
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t pe = op.getPe(), simd = op.getSimd();
  Parameters p(op.getContext());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, out.getElementBits());
  auto source = flow::WeightSource::of(op.getWeight());
  if (failed(bias) || failed(addWeights(op, source, pe, simd, p)))
    return failure();
  bool isSigned = !nn::isUnsignedInteger(source.weightType);
  p.set("SIMD", simd).set("PE", pe).set("K", op.getK()).set("N", op.getN());
  p.set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0);
  p.set("W_SIGNED", isSigned ? 1 : 0).set("ACCW", out.getElementBits()).set("BIAS", *bias);
  instance(op, "weft_mvu", op.getInput(), p);
  return success();
}

LogicalResult Netlist::addClustered(flow::MvuOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t pe = op.getPe(), simd = op.getSimd();
  FailureOr<Tensor> codes = constant(op, op.getLookup().getCodes());
  FailureOr<Tensor> book = constant(op, op.getLookup().getCodebook());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, out.getElementBits());
  if (failed(codes) || failed(book) || failed(bias))
    return failure();
  // The unit's entries are signed: an unsigned codebook gets a bit more.
  int64_t entryBits = book->type().bits + (book->type().isSigned ? 0 : 1);
  int64_t groups = book->dim(0), entries = book->dim(1), perWord = std::max<int64_t>(1, pe * groups / op.getN());
  BitWords words(perWord * entryBits);
  for (int64_t s = 0; s < groups / perWord; ++s)
    for (int64_t k = 0; k < entries; ++k) {
      words.beginWord();
      for (int64_t g = 0; g < perWord; ++g)
        words.append(book->integers()[(s * perWord + g) * entries + k], entryBits);
    }
  Parameters p(op.getContext());
  p.set("SIMD", simd).set("PE", pe).set("K", op.getK()).set("N", op.getN());
  p.set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0).set("ACCW", out.getElementBits());
  p.set("CB", codes->type().bits).set("ENTRIES", entries).set("GROUPS", groups);
  p.set("WW", entryBits).set("MULTS", op.getMultipliers());
  p.set("CODES", rom(op, "codes", unitImage(*codes, pe, simd))).set("CODEBOOK", rom(op, "codebook", words));
  p.set("BIAS", *bias);
  instance(op, "weft_mvu_clustered", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::DepthwiseOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t pe = op.getPe(), channels = out.getChannels(), taps = in.getChannels() / channels;
  FailureOr<Tensor> weight = constant(op, op.getWeight());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, out.getElementBits());
  if (failed(weight) || failed(bias))
    return failure();
  BitWords words(pe * weight->type().bits);
  for (int64_t cf = 0; cf < channels / pe; ++cf)
    for (int64_t t = 0; t < taps; ++t) {
      words.beginWord();
      for (int64_t lane = 0; lane < pe; ++lane)
        words.append(weight->integers()[(cf * pe + lane) * taps + t], weight->type().bits);
    }
  Parameters p(op.getContext());
  p.set("PE", pe).set("C", channels).set("T", taps);
  p.set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0);
  p.set("WW", weight->type().bits).set("W_SIGNED", weight->type().isSigned ? 1 : 0).set("ACCW", out.getElementBits());
  p.set("WEIGHTS", rom(op, "weights", words)).set("BIAS", *bias);
  instance(op, "weft_dwu", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::RequantizeOp op) {
  if (op.getForm() == flow::RequantizeForm::shift)
    return addShift(op);
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  Parameters p(op.getContext());
  if (failed(addScales(op, op.getMultiplier(), op.getShift(), op.getPe(), out.getChannels(), p)))
    return failure();
  p.set("LANES", op.getPe()).set("ACCW", in.getElementBits()).set("ACC_SIGNED", in.isSigned() ? 1 : 0);
  p.set("ZP", op.getZeroPoint()).set("LO", op.getLo()).set("HI", op.getHi()).set("OW", out.getElementBits());
  instance(op, "weft_requantize_scale", op.getInput(), p);
  return success();
}

LogicalResult Netlist::addShift(flow::RequantizeOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  FailureOr<Tensor> shift = constant(op, op.getShift());
  if (failed(shift))
    return failure();
  int64_t lanes = op.getPe();
  bool same = llvm::all_equal(shift->integers());
  Parameters p(op.getContext());
  p.set("LANES", lanes).set("ACCW", in.getElementBits()).set("ACC_SIGNED", in.isSigned() ? 1 : 0);
  p.set("ZP", op.getZeroPoint()).set("LO", op.getLo()).set("HI", op.getHi()).set("OW", out.getElementBits());
  if (same) {
    p.set("SHIFT", shift->integers()[0]);
  } else {
    int64_t bits = bitsOfUnsigned(largest(*shift));
    BitWords words(lanes * bits);
    for (int64_t channel = 0; channel < shift->size(); ++channel) {
      if (channel % lanes == 0)
        words.beginWord();
      words.append(shift->integers()[channel], bits);
    }
    p.set("SHIFT", -1).set("NW", bits).set("FOLD", out.getFold()).set("SHIFTS", rom(op, "shifts", words));
  }
  instance(op, "weft_requantize_shift", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::ThresholdOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  FailureOr<Tensor> thresholds = constant(op, op.getThresholds());
  if (failed(thresholds))
    return failure();
  int64_t lanes = op.getPe(), each = thresholds->dim(1), bits = in.getElementBits() + 1;
  for (int64_t value : thresholds->integers())
    bits = std::max<int64_t>(bits, llvm::Log2_64(static_cast<uint64_t>(value < 0 ? ~value : value) | 1) + 2);
  int64_t fold = thresholds->dim(0) == 1 ? 1 : out.getFold();
  BitWords words(lanes * each * bits);
  for (int64_t word = 0; word < fold; ++word) {
    words.beginWord();
    for (int64_t lane = 0; lane < lanes; ++lane)
      for (int64_t k = 0; k < each; ++k)
        words.append(thresholds->integers()[(thresholds->dim(0) == 1 ? 0 : word * lanes + lane) * each + k], bits);
  }
  Parameters p(op.getContext());
  p.set("LANES", lanes).set("FOLD", fold).set("ACCW", in.getElementBits()).set("ACC_SIGNED", in.isSigned() ? 1 : 0);
  p.set("TW", bits).set("LO", op.getLo()).set("HI", op.getLo() + each).set("OW", out.getElementBits());
  p.set("THRESHOLDS", rom(op, "thresholds", words));
  instance(op, "weft_requantize_threshold", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::TableOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  FailureOr<Tensor> table = constant(op, op.getTable());
  if (failed(table))
    return failure();
  BitWords words(out.getElementBits());
  for (int64_t value : table->integers()) {
    words.beginWord();
    words.append(value, out.getElementBits());
  }
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0);
  p.set("OW", out.getElementBits()).set("TABLE", rom(op, "table", words));
  instance(op, "weft_table", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::AddOp op) {
  flow::StreamType a = op.getLhs().getType(), b = op.getRhs().getType();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("AW", a.getElementBits()).set("A_SIGNED", a.isSigned() ? 1 : 0);
  p.set("BW", b.getElementBits()).set("B_SIGNED", b.isSigned() ? 1 : 0);
  p.set("MA", op.getLhsMultiplier()).set("MB", op.getRhsMultiplier()).set("C", op.getOffset()).set("N", op.getShift());
  p.set("ZP", op.getZeroPoint()).set("LO", op.getLo()).set("HI", op.getHi());
  p.set("OW", op.getResult().getType().getElementBits());
  instance(op, "weft_add", {op.getLhs(), op.getRhs()}, p, {"a", "b"});
  return success();
}

LogicalResult Netlist::add(flow::MultiplyOp op) {
  flow::StreamType a = op.getLhs().getType(), b = op.getRhs().getType();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("AW", a.getElementBits()).set("A_SIGNED", a.isSigned() ? 1 : 0).set("ZA", op.getLhsZeroPoint());
  p.set("BW", b.getElementBits()).set("B_SIGNED", b.isSigned() ? 1 : 0).set("ZB", op.getRhsZeroPoint());
  p.set("OW", op.getResult().getType().getElementBits());
  instance(op, "weft_multiply", {op.getLhs(), op.getRhs()}, p, {"a", "b"});
  return success();
}

LogicalResult Netlist::add(flow::BiasOp op) {
  flow::StreamType out = op.getResult().getType();
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), op.getPe(), out.getElementBits());
  if (failed(bias))
    return failure();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("BITS", out.getElementBits()).set("BEATS", out.getBeats()).set("BIAS", *bias);
  instance(op, "weft_bias", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::LutOp op) {
  std::string module = unique((nn::layerName(op) + "_tables").str());
  flow::StreamType in = op.getInput().getType();
  rtl::LutModuleOp::create(romBuilder, op.getLoc(), module, in.getElements() * in.getElementBits(), op.getArities(),
                           op.getFanIns(), op.getTables(), op.getOutputs(), op.getLevels());
  Parameters none(op.getContext());
  instance(op, module, op.getInput(), none);
  return success();
}

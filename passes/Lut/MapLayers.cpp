//===- MapLayers.cpp - integer layers as netlists of truth tables ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Passes.h"

#include "dialects/Nn/IR/Integers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Analysis/IntegerRange.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Lut/Algorithms/Abc.h"
#include "passes/Lut/Algorithms/MapNetwork.h"

using namespace mlir;
using weft::analysis::Interval;
using weft::reference::error;
using weft::reference::Result;
using weft::reference::Tensor;

namespace weft::lut {
#define GEN_PASS_DEF_MAPLAYERS
#include "passes/Lut/Passes.h.inc"

namespace {

/// Sums of a neuron that are enumerated to tell its code, at most.
constexpr int64_t kMaxSums = int64_t(1) << 20;

/// A linear layer and the elementwise operations after it, in order.
struct Site {
  Operation *linear;
  SmallVector<Operation *> after;
  Value result() const { return (after.empty() ? linear : after.back())->getResult(0); }
};

/// An operation that turns each integer into another, channel by channel.
bool isElementwise(Operation *op) { return isa<nn::RequantizeOp, nn::ThresholdOp, nn::TableOp>(op); }

Site siteOf(nn::LinearOp linear) {
  Site site{linear, {}};
  for (Value v = linear.getResult(); v.hasOneUse(); v = site.result()) {
    Operation *user = *v.getUsers().begin();
    if (!isElementwise(user) || user->getOperand(0) != v)
      break;
    site.after.push_back(user);
  }
  return site;
}

/// The codes of `sums` `[R, C]` after the elementwise operations.
Result<Tensor> codesOf(const Site &site, Tensor sums) {
  for (Operation *op : site.after) {
    std::vector<Tensor> constants;
    for (Value v : op->getOperands().drop_front()) {
      Result<Tensor> constant = evaluation::evaluateConstant(v);
      if (!constant)
        return constant.failure();
      constants.push_back(std::move(*constant));
    }
    std::vector<const Tensor *> operands{&sums};
    for (const Tensor &t : constants)
      operands.push_back(&t);
    Result<Tensor> next = evaluation::evaluateOp(op, operands);
    if (!next)
      return next.failure();
    sums = std::move(*next);
  }
  return sums;
}

/// Fills in `codes` of all neurons, by evaluating the operations for every sum, some rows at a time.
reference::Status addCodes(const Site &site, Layer &layer, const std::vector<int64_t> &greatest) {
  constexpr int64_t kRows = 1024;
  int64_t rows = 0;
  for (size_t n = 0; n < layer.neurons.size(); ++n)
    rows = std::max(rows, greatest[n] - layer.neurons[n].least + 1);
  const auto channels = static_cast<int64_t>(layer.neurons.size());
  auto sumType = evaluation::elementTypeOf(cast<RankedTensorType>(site.linear->getResult(0).getType()).getElementType());
  for (int64_t first = 0; first < rows; first += kRows) {
    const int64_t count = std::min(kRows, rows - first);
    Tensor sums(*sumType, {count, channels});
    for (int64_t r = 0; r < count; ++r)
      for (int64_t c = 0; c < channels; ++c)
        sums.integers()[r * channels + c] = std::min(greatest[c], layer.neurons[c].least + first + r);
    Result<Tensor> codes = codesOf(site, std::move(sums));
    if (!codes)
      return codes.failure();
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t r = 0; r < count && layer.neurons[c].least + first + r <= greatest[c]; ++r)
        layer.neurons[c].codes.push_back(codes->integers()[r * channels + c]);
  }
  return reference::done();
}

/// The layer as plain data; nothing if it is not one of constant integers.
Result<Layer> layerOf(const Site &site) {
  auto linear = cast<nn::LinearOp>(site.linear);
  auto input = cast<RankedTensorType>(linear.getInput().getType());
  auto inputType = dyn_cast<IntegerType>(input.getElementType());
  Result<Tensor> weight = evaluation::evaluateConstant(linear.getWeight()), bias = evaluation::evaluateConstant(linear.getBias());
  if (!inputType || input.getRank() != 2 || !weight || !bias || !weight->type().isInteger())
    return error("layer '", nn::layerName(linear).str(), "' is no linear layer of integers with constant weights over [N, K]");
  Layer layer;
  layer.name = nn::layerName(linear).str();
  layer.elements = static_cast<int32_t>(weight->dim(1));
  layer.bits = static_cast<int>(inputType.getWidth());
  layer.isSigned = !nn::isUnsignedInteger(inputType);
  const Interval range = analysis::integerRange(linear.getInput());
  layer.lo = range.lo;
  layer.hi = range.hi;
  layer.resultBits = static_cast<int>(cast<RankedTensorType>(site.result().getType()).getElementTypeBitWidth());
  std::vector<int64_t> greatest;
  for (int64_t o = 0; o < weight->dim(0); ++o) {
    Neuron neuron;
    neuron.bias = bias->integers()[o];
    Interval sum{neuron.bias, neuron.bias};
    for (int32_t k = 0; k < layer.elements; ++k)
      if (int64_t w = weight->integers()[o * layer.elements + k]) {
        neuron.elements.push_back(k);
        neuron.weights.push_back(w);
        sum = sum + range * w;
      }
    neuron.least = sum.lo;
    if (sum.hi - sum.lo >= kMaxSums)
      return error("neuron ", o, " of layer '", layer.name, "' has ", sum.hi - sum.lo + 1, " different sums, expected at most ", kMaxSums);
    greatest.push_back(sum.hi);
    layer.neurons.push_back(std::move(neuron));
  }
  if (reference::Status codes = addCodes(site, layer, greatest); !codes)
    return codes.failure();
  return layer;
}

int64_t optionOf(nn::LinearOp linear, StringRef name, int64_t otherwise) {
  auto marks = linear->getAttrOfType<DictionaryAttr>(kMapAttr);
  auto value = marks ? marks.getAs<IntegerAttr>(name) : IntegerAttr();
  return value ? value.getInt() : otherwise;
}

/// Whether the recipe names the layer: then it must be mapped; one that a pattern found may stay.
bool isRequired(nn::LinearOp linear) {
  auto marks = linear->getAttrOfType<DictionaryAttr>(kMapAttr);
  return marks && marks.contains("required");
}

std::string describe(const LayerProof &proof) {
  std::string text = proof.name + ": ";
  if (proof.enumerated)
    text += "enumerated, " + std::to_string(proof.combinations) + " combinations";
  if (proof.summed)
    text += (proof.enumerated ? "; " : "") + std::to_string(proof.summed) + " sums by counters";
  return text;
}

/// Replaces runs of marked layers in one function.
class Mapper {
public:
  LogicalResult run(func::FuncOp function) {
    SmallVector<nn::LinearOp> marked;
    for (auto linear : function.getOps<nn::LinearOp>())
      if (linear->hasAttr(kMapAttr))
        marked.push_back(linear);
    llvm::DenseSet<Operation *> done;
    for (nn::LinearOp linear : marked)
      if (!done.contains(linear) && failed(mapFrom(linear, done)))
        return failure();
    return success();
  }

private:
  LogicalResult mapFrom(nn::LinearOp first, llvm::DenseSet<Operation *> &done) {
    SmallVector<Site> sites;
    std::vector<Layer> layers;
    for (nn::LinearOp linear = first; linear;) {
      done.insert(linear);
      Site site = siteOf(linear);
      Result<Layer> layer = layerOf(site);
      reference::Status fits = layer ? checkSizes(*layer, linear) : reference::Status(layer.failure());
      if (!fits && failed(refuse(linear, fits.message())))
        return failure();
      if (!fits)
        break;
      layers.push_back(std::move(*layer));
      sites.push_back(site);
      Value result = site.result();
      linear = result.hasOneUse() ? dyn_cast<nn::LinearOp>(*result.getUsers().begin()) : nn::LinearOp();
      if (linear && (!linear->hasAttr(kMapAttr) || linear.getInput() != result))
        linear = {};
    }
    return sites.empty() ? success() : replace(sites, layers);
  }

  static MapOptions optionsOf(nn::LinearOp linear) {
    MapOptions options;
    options.arity = static_cast<int>(optionOf(linear, "inputs", options.arity));
    options.tableBits = static_cast<int>(optionOf(linear, "bits", options.tableBits));
    options.productBits = optionOf(linear, "products", options.productBits);
    if (isRequired(linear))
      options.multipliedBits = options.productBits;
    return options;
  }

  static LogicalResult chooseTool(nn::LinearOp linear, MapOptions &options) {
    auto marks = linear->getAttrOfType<DictionaryAttr>(kMapAttr);
    auto tool = marks ? marks.getAs<StringAttr>("tool") : StringAttr();
    if (tool && tool != "none" && tool != "auto" && tool != "abc")
      return linear.emitError() << "tool is '" << tool.getValue() << "', expected auto, abc or none";
    if (!tool || tool != "none")
      options.abc = findAbc();
    if (tool && tool == "abc" && !options.abc)
      return linear.emitError() << "found no ABC on the path, expected berkeley-abc, abc or yosys-abc: install berkeley-abc, or set tool=none";
    return success();
  }

  static reference::Status checkSizes(const Layer &layer, nn::LinearOp linear) { return checkLayer(layer, optionsOf(linear)); }

  static LogicalResult refuse(nn::LinearOp linear, const std::string &why) {
    const bool required = isRequired(linear);
    linear->removeAttr(kMapAttr);
    if (required)
      return linear.emitError() << "cannot become tables: " << why;
    linear.emitRemark() << "stays as it is: " << why;
    return success();
  }

  LogicalResult replace(ArrayRef<Site> sites, const std::vector<Layer> &layers) {
    auto first = cast<nn::LinearOp>(sites.front().linear);
    MapOptions options = optionsOf(first);
    if (failed(chooseTool(first, options)))
      return failure();
    Result<MappedNetwork> mapped = mapNetwork(layers, options);
    if (!mapped)
      return first.emitError() << "cannot become tables: " << mapped.message();
    Operation *last = sites.back().result().getDefiningOp();
    OpBuilder b(last);
    auto network = NetworkOp::create(b, last->getLoc(), cast<RankedTensorType>(sites.back().result().getType()), first.getInput(),
                                     mapped->network);
    nn::setLayerName(network, nn::layerName(last));
    SmallVector<std::string> proofs;
    for (const LayerProof &proof : mapped->layers)
      proofs.push_back(describe(proof));
    network->setAttr(kProofAttr, b.getStrArrayAttr(SmallVector<StringRef>(proofs.begin(), proofs.end())));
    if (int64_t levels = optionOf(first, "levels", 0))
      network->setAttr(kLevelsAttr, b.getI64IntegerAttr(levels));
    report(network, *mapped);
    sites.back().result().replaceAllUsesWith(network.getResult());
    erase(sites);
    return success();
  }

  static void report(NetworkOp network, const MappedNetwork &mapped) {
    std::vector<int32_t> levels = mapped.network.levels();
    auto remark = network.emitRemark() << "layers " << mapped.layers.front().name;
    for (const LayerProof &proof : llvm::drop_begin(mapped.layers))
      remark << ", " << proof.name;
    remark << ": " << mapped.network.tables.size() << " tables in " << *std::max_element(levels.begin(), levels.end()) << " levels";
    remark << ", " << mapped.builtInTables << " of the built-in mapper";
    if (!mapped.abcFailure.empty())
      remark << ": " << mapped.abcFailure;
  }

  static void erase(ArrayRef<Site> sites) {
    for (const Site &site : llvm::reverse(sites)) {
      for (Operation *op : llvm::reverse(site.after))
        op->erase();
      site.linear->erase();
    }
  }
};

struct MapLayersPass : impl::MapLayersBase<MapLayersPass> {
  using MapLayersBase::MapLayersBase;

  void runOnOperation() override {
    Mapper mapper;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(mapper.run(function)))
        return signalPassFailure();
    eraseDeadConstants();
  }

  void eraseDeadConstants() {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
          if (isOpTriviallyDead(&op))
            op.erase();
  }
};

} // namespace
} // namespace weft::lut

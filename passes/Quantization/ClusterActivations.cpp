//===- ClusterActivations.cpp - activations of few values --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/ClusterActivations.h"

#include "passes/Compression/Algorithms/BitPack.h"
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Compression/Scheme.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/Values.h"

#include "llvm/ADT/MapVector.h"

#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::quantization {

namespace {

/// A quantized value that gets few codes, and how often the samples give each of the codes it has.
struct Clustered {
  nn::QuantizeOp quantize;
  Parameters parameters;
  int64_t entries = 0;
  std::vector<double> counts;
};

/// The quantize that takes what a layer's activations make of its result; none where that is used in another way, too.
nn::QuantizeOp quantizeAfter(Value v) {
  while (v.hasOneUse()) {
    Operation *user = *v.user_begin();
    if (auto quantize = dyn_cast<nn::QuantizeOp>(user))
      return quantize;
    if (user->getNumResults() != 1 || user->getResult(0).getType() != v.getType())
      return {};
    v = user->getResult(0);
  }
  return {};
}

SmallVector<Clustered> findMarked(ModuleOp module) {
  SmallVector<Clustered> found;
  module.walk([&](nn::WeightedOp layer) {
    auto entries = layer->getAttrOfType<IntegerAttr>(compression::kActivationEntriesAttr);
    if (!entries)
      return;
    layer->removeAttr(compression::kActivationEntriesAttr);
    nn::QuantizeOp quantize = quantizeAfter(layer->getResult(0));
    std::optional<Parameters> p = quantize ? parametersOf(quantize) : std::nullopt;
    if (!p || p->format.bits > 8)
      emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer)
                                 << "' has no result of at most 8 bits with one scale, so its activations are not clustered";
    else if (entries.getInt() < (int64_t(1) << p->format.bits))
      found.push_back({quantize, *p, entries.getInt(), std::vector<double>(size_t(1) << p->format.bits, 0.0)});
  });
  return found;
}

LogicalResult countCodes(ModuleOp module, ArrayRef<Tensor> samples, MutableArrayRef<Clustered> marked) {
  llvm::MapVector<Value, Clustered *> byValue;
  for (Clustered &c : marked)
    byValue[c.quantize.getResult()] = &c;
  evaluation::Evaluator evaluator;
  auto count = [&](Value v, const Tensor &codes) {
    auto found = byValue.find(v);
    if (found == byValue.end())
      return;
    for (int64_t code : codes.integers())
      found->second->counts[static_cast<size_t>(code - found->second->parameters.format.least())] += 1;
  };
  auto main = module.lookupSymbol<func::FuncOp>("main");
  return evaluator.evaluateSamples(main, samples, count);
}

/// The codes that stay, ascending; the zero point is one of them.
std::vector<int64_t> chooseCodes(const Clustered &c) {
  std::vector<float> distance, weight;
  int64_t least = c.parameters.format.least(), zero = c.parameters.zeroPoint;
  for (size_t i = 0; i < c.counts.size(); ++i)
    if (c.counts[i] > 0) {
      distance.push_back(static_cast<float>(static_cast<int64_t>(i) + least - zero));
      weight.push_back(static_cast<float>(c.counts[i]));
    }
  compression::KMeansOptions options;
  options.k = static_cast<unsigned>(c.entries);
  options.keepZero = true;
  compression::Clustering clusters = compression::clusterOptimally(distance.data(), distance.size(), options, weight.data());
  std::vector<int64_t> codes{zero};
  for (float center : clusters.codebook)
    codes.push_back(std::llround(static_cast<double>(center)) + zero);
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

int64_t nearestCode(const std::vector<int64_t> &codes, int64_t value) {
  auto nearer = [&](int64_t a, int64_t b) { return std::abs(a - value) < std::abs(b - value); };
  return std::min_element(codes.begin(), codes.end(), nearer) - codes.begin();
}

void insertTables(Clustered &c) {
  std::vector<int64_t> codes = chooseCodes(c);
  unsigned bits = compression::codeBits(codes.size());
  MLIRContext *context = c.quantize.getContext();
  auto narrow = IntegerType::get(context, bits, IntegerType::Unsigned);
  IntegerType wide = typeOf(c.parameters.format, context);
  std::vector<int64_t> encode, decode(codes);
  for (size_t i = 0; i < c.counts.size(); ++i)
    encode.push_back(nearestCode(codes, static_cast<int64_t>(i) + c.parameters.format.least()));
  decode.resize(size_t(1) << bits, codes.back());
  OpBuilder b(c.quantize->getContext());
  b.setInsertionPointAfter(c.quantize);
  Location loc = c.quantize->getLoc();
  std::string name = nn::layerName(c.quantize).str();
  Value toTable = makeIntegers(b, loc, narrow, {static_cast<int64_t>(encode.size())}, encode, name + ".encode");
  Value fromTable = makeIntegers(b, loc, wide, {static_cast<int64_t>(decode.size())}, decode, name + ".decode");
  Value code = nn::TableOp::create(b, loc, withElement(c.quantize.getResult(), narrow), c.quantize.getResult(), toTable);
  Value value = nn::TableOp::create(b, loc, c.quantize.getResult().getType(), code, fromTable);
  nn::setLayerName(code.getDefiningOp(), name + ".encode");
  nn::setLayerName(value.getDefiningOp(), name + ".decode");
  c.quantize.getResult().replaceAllUsesExcept(value, code.getDefiningOp());
  emitRemark(loc) << "'" << name << "': activations take " << codes.size() << " values, " << bits << " bits";
}

} // namespace

LogicalResult clusterActivations(ModuleOp module, ArrayRef<Tensor> samples) {
  SmallVector<Clustered> marked = findMarked(module);
  if (marked.empty())
    return success();
  if (samples.empty())
    return module.emitError("cluster-activations needs samples to choose the values from; give calibration data");
  if (failed(countCodes(module, samples, marked)))
    return failure();
  for (Clustered &c : marked)
    insertTables(c);
  return success();
}

} // namespace weft::quantization

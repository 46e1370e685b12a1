//===- PlaneCut.cpp - layers with fewer bit planes ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/PlaneCut.h"
#include "passes/Analysis/IntegerRange.h"
#include "passes/Compression/Algorithms/BitPlanes.h"
#include "passes/Transforms/Constants.h"
#include "llvm/Support/Error.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

static Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }

std::optional<PlaneLayer> PlaneLayer::of(Operation *op) {
  PlaneLayer layer;
  layer.linear = dyn_cast<nn::LinearOp>(op);
  if (!layer.linear || !isa<IntegerType>(elementOf(layer.linear.getInput())))
    return std::nullopt;
  layer.weight = layer.linear.getWeight().getDefiningOp<codec::BitplanesOp>();
  if (!layer.weight || !layer.weight->hasOneUse() || !layer.linear.getBias().getDefiningOp<nn::ConstantOp>())
    return std::nullopt;
  if (!llvm::all_of(layer.linear->getUsers(), [](Operation *user) { return isa<nn::RequantizeOp, nn::ThresholdOp>(user); }))
    return std::nullopt;
  std::optional<Tensor> planes = transforms::plainConstant(layer.weight.getPlanes());
  if (!planes)
    return std::nullopt;
  layer.codes = joinPlanes(planes->integers(), layer.planes());
  return layer;
}

std::vector<int64_t> PlaneLayer::weights(int64_t kept) {
  const auto shift = static_cast<unsigned>(weight.getShift());
  const auto all = static_cast<unsigned>(planes());
  std::vector<int64_t> result;
  result.reserve(codes.size());
  for (int64_t code : codes)
    result.push_back(cutCode(code, all, static_cast<unsigned>(kept)) * (int64_t(1) << shift));
  return result;
}

/// Σ w·(x − z) keeps its meaning: the bias holds −z·Σ w.
std::vector<int64_t> PlaneLayer::bias(int64_t kept) {
  std::vector<int64_t> result = transforms::plainConstant(linear.getBias())->integers();
  auto zero = linear->getAttrOfType<IntegerAttr>(kZeroPointAttr);
  if (!zero || kept == planes())
    return result;
  std::vector<int64_t> whole = weights(planes()), left = weights(kept);
  const size_t taps = whole.size() / result.size();
  for (size_t i = 0; i < whole.size(); ++i)
    result[i / taps] += zero.getInt() * (whole[i] - left[i]);
  return result;
}

void PlaneLayer::setBias(IntegerType type, std::vector<int64_t> values) {
  OpBuilder b(linear);
  auto outputs = static_cast<int64_t>(values.size());
  Value bias = transforms::makeIntegers(b, linear.getLoc(), type, {outputs}, std::move(values), (name() + ".bias").str());
  linear.getBiasMutable().set(bias);
}

unsigned PlaneLayer::holdEveryCut() {
  unsigned bits = elementOf(linear.getBias()).getIntOrFloatBitWidth(), needed = bits;
  const analysis::Interval input = analysis::integerRange(linear.getInput());
  for (int64_t kept = kLeastPlanes; kept < planes(); ++kept) {
    std::vector<int64_t> w = weights(kept), b = bias(kept);
    const size_t taps = w.size() / b.size();
    for (size_t o = 0; o < b.size(); ++o)
      needed = std::max(needed, analysis::signedBits(analysis::sumRange(w.data() + o * taps, taps, {input}, b[o])));
  }
  if (needed > bits) {
    auto type = IntegerType::get(linear->getContext(), needed);
    setBias(type, transforms::plainConstant(linear.getBias())->integers());
    linear.getResult().setType(cast<RankedTensorType>(linear.getType()).clone(type));
  }
  return needed;
}

/// What was below the cut becomes a plane of ones.
void PlaneLayer::cut(int64_t kept) {
  const int64_t dropped = planes() - kept;
  if (dropped == 0)
    return;
  holdEveryCut();
  setBias(cast<IntegerType>(elementOf(linear.getBias())), bias(kept));
  for (int64_t &code : codes)
    code = (code >> dropped) * 2 + 1;
  OpBuilder b(weight);
  auto result = cast<RankedTensorType>(weight.getType());
  reference::Shape shape(result.getShape().begin(), result.getShape().end());
  shape.insert(shape.begin(), kept + 1);
  Value stored = transforms::makeIntegers(b, weight.getLoc(), IntegerType::get(b.getContext(), 1, IntegerType::Unsigned), shape,
                                          splitPlanes(codes, kept + 1), (name() + ".planes").str());
  auto cut = codec::BitplanesOp::create(b, weight.getLoc(), result, stored, weight.getShift() + dropped - 1);
  weight.replaceAllUsesWith(cut.getResult());
  weight.erase();
}

SmallVector<PlaneLayer> planeLayers(Operation *root) {
  SmallVector<PlaneLayer> layers;
  root->walk([&](nn::LinearOp op) {
    if (auto layer = PlaneLayer::of(op))
      layers.push_back(std::move(*layer));
  });
  return layers;
}

static llvm::Error problem(const Twine &text) { return llvm::createStringError(llvm::inconvertibleErrorCode(), text); }

llvm::Expected<PlaneCuts> planeCuts(ModuleOp module, ArrayRef<PlaneRequest> requests) {
  SmallVector<PlaneLayer> layers = planeLayers(module);
  PlaneCuts cuts;
  std::string names;
  for (PlaneLayer &layer : layers) {
    cuts.push_back({layer.name().str(), layer.planes()});
    names += (names.empty() ? "" : ", ") + layer.name().str();
  }
  if (layers.empty())
    return problem("no layer has bit planes to cut; compile with --compress='bitplanes{bits=8}'");
  for (const PlaneRequest &request : requests) {
    const bool every = request.layer.empty();
    if (!every && llvm::none_of(cuts, [&](const auto &cut) { return cut.first == request.layer; }))
      return problem("no layer '" + request.layer + "' has bit planes to cut; those that have: " + names);
    for (auto [i, layer] : llvm::enumerate(layers)) {
      if (!every && cuts[i].first != request.layer)
        continue;
      if (request.planes < kLeastPlanes || (!every && request.planes > layer.planes()))
        return problem("layer '" + layer.name() + "' has " + Twine(layer.planes()) + " planes, of which " + Twine(request.planes) +
                       " cannot be kept; the nearest is " + Twine(std::clamp(request.planes, kLeastPlanes, layer.planes())));
      cuts[i].second = std::min(request.planes, layer.planes());
    }
  }
  return cuts;
}

void cutPlanes(ModuleOp module, const PlaneCuts &cuts) {
  for (PlaneLayer &layer : planeLayers(module))
    for (const auto &[name, kept] : cuts)
      if (name == layer.name())
        layer.cut(kept);
}

} // namespace weft::compression

//===- Recognize.cpp - --codec-recognize -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/KMeans1D.h"
#include "passes/Compression/Cluster.h"
#include "passes/Compression/Layers.h"
#include "passes/Compression/Passes.h"

namespace weft::compression {
#define GEN_PASS_DEF_RECOGNIZE
#include "passes/Compression/Passes.h.inc"

namespace {

/// Fewer elements than this per distinct value are no clustering but a small tensor.
constexpr int64_t kLeastElementsPerValue = 4;

/// −0 and 0 are one value to clustering, but not the same bits.
bool hasNegativeZero(const reference::Tensor &weight) {
  return llvm::any_of(weight.floats(), [](float v) { return v == 0 && std::signbit(v); });
}

struct Recognize : impl::RecognizeBase<Recognize> {
  using RecognizeBase::RecognizeBase;

  void runOnOperation() override {
    if (maxK < 2 || maxK > 256) {
      getOperation().emitError("max-k=") << maxK << " is out of range; expected 2 to 256";
      return signalPassFailure();
    }
    getOperation().walk([&](nn::WeightedOp layer) { recognize(layer); });
  }

  void recognize(nn::WeightedOp layer) {
    auto weight = constantWeight(layer);
    if (!weight || weight->size() == 0 || hasNegativeZero(*weight))
      return;
    int64_t distinct = findDistinct(weight->floats().data(), weight->size()).values.size();
    if (distinct > maxK || distinct * kLeastElementsPerValue > weight->size())
      return;
    ClusterOptions options;
    options.k = std::max<int64_t>(distinct, 2);
    auto clustered = clusterWeight(*weight, options);
    if (!clustered || clustered->squaredError != 0)
      return;
    setClusteredWeight(layer, *clustered);
    layer->emitRemark("layer ") << nn::layerName(layer) << " has " << distinct << " distinct weights: kept as codes, losslessly";
  }
};
} // namespace
} // namespace weft::compression

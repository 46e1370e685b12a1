//===- RecognizeCodecs.cpp - weights that are clustered or sparse already -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/RecognizeMask.h"
#include "passes/Compression/Weights.h"
#include "passes/Transforms/Constants.h"

#include <cmath>
#include <map>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_RECOGNIZECODECS
#include "passes/Compression/Passes.h.inc"

namespace {

/// Codes and codebook of a tensor with at most `limit` distinct values. −0 and 0 together are no codebook: their bits
/// differ, and so may 1/x.
std::optional<CodedWeight> codesOf(const Tensor &t, size_t limit) {
  CodedWeight coded;
  coded.shape = t.shape();
  std::map<double, size_t> index;
  bool negativeZero = false, positiveZero = false;
  for (int64_t i = 0; i < t.size(); ++i) {
    double v = t.asDouble(i);
    negativeZero |= v == 0 && std::signbit(v);
    positiveZero |= v == 0 && !std::signbit(v);
    if (std::isnan(v) || (index.try_emplace(v, 0).second && index.size() > limit))
      return std::nullopt;
  }
  if (negativeZero && positiveZero)
    return std::nullopt;
  coded.codebooks.emplace_back();
  for (auto &[value, code] : index) {
    code = coded.codebooks[0].size();
    coded.codebooks[0].push_back(value);
  }
  for (int64_t i = 0; i < t.size(); ++i)
    coded.codes.push_back(static_cast<uint8_t>(index[t.asDouble(i)]));
  return coded;
}

struct RecognizeCodecsPass : impl::RecognizeCodecsBase<RecognizeCodecsPass> {
  using RecognizeCodecsBase::RecognizeCodecsBase;

  /// The constant of the weight, behind a dequantize if there is one.
  static OpOperand &leafOf(nn::WeightedOp layer) {
    if (auto dequantize = layer.getWeight().getDefiningOp<nn::DequantizeOp>())
      return dequantize.getInputMutable();
    return layer.getWeightMutable();
  }

  void recognize(nn::WeightedOp layer) {
    OpOperand &leaf = leafOf(layer);
    std::optional<Tensor> t = transforms::plainConstant(leaf.get());
    if (!t || (t->type().isFloat() && t->type() != reference::ElementType::f32()))
      return;
    if (std::optional<Value> sparse = recognizeMask(layer, leaf, *t, maxEntries)) {
      emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer) << "' is sparse: " << storageRemark(codec::storageBits(leaf.get()), *sparse);
      leaf.set(*sparse);
      return recognizeValues(layer, sparse->getDefiningOp<codec::ScatterOp>());
    }
    std::optional<CodedWeight> coded = codesOf(*t, maxEntries);
    if (!coded)
      return;
    Value lookup = makeLookup(layer, *coded, t->type());
    if (lookup.getType() != leaf.get().getType() || codec::storageBits(lookup) >= codec::storageBits(leaf.get())) {
      lookup.getDefiningOp()->erase();
      return;
    }
    emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer) << "' is clustered: " << storageRemark(codec::storageBits(leaf.get()), lookup);
    if (leaf.getOwner() != layer.getOperation())
      lookup.getDefiningOp()->moveBefore(leaf.getOwner()), moveLeavesBefore(lookup.getDefiningOp());
    leaf.set(lookup);
  }

  /// The values of a sparse weight may be clustered, too.
  void recognizeValues(nn::WeightedOp layer, codec::ScatterOp scatter) {
    std::optional<Tensor> values = transforms::plainConstant(scatter.getValues());
    std::optional<CodedWeight> coded = values ? codesOf(*values, maxEntries) : std::nullopt;
    if (!coded)
      return;
    Value lookup = makeLookup(layer, *coded, values->type(), {}, scatter);
    if (lookup.getType() == scatter.getValues().getType() && codec::storageBits(lookup) < codec::storageBits(scatter.getValues()))
      scatter.getValuesMutable().set(lookup);
  }

  static void moveLeavesBefore(Operation *lookup) {
    for (Value v : lookup->getOperands())
      v.getDefiningOp()->moveBefore(lookup);
  }

  void runOnOperation() override {
    if (maxEntries < 2 || maxEntries > 256) {
      getOperation().emitError() << "max-entries is " << static_cast<unsigned>(maxEntries) << ", expected 2 to 256";
      return signalPassFailure();
    }
    getOperation().walk([&](nn::WeightedOp layer) { recognize(layer); });
    for (Operation &function : *getOperation().getBody())
      eraseUnusedWeights(&function);
  }
};

} // namespace
} // namespace weft::compression

//===- RecognizeCodecs.cpp - weights that are clustered, sparse or block-circulant already ----===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Circulant.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/RecognizeMask.h"
#include "passes/Compression/StreamOrder.h"
#include "passes/Compression/Weights.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Codec.h"

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

/// A block-circulant weight as its vectors.
struct Blocks {
  Tensor vectors;
  int64_t channels = 0;
};

/// The vectors of a weight that is circulant in blocks as it is, its columns in stream order where it has two dimensions.
std::optional<Blocks> blocksOf(const Tensor &t, int64_t channels) {
  constexpr size_t kGreatestBlock = 64;
  if (t.rank() < 2 || t.size() == 0)
    return std::nullopt;
  int64_t rows = t.dim(0), columns = t.dim(1), each = t.size() / rows;
  if (t.rank() > 2)
    channels = 0;
  std::vector<double> ordered(static_cast<size_t>(t.size()));
  for (int64_t i = 0; i < t.size(); ++i)
    ordered[i] = t.asDouble(i / each * each + reference::elementAt(i % each, each, channels));
  size_t b = circulantBlock(ordered.data(), static_cast<size_t>(rows), static_cast<size_t>(columns), static_cast<size_t>(each / columns), kGreatestBlock);
  if (b == 1)
    return std::nullopt;
  auto block = static_cast<int64_t>(b), taps = each / columns;
  reference::Shape shape = {rows / block, columns / block, block};
  shape.insert(shape.end(), t.shape().begin() + 2, t.shape().end());
  Blocks blocks{Tensor(t.type(), shape), channels};
  for (int64_t i = 0; i < blocks.vectors.size(); ++i) {
    int64_t tap = i % taps, u = i / taps % block, j = i / taps / block % (columns / block), row = i / taps / block / (columns / block) * block + u;
    double value = ordered[(row * columns + j * block) * taps + tap];
    if (t.type().isFloat())
      blocks.vectors.floats()[i] = static_cast<float>(value);
    else
      blocks.vectors.integers()[i] = static_cast<int64_t>(value);
  }
  return blocks;
}

struct RecognizeCodecsPass : impl::RecognizeCodecsBase<RecognizeCodecsPass> {
  using RecognizeCodecsBase::RecognizeCodecsBase;

  /// The constant of the weight, behind a dequantize if there is one.
  static OpOperand &leafOf(nn::WeightedOp layer) {
    if (auto dequantize = layer.getWeight().getDefiningOp<nn::DequantizeOp>())
      return dequantize.getInputMutable();
    return layer.getWeightMutable();
  }

  /// The smallest expression for the constant: blocks, codes, both, or null where that saves nothing.
  Value expressionOf(nn::WeightedOp layer, const Tensor &t, RankedTensorType type) {
    std::optional<Blocks> blocks = blocksOf(t, streamChannels(layer));
    const Tensor &stored = blocks ? blocks->vectors : t;
    std::optional<CodedWeight> coded = codesOf(stored, maxEntries);
    int64_t plain = stored.size() * static_cast<int64_t>(t.type().bits);
    OpBuilder b(layer);
    Value leaf;
    if (coded) {
      leaf = makeLookup(layer, *coded, t.type());
      if (codec::storageBits(leaf) >= plain) {
        leaf.getDefiningOp()->erase();
        leaf = Value();
      }
    }
    if (!blocks)
      return leaf;
    if (!leaf)
      leaf = transforms::makeConstant(b, layer->getLoc(), stored, (nn::layerName(layer) + ".vectors").str());
    return codec::CirculantOp::create(b, layer->getLoc(), type, leaf, blocks->channels).getResult();
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
    Value expression = expressionOf(layer, *t, cast<RankedTensorType>(leaf.get().getType()));
    if (!expression || expression.getType() != leaf.get().getType())
      return;
    bool codes = isa<codec::LookupOp>(expression.getDefiningOp());
    emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer) << "' is " << (codes ? "clustered" : "block-circulant") << ": "
                               << storageRemark(codec::storageBits(leaf.get()), expression);
    if (leaf.getOwner() != layer.getOperation())
      moveBefore(expression.getDefiningOp(), leaf.getOwner());
    leaf.set(expression);
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

  /// Moves what was made with what it is made of.
  static void moveBefore(Operation *op, Operation *place) {
    op->moveBefore(place);
    for (Value v : op->getOperands())
      moveBefore(v.getDefiningOp(), op);
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

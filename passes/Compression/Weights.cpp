//===- Weights.cpp - weights of layers, dense and coded ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Weights.h"

#include "passes/Compression/Algorithms/BitPack.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

static Value stored(Value weight) {
  auto dequantize = weight.getDefiningOp<nn::DequantizeOp>();
  return dequantize ? dequantize.getInput() : weight;
}

Value encodedWeight(nn::WeightedOp layer) { return stored(layer.getWeight()); }

int64_t weightBits(Value weight) { return codec::storageBits(stored(weight)); }

static Tensor codebookTensor(const CodedWeight &coded, size_t entries, reference::ElementType type) {
  Tensor t(type, {static_cast<int64_t>(coded.codebooks.size()), static_cast<int64_t>(entries)});
  for (size_t g = 0; g < coded.codebooks.size(); ++g)
    for (size_t k = 0; k < entries; ++k) {
      double v = coded.codebooks[g][std::min(k, coded.codebooks[g].size() - 1)];
      if (type.isInteger())
        t.integers()[g * entries + k] = static_cast<int64_t>(v);
      else
        t.floats()[g * entries + k] = static_cast<float>(v);
    }
  return t;
}

Value makeLookup(nn::WeightedOp layer, const CodedWeight &coded, reference::ElementType entry, Value codebook, Operation *before) {
  OpBuilder b(before ? before : layer.getOperation());
  Location loc = layer->getLoc();
  std::string name = nn::layerName(layer).str();
  size_t entries = 1;
  for (const std::vector<double> &book : coded.codebooks)
    entries = std::max(entries, book.size());
  auto codeType = IntegerType::get(b.getContext(), codeBits(entries), IntegerType::Unsigned);
  Value codes = transforms::makeIntegers(b, loc, codeType, coded.shape, {coded.codes.begin(), coded.codes.end()}, name + ".codes");
  if (!codebook)
    codebook = transforms::makeConstant(b, loc, codebookTensor(coded, entries, entry), name + ".codebook");
  auto type = RankedTensorType::get(coded.shape, cast<RankedTensorType>(codebook.getType()).getElementType());
  return codec::LookupOp::create(b, loc, type, codes, codebook);
}

Value makeScaled(nn::WeightedOp layer, Value codes, std::vector<float> scales) {
  OpBuilder b(layer);
  Location loc = layer->getLoc();
  auto type = cast<RankedTensorType>(codes.getType());
  auto count = static_cast<int64_t>(scales.size());
  reference::Shape shape = count == 1 ? reference::Shape{} : reference::Shape{count};
  Value zero = transforms::makeIntegers(b, loc, cast<IntegerType>(type.getElementType()), shape,
                                        std::vector<int64_t>(scales.size(), 0), "zero_point");
  Value scale = transforms::makeConstant(b, loc, Tensor::ofFloats(shape, std::move(scales)), "scale");
  auto scaled = nn::DequantizeOp::create(b, loc, type.clone(b.getF32Type()), codes, scale, zero);
  nn::setLayerName(scaled, (nn::layerName(layer) + ".weight").str());
  return scaled;
}

std::string storageRemark(int64_t bitsBefore, Value after) {
  auto bytes = [](int64_t bits) { return std::to_string((bits + 7) / 8); };
  return bytes(bitsBefore) + " → " + bytes(weightBits(after)) + " bytes (" + codec::schemeName(stored(after)) + ")";
}

void eraseUnusedWeights(Operation *function) {
  for (Region &region : function->getRegions())
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
        if (isa<nn::ConstantOp, nn::DequantizeOp, codec::Expression>(op) && op.use_empty())
          op.erase();
}

std::vector<LayerStorage> storageOf(ModuleOp module) {
  std::vector<LayerStorage> layers;
  module.walk([&](nn::WeightedOp op) {
    Value weight = encodedWeight(op);
    auto type = cast<RankedTensorType>(weight.getType());
    if (type.hasStaticShape())
      layers.push_back({nn::layerName(op).str(), codec::schemeName(weight), codec::storageBits(weight), type.getNumElements() * 32});
  });
  return layers;
}

} // namespace weft::compression

//===- Layers.cpp - which layers a compression works on --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Layers.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "llvm/Support/GlobPattern.h"
#include "passes/Evaluation/Elements.h"

using namespace mlir;
using weft::reference::Result;
using weft::reference::Tensor;

namespace weft::compression {

/// The three layers whose names are nearest to what was asked for.
static std::string nearestNames(ArrayRef<nn::WeightedOp> layers, StringRef wanted) {
  std::vector<std::pair<unsigned, StringRef>> names;
  for (nn::WeightedOp layer : layers)
    names.emplace_back(nn::layerName(layer).edit_distance(wanted), nn::layerName(layer));
  llvm::stable_sort(names, llvm::less_first());
  std::string text;
  for (auto &[distance, name] : ArrayRef(names).take_front(3))
    text += (text.empty() ? "" : ", ") + name.str();
  return text;
}

Result<std::vector<nn::WeightedOp>> findLayers(func::FuncOp function, StringRef pattern) {
  std::vector<nn::WeightedOp> all, matching;
  function.walk([&](nn::WeightedOp layer) { all.push_back(layer); });
  auto glob = llvm::GlobPattern::create(pattern);
  if (!glob)
    return reference::error("layer pattern '", pattern.str(), "' is not a glob pattern: ", llvm::toString(glob.takeError()));
  llvm::copy_if(all, std::back_inserter(matching), [&](nn::WeightedOp layer) { return glob->match(nn::layerName(layer)); });
  if (matching.empty() && all.empty())
    return reference::error("expected linear or convolution layers to compress, found none");
  if (matching.empty())
    return reference::error("no layer matches '", pattern.str(), "'; the nearest are ", nearestNames(all, pattern));
  return matching;
}

std::optional<Tensor> constantWeight(nn::WeightedOp layer) {
  auto constant = layer.getWeight().getDefiningOp<nn::ConstantOp>();
  if (!constant || !constant.getType().getElementType().isF32())
    return std::nullopt;
  auto tensor = evaluation::elementsToTensor(constant.getValue());
  if (!tensor)
    return std::nullopt;
  return std::move(*tensor);
}

int64_t weightBits(nn::WeightedOp layer) { return codec::storageBits(layer.getWeight()); }

} // namespace weft::compression

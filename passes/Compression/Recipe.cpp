//===- Recipe.cpp - compresses the layers a recipe names --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Recipe.h"

#include "llvm/Support/FormatVariadic.h"
#include "passes/Compression/Layers.h"
#include "passes/Compression/Schemes.h"

#include <cmath>

using namespace mlir;

namespace weft::compression {

static LogicalResult applyToLayer(const Scheme &scheme, nn::WeightedOp layer, const RecipeStep &step) {
  auto weight = constantWeight(layer);
  if (!weight) {
    layer->emitRemark("layer ") << nn::layerName(layer) << ": " << scheme.name << " passed over, its weight is not a constant of f32";
    return success();
  }
  int64_t before = weightBits(layer);
  auto effect = scheme.apply(layer, *weight, step);
  if (!effect)
    return layer->emitError("layer ") << nn::layerName(layer) << ": " << scheme.name << ": " << effect.message();
  double rms = weight->size() ? std::sqrt(effect->squaredError / weight->size()) : 0;
  layer->emitRemark("layer ") << nn::layerName(layer) << ": " << scheme.name
                              << llvm::formatv(" stores {0} bits instead of {1}, root mean square error {2:e3}", weightBits(layer), before, rms).str();
  return success();
}

LogicalResult applyRecipe(func::FuncOp function, const Recipe &recipe) {
  for (const RecipeStep &step : recipe.steps) {
    auto scheme = findScheme(step.scheme);
    if (!scheme)
      return function.emitError(scheme.message());
    if (auto error = checkOptions(**scheme, step))
      return function.emitError(error->message);
    auto layers = findLayers(function, step.layers);
    if (!layers)
      return function.emitError(step.scheme) << ": " << layers.message();
    for (nn::WeightedOp layer : *layers)
      if (failed(applyToLayer(**scheme, layer, step)))
        return failure();
  }
  return success();
}

} // namespace weft::compression

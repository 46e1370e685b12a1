//===- MarkActivations.cpp - layers whose results shall be clustered ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Scheme.h"

using namespace mlir;

namespace weft::compression {

static LogicalResult markLayer(nn::WeightedOp layer, const RecipeStep &step) {
  layer->setAttr(kActivationEntriesAttr, Builder(layer->getContext()).getI64IntegerAttr(step.integer("k")));
  return success();
}

Scheme clusterActivationsScheme() {
  Scheme s;
  s.name = "cluster-activations";
  s.parameters = {{"k", SchemeParameter::Kind::integer, "16", 2, 128, {}}};
  s.scope = Scheme::Scope::layer;
  s.mark = markLayer;
  return s;
}

} // namespace weft::compression

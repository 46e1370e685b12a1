//===- Initialize.cpp - weights to begin with ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Initialize.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Masks.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {

/// Follows what keeps signs to the activation behind a layer.
static bool feedsRectifier(Value v) {
  for (int depth = 0; depth < 4 && v.hasOneUse(); ++depth) {
    Operation *user = *v.user_begin();
    if (auto unary = dyn_cast<nn::UnaryOp>(user))
      return unary.getKind() == nn::UnaryKind::relu || unary.getKind() == nn::UnaryKind::leaky_relu;
    if (auto clip = dyn_cast<nn::ClipOp>(user))
      return clip.getMin().isZero();
    if (!isa<nn::BinaryOp, nn::ReshapeOp, nn::PoolOp>(user))
      return false;
    v = user->getResult(0);
  }
  return false;
}

void initializeWeights(ModuleOp module, uint64_t seed) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return;
  uint64_t place = 0;
  for (auto layer : main.getOps<nn::WeightedOp>()) {
    ++place;
    auto weight = transforms::plainConstant(layer.getWeight()), bias = transforms::plainConstant(layer.getBias());
    if (!weight || !bias || weight->type() != reference::ElementType::f32())
      continue;
    reference::SplitMix64 random(seed * 0xD1342543DE82EF95u + place);
    random.next();
    double fanIn = static_cast<double>(weight->size()) / static_cast<double>(weight->dim(0));
    double bound = std::sqrt(3 * (feedsRectifier(layer->getResult(0)) ? 2 : 1) / fanIn);
    for (float &w : weight->floats())
      w = static_cast<float>(bound * (2 * static_cast<double>(random.next() >> 11) / 9007199254740992.0 - 1));
    std::fill(bias->floats().begin(), bias->floats().end(), 0.0f);
    OpBuilder b(layer);
    std::string name = nn::layerName(layer).str();
    layer.getWeightMutable().set(transforms::makeConstant(b, layer->getLoc(), *weight, name + ".weight"));
    layer.getBiasMutable().set(transforms::makeConstant(b, layer->getLoc(), *bias, name + ".bias"));
  }
}

} // namespace weft::training

//===- LearnedScales.cpp - scales of activations that are trained --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/LearnedScales.h"

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {

/// The scale of one number that a quantize or dequantize of activations has; 0 for others.
static float scaleIn(Value scale) {
  auto tensor = transforms::plainConstant(scale);
  return tensor && tensor->type() == reference::ElementType::f32() && tensor->size() == 1 ? tensor->floats()[0] : 0;
}

std::vector<ActivationScale> findActivationScales(func::FuncOp function) {
  std::vector<ActivationScale> found;
  std::vector<float> fixed;
  for (auto quantize : function.getOps<nn::QuantizeOp>()) {
    float value = scaleIn(quantize.getScale());
    if (isa<BlockArgument>(quantize.getInput()))
      fixed.push_back(value);
    else if (value > 0 && llvm::none_of(found, [&](const ActivationScale &s) { return s.value == value; }))
      found.push_back({nn::layerName(quantize).str() + ".scale", value, {}});
  }
  llvm::erase_if(found, [&](const ActivationScale &s) { return llvm::is_contained(fixed, s.value); });
  auto add = [&](OpOperand &use) {
    float value = scaleIn(use.get());
    for (ActivationScale &s : found)
      if (s.value == value)
        s.uses.push_back(&use);
  };
  for (Operation &op : function.getBody().front()) {
    if (auto quantize = dyn_cast<nn::QuantizeOp>(op))
      add(quantize.getScaleMutable());
    auto dequantize = dyn_cast<nn::DequantizeOp>(op);
    if (dequantize && dequantize.getInput().getDefiningOp<nn::QuantizeOp>())
      add(dequantize.getScaleMutable());
  }
  return found;
}

void storeScale(const ActivationScale &scale, float value) {
  for (OpOperand *use : scale.uses) {
    OpBuilder b(use->getOwner());
    use->set(transforms::makeConstant(b, use->get().getLoc(), Tensor::ofFloats({}, {value}), scale.name));
  }
}

} // namespace weft::training

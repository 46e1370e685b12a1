//===- FixedPointModel.cpp - what was trained in fixed point, as a quantized model ------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/TrainingStep.h"
#include "passes/Transforms/Constants.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {

static Value scaleOf(Operation *before, int exponent) {
  OpBuilder b(before);
  return transforms::makeConstant(b, before->getLoc(), Tensor::ofFloats({}, {std::ldexp(1.0f, exponent)}), "scale");
}

/// Codes of the upper `bits` of numbers in a format of `allBits`, and their scale.
static void storeWeight(nn::DequantizeOp dequantize, ArrayRef<float> values, int exponent, unsigned allBits, unsigned bits) {
  exponent += static_cast<int>(allBits) - static_cast<int>(bits);
  auto greatest = static_cast<int64_t>((int64_t(1) << (bits - 1)) - 1);
  std::vector<int64_t> codes;
  for (float v : values)
    codes.push_back(std::clamp(static_cast<int64_t>(std::nearbyint(std::ldexp(static_cast<double>(v), -exponent))), -greatest, greatest));
  auto type = cast<RankedTensorType>(dequantize.getInput().getType());
  OpBuilder b(dequantize);
  std::string name = nn::layerName(dequantize.getInput().getDefiningOp()).str();
  dequantize.setOperand(0, transforms::makeIntegers(b, dequantize.getLoc(), cast<IntegerType>(type.getElementType()),
                                                    {type.getShape().begin(), type.getShape().end()}, codes, name));
  dequantize.setOperand(1, scaleOf(dequantize, exponent));
}

void storeFixedPoint(ModuleOp module, const TrainingProgram &program, ArrayRef<std::vector<float>> values, ArrayRef<int> exponents) {
  std::vector<FixedPointFormat> same;
  auto pairs = findPairs(module.lookupSymbol<func::FuncOp>("main"), same);
  size_t format = same.size();
  for (const QuantizePair &pair : *pairs)
    for (Operation *op : {pair.quantize, pair.dequantize})
      op->setOperand(1, scaleOf(op, exponents[pair.format]));
  std::vector<OpOperand *> operands = parameterOperands(module);
  for (auto [i, p] : llvm::enumerate(program.parameters)) {
    if (auto dequantize = operands[i]->get().getDefiningOp<nn::DequantizeOp>()) {
      storeWeight(dequantize, values[i], exponents[format], program.formats[format].bits, p.readBits);
    } else { // a bias, as it is read
      double unit = std::ldexp(1.0, exponents[format]), greatest = program.formats[format].greatest();
      std::vector<float> rounded;
      for (float v : values[i])
        rounded.push_back(static_cast<float>(std::clamp(std::nearbyint(v / unit), -greatest, greatest) * unit));
      OpBuilder b(operands[i]->getOwner());
      Value constant = transforms::makeConstant(b, operands[i]->getOwner()->getLoc(), Tensor::ofFloats({p.shape.begin(), p.shape.end()}, std::move(rounded)),
                                                nn::layerName(operands[i]->get().getDefiningOp()));
      operands[i]->get().replaceAllUsesWith(constant);
    }
    format += 2 + program.slots;
  }
}

} // namespace weft::training

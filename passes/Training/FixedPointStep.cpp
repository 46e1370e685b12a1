//===- FixedPointStep.cpp - what a training step does in fixed point -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/FixedPointStep.h"

#include "passes/Training/Gradients.h"

using namespace mlir;

namespace weft::training {

using Kind = FixedPointFormat::Kind;

FailureOr<unsigned> FixedPointStep::codeBits(Operation *layer) {
  auto dequantize = cast<nn::WeightedOp>(layer).getWeight().getDefiningOp<nn::DequantizeOp>();
  if (!dequantize || !dequantize.getInput().getDefiningOp<nn::ConstantOp>() || cast<RankedTensorType>(dequantize.getScale().getType()).getRank() != 0)
    return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' has a weight that is not integers with one scale, expected one that is "
                                << "quantized, alone or as a tensor train, to train in fixed point";
  return cast<IntegerType>(cast<RankedTensorType>(dequantize.getInput().getType()).getElementType()).getWidth();
}

void FixedPointStep::addFormats(const Parameter &p) {
  const FixedPointOptions &o = *options.fixedPoint;
  double most = 0;
  for (float v : p.initial.floats())
    most = std::max(most, std::abs(static_cast<double>(v)));
  auto add = [&](Kind kind, unsigned bits, const Twine &suffix, double most) {
    FixedPointFormat f{(p.name + suffix).str(), kind, bits, false, 0, p.initial.size()};
    f.exponent = static_cast<int>(std::ceil(std::log2((most > 0 ? most : 1.0) / f.greatest())));
    program.formats.push_back(f);
  };
  add(p.isWeight ? Kind::weight : Kind::bias, p.isWeight ? o.weightBits : o.biasBits, "", most);
  add(Kind::gradient, o.gradientBits, ".gradient", 0);
  for (int s = 0; s < program.slots; ++s)
    add(Kind::moment, o.momentBits, ".moment" + Twine(s), 0);
}

LogicalResult FixedPointStep::findFormats(func::FuncOp function) {
  if (failed(findPairs(function, program.formats)))
    return failure();
  firstParameter = program.formats.size();
  for (const Parameter &p : program.parameters)
    addFormats(p);
  firstError = program.formats.size();
  for (auto layer : function.getOps<nn::WeightedOp>())
    program.formats.push_back({nn::layerName(layer).str() + ".error", Kind::error, options.fixedPoint->errorBits, false, -static_cast<int>(options.fixedPoint->errorBits),
                               cast<RankedTensorType>(layer->getResult(0).getType()).getNumElements()});
  return success();
}

void FixedPointStep::roundForward(func::FuncOp function, bool isStep, std::vector<Value> &read) {
  Block &body = function.getBody().front();
  MLIRContext *context = function.getContext();
  Value units = body.addArgument(RankedTensorType::get({static_cast<int64_t>(program.formats.size())}, Float32Type::get(context)), function.getLoc()), seed;
  if (isStep)
    seed = body.addArgument(RankedTensorType::get({}, IntegerType::get(context, 32)), function.getLoc());
  rounder.emplace(program.formats, units, seed);
  std::vector<FixedPointFormat> same;
  auto pairs = findPairs(function, same); // as findFormats found them
  roundPairs(*pairs, *rounder);
  OpBuilder b = OpBuilder::atBlockBegin(&body);
  GradientBuilder t(b, function.getLoc());
  for (auto [i, p] : llvm::enumerate(program.parameters))
    read[i] = rounder->upperBits(t, read[i], formatOf(i), p.readBits ? p.readBits : program.formats[formatOf(i)].bits);
}

FailureOr<FixedPointStep::Values> FixedPointStep::differentiate(GradientBuilder &t, func::FuncOp function, Value output, Value target, ArrayRef<Value> read) {
  llvm::DenseMap<Operation *, size_t> errorOf;
  for (auto layer : function.getOps<nn::WeightedOp>())
    errorOf.insert({layer, firstError + errorOf.size()});
  Value error = options.loss == Loss::crossEntropy ? exactCrossEntropyGradient(t, output, target) : t.sub(output, target);
  error = t.mul(error, 1.0 / static_cast<double>(options.batch));
  return training::differentiate(t.b, {{output, error}}, read, [&](Operation *op, Value gradient) {
    auto format = errorOf.find(op);
    return format == errorOf.end() ? gradient : rounder->stochastic(t, gradient, format->second);
  });
}

void FixedPointStep::roundGradients(GradientBuilder &t, Values &gradients) {
  for (auto [i, gradient] : llvm::enumerate(gradients))
    gradient = rounder->stochastic(t, gradient, formatOf(i) + 1);
}

FixedPointStep::Values FixedPointStep::update(GradientBuilder &t, Update &update, size_t parameter, Value numbers, Value gradient, ArrayRef<Value> slots) {
  size_t format = formatOf(parameter), firstSlot = format + 2;
  // A second moment that was rounded to 0 does not divide.
  Value epsilon = slots.size() > 1 ? t.unary(nn::UnaryKind::sqrt, rounder->unit(t, firstSlot + 1)) : Value();
  Values results = update.apply(numbers, gradient, slots, program.parameters[parameter].isWeight, epsilon);
  for (auto [i, value] : llvm::enumerate(results))
    value = rounder->stochastic(t, value, i == 0 ? format : firstSlot + i - 1);
  return results;
}

} // namespace weft::training

//===- IntegerWeights.cpp - schemes that are about integers -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/IntegerWeights.h"

#include "passes/Transforms/Constants.h"

#include <algorithm>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

/// No scale is less than this part of the greatest: biases are stored in units of it.
static constexpr double kLeastScale = 1.0 / (1 << 20);

/// Requantize has its channels on axis 1: where a layer has them elsewhere, its weight has one scale.
static bool canBePerChannel(const EncodeTarget &target) { return target.isWeight && target.layer.getChannelAxis() == 1; }

static std::vector<float> fitScales(const Levels &levels, const Tensor &weight, size_t rows) {
  size_t each = weight.floats().size() / std::max<size_t>(1, rows);
  std::vector<float> scales;
  float greatest = 0;
  for (size_t r = 0; r < rows; ++r) {
    scales.push_back(static_cast<float>(fitScale(levels, weight.floats().data() + r * each, each)));
    greatest = std::max(greatest, scales.back());
  }
  for (float &s : scales)
    s = greatest == 0 ? 1.0f : s == 0 ? greatest : std::max(s, static_cast<float>(greatest * kLeastScale));
  return scales;
}

FailureOr<ScaledIntegers> quantizeToLevels(const EncodeTarget &target, const Levels &levels, bool perChannel) {
  const Tensor &weight = target.value;
  if (weight.type() != reference::ElementType::f32())
    return target.error() << "has a weight of " << weight.type().name() << ", expected f32 or signed integers";
  size_t rows = perChannel && canBePerChannel(target) ? static_cast<size_t>(weight.dim(0)) : 1;
  ScaledIntegers result;
  result.scales = fitScales(levels, weight, rows);
  size_t each = weight.floats().size() / std::max<size_t>(1, rows);
  for (size_t i = 0; i < weight.floats().size(); ++i)
    result.integers.push_back(nearestLevel(levels, static_cast<double>(weight.floats()[i]) / result.scales[i / each]));
  return result;
}

Value scaled(const EncodeTarget &target, Value integers, const std::vector<float> &scales) {
  OpBuilder b(target.leaf.getOwner());
  Location loc = target.layer.getLoc();
  auto type = cast<RankedTensorType>(integers.getType());
  auto count = static_cast<int64_t>(scales.size());
  reference::Shape shape = count == 1 ? reference::Shape{} : reference::Shape{count};
  Value scale = transforms::makeConstant(b, loc, Tensor::ofFloats(shape, scales), "scale");
  Value zero = transforms::makeIntegers(b, loc, cast<IntegerType>(type.getElementType()), shape,
                                        std::vector<int64_t>(scales.size(), 0), "zero_point");
  auto op = nn::DequantizeOp::create(b, loc, RankedTensorType::get(type.getShape(), b.getF32Type()), integers, scale, zero);
  nn::setLayerName(op, (target.name() + ".weight").str());
  return op;
}

IntegerType integerTypeFor(const EncodeTarget &target, int64_t greatest) {
  if (auto own = dyn_cast<IntegerType>(cast<RankedTensorType>(target.leaf.get().getType()).getElementType()))
    return own;
  unsigned bits = 1;
  while (greatest >= int64_t(1) << (bits - 1))
    ++bits;
  return IntegerType::get(target.layer->getContext(), bits); // signless is signed
}

} // namespace weft::compression

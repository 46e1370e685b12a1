//===- QuantizedWeights.cpp - factors of weights that are codes ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/QuantizedWeights.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"

#include <cmath>
#include <limits>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::transforms {

bool hasQuantizedWeight(nn::WeightedOp op) {
  auto weight = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  if (!weight || !plainConstant(weight.getScale()) || !plainConstant(weight.getZeroPoint()))
    return false;
  bool perOutput = shapeOf(weight.getScale()).empty() || weight.getAxis() == 0;
  return perOutput && evaluation::evaluateConstant(weight.getInput()).ok();
}

namespace {

/// Codes whose rows change sign, or become zero.
struct Codes {
  Tensor values;
  int64_t rows, rowSize;

  explicit Codes(Tensor t) : values(std::move(t)), rows(values.dim(0)), rowSize(rows ? values.size() / rows : 0) {}

  /// False where a code has no mirror image at the zero point.
  bool mirror(int64_t row, int64_t zero) {
    for (int64_t i = row * rowSize; i < (row + 1) * rowSize; ++i) {
      int64_t &code = values.integers()[i];
      code = 2 * zero - code;
      if (code < values.type().least() || code > values.type().greatest())
        return false;
    }
    return true;
  }
  void clear(int64_t row, int64_t zero) {
    std::fill_n(values.integers().begin() + row * rowSize, rowSize, zero);
  }
};

} // namespace

bool scaleQuantizedWeight(nn::WeightedOp op, const std::vector<double> &factor) {
  if (!hasQuantizedWeight(op))
    return false;
  auto weight = op.getWeight().getDefiningOp<nn::DequantizeOp>();
  Tensor scale = *plainConstant(weight.getScale()), zero = *plainConstant(weight.getZeroPoint());
  Codes codes(*evaluation::evaluateConstant(weight.getInput()));
  bool single = factor.size() == 1 && scale.size() == 1, changed = false;
  int64_t groups = single ? 1 : codes.rows;
  std::vector<float> scales(groups);
  std::vector<int64_t> zeros(groups);
  for (int64_t row = 0; row < codes.rows; ++row) {
    double f = factor[factor.size() == 1 ? 0 : row];
    float s = scale.floats()[scale.size() == 1 ? 0 : row];
    int64_t z = zero.integers()[zero.size() == 1 ? 0 : row], group = single ? 0 : row;
    auto scaled = static_cast<float>(static_cast<double>(s) * std::fabs(f));
    if (!std::isfinite(scaled))
      return false;
    bool isNothing = scaled < std::numeric_limits<float>::min();
    if (isNothing)
      codes.clear(row, z);
    else if (f < 0 && !codes.mirror(row, z))
      return false;
    changed |= isNothing || f < 0;
    scales[group] = isNothing ? s : scaled;
    zeros[group] = z;
  }
  OpBuilder b(op);
  Location loc = op->getLoc();
  reference::Shape shape = single ? reference::Shape{} : reference::Shape{groups};
  auto type = cast<IntegerType>(cast<RankedTensorType>(weight.getInput().getType()).getElementType());
  Value input = changed ? makeIntegers(b, loc, type, codes.values.shape(), codes.values.integers(), (nn::layerName(op) + ".weight").str())
                        : weight.getInput();
  auto scaledWeight = nn::DequantizeOp::create(b, loc, weight.getType(), input, makeConstant(b, loc, Tensor::ofFloats(shape, std::move(scales)), "scale"),
                                               makeIntegers(b, loc, type, shape, std::move(zeros), "zero_point"));
  nn::setLayerName(scaledWeight, nn::layerName(weight));
  op.getWeightMutable().set(scaledWeight);
  return true;
}

} // namespace weft::transforms

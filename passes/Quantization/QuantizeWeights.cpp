//===- QuantizeWeights.cpp - weights as dequantized integers ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/QuantizeWeights.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Quantization/Algorithms/Parameters.h"
#include "passes/Quantization/Values.h"

#include <cmath>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::quantization {

namespace {

/// Rows of `rowSize` numbers, which share a scale each.
struct Rows {
  const std::vector<float> &values;
  size_t rowSize;
  size_t count() const { return values.size() / rowSize; }
  const float *begin(size_t row) const { return values.data() + row * rowSize; }
};

double greatestMagnitude(const float *values, size_t count) {
  double bound = 0;
  for (size_t i = 0; i < count; ++i)
    bound = std::max(bound, std::fabs(static_cast<double>(values[i])));
  return bound;
}

/// The scale of least squared error. With 8 bits and more that is the one that clips nothing.
float chooseScale(const float *values, size_t count, unsigned bits, bool powerOfTwo) {
  double bound = greatestMagnitude(values, count), least = INFINITY;
  if (bits >= 8)
    return chooseWeightParameters(bound, bits, powerOfTwo).scale;
  Parameters best;
  for (int percent = 100; percent >= 30; percent -= 2) {
    Parameters p = chooseWeightParameters(bound * percent / 100, bits, powerOfTwo);
    double error = 0;
    for (size_t i = 0; i < count; ++i)
      error += std::pow(static_cast<double>(dequantize(std::max(quantize(values[i], p), -p.format.greatest()), p)) - values[i], 2);
    if (error < least) {
      least = error;
      best = p;
    }
  }
  return best.scale;
}

/// One scale per row, none so small that a bias would need more than 26 bits. Rows of zeros take the greatest scale.
std::vector<float> chooseScales(const Rows &rows, const std::vector<double> &rowBias, float inputScale, unsigned bits,
                                bool powerOfTwo) {
  std::vector<float> scales(rows.count());
  float greatest = 0;
  for (size_t r = 0; r < rows.count(); ++r) {
    if (greatestMagnitude(rows.begin(r), rows.rowSize) == 0)
      continue;
    scales[r] = chooseScale(rows.begin(r), rows.rowSize, bits, powerOfTwo);
    greatest = std::max(greatest, scales[r]);
  }
  for (size_t r = 0; r < rows.count(); ++r) {
    if (scales[r] == 0)
      scales[r] = greatest > 0 ? greatest : 1.0f;
    double floor = rowBias[r] / (static_cast<double>(inputScale) * (1 << 25));
    if (scales[r] < floor)
      scales[r] = powerOfTwo ? roundUpToPowerOfTwo(floor) : static_cast<float>(floor);
  }
  return scales;
}

Tensor quantizeRows(const Rows &rows, const std::vector<float> &scales, unsigned bits, reference::Shape shape) {
  Tensor q(reference::ElementType::integer(bits, true), std::move(shape));
  for (size_t r = 0; r < rows.count(); ++r) {
    Parameters p{scales[r], 0, {bits, true}};
    for (size_t i = 0; i < rows.rowSize; ++i)
      q.integers()[r * rows.rowSize + i] =
          std::max(quantize(rows.begin(r)[i], p), std::min<int64_t>(-1, -p.format.greatest())); // symmetric codes
  }
  return q;
}

Value dequantizeRows(OpBuilder &b, Location loc, Value codes, std::vector<float> scales, RankedTensorType type, StringRef name) {
  auto element = cast<IntegerType>(tensorType(codes).getElementType());
  auto count = static_cast<int64_t>(scales.size());
  bool single = count == 1;
  Value zero = makeIntegers(b, loc, element, single ? reference::Shape{} : reference::Shape{count},
                            std::vector<int64_t>(scales.size(), 0), "zero_point");
  Tensor scaleTensor = Tensor::ofFloats(single ? reference::Shape{} : reference::Shape{count}, std::move(scales));
  auto op = nn::DequantizeOp::create(b, loc, type, codes, makeConstant(b, loc, scaleTensor, "scale"), zero);
  nn::setLayerName(op, (name + ".weight").str());
  return op;
}

std::vector<double> biasBound(nn::WeightedOp op, size_t rows) {
  std::optional<Tensor> bias = constantOf(op.getBias());
  std::vector<double> bound(rows, 0.0);
  for (int64_t o = 0; bias && o < bias->size(); ++o) {
    double &b = bound[static_cast<size_t>(o) * rows / static_cast<size_t>(bias->size())];
    b = std::max(b, std::fabs(bias->asDouble(o)));
  }
  return bound;
}

} // namespace

/// Requantize has its channels on axis 1: a linear operator on more than two dimensions has them elsewhere.
static bool canBePerChannel(nn::WeightedOp op) { return op.getChannelAxis() == 1; }

static LogicalResult quantizeDense(nn::WeightedOp op, const Tensor &weight, float inputScale, const WeightOptions &options) {
  bool perChannel = options.perChannel && canBePerChannel(op);
  size_t rowCount = perChannel ? static_cast<size_t>(weight.dim(0)) : 1;
  Rows rows{weight.floats(), weight.floats().size() / rowCount};
  std::vector<float> scales =
      chooseScales(rows, biasBound(op, rowCount), inputScale, options.bits, options.powerOfTwo);
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  Value codes = makeConstant(b, op->getLoc(), quantizeRows(rows, scales, options.bits, weight.shape()), name + ".weight");
  op.getWeightMutable().set(
      dequantizeRows(b, op->getLoc(), codes, scales, tensorType(op.getWeight()), name));
  return success();
}

/// A clustered weight: its codebook becomes integers, its codes stay.
static LogicalResult quantizeLookup(nn::WeightedOp op, codec::LookupOp lookup, float inputScale, const WeightOptions &options) {
  std::optional<Tensor> codebook = constantOf(lookup.getCodebook());
  if (!codebook)
    return op->emitOpError("has a codebook that is not constant");
  size_t groups = canBePerChannel(op) ? static_cast<size_t>(codebook->dim(0)) : 1;
  Rows rows{codebook->floats(), codebook->floats().size() / groups};
  std::vector<float> scales =
      chooseScales(rows, biasBound(op, groups), inputScale, options.codebookBits, options.powerOfTwo);
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  Value book = makeConstant(b, op->getLoc(), quantizeRows(rows, scales, options.codebookBits, codebook->shape()), name + ".codebook");
  RankedTensorType type = tensorType(op.getWeight());
  auto integers = codec::LookupOp::create(
      b, op->getLoc(), RankedTensorType::get(type.getShape(), tensorType(book).getElementType()), lookup.getCodes(), book);
  std::vector<float> rowScales = scales;
  if (groups > 1) {
    auto outputs = static_cast<size_t>(type.getDimSize(0));
    rowScales.resize(outputs);
    for (size_t o = 0; o < outputs; ++o)
      rowScales[o] = scales[o * groups / outputs];
  }
  op.getWeightMutable().set(dequantizeRows(b, op->getLoc(), integers, rowScales, type, name));
  return success();
}

LogicalResult quantizeWeight(nn::WeightedOp op, float inputScale, const WeightOptions &options) {
  if (op.getWeight().getDefiningOp<nn::DequantizeOp>())
    return success();
  if (auto lookup = op.getWeight().getDefiningOp<codec::LookupOp>())
    return quantizeLookup(op, lookup, inputScale, options);
  std::optional<Tensor> weight = constantOf(op.getWeight());
  if (!weight || weight->type() != reference::ElementType::f32())
    return op->emitOpError("has a weight that is not a constant of f32");
  return quantizeDense(op, *weight, inputScale, options);
}

} // namespace weft::quantization

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

/// The numbers that share a scale, scale by scale.
using Groups = std::vector<std::vector<float>>;

double greatestMagnitude(const std::vector<float> &values) {
  double bound = 0;
  for (float v : values)
    bound = std::max(bound, std::fabs(static_cast<double>(v)));
  return bound;
}

/// The code of a weight: codes are symmetric, so the least one of the type is not used.
int64_t symmetricCode(float value, const Parameters &p) {
  return std::max(quantize(value, p), std::min<int64_t>(-1, -p.format.greatest()));
}

/// The scale of least squared error. With 8 bits and more that is the one that clips nothing.
float chooseScale(const std::vector<float> &values, unsigned bits, bool powerOfTwo) {
  double bound = greatestMagnitude(values), least = INFINITY;
  if (bits >= 8)
    return chooseWeightParameters(bound, bits, powerOfTwo).scale;
  Parameters best;
  for (int percent = 100; percent >= 30; percent -= 2) {
    Parameters p = chooseWeightParameters(bound * percent / 100, bits, powerOfTwo);
    double error = 0;
    for (float v : values)
      error += std::pow(static_cast<double>(dequantize(symmetricCode(v, p), p)) - v, 2);
    if (error < least) {
      least = error;
      best = p;
    }
  }
  return best.scale;
}

/// One scale per group, none so small that a bias would need more than 26 bits. Groups of zeros take the greatest scale.
std::vector<float> chooseScales(const Groups &groups, const std::vector<double> &bias, float inputScale, unsigned bits, bool powerOfTwo) {
  std::vector<float> scales(groups.size());
  float greatest = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    if (greatestMagnitude(groups[g]) == 0)
      continue;
    scales[g] = chooseScale(groups[g], bits, powerOfTwo);
    greatest = std::max(greatest, scales[g]);
  }
  for (size_t g = 0; g < groups.size(); ++g) {
    if (scales[g] == 0)
      scales[g] = greatest > 0 ? greatest : 1.0f;
    double floor = bias[g] / (static_cast<double>(inputScale) * (1 << 25));
    if (scales[g] < floor)
      scales[g] = powerOfTwo ? roundUpToPowerOfTwo(floor) : static_cast<float>(floor);
  }
  return scales;
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

/// The greatest bias of each group of rows; `groupOfRow` empty: one group.
std::vector<double> biasBound(nn::WeightedOp op, ArrayRef<int64_t> groupOfRow, size_t groups) {
  std::optional<Tensor> bias = constantOf(op.getBias());
  std::vector<double> bound(groups, 0.0);
  for (int64_t o = 0; bias && o < bias->size(); ++o) {
    double &b = bound[groupOfRow.empty() ? 0 : static_cast<size_t>(groupOfRow[static_cast<size_t>(o)])];
    b = std::max(b, std::fabs(bias->asDouble(o)));
  }
  return bound;
}

} // namespace

/// Requantize has its channels on axis 1: a linear operator on more than two dimensions has them elsewhere.
/// A recurrent layer has scales for the rows of its weight.
static bool canBePerChannel(nn::WeightedOp op) { return op.getChannelAxis() == 1 || !nn::asAffine(op); }

static LogicalResult quantizeDense(nn::WeightedOp op, const Tensor &weight, float inputScale, const WeightOptions &options) {
  bool perChannel = options.perChannel && canBePerChannel(op);
  size_t rows = perChannel ? static_cast<size_t>(weight.dim(0)) : 1, each = weight.floats().size() / std::max<size_t>(1, rows);
  Groups groups;
  SmallVector<int64_t> groupOfRow;
  for (size_t r = 0; r < rows; ++r) {
    auto begin = weight.floats().begin() + static_cast<std::ptrdiff_t>(r * each);
    groups.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(each));
    if (perChannel)
      groupOfRow.push_back(static_cast<int64_t>(r));
  }
  std::vector<float> scales = chooseScales(groups, biasBound(op, groupOfRow, rows), inputScale, options.bits, options.powerOfTwo);
  Tensor codes(reference::ElementType::integer(options.bits, true), weight.shape());
  for (size_t i = 0; i < weight.floats().size(); ++i)
    codes.integers()[i] = symmetricCode(weight.floats()[i], {scales[i / each], 0, {options.bits, true}});
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  Value integers = makeConstant(b, op->getLoc(), codes, name + ".weight");
  op.getWeightMutable().set(dequantizeRows(b, op->getLoc(), integers, scales, tensorType(op.getWeight()), name));
  return success();
}

/// The operands of an expression from the weight down to its linear leaf; empty where the weight is not linear in a constant.
static SmallVector<OpOperand *> linearPath(codec::Expression expression) {
  SmallVector<OpOperand *> path;
  while (expression) {
    OpOperand *leaf = expression.getLinearLeaf();
    if (!leaf || !isFloatTensor(leaf->get()))
      return {};
    path.push_back(leaf);
    expression = leaf->get().getDefiningOp<codec::Expression>();
  }
  return path;
}

/// Groups of leaf elements that scale rows together. Only the leaf of the outermost expression is known to belong to rows.
static codec::RowGroups rowGroupsOf(codec::Expression expression, size_t depth) {
  if (depth != 1)
    return {};
  std::vector<Tensor> values;
  std::vector<const Tensor *> operands;
  for (Value v : expression->getOperands())
    values.push_back(*constantOf(v));
  for (const Tensor &t : values)
    operands.push_back(&t);
  return expression.getRowGroups(operands);
}

/// The same expression over `leaf`, which has another element type.
static Value rebuilt(OpBuilder &b, ArrayRef<OpOperand *> path, Value leaf) {
  Type element = tensorType(leaf).getElementType();
  for (OpOperand *operand : llvm::reverse(path)) {
    Operation *copy = b.clone(*operand->getOwner());
    copy->setOperand(operand->getOperandNumber(), leaf);
    copy->getResult(0).setType(withElement(copy->getResult(0), element));
    leaf = copy->getResult(0);
  }
  return leaf;
}

/// An expression over a leaf that its scheme has made integers, with one scale: the expression becomes integers, too. False for other leaves.
static bool hoistScale(nn::WeightedOp op, ArrayRef<OpOperand *> path) {
  auto dequantize = path.back()->get().getDefiningOp<nn::DequantizeOp>();
  std::optional<Parameters> p = dequantize ? parametersOf(dequantize) : std::nullopt;
  if (!p || p->zeroPoint != 0)
    return false;
  OpBuilder b(op);
  Value integers = rebuilt(b, path, dequantize.getInput());
  op.getWeightMutable().set(dequantizeRows(b, op->getLoc(), integers, {p->scale}, tensorType(op.getWeight()), nn::layerName(op)));
  return true;
}

/// An expression that is linear in a leaf: the leaf becomes integers, everything else stays.
static LogicalResult quantizeExpression(nn::WeightedOp op, ArrayRef<OpOperand *> path, float inputScale, const WeightOptions &options) {
  if (hoistScale(op, path))
    return success();
  std::optional<Tensor> leaf = constantOf(path.back()->get());
  if (!leaf || leaf->type() != reference::ElementType::f32())
    return op->emitOpError("has a compressed weight whose leaves are not constants of f32");
  codec::RowGroups groups = canBePerChannel(op) ? rowGroupsOf(cast<codec::Expression>(path.front()->getOwner()), path.size())
                                                : codec::RowGroups();
  size_t rowCount = static_cast<size_t>(tensorType(op.getWeight()).getDimSize(0)), groupCount = 1;
  for (int64_t g : groups.ofRow)
    groupCount = std::max(groupCount, static_cast<size_t>(g) + 1);
  // The leaf's elements group by group, for the choice of scales; their places are those of `order`.
  std::vector<std::vector<float>> members(groupCount);
  auto groupOf = [&](size_t i) { return groups.ofElement.empty() ? size_t(0) : static_cast<size_t>(groups.ofElement[i]); };
  for (size_t i = 0; i < leaf->floats().size(); ++i)
    members[groupOf(i)].push_back(leaf->floats()[i]);
  bool isCodebook = isa<codec::LookupOp>(path.back()->getOwner());
  unsigned bits = isCodebook ? options.codebookBits : options.bits;
  std::vector<float> scales = chooseScales(members, biasBound(op, groups.ofRow, groupCount), inputScale, bits, options.powerOfTwo);
  Tensor codes(reference::ElementType::integer(bits, true), leaf->shape());
  for (size_t i = 0; i < leaf->floats().size(); ++i)
    codes.integers()[i] = symmetricCode(leaf->floats()[i], {scales[groupOf(i)], 0, {bits, true}});
  std::vector<float> rowScales = scales;
  if (groupCount > 1) {
    rowScales.resize(rowCount);
    for (size_t r = 0; r < rowCount; ++r)
      rowScales[r] = scales[static_cast<size_t>(groups.ofRow[r])];
  }
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  Value integers = makeConstant(b, op->getLoc(), codes, name + (isCodebook ? ".codebook" : ".values"));
  op.getWeightMutable().set(dequantizeRows(b, op->getLoc(), rebuilt(b, path, integers), rowScales, tensorType(op.getWeight()), name));
  return success();
}

LogicalResult quantizeWeight(nn::WeightedOp op, float inputScale, const WeightOptions &options) {
  if (op.getWeight().getDefiningOp<nn::DequantizeOp>())
    return success();
  if (auto expression = op.getWeight().getDefiningOp<codec::Expression>()) {
    SmallVector<OpOperand *> path = linearPath(expression);
    if (!path.empty())
      return quantizeExpression(op, path, inputScale, options);
    op->emitRemark() << "layer '" << nn::layerName(op) << "': " << codec::schemeName(op.getWeight())
                     << " has no integer form, so its weight is quantized dense";
  }
  std::optional<Tensor> weight = constantOf(op.getWeight());
  if (!weight || weight->type() != reference::ElementType::f32())
    return op->emitOpError("has a weight that is not a constant of f32");
  return quantizeDense(op, *weight, inputScale, options);
}

} // namespace weft::quantization

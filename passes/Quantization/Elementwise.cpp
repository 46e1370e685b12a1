//===- Elementwise.cpp - functions of one value, made of several operations -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Elementwise.h"

#include "llvm/ADT/SetVector.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/Values.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::quantization {

bool isElementwise(Operation *op) {
  if (!isa<nn::UnaryOp, nn::ClipOp, nn::BinaryOp>(op) || !isFloatTensor(op->getResult(0)))
    return false;
  // No operand may be broadcast but scalars.
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  return llvm::all_of(op->getOperands(), [&](Value v) {
    auto type = cast<RankedTensorType>(v.getType());
    return isFloatTensor(v) && (type.getShape() == result.getShape() || scalarOf(v));
  });
}

bool isPositionBias(Operation *op) {
  auto add = dyn_cast_or_null<nn::BinaryOp>(op);
  if (!add || add.getKind() != nn::BinaryKind::add || !isFloatTensor(add.getResult()) || add.getLhs().getType() != add.getType())
    return false;
  nn::WeightedOp sum = nn::asAffine(add.getLhs().getDefiningOp());
  auto result = cast<RankedTensorType>(add.getType()), bias = cast<RankedTensorType>(add.getRhs().getType());
  if (!sum || !add.getLhs().hasOneUse() || result.getRank() < 2 || scalarOf(add.getRhs()) || !constantOf(add.getRhs()))
    return false;
  // The constant has all dimensions but the batch, perhaps with a batch of 1.
  ArrayRef<int64_t> shape = bias.getShape();
  if (bias.getRank() == result.getRank() && shape.front() == 1)
    shape = shape.drop_front();
  return shape == result.getShape().drop_front();
}

bool isActivationProduct(Operation *op) {
  auto product = dyn_cast_or_null<nn::BinaryOp>(op);
  if (!product || product.getKind() != nn::BinaryKind::mul || !isFloatTensor(product.getResult()) || product.getLhs() == product.getRhs())
    return false;
  auto result = cast<RankedTensorType>(product.getType());
  bool whole = false;
  for (Value v : op->getOperands()) {
    auto type = cast<RankedTensorType>(v.getType());
    if (!isFloatTensor(v) || type.getRank() != result.getRank() || type.getRank() < 2 || type.getDimSize(0) != result.getDimSize(0) || constantOf(v))
      return false;
    whole |= type.getShape() == result.getShape();
  }
  return whole;
}

std::optional<std::vector<double>> rectifierSlopes(Operation *op) {
  auto unary = dyn_cast<nn::UnaryOp>(op);
  std::vector<double> slopes;
  if (unary && unary.getKind() == nn::UnaryKind::leaky_relu)
    slopes = {unary.getAlpha().convertToDouble()};
  auto prelu = dyn_cast<nn::BinaryOp>(op);
  if (prelu && prelu.getKind() == nn::BinaryKind::prelu && prelu.getLhs().getType() == prelu.getType()) {
    auto type = cast<RankedTensorType>(prelu.getType());
    std::optional<Tensor> t = constantOf(prelu.getRhs());
    // Along the channels, from the end.
    for (int d = 0; t && d < t->rank(); ++d)
      if (t->dim(d) != 1 && type.getRank() - (t->rank() - d) != 1)
        return std::nullopt;
    for (int64_t i = 0; t && i < t->size(); ++i)
      slopes.push_back(t->asDouble(i));
  }
  if (slopes.empty() || !isFloatTensor(op->getResult(0)) || llvm::any_of(slopes, [](double s) { return !(s >= 0); }))
    return std::nullopt;
  return slopes;
}

static bool dependsOnOneValue(ArrayRef<Operation *> ops, Value &source) {
  source = {};
  for (Operation *op : ops)
    for (Value v : op->getOperands()) {
      if (llvm::is_contained(ops, v.getDefiningOp()) || scalarOf(v))
        continue;
      if (source && source != v)
        return false;
      source = v;
    }
  return static_cast<bool>(source);
}

std::optional<ElementwiseFunction> elementwiseFunctionOf(Operation *root) {
  if (!isElementwise(root))
    return std::nullopt;
  // Everything above that is used for nothing else.
  llvm::SetVector<Operation *> cluster;
  cluster.insert(root);
  for (size_t i = 0; i < cluster.size(); ++i)
    for (Value v : cluster[i]->getOperands()) {
      Operation *above = v.getDefiningOp();
      if (above && isElementwise(above) && above->getBlock() == root->getBlock() &&
          llvm::all_of(above->getUsers(), [&](Operation *user) { return cluster.contains(user); }))
        cluster.insert(above);
    }
  ElementwiseFunction f;
  f.ops.assign(cluster.begin(), cluster.end());
  llvm::sort(f.ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  // x·sigmoid(x) needs both; a + b of two chains does not become one function by dropping the upper parts.
  if (dependsOnOneValue(f.ops, f.source))
    return f;
  f.ops.assign({root});
  if (dependsOnOneValue(f.ops, f.source))
    return f;
  return std::nullopt;
}

bool ElementwiseFunction::isClamp() const {
  return llvm::all_of(ops, [](Operation *op) {
    auto unary = dyn_cast<nn::UnaryOp>(op);
    return isa<nn::ClipOp>(op) || (unary && unary.getKind() == nn::UnaryKind::relu);
  });
}

bool ElementwiseFunction::isMonotone() const {
  return llvm::all_of(ops, [](Operation *op) {
    if (isa<nn::ClipOp>(op))
      return true;
    if (auto binary = dyn_cast<nn::BinaryOp>(op)) {
      std::optional<double> c = scalarOf(binary.getRhs());
      switch (binary.getKind()) {
      case nn::BinaryKind::add:
        return true;
      case nn::BinaryKind::sub:
        return c.has_value();
      case nn::BinaryKind::mul:
      case nn::BinaryKind::div:
        return c && *c > 0;
      case nn::BinaryKind::max:
      case nn::BinaryKind::min:
        return true;
      default:
        return false;
      }
    }
    auto unary = cast<nn::UnaryOp>(op);
    switch (unary.getKind()) {
    case nn::UnaryKind::relu:
    case nn::UnaryKind::sigmoid:
    case nn::UnaryKind::tanh:
    case nn::UnaryKind::exp:
    case nn::UnaryKind::erf:
    case nn::UnaryKind::floor:
    case nn::UnaryKind::ceil:
    case nn::UnaryKind::round:
    case nn::UnaryKind::sign:
    case nn::UnaryKind::softplus:
    case nn::UnaryKind::softsign:
      return true;
    case nn::UnaryKind::leaky_relu:
    case nn::UnaryKind::hard_sigmoid:
    case nn::UnaryKind::elu:
      return unary.getAlpha().convertToDouble() >= 0;
    default:
      return false;
    }
  });
}

reference::Result<Tensor> ElementwiseFunction::evaluate(const Tensor &x) const {
  llvm::DenseMap<Value, Tensor> values;
  values.try_emplace(source, x);
  for (Operation *op : ops) {
    SmallVector<const Tensor *> operands;
    for (Value v : op->getOperands()) {
      if (!values.count(v)) {
        // Scalars broadcast whatever their rank was.
        std::optional<Tensor> scalar = constantOf(v);
        values.try_emplace(v, scalar->reshaped({}));
      }
    }
    for (Value v : op->getOperands())
      operands.push_back(&values.find(v)->second);
    reference::Result<Tensor> result = evaluation::evaluateOp(op, operands);
    if (!result.ok())
      return result;
    values.try_emplace(op->getResult(0), std::move(*result));
  }
  return values.find(ops.back()->getResult(0))->second;
}

Range ElementwiseFunction::clampBounds() const {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  reference::Result<Tensor> y = evaluate(Tensor::ofFloats({2}, {-kInfinity, kInfinity}));
  assert(y.ok() && isClamp());
  return {y->asDouble(0), y->asDouble(1)};
}

} // namespace weft::quantization

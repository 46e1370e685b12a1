//===- FoldBatchNorm.cpp - per-channel constants into linear operators ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"
#include "passes/Transforms/QuantizedWeights.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::transforms {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "passes/Transforms/Passes.h.inc"

namespace {

/// y[c] = x[c] · factor[c] + offset[c] along one dimension of x; one entry stands for all channels.
struct Affine {
  Value x;
  std::vector<double> factor, offset;
};

/// The entries of a constant along `axis` of a value of `shape`; nothing if it differs along another dimension.
std::optional<std::vector<double>> alongAxis(const Tensor &t, ArrayRef<int64_t> shape, int64_t axis) {
  int64_t fromEnd = static_cast<int64_t>(shape.size()) - axis;
  for (int i = 0; i < t.rank(); ++i)
    if (t.rank() - i != fromEnd && t.dim(i) != 1)
      return std::nullopt;
  if (t.size() != 1 && t.size() != shape[axis])
    return std::nullopt;
  std::vector<double> values;
  for (int64_t i = 0; i < t.size(); ++i)
    values.push_back(t.asDouble(i));
  return values;
}

/// add, sub, mul and div by a constant.
std::optional<Affine> affineOf(nn::BinaryOp op, int64_t axis) {
  std::optional<Tensor> right = plainConstant(op.getRhs()), left = right ? std::nullopt : plainConstant(op.getLhs());
  if (!right && !left)
    return std::nullopt;
  Value x = right ? op.getLhs() : op.getRhs();
  if (x.getType() != op.getType() || !cast<RankedTensorType>(op.getType()).getElementType().isF32())
    return std::nullopt;
  std::optional<std::vector<double>> c = alongAxis(right ? *right : *left, shapeOf(x), axis);
  if (!c)
    return std::nullopt;
  std::vector<double> zeros(c->size(), 0.0), ones(c->size(), 1.0), negated = *c, inverse = *c;
  for (double &v : negated)
    v = -v;
  for (double &v : inverse)
    v = 1 / v;
  switch (op.getKind()) {
  case nn::BinaryKind::add:
    return Affine{x, ones, *c};
  case nn::BinaryKind::sub: // c − x is −x + c
    return right ? Affine{x, ones, negated} : Affine{x, std::vector<double>(c->size(), -1.0), *c};
  case nn::BinaryKind::mul:
    return Affine{x, *c, zeros};
  case nn::BinaryKind::div:
    if (right)
      return Affine{x, inverse, zeros};
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

double at(const std::vector<double> &v, int64_t i) { return v[v.size() == 1 ? 0 : i]; }

void setParameters(nn::WeightedOp op, const Tensor &weight, const Tensor &bias) {
  OpBuilder b(op);
  std::string name = nn::layerName(op).str();
  op.getWeightMutable().set(makeConstant(b, op->getLoc(), weight, name + ".weight"));
  op.getBiasMutable().set(makeConstant(b, op->getLoc(), bias, name + ".bias"));
}

/// Into a linear operator whose weight is quantized: the scales take the factor.
bool foldIntoCodes(nn::WeightedOp maker, const Affine &affine, Tensor bias) {
  if (!bias.type().isFloat() || !scaleQuantizedWeight(maker, affine.factor))
    return false;
  for (int64_t o = 0; o < bias.size(); ++o)
    bias.floats()[o] = static_cast<float>(bias.floats()[o] * at(affine.factor, o) + at(affine.offset, o));
  OpBuilder b(maker);
  maker.getBiasMutable().set(makeConstant(b, maker->getLoc(), bias, (nn::layerName(maker) + ".bias").str()));
  return true;
}

/// A value whose channels along `axis` are those of a linear operator's result, `each` of which in a row are one (depth to space).
struct Shuffled {
  nn::WeightedOp maker;
  int64_t axis = 1, each = 1;
};

/// Through reshapes and transposes that leave batch and channels in front, and that nothing else reads.
std::optional<Shuffled> shuffledFrom(Value v) {
  Value made = v;
  ArrayRef<int64_t> shape = shapeOf(v);
  while (isa_and_nonnull<nn::ReshapeOp, nn::TransposeOp>(made.getDefiningOp())) {
    auto transpose = made.getDefiningOp<nn::TransposeOp>();
    ArrayRef<int64_t> here = shapeOf(made);
    bool inFront = here.size() > 1 && here[0] == shape[0] && here[1] == shape[1] && llvm::none_of(here.drop_front(), ShapedType::isDynamic);
    if (!inFront || !made.hasOneUse() || (transpose && (transpose.getPerm()[0] != 0 || transpose.getPerm()[1] != 1)))
      return std::nullopt;
    made = made.getDefiningOp()->getOperand(0);
  }
  nn::WeightedOp maker = nn::asAffine(made.getDefiningOp());
  if (!maker || !made.hasOneUse())
    return std::nullopt;
  if (made == v)
    return Shuffled{maker, maker.getChannelAxis(), 1};
  ArrayRef<int64_t> from = shapeOf(made);
  if (maker.getChannelAxis() != 1 || from[0] != shape[0] || from[1] % shape[1] != 0 || llvm::any_of(from.drop_front(), ShapedType::isDynamic))
    return std::nullopt;
  return Shuffled{maker, 1, from[1] / shape[1]};
}

std::vector<double> repeatEach(const std::vector<double> &v, int64_t times) {
  std::vector<double> result;
  for (double entry : v)
    result.insert(result.end(), v.size() == 1 ? 1 : times, entry);
  return result;
}

/// Into the linear operator that makes x, if nothing else reads it.
bool foldIntoProducer(nn::BinaryOp op) {
  for (Value operand : op->getOperands()) {
    std::optional<Shuffled> from = shuffledFrom(operand);
    std::optional<Affine> affine = from ? affineOf(op, from->axis) : std::nullopt;
    if (!affine || affine->x != operand)
      continue;
    nn::WeightedOp maker = from->maker;
    affine->factor = repeatEach(affine->factor, from->each), affine->offset = repeatEach(affine->offset, from->each);
    std::optional<Tensor> weight = plainConstant(maker.getWeight()), bias = plainConstant(maker.getBias());
    if (bias && foldIntoCodes(maker, *affine, *bias)) {
      op.getResult().replaceAllUsesWith(operand);
      op.erase();
      return true;
    }
    if (!weight || !bias)
      continue;
    int64_t outputs = weight->dim(0), row = weight->size() / outputs;
    for (int64_t o = 0; o < outputs; ++o) {
      double factor = at(affine->factor, o);
      for (int64_t k = 0; k < row; ++k)
        weight->floats()[o * row + k] = static_cast<float>(weight->floats()[o * row + k] * factor);
      bias->floats()[o] = static_cast<float>(bias->floats()[o] * factor + at(affine->offset, o));
    }
    setParameters(maker, *weight, *bias);
    op.getResult().replaceAllUsesWith(operand);
    op.erase();
    return true;
  }
  return false;
}

bool isPadded(Operation *op) {
  auto conv = dyn_cast<nn::ConvOp>(op);
  auto any = [](ArrayRef<int64_t> pads) { return llvm::any_of(pads, [](int64_t p) { return p != 0; }); };
  return conv && (any(conv.getPadsBegin()) || any(conv.getPadsEnd()));
}

/// Into the linear operator that is the only reader of the result: w·(f·x + o) + b = (w·f)·x + (b + Σ w·o).
bool foldIntoConsumer(nn::BinaryOp op) {
  if (!op->hasOneUse())
    return false;
  nn::WeightedOp user = nn::asAffine(*op->user_begin());
  if (!user || user.getInput() != op.getResult())
    return false;
  auto conv = dyn_cast<nn::ConvOp>(user.getOperation());
  std::optional<Affine> affine = affineOf(op, conv ? 1 : static_cast<int64_t>(shapeOf(op.getResult()).size()) - 1);
  std::optional<Tensor> weight = plainConstant(user.getWeight()), bias = plainConstant(user.getBias());
  if (!affine || !weight || !bias)
    return false;
  if (isPadded(user) && llvm::any_of(affine->offset, [](double o) { return o != 0; }))
    return false;
  int64_t outputs = weight->dim(0), inputs = weight->dim(1), taps = weight->size() / (outputs * inputs);
  int64_t groups = conv ? static_cast<int64_t>(conv.getGroups()) : 1;
  for (int64_t o = 0; o < outputs; ++o) {
    double sum = bias->floats()[o];
    int64_t firstChannel = o / (outputs / groups) * inputs;
    for (int64_t k = 0; k < inputs * taps; ++k) {
      float &w = weight->floats()[o * inputs * taps + k];
      int64_t channel = firstChannel + k / taps;
      sum += w * at(affine->offset, channel);
      w = static_cast<float>(w * at(affine->factor, channel));
    }
    bias->floats()[o] = static_cast<float>(sum);
  }
  setParameters(user, *weight, *bias);
  op.getResult().replaceAllUsesWith(affine->x);
  op.erase();
  return true;
}

struct FoldBatchNormPass : impl::FoldBatchNormBase<FoldBatchNormPass> {
  void runOnOperation() override {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto op : llvm::make_early_inc_range(getOperation().getOps<nn::BinaryOp>()))
        changed |= foldIntoProducer(op);
      // Backwards: the one next to the linear operator goes first.
      SmallVector<nn::BinaryOp> left(getOperation().getOps<nn::BinaryOp>());
      for (nn::BinaryOp op : llvm::reverse(left))
        changed |= foldIntoConsumer(op);
    }
    for (auto op : llvm::make_early_inc_range(getOperation().getOps<nn::ConstantOp>()))
      if (op->use_empty())
        op.erase();
  }
};

} // namespace
} // namespace weft::transforms

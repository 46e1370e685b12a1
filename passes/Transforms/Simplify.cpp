//===- Simplify.cpp - one form for equal meanings ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::transforms {
#define GEN_PASS_DEF_SIMPLIFY
#include "passes/Transforms/Passes.h.inc"

namespace {

struct ReshapeOfReshape : OpRewritePattern<nn::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::ReshapeOp op, PatternRewriter &r) const override {
    auto inner = op.getInput().getDefiningOp<nn::ReshapeOp>();
    if (!inner)
      return r.notifyMatchFailure(op, "input is no reshape");
    if (llvm::any_of(op.getShape(), [](int64_t d) { return d < -1; }))
      return r.notifyMatchFailure(op, "copies dimensions of what is between");
    r.modifyOpInPlace(op, [&] { op.getInputMutable().assign(inner.getInput()); });
    return success();
  }
};

/// relu(max_pool(x)) → max_pool(relu(x)): the activation can then go into what makes x.
template <typename Activation> struct ActivationBeforeMaxPool : OpRewritePattern<Activation> {
  using OpRewritePattern<Activation>::OpRewritePattern;
  LogicalResult matchAndRewrite(Activation op, PatternRewriter &r) const override {
    if constexpr (std::is_same_v<Activation, nn::UnaryOp>)
      if (op.getKind() != nn::UnaryKind::relu)
        return r.notifyMatchFailure(op, "is no relu");
    auto pool = op.getInput().template getDefiningOp<nn::PoolOp>();
    if (!pool || pool.getKind() != nn::PoolKind::max || !pool->hasOneUse())
      return r.notifyMatchFailure(op, "input is no max pool of its own");
    r.setInsertionPoint(pool);
    Operation *first = r.clone(*op);
    first->setOperand(0, pool.getInput());
    first->getResult(0).setType(pool.getInput().getType());
    r.modifyOpInPlace(pool, [&] { pool.getInputMutable().assign(first->getResult(0)); });
    r.replaceOp(op, pool.getResult());
    return success();
  }
};

/// x + 0, x · 1, x / 1, x − 0, and max(x, 0).
struct NeutralBinary : OpRewritePattern<nn::BinaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::BinaryOp op, PatternRewriter &r) const override {
    std::optional<double> left = splatConstant(op.getLhs()), right = splatConstant(op.getRhs());
    Value x = right ? op.getLhs() : op.getRhs();
    std::optional<double> c = right ? right : left;
    nn::BinaryKind kind = op.getKind();
    bool commutes = kind == nn::BinaryKind::add || kind == nn::BinaryKind::mul || kind == nn::BinaryKind::max;
    if (!c || (!right && !commutes) || x.getType() != op.getType())
      return r.notifyMatchFailure(op, "has no neutral constant");
    bool isZero = *c == 0 && (kind == nn::BinaryKind::add || kind == nn::BinaryKind::sub);
    bool isOne = *c == 1 && (kind == nn::BinaryKind::mul || kind == nn::BinaryKind::div || kind == nn::BinaryKind::pow);
    if (isZero || isOne) {
      r.replaceOp(op, x);
      return success();
    }
    if (kind != nn::BinaryKind::max || *c != 0)
      return r.notifyMatchFailure(op, "its constant is not neutral");
    auto relu = nn::UnaryOp::create(r, op.getLoc(), op.getType(), x, nn::UnaryKind::relu, llvm::APFloat(0.0),
                                    llvm::APFloat(0.0));
    nn::setLayerName(relu, nn::layerName(op));
    r.replaceOp(op, relu.getResult());
    return success();
  }
};

/// Operations whose result is their operand.
struct RemoveIdentity : RewritePattern {
  explicit RemoveIdentity(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &r) const override {
    auto zero = [](ArrayRef<int64_t> v) { return llvm::all_of(v, [](int64_t i) { return i == 0; }); };
    bool identity = isa<nn::CastOp, nn::BroadcastOp>(op);
    if (auto pad = dyn_cast<nn::PadOp>(op))
      identity = zero(pad.getLow()) && zero(pad.getHigh());
    else if (auto concat = dyn_cast<nn::ConcatOp>(op))
      identity = concat.getInputs().size() == 1;
    else if (auto slice = dyn_cast<nn::SliceOp>(op))
      identity = zero(slice.getStarts()) && llvm::all_of(slice.getSteps(), [](int64_t s) { return s == 1; });
    if (!identity || op->getOperand(0).getType() != op->getResult(0).getType())
      return r.notifyMatchFailure(op, "changes something");
    // Equal dynamic dimensions may still differ when it runs.
    if (isa<nn::BroadcastOp, nn::SliceOp>(op) && !cast<RankedTensorType>(op->getResult(0).getType()).hasStaticShape())
      return r.notifyMatchFailure(op, "may change a dynamic dimension");
    r.replaceOp(op, op->getOperand(0));
    return success();
  }
};

struct ReluOfNonNegative : OpRewritePattern<nn::UnaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::UnaryOp op, PatternRewriter &r) const override {
    auto inner = op.getInput().getDefiningOp<nn::UnaryOp>();
    auto clip = op.getInput().getDefiningOp<nn::ClipOp>();
    bool notNegative = (inner && (inner.getKind() == nn::UnaryKind::relu || inner.getKind() == nn::UnaryKind::sigmoid)) ||
                       (clip && !clip.getMin().isNegative());
    if (op.getKind() != nn::UnaryKind::relu || !notNegative)
      return r.notifyMatchFailure(op, "may see negative values");
    r.replaceOp(op, op.getInput());
    return success();
  }
};

/// Of what a transpose moved, the original dimensions can be reduced, where those that are left keep their order.
struct ReduceOfTranspose : OpRewritePattern<nn::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::ReduceOp op, PatternRewriter &r) const override {
    auto transpose = op.getInput().getDefiningOp<nn::TransposeOp>();
    if (!transpose || op.getKeepdims())
      return r.notifyMatchFailure(op, "input is no transpose, or reduced dimensions are kept");
    SmallVector<int64_t> axes, left;
    for (auto [d, from] : llvm::enumerate(transpose.getPerm()))
      (llvm::is_contained(op.getAxes(), static_cast<int64_t>(d)) ? axes : left).push_back(from);
    if (!llvm::is_sorted(left))
      return r.notifyMatchFailure(op, "dimensions that are left change places");
    llvm::sort(axes);
    auto direct = nn::ReduceOp::create(r, op.getLoc(), op.getType(), transpose.getInput(), op.getKind(), axes, /*keepdims=*/false);
    nn::setLayerName(direct, nn::layerName(op));
    r.replaceOp(op, direct.getResult());
    return success();
  }
};

/// mean, sum or maximum over all spatial dimensions → pool.
struct ReduceToPool : OpRewritePattern<nn::ReduceOp> {
  static std::optional<nn::PoolKind> poolKindOf(nn::ReduceKind kind) {
    switch (kind) {
    case nn::ReduceKind::mean:
      return nn::PoolKind::average;
    case nn::ReduceKind::sum:
      return nn::PoolKind::sum;
    case nn::ReduceKind::max:
      return nn::PoolKind::max;
    default:
      return std::nullopt;
    }
  }

  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::ReduceOp op, PatternRewriter &r) const override {
    auto type = cast<RankedTensorType>(op.getInput().getType());
    std::optional<nn::PoolKind> kind = poolKindOf(op.getKind());
    if (!kind || type.getRank() < 3 || !isa<FloatType>(type.getElementType()))
      return r.notifyMatchFailure(op, "is no mean, sum or maximum of spatial dimensions");
    SmallVector<int64_t> kernel(type.getShape().drop_front(2)), axes;
    for (int64_t i = 2; i < type.getRank(); ++i)
      axes.push_back(i);
    if (op.getAxes() != ArrayRef(axes) || llvm::any_of(kernel, ShapedType::isDynamic))
      return r.notifyMatchFailure(op, "does not reduce all spatial dimensions, or they are dynamic");
    SmallVector<int64_t> ones(kernel.size(), 1), zeros(kernel.size(), 0), shape(type.getShape().take_front(2));
    shape.append(kernel.size(), 1);
    auto pool = nn::PoolOp::create(r, op.getLoc(), RankedTensorType::get(shape, type.getElementType()), op.getInput(), *kind, kernel, ones, zeros, zeros, ones);
    nn::setLayerName(pool, nn::layerName(op));
    Value result = pool.getResult();
    if (!op.getKeepdims())
      result = makeReshape(r, op.getLoc(), result, cast<RankedTensorType>(op.getType()), (nn::layerName(op) + ".squeeze").str());
    r.replaceOp(op, result);
    return success();
  }
};

struct TransposeOfTranspose : OpRewritePattern<nn::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::TransposeOp op, PatternRewriter &r) const override {
    auto inner = op.getInput().getDefiningOp<nn::TransposeOp>();
    if (!inner)
      return r.notifyMatchFailure(op, "input is no transpose");
    SmallVector<int64_t> perm;
    for (int64_t p : op.getPerm())
      perm.push_back(inner.getPerm()[p]);
    auto both = nn::TransposeOp::create(r, op.getLoc(), op.getType(), inner.getInput(), perm);
    nn::setLayerName(both, nn::layerName(op));
    r.replaceOp(op, both.getResult());
    return success();
  }
};

/// A transpose that moves only dimensions of 1 is a reshape.
struct TransposeToReshape : OpRewritePattern<nn::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::TransposeOp op, PatternRewriter &r) const override {
    auto type = cast<RankedTensorType>(op.getType());
    int64_t last = -1;
    for (int64_t p : op.getPerm()) {
      if (shapeOf(op.getInput())[p] == 1)
        continue;
      if (p < last)
        return r.notifyMatchFailure(op, "changes the order of elements");
      last = p;
    }
    if (type.getNumDynamicDims() > 1)
      return r.notifyMatchFailure(op, "has several dynamic dimensions");
    r.replaceOp(op, makeReshape(r, op.getLoc(), op.getInput(), type, nn::layerName(op)));
    return success();
  }
};

/// gather of one constant index → slice.
struct GatherToSlice : OpRewritePattern<nn::GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::GatherOp op, PatternRewriter &r) const override {
    auto type = cast<RankedTensorType>(op.getType());
    auto axis = static_cast<int64_t>(op.getAxis());
    int64_t extent = shapeOf(op.getData())[axis];
    std::optional<reference::Tensor> index = plainConstant(op.getIndices());
    if (!index || index->size() != 1 || ShapedType::isDynamic(extent) || type.getNumDynamicDims() > 1)
      return r.notifyMatchFailure(op, "index is no constant, or dimensions are dynamic");
    int64_t at = index->asInteger(0) + (index->asInteger(0) < 0 ? extent : 0);
    if (at < 0 || at >= extent)
      return r.notifyMatchFailure(op, "index is outside");
    SmallVector<int64_t> starts(shapeOf(op.getData()).size(), 0), sizes(shapeOf(op.getData())), steps(starts.size(), 1);
    starts[axis] = at, sizes[axis] = 1;
    auto part = RankedTensorType::get(sizes, type.getElementType());
    for (int64_t &s : sizes)
      s = ShapedType::isDynamic(s) ? -1 : s;
    auto slice = nn::SliceOp::create(r, op.getLoc(), part, op.getData(), starts, sizes, steps);
    nn::setLayerName(slice, nn::layerName(op));
    r.replaceOp(op, makeReshape(r, op.getLoc(), slice.getResult(), type, nn::layerName(op)));
    return success();
  }
};

/// The last step of all that a recurrent layer gives out → a layer that gives out the last only.
struct LastStep : OpRewritePattern<nn::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::SliceOp op, PatternRewriter &r) const override {
    auto layer = op.getInput().getDefiningOp<nn::RecurrentOp>();
    if (!layer || layer.getLast() || layer.getLengths() || !layer->hasOneUse())
      return r.notifyMatchFailure(op, "input is no sequence of its own");
    ArrayRef<int64_t> all = shapeOf(op.getInput()), part = shapeOf(op.getResult());
    int64_t last = layer.getReverse() ? 0 : all[1] - 1;
    if (ShapedType::isDynamic(all[1]) || op.getStarts()[1] != last || op.getSizes()[1] != 1 || op.getStarts()[0] != 0 || op.getStarts()[2] != 0 ||
        part[0] != all[0] || part[2] != all[2] || (op.getSizes()[0] != -1 && op.getSizes()[0] != all[0]) || op.getSteps()[0] != 1 || op.getSteps()[2] != 1)
      return r.notifyMatchFailure(op, "takes something else than the last step");
    r.setInsertionPoint(layer);
    auto one = cast<nn::RecurrentOp>(r.clone(*layer));
    one.setLast(true);
    one.getResult().setType(RankedTensorType::get({all[0], all[2]}, cast<RankedTensorType>(op.getType()).getElementType()));
    r.setInsertionPoint(op);
    r.replaceOp(op, makeReshape(r, op.getLoc(), one.getResult(), cast<RankedTensorType>(op.getType()), nn::layerName(op)));
    r.eraseOp(layer);
    return success();
  }
};

/// The dimensions of `from` that the other dimensions than 1 of `to` are; nothing if a reshape moves more than ones.
std::optional<SmallVector<int64_t>> dimensionsBehind(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  SmallVector<int64_t> places;
  for (int64_t i = 0, n = from.size(); i < n; ++i)
    if (from[i] != 1)
      places.push_back(i);
  SmallVector<int64_t> result;
  size_t next = 0;
  for (int64_t d : to) {
    if (d != 1 && (next == places.size() || from[places[next]] != d))
      return std::nullopt;
    result.push_back(d == 1 ? -1 : places[next++]);
  }
  return next == places.size() ? std::optional(result) : std::nullopt;
}

/// A constant behind a reshape that adds or drops dimensions of 1 goes before it, next to the linear operator that takes it in.
struct ConstantBeforeReshape : OpRewritePattern<nn::BinaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::BinaryOp op, PatternRewriter &r) const override {
    auto reshape = op.getLhs().getDefiningOp<nn::ReshapeOp>();
    if (!reshape || !reshape->hasOneUse() || !reshape.getInput().getDefiningOp<nn::WeightedOp>() || reshape.getType() != op.getType())
      return r.notifyMatchFailure(op, "does not follow a linear operator and a reshape");
    ArrayRef<int64_t> from = shapeOf(reshape.getInput()), to = shapeOf(reshape);
    std::optional<reference::Tensor> constant = plainConstant(op.getRhs());
    std::optional<SmallVector<int64_t>> behind = dimensionsBehind(from, to);
    if (!constant || !behind)
      return r.notifyMatchFailure(op, "its right operand is no constant, or the reshape moves more than ones");
    reference::Shape shape(from.size(), 1);
    for (int i = 0, n = constant->rank(); i < n; ++i)
      if (int64_t place = (*behind)[to.size() - n + i]; place >= 0)
        shape[place] = constant->dim(i);
    Value moved = makeConstant(r, op.getLoc(), constant->reshaped(shape), nn::layerName(op.getRhs().getDefiningOp()));
    auto binary = nn::BinaryOp::create(r, op.getLoc(), reshape.getInput().getType(), reshape.getInput(), moved, op.getKind());
    nn::setLayerName(binary, nn::layerName(op));
    r.replaceOp(op, makeReshape(r, op.getLoc(), binary, cast<RankedTensorType>(op.getType()), nn::layerName(reshape)));
    return success();
  }
};

struct SimplifyPass : impl::SimplifyBase<SimplifyPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ReshapeOfReshape, ActivationBeforeMaxPool<nn::UnaryOp>, ActivationBeforeMaxPool<nn::ClipOp>, NeutralBinary,
                 RemoveIdentity, ReluOfNonNegative, ReduceOfTranspose, ReduceToPool, TransposeOfTranspose, TransposeToReshape, GatherToSlice, LastStep, ConstantBeforeReshape>(&getContext());
    // Merging equal constants would hoist weights away from their users.
    GreedyRewriteConfig config;
    config.enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::transforms

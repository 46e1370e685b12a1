//===- FoldTransposes.cpp - transposes cancel or go into weights ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"
#include "runtime/reference/Shape.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::transforms {
#define GEN_PASS_DEF_FOLDTRANSPOSES
#include "passes/Transforms/Passes.h.inc"

namespace {

Value makeTranspose(PatternRewriter &r, Location loc, Value x, ArrayRef<int64_t> perm, StringRef name) {
  SmallVector<int64_t> shape;
  for (int64_t p : perm)
    shape.push_back(shapeOf(x)[p]);
  auto type = RankedTensorType::get(shape, cast<RankedTensorType>(x.getType()).getElementType());
  auto op = nn::TransposeOp::create(r, loc, type, x, perm);
  nn::setLayerName(op, name);
  return op.getResult();
}

/// f(transpose(x)) → transpose(f(x)), where operands are transposed alike or scalars; concat changes its axis.
struct SinkTranspose : RewritePattern {
  explicit SinkTranspose(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &r) const override {
    if (!isa<nn::UnaryOp, nn::ClipOp, nn::BinaryOp, nn::ConcatOp>(op))
      return r.notifyMatchFailure(op, "does not work elementwise");
    nn::TransposeOp first;
    SmallVector<Value> operands;
    for (Value v : op->getOperands()) {
      auto transpose = v.getDefiningOp<nn::TransposeOp>();
      bool scalar = !isa<nn::ConcatOp>(op) && splatConstant(v) && cast<RankedTensorType>(v.getType()).getNumElements() == 1;
      if (!transpose && !scalar)
        return r.notifyMatchFailure(op, "an operand is not transposed");
      if (transpose && first && transpose.getPerm() != first.getPerm())
        return r.notifyMatchFailure(op, "operands are transposed differently");
      if (transpose && !transpose->hasOneUse())
        return r.notifyMatchFailure(op, "a transposed operand is used elsewhere");
      if (transpose)
        first = transpose;
      operands.push_back(transpose ? transpose.getInput() : v);
    }
    if (!first || shapeOf(first.getResult()).size() != shapeOf(op->getResult(0)).size())
      return r.notifyMatchFailure(op, "no operand is transposed");
    SmallVector<int64_t> perm(first.getPerm()), shape(perm.size());
    for (size_t i = 0; i < perm.size(); ++i)
      shape[perm[i]] = shapeOf(op->getResult(0))[i];
    Operation *moved = r.clone(*op);
    moved->setOperands(operands);
    auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
    moved->getResult(0).setType(RankedTensorType::get(shape, resultType.getElementType()));
    if (auto concat = dyn_cast<nn::ConcatOp>(moved))
      concat.setAxis(perm[concat.getAxis()]);
    r.replaceOp(op, makeTranspose(r, op->getLoc(), moved->getResult(0), perm, nn::layerName(first)));
    return success();
  }
};

/// Whether a reshape keeps the first `count` dimensions and has static ones behind them.
bool keepsLeading(nn::ReshapeOp op, size_t count) {
  ArrayRef<int64_t> from = shapeOf(op.getInput()), to = shapeOf(op.getResult());
  if (to.size() < count || llvm::any_of(to.drop_front(count), ShapedType::isDynamic))
    return false;
  int64_t dynamic = 0, exact = 0;
  for (size_t i = 0; i < count; ++i) {
    if (from[i] != to[i])
      return false;
    dynamic += ShapedType::isDynamic(from[i]);
    exact += op.getShape()[i] == -2 - static_cast<int64_t>(i);
  }
  // What is behind has static extents on both sides, so one dynamic dimension can only be the same.
  return llvm::none_of(from.drop_front(count), ShapedType::isDynamic) && (dynamic <= 1 || exact >= dynamic);
}

/// reshape(transpose(x)) → transpose(reshape(x)) where the reshape concerns only dimensions behind those that trade places.
struct SinkThroughReshape : OpRewritePattern<nn::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::ReshapeOp op, PatternRewriter &r) const override {
    auto transpose = op.getInput().getDefiningOp<nn::TransposeOp>();
    if (!transpose || !transpose->hasOneUse())
      return r.notifyMatchFailure(op, "its input is no transpose of its own");
    SmallVector<int64_t> perm(transpose.getPerm());
    while (!perm.empty() && perm.back() == static_cast<int64_t>(perm.size()) - 1)
      perm.pop_back();
    if (!keepsLeading(op, perm.size()))
      return r.notifyMatchFailure(op, "it reshapes dimensions that trade places");
    ArrayRef<int64_t> to = shapeOf(op.getResult());
    SmallVector<int64_t> target, shape;
    for (size_t i = 0; i < to.size(); ++i) {
      bool kept = i < perm.size();
      target.push_back(kept ? -2 - static_cast<int64_t>(i) : to[i]);
      shape.push_back(kept ? shapeOf(transpose.getInput())[i] : to[i]);
      if (!kept)
        perm.push_back(static_cast<int64_t>(i));
    }
    auto type = RankedTensorType::get(shape, cast<RankedTensorType>(op.getResult().getType()).getElementType());
    auto moved = nn::ReshapeOp::create(r, op.getLoc(), type, transpose.getInput(), target);
    nn::setLayerName(moved, nn::layerName(op));
    r.replaceOp(op, makeTranspose(r, op.getLoc(), moved, perm, nn::layerName(transpose)));
    return success();
  }
};

/// linear(flatten(transpose(x))) → linear'(flatten(x)) with permuted columns of the weight.
struct AbsorbIntoWeight : OpRewritePattern<nn::LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(nn::LinearOp op, PatternRewriter &r) const override {
    auto flatten = op.getInput().getDefiningOp<nn::ReshapeOp>();
    auto transpose = flatten ? flatten.getInput().getDefiningOp<nn::TransposeOp>() : nullptr;
    if (!transpose || transpose.getPerm()[0] != 0 || shapeOf(op.getInput()).size() != 2)
      return r.notifyMatchFailure(op, "reads no flattened transpose");
    ArrayRef<int64_t> from = shapeOf(transpose.getInput()).drop_front(), to = shapeOf(transpose.getResult()).drop_front();
    if (llvm::any_of(from, ShapedType::isDynamic) || shapeOf(transpose.getInput())[0] != shapeOf(op.getInput())[0])
      return r.notifyMatchFailure(op, "the flatten does not keep the batch dimension");
    std::optional<Tensor> weight = plainConstant(op.getWeight());
    if (!weight)
      return r.notifyMatchFailure(op, "weight is no constant");
    // Column j of the new weight is where element j of x was after the transpose.
    std::vector<int64_t> strides = reference::rowMajorStrides(reference::Shape(from.begin(), from.end()));
    int64_t columns = weight->dim(1);
    Tensor permuted = *weight;
    SmallVector<int64_t> index(to.size(), 0);
    for (int64_t k = 0; k < columns; ++k) {
      int64_t j = 0;
      for (size_t i = 0; i < to.size(); ++i)
        j += index[i] * strides[transpose.getPerm()[i + 1] - 1];
      for (int64_t o = 0; o < weight->dim(0); ++o)
        permuted.floats()[o * columns + j] = weight->floats()[o * columns + k];
      for (size_t i = to.size(); i-- > 0 && ++index[i] == to[i];)
        index[i] = 0;
    }
    Value flat = makeReshape(r, op.getLoc(), transpose.getInput(), cast<RankedTensorType>(op.getInput().getType()),
                             nn::layerName(flatten));
    Value constant = makeConstant(r, op.getLoc(), permuted, (nn::layerName(op) + ".weight").str());
    r.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(flat);
      op.getWeightMutable().assign(constant);
    });
    return success();
  }
};

struct FoldTransposesPass : impl::FoldTransposesBase<FoldTransposesPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SinkTranspose, SinkThroughReshape, AbsorbIntoWeight>(&getContext());
    GreedyRewriteConfig config;
    config.enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::transforms

//===- Reductions.cpp - gradients of reduce, softmax and pool -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::training {
namespace {

using Needed = ArrayRef<bool>;
using Gradients = MutableArrayRef<Value>;
using R = nn::ReduceKind;

Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }

/// Extrema share the gradient equally among equals.
struct ReduceVjp : Differentiable::ExternalModel<ReduceVjp, nn::ReduceOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto reduce = cast<nn::ReduceOp>(op);
    Value x = reduce.getInput();
    SmallVector<int64_t> shape(t.shapeOf(x)), kept = shape;
    int64_t count = 1;
    for (int64_t axis : reduce.getAxes())
      count *= shape[axis], kept[axis] = 1;
    Value y = t.reshape(reduce.getResult(), kept);
    g = t.reshape(g, kept);
    switch (reduce.getKind()) {
    case R::sum: out[0] = t.broadcast(g, shape); break;
    case R::mean: out[0] = t.broadcast(t.mul(g, 1.0 / count), shape); break;
    case R::sum_square: out[0] = t.mul(t.mul(x, 2), g); break;
    case R::l1: out[0] = t.mul(t.unary(nn::UnaryKind::sign, x), g); break;
    case R::l2: out[0] = t.mul(x, t.div(g, y)); break;
    case R::log_sum_exp: out[0] = t.mul(t.unary(nn::UnaryKind::exp, t.sub(x, y)), g); break;
    case R::log_sum: out[0] = t.broadcast(t.div(g, t.unary(nn::UnaryKind::exp, y)), shape); break;
    case R::max: case R::min: {
      Value isExtremum = t.compare(nn::BinaryKind::equal, x, y);
      Value share = t.div(g, t.sum(t.select(isExtremum, t.scalar(1), t.scalar(0)), reduce.getAxes(), true));
      out[0] = t.select(isExtremum, share, t.scalar(0));
      break;
    }
    case R::prod: return op->emitOpError() << "layer '" << nn::layerName(op) << "' of kind prod has no gradient";
    }
    return success();
  }
};

/// y = softmax(x): y·(g − Σ g·y); log-softmax: g − eʸ·Σ g.
struct SoftmaxVjp : Differentiable::ExternalModel<SoftmaxVjp, nn::SoftmaxOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto softmax = cast<nn::SoftmaxOp>(op);
    Value y = softmax.getResult();
    auto axis = static_cast<int64_t>(softmax.getAxis());
    if (softmax.getLog())
      out[0] = t.sub(g, t.mul(t.unary(nn::UnaryKind::exp, y), t.sum(g, {axis}, true)));
    else
      out[0] = t.mul(y, t.sub(g, t.sum(t.mul(g, y), {axis}, true)));
    return success();
  }
};

/// Pooling as a reduction over the taps of windows of single planes.
class PoolGradient {
public:
  PoolGradient(nn::PoolOp op, GradientBuilder &t, Value g) : op(op), t(t), x(t.shapeOf(op.getInput())) {
    planes = x[0] * x[1], windows = 1, taps = 1;
    for (int64_t d : t.shapeOf(op.getResult()).drop_front(2))
      windows *= d;
    for (int64_t k : op.getKernel())
      taps *= k;
    gradient = t.reshape(g, {planes, 1, windows});
  }

  /// To the first tap that is the greatest.
  Value ofMax() {
    return t.create<nn::MaxPoolGradientOp>(elementOf(gradient), op.getInput(), t.reshape(gradient, t.shapeOf(op.getResult())), op.getKernel(), op.getStrides(),
                                           op.getPadsBegin(), op.getPadsEnd(), op.getDilations());
  }

  /// To all taps alike, divided by how many are counted.
  Value ofSum() { return folded(t.broadcast(gradient, {planes, taps, windows})); }
  Value ofAverage() {
    bool isPadded = llvm::any_of(op.getPadsBegin(), [](int64_t p) { return p != 0; }) || llvm::any_of(op.getPadsEnd(), [](int64_t p) { return p != 0; });
    if (!isPadded || op.getCountIncludePad()) {
      gradient = t.mul(gradient, 1.0 / taps);
    } else { // how many taps of a window are inside
      SmallVector<int64_t> one = planeShape();
      one[0] = 1;
      Value counts = t.sum(patches(t.filled(one, 1), 0), {1}, true);
      gradient = t.div(gradient, counts);
    }
    return ofSum();
  }

private:
  SmallVector<int64_t> planeShape() {
    SmallVector<int64_t> shape{planes, 1};
    shape.append(x.begin() + 2, x.end());
    return shape;
  }
  Value patches(Value v, double pad) {
    return t.create<nn::PatchesOp>(elementOf(v), v, op.getKernel(), op.getStrides(), op.getPadsBegin(), op.getPadsEnd(), op.getDilations(),
                                   llvm::APFloat(pad));
  }
  Value folded(Value columns) {
    Value image = t.create<nn::FoldOp>(elementOf(columns), columns, x.drop_front(2), op.getKernel(), op.getStrides(), op.getPadsBegin(),
                                       op.getPadsEnd(), op.getDilations());
    return t.reshape(image, x);
  }

  nn::PoolOp op;
  GradientBuilder &t;
  ArrayRef<int64_t> x;
  int64_t planes, windows, taps;
  Value gradient;
};

struct PoolVjp : Differentiable::ExternalModel<PoolVjp, nn::PoolOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto pool = cast<nn::PoolOp>(op);
    PoolGradient gradient(pool, t, g);
    out[0] = pool.getKind() == nn::PoolKind::max ? gradient.ofMax() : pool.getKind() == nn::PoolKind::average ? gradient.ofAverage() : gradient.ofSum();
    return success();
  }
};

} // namespace

void attachReductions(MLIRContext &context) {
  nn::ReduceOp::attachInterface<ReduceVjp>(context);
  nn::SoftmaxOp::attachInterface<SoftmaxVjp>(context);
  nn::PoolOp::attachInterface<PoolVjp>(context);
}

} // namespace weft::training

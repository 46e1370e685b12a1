//===- Linear.cpp - gradients of linear, matmul and conv ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

using namespace mlir;

namespace weft::training {
namespace {

Type elementOf(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }

using Needed = ArrayRef<bool>;
using Gradients = MutableArrayRef<Value>;

/// y = x · wᵀ + b: dx = g · w, dw = gᵀ · x, db = Σ g.
struct LinearVjp : Differentiable::ExternalModel<LinearVjp, nn::LinearOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto linear = cast<nn::LinearOp>(op);
    ArrayRef<int64_t> x = t.shapeOf(linear.getInput()), w = t.shapeOf(linear.getWeight());
    int64_t rows = 1;
    for (int64_t d : x.drop_back())
      rows *= d;
    Value g2 = t.reshape(g, {rows, w[0]});
    if (needed[0])
      out[0] = t.reshape(t.matmul(g2, linear.getWeight()), x);
    if (needed[1])
      out[1] = t.matmul(t.transposed(g2), t.reshape(linear.getInput(), {rows, w[1]}));
    if (needed[2])
      out[2] = t.sum(g2, {0}, false);
    return success();
  }
};

struct MatmulVjp : Differentiable::ExternalModel<MatmulVjp, nn::MatmulOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto matmul = cast<nn::MatmulOp>(op);
    if (needed[0])
      out[0] = t.unbroadcast(t.matmul(g, t.transposed(matmul.getRhs())), t.shapeOf(matmul.getLhs()));
    if (needed[1])
      out[1] = t.unbroadcast(t.matmul(t.transposed(matmul.getLhs()), g), t.shapeOf(matmul.getRhs()));
    return success();
  }
};

/// One group of a convolution as products with the columns of its windows: y = w · P, dw = g · Pᵀ summed over samples, dP = wᵀ · g.
class ConvGradients {
public:
  ConvGradients(nn::ConvOp op, GradientBuilder &t, Value g) : op(op), t(t) {
    ArrayRef<int64_t> x = t.shapeOf(op.getInput()), y = t.shapeOf(op.getResult());
    w = t.shapeOf(op.getWeight());
    samples = x[0], outputs = w[0], windows = 1, taps = 1;
    spatial.assign(x.begin() + 2, x.end()), kernel.assign(w.begin() + 2, w.end());
    for (int64_t d : y.drop_front(2))
      windows *= d;
    for (int64_t d : kernel)
      taps *= d;
    gradient = t.reshape(g, {samples, outputs, windows});
  }

  Value ofInput() { return op.getGroups() == 1 && isPlain() ? correlated() : folded(); }

  Value ofWeight() {
    Type element = elementOf(op.getResult());
    Value columns = t.create<nn::PatchesOp>(element, op.getInput(), kernel, op.getStrides(), op.getPadsBegin(), op.getPadsEnd(),
                                            op.getDilations(), llvm::APFloat(0.0));
    int64_t groups = op.getGroups();
    SmallVector<Value> parts;
    for (int64_t i = 0; i < groups; ++i)
      parts.push_back(t.create<nn::RowProductsOp>(element, part(gradient, i, outputs / groups), part(columns, i, w[1] * taps)));
    return t.reshape(groups == 1 ? parts[0] : t.concat(parts, 0), w);
  }

  Value ofBias() { return t.sum(t.sum(gradient, {2}, false), {0}, false); }

private:
  /// Whether the gradient is a convolution itself: of stride 1, with no more padding than the kernel reaches.
  bool isPlain() {
    for (size_t d = 0; d < kernel.size(); ++d)
      if (op.getStrides()[d] != 1 || std::max(op.getPadsBegin()[d], op.getPadsEnd()[d]) > op.getDilations()[d] * (kernel[d] - 1))
        return false;
    return true;
  }

  /// The gradient convolved with the mirrored kernel.
  Value correlated() {
    SmallVector<int64_t> starts{0, 0}, sizes{-1, -1}, steps{1, 1}, perm{1, 0}, ones(kernel.size(), 1), begin, end;
    for (size_t d = 0; d < kernel.size(); ++d) {
      starts.push_back(kernel[d] - 1), sizes.push_back(kernel[d]), steps.push_back(-1), perm.push_back(d + 2);
      int64_t reach = op.getDilations()[d] * (kernel[d] - 1);
      begin.push_back(reach - op.getPadsBegin()[d]), end.push_back(reach - op.getPadsEnd()[d]);
    }
    Value mirrored = t.transpose(t.slice(op.getWeight(), starts, sizes, steps), perm);
    return t.create<nn::ConvOp>(elementOf(gradient), t.reshape(gradient, t.shapeOf(op.getResult())), mirrored, t.filled({w[1]}, 0), ones, begin, end,
                                op.getDilations(), 1, 0);
  }

  /// The windows' gradients, added up.
  Value folded() {
    Value columns;
    int64_t groups = op.getGroups(), perGroup = outputs / groups;
    SmallVector<Value> parts;
    Value weight = t.reshape(op.getWeight(), {outputs, w[1] * taps});
    for (int64_t i = 0; i < groups; ++i) {
      Value own = groups == 1 ? weight : t.slice(weight, {i * perGroup, 0}, {perGroup, -1}, {1, 1});
      parts.push_back(t.matmul(t.transposed(own), part(gradient, i, perGroup)));
    }
    columns = groups == 1 ? parts[0] : t.concat(parts, 1);
    Type element = elementOf(op.getResult());
    return t.create<nn::FoldOp>(element, columns, spatial, kernel, op.getStrides(), op.getPadsBegin(), op.getPadsEnd(), op.getDilations());
  }

  /// Rows i · count … of dimension 1.
  Value part(Value v, int64_t i, int64_t count) {
    return op.getGroups() == 1 ? v : t.slice(v, {0, i * count, 0}, {-1, count, -1}, {1, 1, 1});
  }

  nn::ConvOp op;
  GradientBuilder &t;
  ArrayRef<int64_t> w;
  SmallVector<int64_t> spatial, kernel;
  int64_t samples, outputs, windows, taps;
  Value gradient;
};

struct ConvVjp : Differentiable::ExternalModel<ConvVjp, nn::ConvOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto conv = cast<nn::ConvOp>(op);
    ConvGradients gradients(conv, t, g);
    if (needed[0])
      out[0] = gradients.ofInput();
    if (needed[1])
      out[1] = gradients.ofWeight();
    if (needed[2])
      out[2] = gradients.ofBias();
    return success();
  }
};

struct PatchesVjp : Differentiable::ExternalModel<PatchesVjp, nn::PatchesOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto patches = cast<nn::PatchesOp>(op);
    out[0] = t.create<nn::FoldOp>(cast<RankedTensorType>(g.getType()).getElementType(), g, t.shapeOf(patches.getInput()).drop_front(2),
                                  patches.getKernel(), patches.getStrides(), patches.getPadsBegin(), patches.getPadsEnd(), patches.getDilations());
    return success();
  }
};

} // namespace

void attachLinear(MLIRContext &context) {
  nn::LinearOp::attachInterface<LinearVjp>(context);
  nn::MatmulOp::attachInterface<MatmulVjp>(context);
  nn::ConvOp::attachInterface<ConvVjp>(context);
  nn::PatchesOp::attachInterface<PatchesVjp>(context);
}

} // namespace weft::training

//===- Elementwise.cpp - gradients of functions of single elements ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

using namespace mlir;

namespace weft::training {
namespace {

using Needed = ArrayRef<bool>;
using Gradients = MutableArrayRef<Value>;
using K = nn::BinaryKind;
using U = nn::UnaryKind;

/// f'(x) · g for the kinds whose derivative is simple in x or y = f(x); null for others.
class UnaryGradient {
public:
  UnaryGradient(GradientBuilder &t, nn::UnaryOp op, Value g)
      : t(t), x(op.getInput()), y(op.getResult()), g(g), alpha(op.getAlpha().convertToDouble()), beta(op.getBeta().convertToDouble()),
        kind(op.getKind()) {}

  Value get() {
    switch (kind) {
    case U::neg: return t.unary(U::neg, g);
    case U::abs: return t.mul(g, t.unary(U::sign, x));
    case U::exp: return t.mul(g, y);
    case U::log: return t.div(g, x);
    case U::sqrt: return t.div(t.mul(g, 0.5), y);
    case U::reciprocal: return t.unary(U::neg, t.mul(g, t.mul(y, y)));
    case U::sin: return t.mul(g, t.unary(U::cos, x));
    case U::cos: return t.unary(U::neg, t.mul(g, t.unary(U::sin, x)));
    case U::sigmoid: return t.mul(g, t.mul(y, oneMinus(y)));
    case U::tanh: return t.mul(g, oneMinus(t.mul(y, y)));
    case U::erf: return t.mul(t.mul(g, 1.1283791670955126), t.unary(U::exp, t.unary(U::neg, t.mul(x, x))));
    case U::softplus: return t.mul(g, t.unary(U::sigmoid, x));
    case U::softsign: return t.div(g, square(t.add(t.unary(U::abs, x), 1)));
    // Straight-through: rounding has no gradient of its own.
    case U::floor: case U::ceil: case U::round: return g;
    default: return piecewise();
    }
  }

private:
  /// Functions that change at a bound of x.
  Value piecewise() {
    Value zero = t.scalar(0);
    switch (kind) {
    case U::relu: return t.select(t.compare(K::greater, y, zero), g, zero); // of y, so that x need not be kept
    case U::leaky_relu: return where(K::less, 0, t.mul(g, alpha), g);
    case U::thresholded_relu: return where(K::greater, alpha, g, zero);
    case U::elu: return where(K::less, 0, t.mul(g, t.add(y, alpha)), g); // α·eˣ = y + α
    case U::selu: return where(K::less, 0, t.mul(g, t.add(y, alpha * beta)), t.mul(g, beta));
    case U::celu: return where(K::less, 0, t.mul(g, t.unary(U::exp, t.mul(x, 1 / alpha))), g);
    case U::hard_sigmoid: return t.select(inside(-beta / alpha, (1 - beta) / alpha), t.mul(g, alpha), zero);
    case U::hard_swish: {
      Value middle = t.mul(g, t.add(t.mul(x, 1.0 / 3), 0.5));
      return t.select(inside(-3, 3), middle, where(K::less, 0, zero, g));
    }
    case U::gelu: return alpha == 0 ? geluErf() : geluTanh();
    case U::mish: { // y = x·u, u = tanh(softplus(x)): y' = u + x·(1 − u²)·sigmoid(x)
      Value u = t.unary(U::tanh, t.unary(U::softplus, x));
      return t.mul(g, t.add(u, t.mul(t.mul(x, oneMinus(t.mul(u, u))), t.unary(U::sigmoid, x))));
    }
    default: return {};
    }
  }

  Value square(Value v) { return t.mul(v, v); }
  Value oneMinus(Value v) { return t.sub(t.scalar(1), v); }
  Value where(K comparison, double bound, Value then, Value otherwise) {
    return t.select(t.compare(comparison, x, t.scalar(bound)), then, otherwise);
  }
  /// lo < x < hi.
  Value inside(double lo, double hi) {
    return t.compare(K::logical_and, t.compare(K::greater, x, t.scalar(lo)), t.compare(K::less, x, t.scalar(hi)));
  }
  /// Φ(x) + x·φ(x).
  Value geluErf() {
    Value cdf = t.mul(t.add(t.unary(U::erf, t.mul(x, 0.70710678118654752)), 1), 0.5);
    Value density = t.mul(t.unary(U::exp, t.mul(square(x), -0.5)), 0.3989422804014327);
    return t.mul(g, t.add(cdf, t.mul(x, density)));
  }
  /// With u = tanh(√(2/π)·(x + 0.044715·x³)): (1 + u)/2 + x·(1 − u²)/2 · √(2/π)·(1 + 3·0.044715·x²).
  Value geluTanh() {
    constexpr double root = 0.79788456080286536, cubic = 0.044715;
    Value xx = square(x), u = t.unary(U::tanh, t.mul(t.mul(x, t.add(t.mul(xx, cubic), 1)), root));
    Value slope = t.mul(t.mul(oneMinus(square(u)), t.add(t.mul(xx, 3 * cubic), 1)), 0.5 * root);
    return t.mul(g, t.add(t.mul(t.add(u, 1), 0.5), t.mul(x, slope)));
  }

  GradientBuilder &t;
  Value x, y, g;
  double alpha, beta;
  U kind;
};

struct UnaryVjp : Differentiable::ExternalModel<UnaryVjp, nn::UnaryOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto unary = cast<nn::UnaryOp>(op);
    if (llvm::is_contained({U::sign, U::logical_not, U::is_inf, U::is_nan, U::bitwise_not}, unary.getKind()))
      return success(); // zero almost everywhere
    out[0] = UnaryGradient(t, unary, g).get();
    if (!out[0])
      return op->emitOpError() << "layer '" << nn::layerName(op) << "' of kind " << stringifyUnaryKind(unary.getKind()) << " has no gradient";
    return success();
  }
};

/// The gradient of the bounds is 0, as PyTorch's hardtanh has it.
struct ClipVjp : Differentiable::ExternalModel<ClipVjp, nn::ClipOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed, Gradients out) const {
    auto clip = cast<nn::ClipOp>(op);
    Value x = clip.getInput();
    Value above = t.compare(K::greater, x, t.scalar(clip.getMin().convertToDouble()));
    Value below = t.compare(K::less, x, t.scalar(clip.getMax().convertToDouble()));
    out[0] = t.select(t.compare(K::logical_and, above, below), g, t.scalar(0));
    return success();
  }
};

/// Gradients of the two operands, before what was broadcast is summed up. Equal operands of max and min share by the half.
static std::pair<Value, Value> ofBinary(GradientBuilder &t, nn::BinaryOp op, Value g) {
  Value l = op.getLhs(), r = op.getRhs(), y = op.getResult(), zero = t.scalar(0);
  switch (op.getKind()) {
  case K::add: return {g, g};
  case K::sub: return {g, t.unary(U::neg, g)};
  case K::mul: return {t.mul(g, r), t.mul(g, l)};
  case K::div: return {t.div(g, r), t.unary(U::neg, t.div(t.mul(g, y), r))};
  case K::max: case K::min: {
    Value half = t.mul(g, 0.5), equal = t.compare(K::equal, l, r);
    Value first = t.compare(op.getKind() == K::max ? K::greater : K::less, l, r);
    return {t.select(equal, half, t.select(first, g, zero)), t.select(equal, half, t.select(first, zero, g))};
  }
  case K::pow: {
    Value ofBase = t.mul(g, t.mul(r, t.binary(K::pow, l, t.add(r, -1))));
    return {ofBase, t.mul(g, t.mul(y, t.unary(U::log, l)))};
  }
  case K::prelu: {
    Value negative = t.compare(K::less, l, zero);
    return {t.select(negative, t.mul(g, r), g), t.select(negative, t.mul(g, l), zero)};
  }
  default: return {};
  }
}

struct BinaryVjp : Differentiable::ExternalModel<BinaryVjp, nn::BinaryOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto binary = cast<nn::BinaryOp>(op);
    if (binary.getKind() >= K::equal && binary.getKind() != K::floor_mod)
      return success(); // a comparison has no slope
    auto [l, r] = ofBinary(t, binary, g);
    if (!l)
      return op->emitOpError() << "layer '" << nn::layerName(op) << "' of kind " << stringifyBinaryKind(binary.getKind()) << " has no gradient";
    if (needed[0])
      out[0] = t.unbroadcast(t.broadcast(l, t.shapeOf(op->getResult(0))), t.shapeOf(binary.getLhs()));
    if (needed[1])
      out[1] = t.unbroadcast(t.broadcast(r, t.shapeOf(op->getResult(0))), t.shapeOf(binary.getRhs()));
    return success();
  }
};

struct SelectVjp : Differentiable::ExternalModel<SelectVjp, nn::SelectOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto select = cast<nn::SelectOp>(op);
    Value zero = t.scalar(0);
    if (needed[1])
      out[1] = t.unbroadcast(t.select(select.getCondition(), g, zero), t.shapeOf(select.getLhs()));
    if (needed[2])
      out[2] = t.unbroadcast(t.select(select.getCondition(), zero, g), t.shapeOf(select.getRhs()));
    return success();
  }
};

} // namespace

void attachElementwise(MLIRContext &context) {
  nn::UnaryOp::attachInterface<UnaryVjp>(context);
  nn::ClipOp::attachInterface<ClipVjp>(context);
  nn::BinaryOp::attachInterface<BinaryVjp>(context);
  nn::SelectOp::attachInterface<SelectVjp>(context);
}

} // namespace weft::training

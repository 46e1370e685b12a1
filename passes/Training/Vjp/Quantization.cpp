//===- Quantization.cpp - gradients of quantize and dequantize ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Differentiable.h"

using namespace mlir;

namespace weft::training {
namespace {

using Needed = ArrayRef<bool>;
using Gradients = MutableArrayRef<Value>;

/// A vector along `axis` of a tensor of `rank` dimensions; a scalar stays one.
Value alongAxis(GradientBuilder &t, Value v, int64_t axis, int64_t rank) {
  if (t.shapeOf(v).empty())
    return v;
  SmallVector<int64_t> shape(rank, 1);
  shape[axis] = t.shapeOf(v)[0];
  return t.reshape(v, shape);
}

/// Straight-through where the code is inside of its type, 0 where it was clamped: of (q − z) with respect to x that is 1 / scale.
struct QuantizeVjp : Differentiable::ExternalModel<QuantizeVjp, nn::QuantizeOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto quantize = cast<nn::QuantizeOp>(op);
    Value x = quantize.getInput(), scale = alongAxis(t, quantize.getScale(), quantize.getAxis(), t.shapeOf(x).size());
    Type f32 = t.b.getF32Type();
    Value zero = alongAxis(t, t.create<nn::CastOp>(f32, quantize.getZeroPoint()), quantize.getAxis(), t.shapeOf(x).size());
    auto type = cast<IntegerType>(cast<RankedTensorType>(quantize.getType()).getElementType());
    double levels = std::ldexp(1.0, type.getWidth()), least = type.isUnsigned() || type.getWidth() == 1 ? 0 : -levels / 2;
    Value code = t.add(t.div(x, scale), zero);
    Value inside = t.compare(nn::BinaryKind::logical_and, t.compare(nn::BinaryKind::greater_equal, code, t.scalar(least - 0.5)),
                             t.compare(nn::BinaryKind::less_equal, code, t.scalar(least + levels - 0.5)));
    Value through = t.select(inside, t.div(g, scale), t.scalar(0));
    out[0] = through;
    // Source: Esser et al., Learned Step Size Quantization, ICLR 2020, eq. 3; what is clamped counts in the dequantize alone.
    if (needed[1]) {
      Value all = t.unbroadcast(t.unary(nn::UnaryKind::neg, t.mul(through, t.div(x, scale))), t.shapeOf(scale));
      out[1] = t.reshape(all, t.shapeOf(quantize.getScale()));
    }
    return success();
  }
};

/// x = (q − z) · scale: of q, whose gradient is a number although q is an integer, and of the scale.
struct DequantizeVjp : Differentiable::ExternalModel<DequantizeVjp, nn::DequantizeOp> {
  LogicalResult differentiate(Operation *op, GradientBuilder &t, Value g, Needed needed, Gradients out) const {
    auto dequantize = cast<nn::DequantizeOp>(op);
    Value scale = alongAxis(t, dequantize.getScale(), dequantize.getAxis(), t.shapeOf(g).size());
    if (needed[0])
      out[0] = t.mul(g, scale);
    if (needed[1]) {
      Value codes = t.div(dequantize.getResult(), scale);
      Value all = t.unbroadcast(t.mul(g, codes), t.shapeOf(scale));
      out[1] = t.reshape(all, t.shapeOf(dequantize.getScale()));
    }
    return success();
  }
};

/// Straight through: the mean of what comes out is x.
struct StochasticRoundVjp : Differentiable::ExternalModel<StochasticRoundVjp, nn::StochasticRoundOp> {
  LogicalResult differentiate(Operation *, GradientBuilder &, Value g, Needed, Gradients out) const {
    out[0] = g;
    return success();
  }
};

} // namespace

void attachQuantization(MLIRContext &context) {
  nn::QuantizeOp::attachInterface<QuantizeVjp>(context);
  nn::DequantizeOp::attachInterface<DequantizeVjp>(context);
  nn::StochasticRoundOp::attachInterface<StochasticRoundVjp>(context);
}

} // namespace weft::training

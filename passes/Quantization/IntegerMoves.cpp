//===- IntegerMoves.cpp - adds, tables and moves over integers --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/IntegerMoves.h"

#include "passes/Quantization/Algorithms/FixedPoint.h"

using namespace mlir;
using weft::reference::error;
using weft::reference::Tensor;

namespace weft::quantization {

OrReason<Value> makeAdd(OpBuilder &b, nn::BinaryOp op, const ElementwiseFunction *f, const Parameters &p, StringRef name) {
  std::optional<QuantizedValue> x = quantizedValueOf(op.getLhs()), y = quantizedValueOf(op.getRhs());
  if (!x || !y)
    return error("an operand is not quantized with one scale");
  if (f && !f->isClamp())
    return error("its activation is neither a clamp nor does it read a quantized value");
  double unit = p.scale, sign = op.getKind() == nn::BinaryKind::sub ? -1 : 1;
  std::optional<FixedPointPair> factors =
      toFixedPointPair(x->parameters.scale / unit, sign * static_cast<double>(y->parameters.scale) / unit);
  if (!factors)
    return error("the scales of its operands are more than 2^15 times that of its result");
  int64_t offset = -x->parameters.zeroPoint * factors->lhs - y->parameters.zeroPoint * factors->rhs;
  int64_t lo = p.format.least(), hi = p.format.greatest();
  if (f) {
    Range r = f->clampBounds();
    lo = quantize(static_cast<float>(r.lo), p);
    hi = quantize(static_cast<float>(r.hi), p);
  }
  auto add = nn::QaddOp::create(b, op.getLoc(), withElement(x->code, typeOf(p.format, b.getContext())), x->code, y->code,
                                factors->lhs, factors->rhs, offset, factors->shift, p.zeroPoint, lo, hi);
  nn::setLayerName(add, name);
  return add.getResult();
}

OrReason<Value> makeTable(OpBuilder &b, Location loc, const QuantizedValue &x, const ElementwiseFunction *f,
                          const Parameters &p, StringRef name) {
  const Format &format = x.parameters.format;
  std::vector<float> inputs;
  for (int64_t q = format.least(); q <= format.greatest(); ++q)
    inputs.push_back(dequantize(q, x.parameters));
  auto count = static_cast<int64_t>(inputs.size());
  Tensor y = Tensor::ofFloats({count}, std::move(inputs));
  if (f) {
    OrReason<Tensor> result = f->evaluate(y);
    if (!result)
      return result.failure();
    y = std::move(*result);
  }
  std::vector<int64_t> codes;
  for (float v : y.floats())
    codes.push_back(quantize(v, p));
  IntegerType type = typeOf(p.format, b.getContext());
  Value table = makeIntegers(b, loc, type, {count}, std::move(codes), name.str());
  auto op = nn::TableOp::create(b, loc, withElement(x.code, type), x.code, table);
  nn::setLayerName(op, name);
  return op.getResult();
}

OrReason<Value> rescale(OpBuilder &b, Location loc, const QuantizedValue &x, const Parameters &p, StringRef name) {
  if (x.parameters == p)
    return x.code;
  return makeTable(b, loc, x, nullptr, p, name);
}

OrReason<Value> makeMove(OpBuilder &b, Operation *op, const Parameters &p, StringRef name, CodeOf codeOf) {
  const unsigned moved = isa<nn::GatherOp>(op) ? 1 : op->getNumOperands(); // indices stay
  std::optional<QuantizedValue> first = quantizedValueOf(op->getOperand(0));
  bool same = llvm::all_of(op->getOperands().take_front(moved), [&](Value v) {
    std::optional<QuantizedValue> x = quantizedValueOf(v);
    return x && first && x->parameters == first->parameters;
  });
  Parameters inside = same ? first->parameters : p;
  SmallVector<Value> codes;
  for (Value v : op->getOperands().take_front(moved)) {
    OrReason<Value> code = codeOf(v, inside);
    if (!code)
      return code;
    codes.push_back(*code);
  }
  Operation *copy = b.clone(*op);
  copy->setOperands(0, moved, codes);
  copy->getResult(0).setType(withElement(op->getResult(0), typeOf(inside.format, b.getContext())));
  copy->removeAttr(kRangeAttr);
  if (auto pad = dyn_cast<nn::PadOp>(copy))
    pad.setValueAttr(b.getF64FloatAttr(static_cast<double>(quantize(static_cast<float>(pad.getValue().convertToDouble()), inside))));
  return rescale(b, op->getLoc(), {copy->getResult(0), inside}, p, (name + ".rescale").str());
}

} // namespace weft::quantization

//===- NnVerify.cpp - verifiers of nn operators --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/Integers.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::nn;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

LogicalResult weft::nn::verifyInferredShape(Operation *op) {
  auto shaped = cast<ShapeInference>(op);
  SmallVector<int64_t> inferred;
  if (failed(shaped.inferResultShape(inferred)))
    return failure();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (failed(verifyCompatibleShape(type.getShape(), inferred)))
    return op->emitOpError("result has shape ")
           << RankedTensorType::get(type.getShape(), type.getElementType())
           << ", but its operands give "
           << RankedTensorType::get(inferred, type.getElementType());
  return success();
}

/// Integer operators have one accumulator type for bias and result (A3); float ones one type for all.
static LogicalResult verifyWeighted(WeightedOp op) {
  Type input = typeOf(op.getInput()).getElementType();
  Type weight = typeOf(op.getWeight()).getElementType();
  Type bias = typeOf(op.getBias()).getElementType();
  Type result = typeOf(op->getResult(0)).getElementType();
  if (isa<IntegerType>(input) != isa<IntegerType>(weight))
    return op->emitOpError("mixes float and integer operands: input ") << input << ", weight " << weight;
  if (bias != result)
    return op->emitOpError("bias has element type ") << bias << ", but the accumulator is " << result << " (A3)";
  if (isa<FloatType>(input) && (weight != input || result != input))
    return op->emitOpError("float operands differ: input ") << input << ", weight " << weight << ", result " << result;
  return success();
}

LogicalResult LinearOp::verify() { return verifyWeighted(cast<WeightedOp>(getOperation())); }

static LogicalResult verifySpatial(Operation *op, size_t spatial,
                                   std::initializer_list<std::pair<StringRef, ArrayRef<int64_t>>> attrs) {
  for (auto &[name, values] : attrs) {
    if (values.size() != spatial)
      return op->emitOpError() << name << " has " << values.size() << " entries, expected " << spatial
                               << ", one per spatial dimension";
    bool pads = name.starts_with("pads");
    for (int64_t v : values)
      if (v < (pads ? 0 : 1))
        return op->emitOpError() << name << " holds " << v << ", expected at least " << (pads ? 0 : 1);
  }
  return success();
}

LogicalResult ConvOp::verify() {
  size_t spatial = typeOf(getInput()).getRank() - 2;
  if (getGroups() < 1)
    return emitOpError("groups is ") << getGroups() << ", expected at least 1";
  if (failed(verifySpatial(*this, spatial,
                           {{"strides", getStrides()}, {"pads_begin", getPadsBegin()},
                            {"pads_end", getPadsEnd()}, {"dilations", getDilations()}})))
    return failure();
  return verifyWeighted(cast<WeightedOp>(getOperation()));
}

LogicalResult PoolOp::verify() {
  size_t spatial = typeOf(getInput()).getRank() - 2;
  return verifySpatial(*this, spatial,
                       {{"kernel", getKernel()}, {"strides", getStrides()}, {"pads_begin", getPadsBegin()},
                        {"pads_end", getPadsEnd()}, {"dilations", getDilations()}});
}

LogicalResult UnaryOp::verify() {
  Type input = typeOf(getInput()).getElementType(), result = typeOf(getResult()).getElementType();
  bool isTest = getKind() == UnaryKind::is_inf || getKind() == UnaryKind::is_nan;
  if (isTest && !result.isInteger(1))
    return emitOpError("of kind ") << stringifyUnaryKind(getKind()) << " gives i1, not " << result;
  if (getKind() == UnaryKind::bitwise_not && !isa<IntegerType>(input))
    return emitOpError("of kind bitwise_not is not defined on ") << input;
  return success();
}

LogicalResult BinaryOp::verify() {
  Type input = typeOf(getLhs()).getElementType();
  bool needsIntegers = getKind() >= BinaryKind::bitwise_and && getKind() <= BinaryKind::shift_right;
  if (needsIntegers && !isa<IntegerType>(input))
    return emitOpError("of kind ") << stringifyBinaryKind(getKind()) << " is not defined on " << input;
  return success();
}

static LogicalResult verifyIntegers(Operation *op, StringRef what, Value v) {
  if (!isa<IntegerType>(typeOf(v).getElementType()))
    return op->emitOpError() << what << " has element type " << typeOf(v).getElementType() << ", expected an integer";
  return success();
}
static LogicalResult verifySameElements(Operation *op, Value a, Value b) {
  if (typeOf(a).getElementType() != typeOf(b).getElementType())
    return op->emitOpError("has operands or results of element types ") << typeOf(a).getElementType() << " and "
           << typeOf(b).getElementType() << ", expected one";
  return success();
}

LogicalResult TopKOp::verify() { return verifyIntegers(*this, "the result", getResult()); }
LogicalResult ScanOp::verify() { return verifySameElements(*this, getInput(), getResult()); }
LogicalResult GatherNdOp::verify() {
  if (failed(verifySameElements(*this, getData(), getResult())))
    return failure();
  return verifyIntegers(*this, "indices", getIndices());
}
LogicalResult ScatterNdOp::verify() {
  if (failed(verifySameElements(*this, getData(), getResult())) || failed(verifySameElements(*this, getData(), getUpdates())))
    return failure();
  return verifyIntegers(*this, "indices", getIndices());
}

LogicalResult TransposeOp::verify() {
  int64_t rank = typeOf(getInput()).getRank();
  SmallVector<bool> seen(rank, false);
  if (static_cast<int64_t>(getPerm().size()) != rank)
    return emitOpError("perm has ") << getPerm().size() << " entries, expected " << rank;
  for (int64_t p : getPerm()) {
    if (p < 0 || p >= rank || seen[p])
      return emitOpError("perm is not a permutation of 0 to ") << rank - 1;
    seen[p] = true;
  }
  return success();
}

LogicalResult SliceOp::verify() {
  for (size_t i = 0; i < getSteps().size(); ++i)
    if (getSteps()[i] == 0)
      return emitOpError("step of dimension ") << i << " is 0";
  return success();
}

/// Scale f32, zero point of the quantized type, both [] or [C] along the axis.
static LogicalResult verifyQuantization(Operation *op, Value data, Value quantized, Value scale,
                                        Value zeroPoint, int64_t axis) {
  auto q = typeOf(quantized), s = typeOf(scale), z = typeOf(zeroPoint), d = typeOf(data);
  if (!isa<IntegerType>(q.getElementType()))
    return op->emitOpError("quantized side has element type ") << q.getElementType() << ", expected an integer";
  if (z.getElementType() != q.getElementType())
    return op->emitOpError("zero point has element type ") << z.getElementType() << ", expected " << q.getElementType();
  if (s.getShape() != z.getShape() || s.getRank() > 1)
    return op->emitOpError("scale and zero point have types ") << s << " and " << z << ", expected both [] or both [C]";
  if (s.getRank() == 1) {
    if (axis < 0 || axis >= d.getRank())
      return op->emitOpError("axis ") << axis << " is outside of the input's rank " << d.getRank();
    if (!d.isDynamicDim(axis) && s.getDimSize(0) != d.getDimSize(axis) && s.getDimSize(0) != 1)
      return op->emitOpError("has ") << s.getDimSize(0) << " scales for a dimension of " << d.getDimSize(axis);
  }
  return success();
}

LogicalResult QuantizeOp::verify() {
  return verifyQuantization(*this, getInput(), getResult(), getScale(), getZeroPoint(), getAxis());
}
LogicalResult DequantizeOp::verify() {
  return verifyQuantization(*this, getInput(), getInput(), getScale(), getZeroPoint(), getAxis());
}

static LogicalResult verifyClamp(Operation *op, Value result, int64_t lo, int64_t hi) {
  auto type = dyn_cast<IntegerType>(typeOf(result).getElementType());
  if (!type)
    return op->emitOpError("result is not an integer tensor");
  unsigned bits = type.getWidth();
  int64_t least = isUnsignedInteger(type) || bits > 63 ? (isUnsignedInteger(type) ? 0 : INT64_MIN) : -(int64_t(1) << (bits - 1));
  unsigned magnitude = isUnsignedInteger(type) ? bits : bits - 1;
  int64_t greatest = magnitude > 62 ? INT64_MAX : (int64_t(1) << magnitude) - 1;
  if (lo < least || hi > greatest || lo > hi)
    return op->emitOpError("clamps to [") << lo << ", " << hi << "], outside of " << type << "'s [" << least << ", "
                                          << greatest << "] (A4)";
  return success();
}

LogicalResult RequantizeOp::verify() { return verifyClamp(*this, getResult(), getLo(), getHi()); }
LogicalResult QaddOp::verify() {
  if (getShift() > 47) // unsigned: a negative one is huge
    return emitOpError("shift is ") << getShift() << ", expected 0 to 47 (A5)";
  return verifyClamp(*this, getResult(), getLo(), getHi());
}

LogicalResult QmulOp::verify() {
  return verifyProduct(*this, typeOf(getLhs()).getElementType(), getLhsZeroPoint(), typeOf(getRhs()).getElementType(), getRhsZeroPoint(),
                       typeOf(getResult()).getElementType());
}

LogicalResult ThresholdOp::verify() {
  auto t = typeOf(getThresholds());
  if (t.getRank() != 2)
    return emitOpError("thresholds have rank ") << t.getRank() << ", expected [C, hi - lo] (A4t)";
  return verifyClamp(*this, getResult(), getLo(), getLo() + t.getDimSize(1));
}

LogicalResult TableOp::verify() {
  auto type = dyn_cast<IntegerType>(typeOf(getInput()).getElementType());
  if (!type || type.getWidth() > 16)
    return emitOpError("input has element type ") << typeOf(getInput()).getElementType() << ", expected an integer of at most 16 bits (A7)";
  auto table = typeOf(getTable());
  if (table.getRank() != 1 || table.getDimSize(0) != (int64_t(1) << type.getWidth()))
    return emitOpError("table has type ") << table << ", expected " << (int64_t(1) << type.getWidth()) << " entries (A7)";
  return success();
}

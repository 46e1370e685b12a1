//===- EvaluateOp.cpp - one operation on the reference interpreter ---------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnGradients.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "runtime/reference/Conv.h"
#include "runtime/reference/Elementwise.h"
#include "runtime/reference/Indexing.h"
#include "runtime/reference/Linear.h"
#include "runtime/reference/LutNetwork.h"
#include "runtime/reference/Patches.h"
#include "runtime/reference/Pool.h"
#include "runtime/reference/Quantize.h"
#include "runtime/reference/Recurrent.h"
#include "runtime/reference/Reduce.h"
#include "runtime/reference/Shape.h"
#include "runtime/reference/StochasticRound.h"

using namespace mlir;
using namespace weft::reference;

namespace weft::evaluation {

namespace {
using Operands = ArrayRef<const Tensor *>;
using Outcome = Result<Tensor>;
} // namespace

static Shape shapeOf(ArrayRef<int64_t> values) { return Shape(values.begin(), values.end()); }

/// The kinds of the dialect and of the runtime are the same enumerators in the same order.
template <typename To, typename From>
static To kindOf(From kind) {
  return static_cast<To>(kind);
}
#define SAME_KIND(ENUM, LAST)                                                                                          \
  static_assert(static_cast<uint32_t>(nn::ENUM::LAST) == static_cast<uint32_t>(reference::ENUM::LAST))
SAME_KIND(UnaryKind, bitwise_not);
SAME_KIND(BinaryKind, floor_mod);
SAME_KIND(ReduceKind, log_sum_exp);
SAME_KIND(PoolKind, sum);
SAME_KIND(PadMode, wrap);
SAME_KIND(RecurrentKind, rnn);
SAME_KIND(ScanKind, prod);
SAME_KIND(ScatterKind, min);
#undef SAME_KIND

//===--- linear operators and windows ------------------------------------------------===//

static Outcome run(nn::LinearOp op, Operands x, ElementType) { return linear(*x[0], *x[1], *x[2]); }
static Outcome run(nn::MatmulOp op, Operands x, ElementType type) { return matmul(*x[0], *x[1], type); }
static Outcome run(nn::ConvOp op, Operands x, ElementType) {
  ConvAttributes attributes = {shapeOf(op.getStrides()),   shapeOf(op.getPadsBegin()),
                               shapeOf(op.getPadsEnd()),   shapeOf(op.getDilations()),
                               static_cast<int64_t>(op.getGroups()), static_cast<int64_t>(op.getPadValue())};
  return conv(*x[0], *x[1], *x[2], attributes);
}
template <typename Op>
static Window windowOf(Op op) {
  return {shapeOf(op.getKernel()), shapeOf(op.getStrides()), shapeOf(op.getPadsBegin()), shapeOf(op.getPadsEnd()), shapeOf(op.getDilations())};
}
static Outcome run(nn::PoolOp op, Operands x, ElementType type) {
  return pool(*x[0], {kindOf<PoolKind>(op.getKind()), windowOf(op), op.getCountIncludePad(), static_cast<int64_t>(op.getPadValue())}, type);
}
static Outcome run(nn::PatchesOp op, Operands x, ElementType) { return patches(*x[0], windowOf(op), op.getPadValue().convertToDouble()); }
static Outcome run(nn::FoldOp op, Operands x, ElementType) { return fold(*x[0], shapeOf(op.getSpatial()), windowOf(op)); }
static Outcome run(nn::MaxPoolGradientOp op, Operands x, ElementType) { return maxPoolGradient(*x[0], *x[1], windowOf(op)); }
static Outcome run(nn::StochasticRoundOp op, Operands x, ElementType) { return stochasticRound(*x[0], *x[1], op.getStream()); }
static Outcome run(nn::RowProductsOp op, Operands x, ElementType) { return rowProducts(*x[0], *x[1]); }

//===--- recurrent layers --------------------------------------------------------------===//

static Outcome run(nn::RecurrentOp op, Operands x, ElementType) {
  RecurrentAttributes attributes;
  attributes.kind = kindOf<RecurrentKind>(op.getKind());
  for (auto [name, alpha, beta] : llvm::zip_equal(op.getActivations(), op.getAlphas(), op.getBetas()))
    attributes.activations.push_back({kindOf<UnaryKind>(*nn::symbolizeUnaryKind(cast<StringAttr>(name).getValue())), alpha, beta});
  attributes.clip = op.getClip().convertToDouble();
  attributes.reverse = op.getReverse(), attributes.linearBeforeReset = op.getLinearBeforeReset();
  attributes.inputForget = op.getInputForget(), attributes.cell = op.getCell(), attributes.last = op.getLast();
  RecurrentOperands operands;
  size_t next = 3; // those that are there, in their order
  for (auto [value, place] : {std::pair(op.getInitialH(), &operands.initialH), {op.getInitialC(), &operands.initialC},
                              {op.getPeepholes(), &operands.peepholes}, {op.getLengths(), &operands.lengths}})
    *place = value ? x[next++] : nullptr;
  return recurrent(*x[0], *x[1], *x[2], operands, attributes);
}
static Outcome run(nn::QrecurrentOp op, Operands x, ElementType type) {
  QrecurrentAttributes attributes;
  attributes.kind = kindOf<RecurrentKind>(op.getKind());
  attributes.gateFraction = op.getGateFraction(), attributes.cellFraction = op.getCellFraction();
  attributes.stateFraction = op.getStateFraction(), attributes.peepholeFraction = op.getPeepholeFraction();
  attributes.inputForget = op.getInputForget(), attributes.resetFirst = op.getResetFirst();
  attributes.reverse = op.getReverse(), attributes.last = op.getLast();
  QrecurrentOperands operands = {x[1], x[2], x[3], x[4], x[5], x[6]};
  size_t next = 7; // those that are there, in their order
  for (auto [value, place] : {std::pair(op.getInitialH(), &operands.initialH), {op.getInitialState(), &operands.initialState},
                              {op.getPeepholes(), &operands.peepholes}})
    *place = value ? x[next++] : nullptr;
  return qrecurrent(*x[0], operands, attributes, type);
}

//===--- elementwise and reductions ---------------------------------------------------===//

static Outcome run(nn::UnaryOp op, Operands x, ElementType) {
  return unary(kindOf<UnaryKind>(op.getKind()), *x[0], op.getAlpha().convertToDouble(), op.getBeta().convertToDouble());
}
static Outcome run(nn::ClipOp op, Operands x, ElementType) {
  return clip(*x[0], op.getMin().convertToDouble(), op.getMax().convertToDouble());
}
static Outcome run(nn::BinaryOp op, Operands x, ElementType type) {
  return binary(kindOf<BinaryKind>(op.getKind()), *x[0], *x[1], type);
}
static Outcome run(nn::SelectOp op, Operands x, ElementType) { return select(*x[0], *x[1], *x[2]); }
static Outcome run(nn::CastOp op, Operands x, ElementType type) { return cast(*x[0], type); }
static Outcome run(nn::ReduceOp op, Operands x, ElementType type) {
  return reduce(kindOf<ReduceKind>(op.getKind()), *x[0], shapeOf(op.getAxes()), op.getKeepdims(), type);
}
static Outcome run(nn::ArgReduceOp op, Operands x, ElementType type) {
  return argReduce(*x[0], op.getAxis(), op.getKeepdims(), op.getIsMax(), op.getSelectLast(), type);
}
static Outcome run(nn::SoftmaxOp op, Operands x, ElementType) { return softmax(*x[0], op.getAxis(), op.getLog()); }

//===--- shape -----------------------------------------------------------------------------===//

static Outcome run(nn::ReshapeOp op, Operands x, ElementType) {
  Shape shape = shapeOf(op.getShape());
  for (int64_t &d : shape)
    if (d < -1) // a copy of a dimension
      d = x[0]->dim(static_cast<int>(-2 - d));
  return reshape(*x[0], shape);
}
static Outcome run(nn::TransposeOp op, Operands x, ElementType) { return transpose(*x[0], shapeOf(op.getPerm())); }
static Outcome run(nn::ConcatOp op, Operands x, ElementType) {
  return concat(std::vector<const Tensor *>(x.begin(), x.end()), op.getAxis());
}
static Outcome run(nn::SliceOp op, Operands x, ElementType) {
  return slice(*x[0], shapeOf(op.getStarts()), shapeOf(op.getSizes()), shapeOf(op.getSteps()));
}
static Outcome run(nn::PadOp op, Operands x, ElementType) {
  return pad(*x[0], shapeOf(op.getLow()), shapeOf(op.getHigh()), kindOf<PadMode>(op.getMode()), op.getValue().convertToDouble());
}
static Outcome run(nn::GatherOp op, Operands x, ElementType) { return gather(*x[0], *x[1], op.getAxis()); }
static Outcome run(nn::BroadcastOp op, Operands x, ElementType) { return broadcast(*x[0], shapeOf(op.getShape())); }

static Outcome run(nn::GatherNdOp op, Operands x, ElementType) { return gatherNd(*x[0], *x[1], op.getBatchDims()); }
static Outcome run(nn::ScatterNdOp op, Operands x, ElementType) {
  return scatterNd(*x[0], *x[1], *x[2], kindOf<ScatterKind>(op.getKind()), op.getBatchDims());
}
static Outcome run(nn::TopKOp op, Operands x, ElementType type) {
  return topK(*x[0], op.getAxis(), op.getK(), op.getLargest(), type);
}
static Outcome run(nn::ScanOp op, Operands x, ElementType) {
  return scan(kindOf<ScanKind>(op.getKind()), *x[0], op.getAxis(), op.getExclusive(), op.getReverse());
}

//===--- quantization -----------------------------------------------------------------------------===//

static Outcome run(nn::QuantizeOp op, Operands x, ElementType) { return quantize(*x[0], *x[1], *x[2], op.getAxis()); }
static Outcome run(nn::DequantizeOp op, Operands x, ElementType type) {
  return dequantize(*x[0], *x[1], *x[2], op.getAxis(), type);
}
template <typename Op>
static Clamp clampOf(Op op) {
  return {static_cast<int64_t>(op.getZeroPoint()), static_cast<int64_t>(op.getLo()), static_cast<int64_t>(op.getHi())};
}
static Outcome run(nn::RequantizeOp op, Operands x, ElementType type) {
  return requantize(*x[0], *x[1], *x[2], clampOf(op), type);
}
static Outcome run(nn::ThresholdOp op, Operands x, ElementType type) { return threshold(*x[0], *x[1], op.getLo(), type); }
static Outcome run(nn::QaddOp op, Operands x, ElementType type) {
  QaddAttributes attributes = {static_cast<int64_t>(op.getLhsMultiplier()), static_cast<int64_t>(op.getRhsMultiplier()),
                               static_cast<int64_t>(op.getOffset()), static_cast<int64_t>(op.getShift()), clampOf(op)};
  return qadd(*x[0], *x[1], attributes, type);
}
static Outcome run(nn::QmulOp op, Operands x, ElementType type) { return qmul(*x[0], *x[1], op.getLhsZeroPoint(), op.getRhsZeroPoint(), type); }
static Outcome run(nn::TableOp op, Operands x, ElementType) { return table(*x[0], *x[1]); }

static Outcome run(lut::NetworkOp op, Operands x, ElementType type) {
  auto result = cast<RankedTensorType>(op.getResult().getType());
  return lutNetwork(op.getNetwork(), *x[0], type, shapeOf(result.getShape().drop_front()));
}

Result<Tensor> evaluateOp(Operation *op, ArrayRef<const Tensor *> operands) {
  if (op->getNumResults() != 1 || operands.size() != op->getNumOperands())
    return error("expected an operation with one result");
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  std::optional<ElementType> type = result ? elementTypeOf(result.getElementType()) : std::nullopt;
  if (!type)
    return error("its result is no tensor of a supported element type");
  Outcome outcome =
      llvm::TypeSwitch<Operation *, Outcome>(op)
          .Case<nn::LinearOp, nn::MatmulOp, nn::ConvOp, nn::PoolOp, nn::UnaryOp, nn::ClipOp, nn::BinaryOp, nn::SelectOp,
                nn::CastOp, nn::ReduceOp, nn::ArgReduceOp, nn::SoftmaxOp, nn::ReshapeOp, nn::TransposeOp, nn::ConcatOp,
                nn::SliceOp, nn::PadOp, nn::GatherOp, nn::BroadcastOp, nn::QuantizeOp, nn::DequantizeOp,
                nn::RequantizeOp, nn::ThresholdOp, nn::QaddOp, nn::QmulOp, nn::TableOp, nn::GatherNdOp, nn::ScatterNdOp, nn::TopKOp,
                nn::ScanOp, nn::RecurrentOp, nn::QrecurrentOp, nn::PatchesOp, nn::FoldOp, nn::RowProductsOp, nn::MaxPoolGradientOp,
                nn::StochasticRoundOp, lut::NetworkOp>(
              [&](auto known) { return run(known, operands, *type); })
          .Case([&](codec::Expression expression) { return expression.evaluate(operands); })
          .Default([](Operation *) -> Outcome { return error("the reference interpreter does not know this operation"); });
  if (outcome && outcome->type() != *type)
    return error("computes ", outcome->type().name(), ", but its result type is ", type->name());
  return outcome;
}

} // namespace weft::evaluation

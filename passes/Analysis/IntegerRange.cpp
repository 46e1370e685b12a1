//===- IntegerRange.cpp - what integers a value can be ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Analysis/IntegerRange.h"

#include "dialects/Nn/IR/Integers.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "passes/Evaluation/Evaluator.h"

using namespace mlir;

namespace weft::analysis {

Interval rangeOfType(Type elementType) {
  auto type = cast<IntegerType>(elementType);
  unsigned bits = std::min(63u, type.getWidth());
  if (nn::isUnsignedInteger(type))
    return {0, (int64_t(1) << std::min(62u, bits)) - 1};
  return {-(int64_t(1) << (bits - 1)), (int64_t(1) << (bits - 1)) - 1};
}

static Interval extremesOf(Value constant, Interval otherwise) {
  reference::Result<reference::Tensor> t = evaluation::evaluateConstant(constant);
  if (!t.ok() || !t->type().isInteger() || t->size() == 0)
    return otherwise;
  auto [least, greatest] = std::minmax_element(t->integers().begin(), t->integers().end());
  return {*least, *greatest};
}

static Interval hullOfOperands(Operation *op) {
  Interval range = integerRange(op->getOperand(0));
  for (Value v : op->getOperands().drop_front())
    range = range.hull(integerRange(v));
  return range;
}

Interval integerRange(Value v) {
  Interval whole = rangeOfType(cast<RankedTensorType>(v.getType()).getElementType());
  Operation *op = v.getDefiningOp();
  if (!op)
    return whole;
  return llvm::TypeSwitch<Operation *, Interval>(op)
      .Case<nn::RequantizeOp, nn::QaddOp>([](auto op) {
        return Interval{static_cast<int64_t>(op.getLo()), static_cast<int64_t>(op.getHi())};
      })
      .Case([](nn::ThresholdOp op) {
        auto lo = static_cast<int64_t>(op.getLo());
        return Interval{lo, lo + cast<RankedTensorType>(op.getThresholds().getType()).getDimSize(1)};
      })
      .Case([&](nn::TableOp op) { return extremesOf(op.getTable(), whole); })
      .Case<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::ConcatOp>([](auto op) { return hullOfOperands(op); })
      .Case([](nn::GatherOp op) { return integerRange(op.getData()); })
      .Case([](nn::PoolOp op) {
        Interval x = integerRange(op.getInput());
        if (op.getKind() == nn::PoolKind::max)
          return x;
        auto pad = static_cast<int64_t>(op.getPadValue());
        int64_t taps = 1;
        for (int64_t k : op.getKernel())
          taps *= k;
        return x.hull({pad, pad}) * taps;
      })
      .Case([](nn::PadOp op) {
        auto pad = static_cast<int64_t>(op.getValue().convertToDouble());
        Interval x = integerRange(op.getInput());
        return op.getMode() == nn::PadMode::constant ? x.hull({pad, pad}) : x;
      })
      .Case([&](nn::ConstantOp op) { return extremesOf(op.getResult(), whole); })
      .Default([&](Operation *) { return whole; });
}

} // namespace weft::analysis

//===- FoldPads.cpp - padding as an attribute of the window after it ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Transforms/Passes.h"

using namespace mlir;

namespace weft::transforms {
#define GEN_PASS_DEF_FOLDPADS
#include "passes/Transforms/Passes.h.inc"

namespace {

bool isZero(ArrayRef<int64_t> v) {
  return llvm::all_of(v, [](int64_t i) { return i == 0; });
}

/// Pads spatial dimensions with zeros, and cuts nothing off.
bool padsSpatially(nn::PadOp pad) {
  auto spatial = [](ArrayRef<int64_t> v) {
    return v.size() > 2 && isZero(v.take_front(2)) && llvm::all_of(v, [](int64_t i) { return i >= 0; });
  };
  return pad.getMode() == nn::PadMode::constant && pad.getValue().isZero() && spatial(pad.getLow()) && spatial(pad.getHigh());
}

bool isNotNegative(Value v) {
  auto unary = v.getDefiningOp<nn::UnaryOp>();
  auto clip = v.getDefiningOp<nn::ClipOp>();
  return (unary && (unary.getKind() == nn::UnaryKind::relu || unary.getKind() == nn::UnaryKind::sigmoid)) ||
         (clip && !clip.getMin().isNegative());
}

/// Whether the pool gives the same with the padding as its own.
bool canTakeIn(nn::PoolOp pool, nn::PadOp pad) {
  bool ownPadding = !isZero(pool.getPadsBegin()) || !isZero(pool.getPadsEnd());
  switch (pool.getKind()) {
  case nn::PoolKind::sum:
    return true;
  case nn::PoolKind::average: // explicit zeros count
    return !ownPadding || pool.getCountIncludePad();
  case nn::PoolKind::max: // a window of padding only would be 0 before and nothing after
    break;
  }
  if (!isNotNegative(pad.getInput()))
    return false;
  for (size_t i = 0; i < pool.getKernel().size(); ++i) {
    int64_t window = pool.getDilations()[i] * (pool.getKernel()[i] - 1) + 1;
    if (pool.getDilations()[i] != 1 || pad.getLow()[i + 2] + pool.getPadsBegin()[i] >= window ||
        pad.getHigh()[i + 2] + pool.getPadsEnd()[i] >= window)
      return false;
  }
  return true;
}

template <typename Window> void takeIn(Window op, nn::PadOp pad) {
  SmallVector<int64_t> begin(op.getPadsBegin()), end(op.getPadsEnd());
  for (size_t i = 0; i < begin.size(); ++i) {
    begin[i] += pad.getLow()[i + 2];
    end[i] += pad.getHigh()[i + 2];
  }
  op.setPadsBegin(begin);
  op.setPadsEnd(end);
  op.getInputMutable().assign(pad.getInput());
}

struct FoldPadsPass : impl::FoldPadsBase<FoldPadsPass> {
  static void fold(nn::PadOp pad) {
    for (OpOperand &use : llvm::make_early_inc_range(pad.getResult().getUses())) {
      if (auto conv = dyn_cast<nn::ConvOp>(use.getOwner()); conv && use.getOperandNumber() == 0)
        takeIn(conv, pad);
      else if (auto pool = dyn_cast<nn::PoolOp>(use.getOwner()); pool && canTakeIn(pool, pad)) {
        takeIn(pool, pad);
        pool.setCountIncludePad(pool.getKind() == nn::PoolKind::average);
      }
    }
  }

  void runOnOperation() override {
    for (auto pad : llvm::make_early_inc_range(getOperation().getOps<nn::PadOp>())) {
      if (padsSpatially(pad))
        fold(pad);
      if (pad->use_empty())
        pad.erase();
    }
  }
};

} // namespace
} // namespace weft::transforms

//===- MovesToGathers.cpp - moves through shapes without a batch become selections of channels -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"
#include "passes/Transforms/Passes.h"

using namespace mlir;
using weft::reference::ElementType;
using weft::reference::Result;
using weft::reference::Tensor;

namespace weft::transforms {
#define GEN_PASS_DEF_MOVESTOGATHERS
#include "passes/Transforms/Passes.h.inc"

namespace {

/// Counting further, f32 would leave out numbers.
constexpr int64_t kMostElements = int64_t(1) << 24;

bool isOneSample(Value v) {
  ArrayRef<int64_t> shape = shapeOf(v);
  return shape.size() >= 3 && shape[0] == 1 && llvm::none_of(shape, ShapedType::isDynamic);
}

/// The moves that end with `root` and begin with the last value of one sample before shapes whose first dimension is no batch. Last first; empty
/// where there is none.
SmallVector<Operation *> movesBefore(Operation *root) {
  SmallVector<Operation *> chain;
  bool mixed = false;
  for (Operation *op = root; isa_and_nonnull<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp>(op); op = op->getOperand(0).getDefiningOp()) {
    chain.push_back(op);
    Value from = op->getOperand(0);
    if (mixed && isOneSample(from))
      return chain;
    mixed |= shapeOf(from)[0] != 1;
  }
  return {};
}

/// Which element of its input each element of what the chain ends with is.
Result<Tensor> placesOf(ArrayRef<Operation *> chain) {
  ArrayRef<int64_t> shape = shapeOf(chain.back()->getOperand(0));
  std::vector<float> places;
  for (int64_t i = 0, count = ShapedType::getNumElements(shape); i < count; ++i)
    places.push_back(static_cast<float>(i));
  Tensor t = Tensor::ofFloats(reference::Shape(shape.begin(), shape.end()), std::move(places));
  for (Operation *op : llvm::reverse(chain)) {
    Result<Tensor> moved = evaluation::evaluateOp(op, {&t});
    if (!moved)
      return moved;
    t = std::move(*moved);
  }
  return t;
}

/// The channels that a value of one sample is of another one; nothing if pixels move too.
std::optional<std::vector<int64_t>> channelsOf(const Tensor &places, ArrayRef<int64_t> from) {
  int64_t pixels = ShapedType::getNumElements(from.drop_front(2));
  if (places.shape().size() != from.size() || !std::equal(from.begin() + 2, from.end(), places.shape().begin() + 2))
    return std::nullopt;
  std::vector<int64_t> channels;
  for (int64_t i = 0; i < places.size(); ++i) {
    auto place = static_cast<int64_t>(places.floats()[i]);
    if (i % pixels == 0)
      channels.push_back(place / pixels);
    if (place != channels.back() * pixels + i % pixels)
      return std::nullopt;
  }
  return channels;
}

struct MovesToGathersPass : impl::MovesToGathersBase<MovesToGathersPass> {
  static void select(Operation *root, Value from, std::vector<int64_t> channels) {
    OpBuilder b(root);
    auto count = static_cast<int64_t>(channels.size());
    std::string name = nn::layerName(root).str();
    Value indices = makeIntegers(b, root->getLoc(), b.getI64Type(), {count}, std::move(channels), name + ".channels");
    auto gather = nn::GatherOp::create(b, root->getLoc(), root->getResult(0).getType(), from, indices, 1);
    nn::setLayerName(gather, name);
    root->getResult(0).replaceAllUsesWith(gather.getResult());
  }

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    SmallVector<Operation *> ops;
    for (Operation &op : getOperation().getOps())
      if (op.getNumResults() == 1 && isa<RankedTensorType>(op.getResult(0).getType()) && isOneSample(op.getResult(0)))
        ops.push_back(&op);
    for (Operation *root : ops) {
      SmallVector<Operation *> chain = movesBefore(root);
      if (chain.empty() || !cast<RankedTensorType>(root->getResult(0).getType()).getElementType().isF32())
        continue;
      Value from = chain.back()->getOperand(0);
      if (ShapedType::getNumElements(shapeOf(from)) > kMostElements)
        continue;
      Result<Tensor> places = placesOf(chain);
      if (!places)
        continue;
      if (std::optional<std::vector<int64_t>> channels = channelsOf(*places, shapeOf(from)))
        select(root, from, std::move(*channels));
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(getOperation().getBody().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }
};

} // namespace
} // namespace weft::transforms

//===- CirculantWeights.cpp - weights of circulant blocks --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Circulant.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/StreamOrder.h"
#include "passes/Transforms/Constants.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "runtime/reference/Codec.h"

#include <numeric>

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_CIRCULANTWEIGHTS
#include "passes/Compression/Passes.h.inc"

/// The block must divide rows and columns; diagnosed with the nearest that does.
static LogicalResult checkBlock(const EncodeTarget &target, int64_t rows, int64_t columns, int64_t block) {
  int64_t both = std::gcd(rows, columns);
  if (both % block == 0)
    return success();
  int64_t nearest = 1;
  for (int64_t b = 1; b <= both; ++b)
    if (both % b == 0 && std::abs(b - block) < std::abs(nearest - block))
      nearest = b;
  return target.error() << "has " << rows << " rows and " << columns << " columns, which blocks of " << block
                        << " do not divide; the nearest block is " << nearest;
}

/// The columns of `weight` in stream order.
static std::vector<float> inStreamOrder(const Tensor &weight, int64_t channels) {
  int64_t rows = weight.dim(0), columns = weight.size() / std::max<int64_t>(1, rows);
  std::vector<float> result(weight.floats().size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t p = 0; p < columns; ++p)
      result[r * columns + p] = weight.floats()[r * columns + reference::elementAt(p, columns, channels)];
  return result;
}

static FailureOr<Value> encodeCirculant(const EncodeTarget &target, const RecipeStep &step) {
  const Tensor &weight = target.value;
  if (weight.type() != reference::ElementType::f32() || weight.rank() < 2)
    return target.error() << "has no constant f32 weight of rows and columns to make circulant";
  int64_t rows = weight.dim(0), columns = weight.dim(1), block = step.integer("block");
  if (failed(checkBlock(target, rows, columns, block)))
    return failure();
  if (block == 1) {
    emitRemark(target.layer.getLoc()) << "layer '" << target.name() << "': blocks of 1 are the weight itself; it stays as it is";
    return Value();
  }
  int64_t channels = weight.rank() == 2 ? streamChannels(target.layer) : 0, taps = weight.size() / (rows * columns);
  std::vector<float> ordered = inStreamOrder(weight, weight.rank() == 2 ? channels : 0);
  reference::Shape shape = {rows / block, columns / block, block};
  shape.insert(shape.end(), weight.shape().begin() + 2, weight.shape().end());
  Tensor vectors = Tensor::ofFloats(shape, projectCirculant(ordered.data(), static_cast<size_t>(rows), static_cast<size_t>(columns),
                                                            static_cast<size_t>(taps), static_cast<size_t>(block)));
  OpBuilder b(target.leaf.getOwner());
  Value stored = transforms::makeConstant(b, target.layer->getLoc(), vectors, (target.name() + ".vectors").str());
  return codec::CirculantOp::create(b, target.layer->getLoc(), cast<RankedTensorType>(target.leaf.get().getType()), stored, channels).getResult();
}

Scheme circulantScheme() {
  Scheme s;
  s.name = "circulant";
  s.parameters = {{"block", SchemeParameter::Kind::integer, "4", 1, 1024, {}}};
  s.scope = Scheme::Scope::weight;
  s.encode = encodeCirculant;
  return s;
}

namespace {

struct CirculantWeightsPass : impl::CirculantWeightsBase<CirculantWeightsPass> {
  using CirculantWeightsBase::CirculantWeightsBase;

  void runOnOperation() override {
    std::string text = "circulant{block=" + std::to_string(block) + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

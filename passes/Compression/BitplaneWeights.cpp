//===- BitplaneWeights.cpp - weights as planes of bits ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/BitPlanes.h"
#include "passes/Compression/IntegerWeights.h"
#include "passes/Compression/Passes.h"
#include "passes/Transforms/Constants.h"
#include "dialects/Codec/IR/CodecOps.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_BITPLANEWEIGHTS
#include "passes/Compression/Passes.h.inc"

static Value makePlanes(const EncodeTarget &target, const std::vector<int64_t> &codes, unsigned planes, unsigned shift, IntegerType type) {
  OpBuilder b(target.leaf.getOwner());
  Location loc = target.layer.getLoc();
  reference::Shape shape = target.value.shape();
  RankedTensorType result = RankedTensorType::get(shape, type);
  shape.insert(shape.begin(), planes);
  Value stored = transforms::makeIntegers(b, loc, IntegerType::get(b.getContext(), 1, IntegerType::Unsigned), shape,
                                          splitPlanes(codes, planes), (target.name() + ".planes").str());
  return codec::BitplanesOp::create(b, loc, result, stored, shift);
}

static FailureOr<Value> encodePlanes(const EncodeTarget &target, const RecipeStep &step) {
  auto planes = static_cast<unsigned>(step.integer("bits"));
  reference::ElementType type = target.value.type();
  if (type.isInteger() && type.isSigned) {
    if (planes > type.bits)
      return target.error() << "has a weight of " << type.name() << ", of which " << planes << " planes cannot be kept; the nearest is "
                            << type.bits;
    KeptPlanes kept = keepPlanes(target.value.integers().data(), target.value.integers().size(), type.bits, planes);
    return makePlanes(target, kept.codes, planes, kept.shift, integerTypeFor(target, 0));
  }
  FailureOr<ScaledIntegers> leaf = quantizeToLevels(target, Levels::twosComplement(planes), step.text("granularity") == "channel");
  if (failed(leaf))
    return failure();
  return scaled(target, makePlanes(target, leaf->integers, planes, 0, IntegerType::get(target.layer->getContext(), planes)), leaf->scales);
}

Scheme bitplanesScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "bitplanes";
  s.parameters = {{"bits", Kind::integer, "4", 2, 16, {}}, {"granularity", Kind::choice, "channel", 0, 0, {"channel", "tensor"}}};
  s.encode = encodePlanes;
  return s;
}

namespace {

struct BitplaneWeightsPass : impl::BitplaneWeightsBase<BitplaneWeightsPass> {
  using BitplaneWeightsBase::BitplaneWeightsBase;

  void runOnOperation() override {
    std::string text = "bitplanes{bits=" + std::to_string(bits) + " granularity=" + granularity + " layers=" + layers + "}";
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

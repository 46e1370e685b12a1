//===- BlockPruneWeights.cpp - whole rows and columns removed from blocks -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Passes.h"
#include "passes/Compression/Sparsity.h"
#include "passes/Compression/StreamOrder.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace weft::compression {
#define GEN_PASS_DEF_BLOCKPRUNEWEIGHTS
#include "passes/Compression/Passes.h.inc"

static std::optional<std::pair<int64_t, int64_t>> parseBlock(StringRef text) {
  auto [left, right] = text.split('x');
  int64_t h = 0, w = 0;
  if (left.getAsInteger(10, h) || right.getAsInteger(10, w) || h < 0 || w < 0)
    return std::nullopt;
  return std::pair(h, w);
}

static std::string checkBlock(StringRef text) { return parseBlock(text) ? "" : "rows x columns such as 4x16; 0 is all of them"; }

/// `asked` if it divides `extent`, all of it for 0; else a diagnostic with the nearest divisor.
static FailureOr<int64_t> blockExtent(const EncodeTarget &target, StringRef what, int64_t extent, int64_t asked) {
  if (asked == 0)
    return extent;
  std::vector<int64_t> divisors;
  for (int64_t d = 1; d <= extent; ++d)
    if (extent % d == 0)
      divisors.push_back(d);
  if (extent % asked == 0)
    return asked;
  return target.error() << "has " << extent << " " << what << ", which blocks of " << asked << " do not divide; the nearest is " << nearestOf(divisors, asked);
}

static FailureOr<Value> encodeBlockPrune(const EncodeTarget &target, const RecipeStep &step) {
  if (target.value.type() != reference::ElementType::f32())
    return target.error() << "has no constant f32 weight to prune";
  SparseWeight weight(OpBuilder(target.leaf.getOwner()), target.layer->getLoc(), target.name(), target.value, streamChannels(target.layer));
  auto asked = *parseBlock(step.text("block"));
  FailureOr<int64_t> h = blockExtent(target, "rows", weight.rows(), asked.first);
  FailureOr<int64_t> w = failed(h) ? h : blockExtent(target, "columns", weight.columns(), asked.second);
  if (failed(h) || failed(w))
    return failure();
  BlockChoice choice = pruneBlocks(weight.positions().data(), weight.rows(), weight.columns(), *h, *w, step.real("density"), step.text("remove") == "both");
  Value scatter = weight.scatter(weight.blocks(choice, *h, *w));
  remarkKeptEnergy(target, scatter);
  return scatter;
}

Scheme blockPruneScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "block-prune";
  SchemeParameter block{"block", Kind::text, "4x0", 0, 0, {}};
  block.check = checkBlock;
  s.parameters = {{"density", Kind::real, "0.5", 1e-6, 1, {}}, block, {"remove", Kind::choice, "columns", 0, 0, {"columns", "both"}}};
  s.scope = Scheme::Scope::weight;
  s.encode = encodeBlockPrune;
  return s;
}

namespace {

struct BlockPruneWeightsPass : impl::BlockPruneWeightsBase<BlockPruneWeightsPass> {
  using BlockPruneWeightsBase::BlockPruneWeightsBase;

  void runOnOperation() override {
    std::string text = llvm::formatv("block-prune{{density={0} block={1} remove={2} layers={3}}", density, block, remove, layers);
    if (failed(applyStep(getOperation(), text)))
      signalPassFailure();
  }
};

} // namespace
} // namespace weft::compression

//===- EntropyCode.cpp - integer leaves as Huffman codes -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Algorithms/Huffman.h"
#include "passes/Compression/Entropy.h"
#include "passes/Compression/Passes.h"
#include "passes/Compression/Scheme.h"
#include "passes/Compression/Weights.h"
#include "passes/Transforms/Constants.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {
#define GEN_PASS_DEF_ENTROPYCODE
#include "passes/Compression/Passes.h.inc"

/// On the module: names of the layers whose leaves are stored as Huffman codes. It survives quantization, which replaces layers.
constexpr llvm::StringLiteral kEntropyAttr = "codec.entropy";

static LogicalResult markEntropy(nn::WeightedOp layer, const RecipeStep &) {
  auto module = layer->getParentOfType<ModuleOp>();
  SmallVector<Attribute> names;
  if (auto marked = module->getAttrOfType<ArrayAttr>(kEntropyAttr))
    names.append(marked.begin(), marked.end());
  auto name = StringAttr::get(layer->getContext(), nn::layerName(layer));
  if (!llvm::is_contained(names, name))
    names.push_back(name);
  module->setAttr(kEntropyAttr, ArrayAttr::get(layer->getContext(), names));
  return success();
}

Scheme entropyScheme() {
  Scheme s;
  s.name = "entropy";
  s.scope = Scheme::Scope::layer;
  s.mark = markEntropy;
  return s;
}

/// The constants of integers below a weight. What is coded already stays.
static void findIntegerLeaves(OpOperand &operand, SmallVectorImpl<OpOperand *> &leaves) {
  Operation *op = operand.get().getDefiningOp();
  if (auto dequantize = dyn_cast_or_null<nn::DequantizeOp>(op))
    return findIntegerLeaves(dequantize.getInputMutable(), leaves);
  if (isa_and_nonnull<nn::ConstantOp>(op) && isa<IntegerType>(cast<RankedTensorType>(operand.get().getType()).getElementType()))
    leaves.push_back(&operand);
  else if (isa_and_nonnull<codec::Expression>(op) && !isa<codec::HuffmanOp>(op))
    for (OpOperand &inner : op->getOpOperands())
      findIntegerLeaves(inner, leaves);
}

/// The name of the constant's resource, or what it is to its user.
static std::string leafName(OpOperand &leaf, nn::WeightedOp layer) {
  return (nn::layerName(layer) + "." + Twine(leaf.get().getDefiningOp()->hasAttr(nn::kNameAttr)
                                                 ? nn::layerName(leaf.get().getDefiningOp())
                                                 : StringRef("entropy")))
      .str();
}

/// Codes one leaf where that is smaller; the bits it saves.
static int64_t encodeLeaf(OpOperand &leaf, nn::WeightedOp layer) {
  std::optional<Tensor> tensor = transforms::plainConstant(leaf.get());
  auto type = cast<RankedTensorType>(leaf.get().getType());
  if (!tensor)
    return 0;
  std::optional<HuffmanCode> code = huffmanEncode(tensor->integers(), type.getElementTypeBitWidth());
  int64_t before = codec::storageBits(leaf.get());
  if (!code || code->storageBits() >= before)
    return 0;
  OpBuilder b(leaf.getOwner());
  Location loc = leaf.getOwner()->getLoc();
  std::string name = leafName(leaf, layer);
  auto integers = [&](unsigned bits, const std::vector<uint8_t> &values, StringRef part) {
    return transforms::makeIntegers(b, loc, IntegerType::get(b.getContext(), bits, IntegerType::Unsigned),
                                    {static_cast<int64_t>(values.size())}, {values.begin(), values.end()}, (name + part).str());
  };
  Value coded = codec::HuffmanOp::create(b, loc, type, integers(8, code->bytes, ".bytes"), integers(4, code->lengths, ".lengths"), code->bits,
                                         code->first, code->group);
  leaf.set(coded);
  return before - code->storageBits();
}

static void encodeLayer(nn::WeightedOp layer) {
  int64_t before = weightBits(layer.getWeight()), saved = 0;
  SmallVector<OpOperand *> leaves;
  findIntegerLeaves(layer.getWeightMutable(), leaves);
  for (OpOperand *leaf : leaves)
    saved += encodeLeaf(*leaf, layer);
  if (leaves.empty() || saved == 0)
    emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer) << "': entropy codes nothing: "
                               << (leaves.empty() ? "its weight has no integer leaf; quantize or cluster it first"
                                                  : "its integers are spread evenly");
  else
    emitRemark(layer.getLoc()) << "layer '" << nn::layerName(layer) << "': " << (before + 7) / 8 << " → " << (before - saved + 7) / 8
                               << " bytes (entropy)";
}

bool isEntropyCoded(ModuleOp module) { return module->hasAttr(kEntropyAttr); }

void encodeEntropy(ModuleOp module, llvm::function_ref<bool(StringRef)> isChosen) {
  module.walk([&](nn::WeightedOp layer) {
    if (isChosen(nn::layerName(layer)))
      encodeLayer(layer);
  });
  for (Operation &function : *module.getBody())
    eraseUnusedWeights(&function);
}

void encodeMarkedLayers(ModuleOp module) {
  auto marked = module->getAttrOfType<ArrayAttr>(kEntropyAttr);
  if (!marked)
    return;
  encodeEntropy(module, [&](StringRef layer) { return llvm::is_contained(marked, StringAttr::get(module.getContext(), layer)); });
}

namespace {

struct EntropyCodePass : impl::EntropyCodeBase<EntropyCodePass> {
  using EntropyCodeBase::EntropyCodeBase;

  void runOnOperation() override {
    RecipeStep step;
    step.layers.clear();
    for (StringRef glob : llvm::split(StringRef(layers), '|'))
      step.layers.push_back(glob.str());
    encodeEntropy(getOperation(), [&](StringRef layer) { return step.matches(layer); });
  }
};

} // namespace
} // namespace weft::compression

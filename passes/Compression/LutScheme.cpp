//===- LutScheme.cpp - marks layers that become truth tables ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "dialects/Lut/IR/LutOps.h"
#include "passes/Compression/Scheme.h"

using namespace mlir;

namespace weft::compression {

/// The mapping itself works on integers: `--lut-map-layers` finds the mark after integerize.
static LogicalResult markLayer(nn::WeightedOp layer, const RecipeStep &step) {
  const bool named = step.layers != std::vector<std::string>{"*"};
  if (!isa<nn::LinearOp>(layer)) {
    if (named)
      return layer->emitOpError() << "layer '" << nn::layerName(layer) << "' is no linear layer, which lut needs";
    return success();
  }
  OpBuilder b(layer);
  SmallVector<NamedAttribute> marks;
  for (StringRef name : {"inputs", "bits", "products", "levels"})
    marks.push_back(b.getNamedAttr(name, b.getI64IntegerAttr(step.integer(name))));
  marks.push_back(b.getNamedAttr("tool", b.getStringAttr(step.text("tool"))));
  if (named)
    marks.push_back(b.getNamedAttr("required", b.getUnitAttr()));
  layer->setAttr(lut::kMapAttr, b.getDictionaryAttr(marks));
  return success();
}

Scheme lutScheme() {
  using Kind = SchemeParameter::Kind;
  Scheme s;
  s.name = "lut";
  s.scope = Scheme::Scope::layer;
  s.parameters = {{"inputs", Kind::integer, "6", 4, 6, {}},
                  {"bits", Kind::integer, "12", 1, 20, {}},
                  {"products", Kind::integer, "1024", 0, 65536, {}},
                  {"levels", Kind::integer, "0", 0, 64, {}},
                  {"tool", Kind::choice, "auto", 0, 0, {"auto", "abc", "none"}}};
  s.mark = markLayer;
  return s;
}

} // namespace weft::compression

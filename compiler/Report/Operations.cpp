//===- Operations.cpp - multiplications and additions of a layer --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Operations.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::report {
namespace {

RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

int64_t entriesOf(codec::LookupOp lookup) { return typeOf(lookup.getCodebook()).getDimSize(1); }

/// `terms` products in `rows` sums, of which each has at most `entries` different factors: equal factors are taken out.
Operations factorized(int64_t terms, int64_t rows, int64_t entries) {
  if (rows * entries >= terms)
    return {terms, terms};
  return {rows * entries, terms + rows * entries};
}

/// One product of the weight with a vector.
Operations operationsOf(Value weight) {
  if (auto dequantize = weight.getDefiningOp<nn::DequantizeOp>())
    return operationsOf(dequantize.getInput());
  int64_t elements = typeOf(weight).getNumElements(), rows = typeOf(weight).getRank() ? typeOf(weight).getDimSize(0) : 1;
  Operation *scheme = weight.getDefiningOp();
  if (!scheme)
    return {elements, elements};
  return llvm::TypeSwitch<Operation *, Operations>(scheme)
      .Case([&](codec::LookupOp lookup) { return factorized(elements, rows, entriesOf(lookup)); })
      .Case([&](codec::ScatterOp scatter) {
        int64_t kept = typeOf(scatter.getValues()).getNumElements();
        auto lookup = scatter.getValues().getDefiningOp<codec::LookupOp>();
        return lookup ? factorized(kept, rows, entriesOf(lookup)) : Operations{kept, kept};
      })
      // A shifted addition per term.
      .Case([&](codec::PowersOp powers) { return Operations{0, typeOf(powers.getCodes()).getNumElements()}; })
      .Case([&](codec::BitplanesOp planes) { return Operations{0, typeOf(planes.getPlanes()).getNumElements()}; })
      .Default([&](Operation *) { return Operations{elements, elements}; });
}

} // namespace

Operations operationsOf(nn::WeightedOp layer) {
  // A recurrent layer multiplies its weight once for each step of its input.
  auto result = typeOf(nn::asAffine(layer) ? layer->getResult(0) : layer.getInput()), weight = typeOf(layer.getWeight());
  if (!weight.hasStaticShape() || weight.getRank() == 0)
    return {};
  int64_t outputs = 1;
  for (auto [i, d] : llvm::enumerate(result.getShape()))
    outputs *= i == 0 || ShapedType::isDynamic(d) ? 1 : d;
  int64_t positions = outputs / std::max<int64_t>(1, weight.getDimSize(0));
  Operations once = operationsOf(layer.getWeight());
  return {once.multiplications * positions, once.additions * positions};
}

} // namespace weft::report

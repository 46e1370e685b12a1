//===- WeightSource.cpp - how weights reach multipliers --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/WeightSource.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/Costs.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft::flow;

static RankedTensorType tensorOf(Value v) { return cast<RankedTensorType>(v.getType()); }

WeightSource WeightSource::of(Value weight) {
  WeightSource source;
  source.stored = weight;
  source.rows = tensorOf(weight).getDimSize(0), source.columns = tensorOf(weight).getDimSize(1);
  source.weightType = cast<IntegerType>(tensorOf(weight).getElementType());
  if (auto lookup = weight.getDefiningOp<codec::LookupOp>()) {
    source.decoder = Decoder::lookup;
    source.stored = lookup.getCodes(), source.table = lookup.getCodebook();
    source.groups = tensorOf(source.table).getDimSize(0), source.entries = tensorOf(source.table).getDimSize(1);
  }
  source.storedType = cast<IntegerType>(tensorOf(source.stored).getElementType());
  return source;
}

WeightSource WeightSource::ofCodes(Value weight) {
  WeightSource source = of(weight);
  Value values = source.table ? source.table : source.stored;
  auto powers = values.getDefiningOp<codec::PowersOp>();
  source.isCodes = true;
  source.weightType = IntegerType::get(weight.getContext(), powers.getTerms() * powers.getCodeBits(), IntegerType::Unsigned);
  if (!source.table)
    source.storedType = source.weightType;
  return source;
}

int64_t WeightSource::tableGroups(int64_t pe) const {
  int64_t size = rows / groups;
  return pe % size == 0 || size % pe == 0 ? groups : rows;
}

int64_t WeightSource::tableBeside(int64_t pe) const { return std::max<int64_t>(1, pe * tableGroups(pe) / rows); }

int64_t WeightSource::tableWords(int64_t pe) const { return tableGroups(pe) / tableBeside(pe); }

int64_t WeightSource::latency(int64_t, int64_t) const { return decoder == Decoder::stored ? 1 : 2; }

Resources WeightSource::resources(int64_t pe, int64_t simd) const {
  Resources cost = memoryCost(words(pe, simd), wordElements(pe, simd) * storedType.getWidth(), true);
  if (decoder == Decoder::stored)
    return cost;
  int64_t bits = weightType.getWidth(), lanes = pe * simd;
  cost += memoryCost(tableWords(pe), tableBeside(pe) * entries * bits, true);
  cost.ff += static_cast<double>(lanes) * bits;
  // One codebook is logic: a table of 6 inputs for each bit and 64 entries. Several are multiplexers, four to one in a table.
  int64_t perBit = tableWords(pe) == 1 ? llvm::divideCeil(entries, 64) : llvm::divideCeil(entries, 3);
  cost.lut += static_cast<double>(lanes) * bits * perBit;
  return cost;
}

//===- WeightSource.cpp - how weights reach multipliers --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/WeightSource.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/Costs.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace weft::flow;

static RankedTensorType tensorOf(Value v) { return cast<RankedTensorType>(v.getType()); }

WeightSource WeightSource::of(Value weight) {
  WeightSource source;
  source.stored = weight;
  source.rows = tensorOf(weight).getDimSize(0), source.columns = tensorOf(weight).getDimSize(1);
  source.weightType = cast<IntegerType>(tensorOf(weight).getElementType());
  // Columns are in the order of the stream already: an expression that numbers them by channels is evaluated.
  if (auto circulant = source.stored.getDefiningOp<codec::CirculantOp>(); circulant && circulant.getChannels() == 0) {
    source.block = circulant.getBlock();
    source.stored = circulant.getVectors();
  }
  int64_t rows = source.rows / source.block; // of what is stored
  if (auto lookup = source.stored.getDefiningOp<codec::LookupOp>()) {
    source.decoder = Decoder::lookup;
    source.stored = lookup.getCodes(), source.table = lookup.getCodebook();
    source.groups = tensorOf(source.table).getDimSize(0), source.entries = tensorOf(source.table).getDimSize(1);
  } else if (auto delta = source.stored.getDefiningOp<codec::DeltaOp>()) {
    bool consecutive = delta.getMode() == codec::DeltaMode::consecutive;
    int64_t references = tensorOf(delta.getReferences()).getDimSize(0);
    bool perRow = references % rows == 0;
    // Consecutive weights have a reference at the beginning of each row, and no blocks; --nn-to-flow sees to that.
    if (delta.getChannels() == 0 && (consecutive ? perRow && source.block == 1 : perRow || rows % references == 0)) {
      source.decoder = consecutive ? Decoder::consecutive : Decoder::delta;
      source.stored = delta.getDeltas(), source.table = delta.getReferences();
      source.groups = std::min(references, rows), source.runs = std::max<int64_t>(1, references / rows);
      source.shift = delta.getShift();
    }
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
  bool aligned = pe % size == 0 || size % pe == 0;
  return aligned && runs == 1 && decoder != Decoder::consecutive ? groups : rows;
}

int64_t WeightSource::tableBeside(int64_t pe) const { return std::max<int64_t>(1, pe * tableGroups(pe) / rows); }

int64_t WeightSource::tableWords(int64_t pe) const { return tableGroups(pe) / tableBeside(pe) * runs; }

int64_t WeightSource::latency(int64_t pe, int64_t simd) const {
  int64_t cycles = 1 + rotates(pe, simd) + (decoder != Decoder::stored);
  return decoder == Decoder::consecutive ? cycles + treeStages(simd) : cycles;
}

Resources WeightSource::resources(int64_t pe, int64_t simd) const {
  int64_t stored = storedType.getWidth(), bits = weightType.getWidth();
  auto lanes = static_cast<double>(pe * simd);
  Resources cost = memoryCost(words(pe, simd), wordElements(pe, simd) * stored, true);
  if (rotates(pe, simd)) {
    int64_t turns = block / std::gcd(std::min(pe, block), std::min(simd, block));
    cost.lut += lanes * stored * llvm::divideCeil(turns, 4), cost.ff += lanes * stored;
  }
  if (decoder == Decoder::stored)
    return cost;
  cost += memoryCost(tableWords(pe), tableBeside(pe) * entries * bits, true);
  cost.ff += lanes * bits;
  if (decoder == Decoder::lookup) {
    // One codebook is logic: a table of 6 inputs for each bit and 64 entries. Several are multiplexers, four to one in a table.
    cost.lut += lanes * bits * llvm::divideCeil(entries, tableWords(pe) == 1 ? 64 : 3);
    return cost;
  }
  cost.lut += lanes * bits;
  if (decoder == Decoder::consecutive) {
    cost.lut += lanes * bits * llvm::Log2_64_Ceil(simd) / 2;
    cost.ff += lanes * bits * treeStages(simd) + static_cast<double>(pe * bits);
  }
  return cost;
}

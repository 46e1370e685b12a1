//===- Sparsity.cpp - weights as kept values and a mask ---------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Sparsity.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "passes/Compression/Algorithms/BitPack.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Transforms/Constants.h"
#include "runtime/reference/Masks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using weft::reference::Tensor;

namespace weft::compression {

SparseWeight::SparseWeight(OpBuilder builder, Location loc, StringRef name, const Tensor &weight, int64_t channels)
    : builder(builder), loc(loc), name(name), weight(weight), channels(channels), rowCount(weight.dim(0)), columnCount(weight.size() / weight.dim(0)) {
  for (int64_t r = 0; r < rowCount; ++r)
    for (int64_t p = 0; p < columnCount; ++p)
      byPosition.push_back(static_cast<float>(weight.asDouble(r * columnCount + reference::columnOfPosition(p, channels, columnCount))));
}

RankedTensorType SparseWeight::maskType() {
  return RankedTensorType::get(weight.shape(), builder.getIntegerType(1, /*isSigned=*/false));
}

/// Unsigned numbers below `count`, in as few bits as they need.
Value SparseWeight::indices(StringRef what, reference::Shape shape, const std::vector<int64_t> &values, int64_t count) {
  auto type = builder.getIntegerType(codeBits(static_cast<size_t>(std::max<int64_t>(count, 2))), /*isSigned=*/false);
  return transforms::makeIntegers(builder, loc, type, std::move(shape), values, name + what.str());
}

Value SparseWeight::interleave(const InterleaverTables &tables, int64_t fanOut) {
  int64_t z = tables.startShape.back();
  Value starts = indices(".starts", tables.startShape, tables.starts, columnCount / z), dither;
  if (!tables.dither.empty())
    dither = indices(".dither", {fanOut, z}, tables.dither, z);
  return codec::InterleaveOp::create(builder, loc, maskType(), starts, dither, tables.type, fanOut, channels);
}

Value SparseWeight::seedOf(uint64_t seed) { return indices(".seed", {1}, {static_cast<int64_t>(seed)}, int64_t(1) << 32); }

Value SparseWeight::random(uint64_t seed, int64_t edges) {
  return codec::RandomMaskOp::create(builder, loc, maskType(), seedOf(seed), builder.getI64IntegerAttr(edges), IntegerAttr());
}

Value SparseWeight::structuredRandom(uint64_t seed, int64_t fanIn) {
  return codec::RandomMaskOp::create(builder, loc, maskType(), seedOf(seed), IntegerAttr(), builder.getI64IntegerAttr(fanIn));
}

Value SparseWeight::nm(const std::vector<int64_t> &kept, int64_t n, int64_t m) {
  return codec::NmMaskOp::create(builder, loc, maskType(), indices(".indices", {rowCount, columnCount / m, n}, kept, m), channels);
}

static std::vector<int64_t> numbers(const std::vector<bool> &flags) { return {flags.begin(), flags.end()}; }

Value SparseWeight::blocks(const BlockChoice &choice, int64_t h, int64_t w) {
  Value rows = indices(".rows", {rowCount / h, columnCount / w, h}, numbers(choice.rows), 2);
  Value columns = indices(".columns", {rowCount / h, columnCount / w, w}, numbers(choice.columns), 2);
  return codec::BlockMaskOp::create(builder, loc, maskType(), rows, columns, channels);
}

Value SparseWeight::bits(const std::vector<bool> &kept) {
  std::vector<int64_t> set(kept.size());
  for (int64_t r = 0; r < rowCount; ++r)
    for (int64_t p = 0; p < columnCount; ++p)
      set[static_cast<size_t>(r * columnCount + reference::columnOfPosition(p, channels, columnCount))] = kept[static_cast<size_t>(r * columnCount + p)];
  return indices(".mask", weight.shape(), set, 2);
}

Value SparseWeight::scatter(Value mask) {
  Tensor set = *evaluation::evaluateConstant(mask); // built from tables that are legal
  Tensor values(weight.type(), {0});
  weight.visit([&](const auto &in) {
    auto &out = values.values<typename std::decay_t<decltype(in)>::value_type>();
    for (size_t i = 0; i < in.size(); ++i)
      if (set.integers()[i])
        out.push_back(in[i]);
  });
  int64_t count = 0;
  for (int64_t s : set.integers())
    count += s;
  Tensor kept(weight.type(), {count});
  kept.visit([&](auto &out) { out = values.values<typename std::decay_t<decltype(out)>::value_type>(); });
  Value constant = transforms::makeConstant(builder, loc, kept, name + ".values");
  auto type = RankedTensorType::get(weight.shape(), cast<RankedTensorType>(constant.getType()).getElementType());
  return codec::ScatterOp::create(builder, loc, type, constant, mask);
}

double keptEnergy(const Tensor &weight, Value expression) {
  reference::Result<Tensor> after = evaluation::evaluateConstant(expression);
  double all = 0, kept = 0;
  for (int64_t i = 0; after.ok() && i < weight.size(); ++i) {
    all += weight.asDouble(i) * weight.asDouble(i);
    kept += after->asDouble(i) * after->asDouble(i);
  }
  return all > 0 ? kept / all : 1;
}

void remarkKeptEnergy(const EncodeTarget &target, Value expression) {
  emitRemark(target.layer.getLoc()) << "layer '" << target.name() << "': the mask keeps "
                                    << llvm::formatv("{0:f1}", 100 * keptEnergy(target.value, expression)).str() << " % of the sum of squares";
}

} // namespace weft::compression

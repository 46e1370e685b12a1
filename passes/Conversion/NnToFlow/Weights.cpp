//===- Weights.cpp - weights in the order of streams -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

Tensor weft::conversion::permutedColumns(const Tensor &weight, const Order &columns) {
  int64_t rows = weight.dim(0), count = static_cast<int64_t>(columns.size());
  Tensor result(weight.type(), {rows, count});
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t k = 0; k < count; ++k)
      result.integers()[row * count + k] = weight.integers()[row * count + columns[k]];
  return result;
}

/// Codes move, the codebook stays.
FailureOr<Value> Lowering::permuted(Operation *op, codec::LookupOp lookup, const Order &columns) {
  FailureOr<Tensor> codes = constant(op, "codes", lookup.getCodes());
  FailureOr<Tensor> book = constant(op, "codebook", lookup.getCodebook());
  if (failed(codes) || failed(book))
    return failure();
  std::string name = nn::layerName(op).str();
  Value moved = materialize(op->getLoc(), permutedColumns(*codes, columns), name + ".weight");
  Value codebook = materialize(op->getLoc(), *book, name + ".codebook");
  auto type = RankedTensorType::get(cast<RankedTensorType>(moved.getType()).getShape(),
                                    cast<RankedTensorType>(lookup.getType()).getElementType());
  return codec::LookupOp::create(builder, op->getLoc(), type, moved, codebook).getResult();
}

FailureOr<Value> Lowering::permutedWeight(Operation *op, Value weight, const Order &columns) {
  auto dense = [&]() -> FailureOr<Value> {
    FailureOr<Tensor> values = constant(op, "weight", weight);
    if (failed(values))
      return failure();
    if (weight.getDefiningOp<codec::Expression>())
      emitRemark(op->getLoc()) << "layer '" << nn::layerName(op) << "': no unit stores " << codec::schemeName(weight)
                               << "; its memory holds the weights it evaluates to";
    return materialize(op->getLoc(), permutedColumns(*values, columns), (nn::layerName(op) + ".weight").str());
  };
  Operation *scheme = weight.getDefiningOp();
  if (!scheme)
    return dense();
  // A scheme that no unit exploits is evaluated.
  return llvm::TypeSwitch<Operation *, FailureOr<Value>>(scheme)
      .Case([&](codec::LookupOp lookup) { return permuted(op, lookup, columns); })
      .Default([&](Operation *) { return dense(); });
}

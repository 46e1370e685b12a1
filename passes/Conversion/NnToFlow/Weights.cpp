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
  // A codebook of powers of two stays one: the shift unit takes its codes.
  auto powers = lookup.getCodebook().getDefiningOp<codec::PowersOp>();
  FailureOr<Tensor> book = constant(op, "codebook", powers ? powers.getCodes() : lookup.getCodebook());
  if (failed(codes) || failed(book))
    return failure();
  std::string name = nn::layerName(op).str();
  Value moved = materialize(op->getLoc(), permutedColumns(*codes, columns), name + ".weight");
  Value codebook = materialize(op->getLoc(), *book, name + ".codebook");
  if (powers)
    codebook = codec::PowersOp::create(builder, op->getLoc(), powers.getType(), codebook, powers.getShift());
  auto type = RankedTensorType::get(cast<RankedTensorType>(moved.getType()).getShape(),
                                    cast<RankedTensorType>(lookup.getType()).getElementType());
  return codec::LookupOp::create(builder, op->getLoc(), type, moved, codebook).getResult();
}

/// A stack of tensors `[T, N, …]` as `[T, N, K]`, the columns of each picked by `columns`.
FailureOr<Value> Lowering::permutedStack(Operation *op, StringRef what, Value stack, const Order &columns) {
  FailureOr<Tensor> values = constant(op, what, stack);
  if (failed(values))
    return failure();
  int64_t count = values->dim(0), rows = values->dim(1);
  Tensor moved = permutedColumns(values->reshaped({count * rows, values->size() / std::max<int64_t>(1, count * rows)}), columns);
  return materialize(op->getLoc(), moved.reshaped({count, rows, static_cast<int64_t>(columns.size())}), (nn::layerName(op) + ".weight").str());
}

/// An expression over one stack.
template <typename Op>
FailureOr<Value> Lowering::permutedScheme(Operation *op, Op scheme, StringRef what, Value stack, const Order &columns) {
  FailureOr<Value> moved = permutedStack(op, what, stack, columns);
  if (failed(moved))
    return failure();
  auto type = RankedTensorType::get(cast<RankedTensorType>(moved->getType()).getShape().drop_front(),
                                    cast<RankedTensorType>(scheme.getType()).getElementType());
  return Op::create(builder, op->getLoc(), type, *moved, scheme.getShift()).getResult();
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
      .Case([&](codec::BitplanesOp planes) { return permutedScheme(op, planes, "planes", planes.getPlanes(), columns); })
      .Case([&](codec::LookupOp lookup) { return permuted(op, lookup, columns); })
      .Case([&](codec::PowersOp powers) { return permutedScheme(op, powers, "codes", powers.getCodes(), columns); })
      .Default([&](Operation *) { return dense(); });
}

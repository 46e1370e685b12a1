//===- Weights.cpp - weights in the order of streams -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "runtime/reference/Codec.h"

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

static RankedTensorType withElementOf(Value shaped, Value element) {
  return RankedTensorType::get(cast<RankedTensorType>(shaped.getType()).getShape(), cast<RankedTensorType>(element.getType()).getElementType());
}

/// Says that a scheme is not stored as it is, and why.
static void remarkEvaluated(Operation *op, Value weight, StringRef why) {
  emitRemark(op->getLoc()) << "layer '" << nn::layerName(op) << "': " << why << " " << codec::schemeName(weight)
                           << "; its memory holds the weights it evaluates to";
}

/// Codes move, the codebook stays: rows keep their groups.
FailureOr<Value> Lowering::permuted(Operation *op, codec::LookupOp lookup, const Gather &gather) {
  FailureOr<Tensor> codes = constant(op, "codes", lookup.getCodes());
  // A codebook of powers of two stays one: the shift unit takes its codes.
  auto powers = lookup.getCodebook().getDefiningOp<codec::PowersOp>();
  FailureOr<Tensor> book = constant(op, "codebook", powers ? powers.getCodes() : lookup.getCodebook());
  if (failed(codes) || failed(book))
    return failure();
  std::string name = nn::layerName(op).str();
  Value moved = materialize(op->getLoc(), gather.of(*codes), name + ".weight");
  Value codebook = materialize(op->getLoc(), *book, name + ".codebook");
  if (powers)
    codebook = codec::PowersOp::create(builder, op->getLoc(), powers.getType(), codebook, powers.getShift());
  return codec::LookupOp::create(builder, op->getLoc(), withElementOf(moved, lookup), moved, codebook).getResult();
}

/// The reference of each element of fixed differences.
static std::vector<int64_t> referencesOf(const Tensor &references, const Tensor &deltas, int64_t channels) {
  int64_t each = deltas.size() / deltas.dim(0), run = deltas.size() / references.size();
  std::vector<int64_t> result(deltas.size());
  for (int64_t i = 0; i < deltas.size(); ++i)
    result[i / each * each + reference::elementAt(i % each, each, channels)] = references.integers()[i / run];
  return result;
}

/// What each row of consecutive differences begins from: its reference, or the last weight of the row before. Nothing where rows do not
/// begin and end with runs, or the differences are not in the order in which the unit reads.
static std::optional<std::vector<int64_t>> rowStarts(const Tensor &references, const Tensor &weights, int64_t channels, const Gather &gather) {
  int64_t rows = weights.dim(0), each = weights.size() / rows, run = weights.size() / references.size();
  for (int64_t i = 0; i < weights.size(); ++i)
    if (gather.from[i] != i / each * each + reference::elementAt(i % each, each, channels))
      return std::nullopt;
  if (each % run == 0)
    return references.integers();
  if (run % each != 0)
    return std::nullopt;
  std::vector<int64_t> starts;
  for (int64_t row = 0; row < rows; ++row)
    starts.push_back(row * each % run == 0 ? references.integers()[row * each / run] : weights.integers()[gather.from[row * each - 1]]);
  return starts;
}

/// Differences move; references become those of runs of what is stored, one for each row where differences are consecutive.
FailureOr<Value> Lowering::permuted(Operation *op, codec::DeltaOp delta, const Gather &gather, int64_t block) {
  FailureOr<Tensor> deltas = constant(op, "differences", delta.getDeltas()), weights = constant(op, "weight", delta);
  FailureOr<Tensor> references = constant(op, "references", delta.getReferences());
  if (failed(deltas) || failed(references) || failed(weights))
    return failure();
  std::string name = nn::layerName(op).str();
  std::optional<std::vector<int64_t>> runs;
  if (delta.getMode() == codec::DeltaMode::fixed) {
    Tensor each = Tensor::ofIntegers(references->type(), deltas->shape(), referencesOf(*references, *deltas, delta.getChannels()));
    runs = runsOf(gather.of(each).integers(), gather.shape[0], block);
  } else if (block == 1) {
    runs = rowStarts(*references, *weights, delta.getChannels(), gather);
  }
  int64_t weightBits = weights->type().bits, saved = deltas->size() * (weightBits - static_cast<int64_t>(deltas->type().bits));
  if (!runs || static_cast<int64_t>(runs->size()) * weightBits > saved) {
    remarkEvaluated(op, delta, "the order of the stream scatters the references of");
    return materialize(op->getLoc(), gather.of(*weights), name + ".weight");
  }
  auto count = static_cast<int64_t>(runs->size());
  Value moved = materialize(op->getLoc(), gather.of(*deltas), name + ".weight");
  // What a row begins from is a weight, or a reference of any type: the decoder takes both modulo the weight's width.
  Tensor table = Tensor::ofIntegers(reference::ElementType::i64(), {count}, std::move(*runs));
  Value from = materialize(op->getLoc(), table, name + ".references");
  return codec::DeltaOp::create(builder, op->getLoc(), withElementOf(moved, delta), from, moved, delta.getMode(), delta.getShift()).getResult();
}

/// Vectors move where the stream keeps blocks together, and what they are made of with them.
FailureOr<Value> Lowering::permuted(Operation *op, codec::CirculantOp circulant, const Order &columns) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(circulant.getVectors().getType()).getShape();
  std::optional<Gather> gather = gatherVectors(Shape(shape.begin(), shape.end()), circulant.getChannels(), columns);
  if (!gather) {
    remarkEvaluated(op, circulant, "the order of the stream breaks the blocks of");
    return Value();
  }
  FailureOr<Value> vectors = permutedLeaf(op, circulant.getVectors(), *gather, circulant.getBlock());
  if (failed(vectors))
    return failure();
  auto type = RankedTensorType::get({gather->shape[0] * gather->shape[2], static_cast<int64_t>(columns.size())},
                                    cast<RankedTensorType>(circulant.getType()).getElementType());
  return codec::CirculantOp::create(builder, op->getLoc(), type, *vectors).getResult();
}

/// Codes, differences, or the values of anything else.
FailureOr<Value> Lowering::permutedLeaf(Operation *op, Value leaf, const Gather &gather, int64_t block) {
  if (auto lookup = leaf.getDefiningOp<codec::LookupOp>())
    return permuted(op, lookup, gather);
  if (auto delta = leaf.getDefiningOp<codec::DeltaOp>())
    return permuted(op, delta, gather, block);
  FailureOr<Tensor> values = constant(op, "weight", leaf);
  if (failed(values))
    return failure();
  if (leaf.getDefiningOp<codec::Expression>())
    remarkEvaluated(op, leaf, "no unit stores");
  return materialize(op->getLoc(), gather.of(*values), (nn::layerName(op) + ".weight").str());
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
  if (auto planes = weight.getDefiningOp<codec::BitplanesOp>())
    return permutedScheme(op, planes, "planes", planes.getPlanes(), columns);
  if (auto powers = weight.getDefiningOp<codec::PowersOp>())
    return permutedScheme(op, powers, "codes", powers.getCodes(), columns);
  if (auto circulant = weight.getDefiningOp<codec::CirculantOp>()) {
    FailureOr<Value> arranged = permuted(op, circulant, columns);
    if (failed(arranged) || *arranged)
      return arranged;
    FailureOr<Tensor> values = constant(op, "weight", weight);
    if (failed(values))
      return failure();
    return materialize(op->getLoc(), permutedColumns(*values, columns), (nn::layerName(op) + ".weight").str());
  }
  int64_t rows = cast<RankedTensorType>(weight.getType()).getDimSize(0);
  return permutedLeaf(op, weight, gatherColumns(rows, columns), 1);
}

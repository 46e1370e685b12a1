//===- IndexTuples.cpp - GatherElements, GatherND, *Scatter*, TopK ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Counting.h"
#include "compiler/Import/Ops/Weights.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static bool areIndices(Node &node, Value indices) {
  if (isa<IntegerType>(node.elementType(indices)))
    return true;
  (void)node.invalid("has indices that are no integers");
  return false;
}

/// Swaps an axis with the last one: its own inverse.
static SmallVector<int64_t> axisLast(int64_t axis, int64_t rank) {
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[axis], perm[rank - 1]);
  return perm;
}

/// Swaps an axis with the second one.
static SmallVector<int64_t> axisSecond(int64_t axis, int64_t rank) {
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[axis], perm[1]);
  return perm;
}

/// The list with a 1 behind it.
static Value asTuples(Node &node, Value indices) {
  SmallVector<Dim> dims = node.symbols().dims(indices);
  dims.push_back(Dim(1));
  return node.reshapeTo(indices, dims);
}

/// Whether the sizes beside `axis` are the same, and known to be.
static bool agreeBeside(Node &node, Value a, Value b, int64_t axis) {
  SmallVector<Dim> left = node.symbols().dims(a), right = node.symbols().dims(b);
  for (size_t i = 0; i < left.size(); ++i)
    if (static_cast<int64_t>(i) != axis && left[i] != right[i])
      return false;
  return true;
}

/// Tuples [shape…, rank] that say for every element of `indices` where it is, with its own value along `axis`.
static Value fullTuples(Node &node, Value indices, int64_t axis) {
  SmallVector<int64_t> shape(node.shape(indices)), unit = shape;
  unit.push_back(1);
  Type element = node.elementType(indices);
  int64_t rank = shape.size();
  SmallVector<Value> parts;
  for (int64_t d = 0; d < rank; ++d) {
    Value own = d == axis ? indices : node.create<nn::BroadcastOp>(element, countAlong(node, shape[d], d, rank, element), shape);
    parts.push_back(node.reshape(own, unit));
  }
  if (rank == 1 || node.failed())
    return parts[0];
  return node.create<nn::ConcatOp>(element, parts, rank);
}

/// What gather and scatter of elements read: the operands, checked.
struct ElementOperands {
  Value data, indices;
  int64_t axis = 0;
};
static std::optional<ElementOperands> readElementOperands(Node &node) {
  int64_t given = node.getInt("axis", 0);
  ElementOperands x{node.input(0), node.input(1)};
  if (node.failed() || !areIndices(node, x.indices))
    return std::nullopt;
  std::optional<int64_t> axis = node.axis(given, node.rank(x.data));
  if (!axis)
    return std::nullopt;
  x.axis = *axis;
  if (node.rank(x.indices) == node.rank(x.data))
    return x;
  (void)node.invalid("has indices of rank " + Twine(node.rank(x.indices)) + " for data of rank " + Twine(node.rank(x.data)));
  return std::nullopt;
}

/// data[i…, indices[i…, j], j…]: the axis last, then tuples of one index in the rows that the others name.
static LogicalResult buildGatherElements(Node &node) {
  // Codebooks [G, K] and codes [G, n], both constant, along axis 1, are a clustered weight.
  if (const HostTensor *codebook = node.constant(0u); codebook && codebook->rank() == 2)
    if (std::optional<HostTensor> codes = node.parameter(1); codes && codes->rank() == 2 && codes->shape()[0] == codebook->shape()[0])
      if (int64_t axis = node.getInt("axis", 0); (axis == 1 || axis == -1) && isClustered(*codebook, *codes))
        return node.set(0, lookup(node, *codebook, *codes));
  std::optional<ElementOperands> x = readElementOperands(node);
  if (!x)
    return failure();
  Type element = node.elementType(x->data);
  if (!agreeBeside(node, x->data, x->indices, x->axis)) {
    if (!node.type(x->indices).hasStaticShape())
      return node.unsupported("reads a part of a dynamic dimension; give that dimension a value");
    return node.set(0, node.create<nn::GatherNdOp>(element, x->data, fullTuples(node, x->indices, x->axis)));
  }
  auto perm = axisLast(x->axis, node.rank(x->data));
  Value data = node.transpose(x->data, perm), indices = asTuples(node, node.transpose(x->indices, perm));
  Value read = node.create<nn::GatherNdOp>(element, data, indices, static_cast<int64_t>(perm.size()) - 1);
  return node.set(0, node.transpose(read, perm));
}

static LogicalResult buildGatherNd(Node &node) {
  int64_t batchDims = node.getInt("batch_dims", 0);
  Value data = node.input(0), indices = node.input(1);
  if (node.failed() || !areIndices(node, indices))
    return failure();
  return node.set(0, node.create<nn::GatherNdOp>(node.elementType(data), data, indices, batchDims));
}

static std::optional<nn::ScatterKind> readReduction(Node &node) {
  StringRef reduction = node.getString("reduction", "none");
  auto kind = reduction == "none" ? nn::ScatterKind::replace : nn::symbolizeScatterKind(reduction);
  if (kind && reduction != "replace")
    return kind;
  (void)node.invalid("has reduction '" + reduction + "', expected none, add, mul, max or min");
  return std::nullopt;
}

static bool areUpdates(Node &node, Value data, Value updates) {
  if (node.elementType(data) == node.elementType(updates))
    return true;
  (void)node.invalid("has updates of another element type than its data");
  return false;
}

static LogicalResult buildScatterElements(Node &node) {
  auto kind = readReduction(node);
  Value updates = node.input(2);
  std::optional<ElementOperands> x = kind && updates ? readElementOperands(node) : std::nullopt;
  if (!x || !areUpdates(node, x->data, updates))
    return failure();
  Type element = node.elementType(x->data);
  if (!agreeBeside(node, x->data, x->indices, x->axis)) {
    if (!node.type(x->indices).hasStaticShape())
      return node.unsupported("writes a part of a dynamic dimension; give that dimension a value");
    return node.set(0, node.create<nn::ScatterNdOp>(element, x->data, fullTuples(node, x->indices, x->axis), updates, *kind, int64_t(0)));
  }
  auto perm = axisLast(x->axis, node.rank(x->data));
  Value data = node.transpose(x->data, perm), indices = asTuples(node, node.transpose(x->indices, perm));
  Value written = node.create<nn::ScatterNdOp>(element, data, indices, node.transpose(updates, perm), *kind, static_cast<int64_t>(perm.size()) - 1);
  return node.set(0, node.transpose(written, perm));
}

static LogicalResult buildScatterNd(Node &node) {
  auto kind = readReduction(node);
  Value data = node.input(0), indices = node.input(1), updates = node.input(2);
  if (node.failed() || !areIndices(node, indices) || !areUpdates(node, data, updates))
    return failure();
  return node.set(0, node.create<nn::ScatterNdOp>(node.elementType(data), data, indices, updates, *kind, int64_t(0)));
}

/// A cache [batch, …] whose rows from write_indices[batch] on, along the axis, are the update's; `circular` wraps around.
static LogicalResult buildTensorScatter(Node &node) {
  int64_t given = node.getInt("axis", -2);
  StringRef mode = node.getString("mode", "linear");
  Value cache = node.input(0), update = node.input(1);
  if (node.failed() || !areUpdates(node, cache, update))
    return failure();
  std::optional<int64_t> axis = node.axis(given, node.rank(cache));
  if (!axis)
    return failure();
  if (*axis == 0 || node.rank(update) != node.rank(cache) || (mode != "linear" && mode != "circular"))
    return node.invalid("needs an axis behind the batch, an update of the cache's rank, and mode linear or circular");
  auto perm = axisSecond(*axis, node.rank(cache));
  Value rows = node.transpose(cache, perm), written = node.transpose(update, perm);
  std::optional<int64_t> steps = knownSize(node, written, 1), length = knownSize(node, rows, 1);
  if (!steps || !length)
    return failure();
  Type i64 = node.builder().getI64Type();
  SmallVector<Dim> column{node.symbols().dims(cache)[0], Dim(1)};
  Value start = node.has(2) ? node.reshapeTo(node.convert(node.input(2), i64), column) : node.makeSplat({1, 1}, i64, 0);
  Value places = node.binary(nn::BinaryKind::add, start, countAlong(node, *steps, 1, 2));
  if (mode == "circular")
    places = node.binary(nn::BinaryKind::floor_mod, places, node.makeSplat({}, i64, static_cast<double>(*length)));
  if (!places)
    return failure();
  SmallVector<int64_t> wide{node.shape(cache)[0] == ShapedType::kDynamic ? -1 : node.shape(cache)[0], *steps};
  if (node.shape(places)[0] != node.shape(cache)[0])
    places = node.create<nn::BroadcastOp>(i64, places, wide);
  Value result = node.create<nn::ScatterNdOp>(node.elementType(cache), rows, asTuples(node, places), written, nn::ScatterKind::replace, int64_t(1));
  return node.set(0, node.transpose(result, perm));
}

/// k is an attribute before opset 10.
static std::optional<int64_t> readCount(Node &node) {
  if (!node.has(1))
    return node.getInt("k", 0);
  auto k = node.ints(1, "k");
  if (k && k->size() == 1)
    return (*k)[0];
  if (k)
    (void)node.invalid("has a list of " + Twine(k->size()) + " as k, expected one number");
  return std::nullopt;
}

static LogicalResult buildTopK(Node &node) {
  int64_t given = node.getInt("axis", -1);
  bool largest = node.getInt("largest", 1) != 0;
  node.ignoreAttr("sorted"); // sorted is one of the orders that "not sorted" allows
  Value x = node.input(0);
  std::optional<int64_t> axis = x ? node.axis(given, node.rank(x)) : std::nullopt;
  std::optional<int64_t> k = axis ? readCount(node) : std::nullopt;
  if (!k)
    return failure();
  Value order = node.create<nn::TopKOp>(node.builder().getI64Type(), x, *axis, *k, largest);
  if (!order || failed(node.set(1, order)))
    return failure();
  auto perm = axisLast(*axis, node.rank(x));
  Value tuples = asTuples(node, node.transpose(order, perm));
  Value values = node.create<nn::GatherNdOp>(node.elementType(x), node.transpose(x, perm), tuples, static_cast<int64_t>(perm.size()) - 1);
  return node.set(0, node.transpose(values, perm));
}

void weft::import::registerIndexTupleOps(OpTable &table) {
  table.add("GatherElements", buildGatherElements, 2, 2);
  table.add("GatherND", buildGatherNd, 2, 2);
  table.add("Scatter", buildScatterElements, 3, 3);
  table.add("ScatterElements", buildScatterElements, 3, 3);
  table.add("ScatterND", buildScatterNd, 3, 3);
  table.add("TensorScatter", buildTensorScatter, 2, 3);
  table.add("TopK", buildTopK, 1, 2);
}

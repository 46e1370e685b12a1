//===- Index.cpp - Gather, Expand, Shape, Size, Range ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Shape.h"
#include "compiler/Import/Ops/Weights.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static LogicalResult buildGather(Node &node) {
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  int64_t given = node.getInt("axis", 0);
  std::optional<int64_t> axis = dims ? node.axis(given, dims->size()) : std::nullopt;
  if (!axis)
    return failure();
  // A constant list read at constant places is a clustered weight, and stays one.
  if (std::optional<HostTensor> places = dims->size() == 1 ? node.parameter(1) : std::nullopt) {
    if (Value weight = scattered(node, *places))
      return node.set(0, weight);
    if (const HostTensor *codebook = node.constant(0u); codebook && codebook->rank() == 1 && isClustered(*codebook, *places))
      return node.set(0, lookup(node, *codebook, *places));
  }
  Value data = node.input(0), indices = node.input(1);
  if (node.failed())
    return failure();
  if (!isa<IntegerType>(node.elementType(indices)))
    return node.invalid("has indices that are no integers");
  return node.set(0, node.create<nn::GatherOp>(node.elementType(data), data, indices, *axis));
}

/// A constant that goes into a dynamic dimension; nothing for others.
static std::optional<SymbolicSplat> expandedConstant(const HostTensor &constant, ArrayRef<Dim> target) {
  SmallVector<Dim> dims(target);
  for (int64_t i = 0, lead = static_cast<int64_t>(dims.size()) - constant.rank(); lead >= 0 && i < constant.rank(); ++i)
    if (dims[lead + i] == Dim(1)) // keeps what is there
      dims[lead + i] = Dim(constant.shape()[i]);
  return repeatedConstant(constant, dims);
}

/// numpy broadcast of the input against a shape.
static LogicalResult buildExpand(Node &node) {
  std::optional<SmallTensor> target = node.small(1);
  if (const HostTensor *c = node.constant(0u); c && target && target->shape.size() == 1)
    if (std::optional<SymbolicSplat> constant = expandedConstant(*c, target->elements))
      return node.set(0, *constant);
  Value x = node.input(0);
  if (node.failed())
    return failure();
  if (!target || target->shape.size() != 1)
    return node.needsConstant("its shape '" + node.inputName(1) + "' is computed from data", 1u);
  SmallVector<Dim> from = node.symbols().dims(x), to = target->elements;
  while (from.size() < to.size())
    from.insert(from.begin(), Dim(1));
  while (to.size() < from.size())
    to.insert(to.begin(), Dim(1));
  SmallVector<int64_t> shape;
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i] == Dim(1) || to[i] == from[i] || (to[i] == Dim(-1)))
      shape.push_back(from[i].isKnown() ? from[i].factor : -1);
    else if (to[i].isKnown() && to[i].factor >= 0)
      shape.push_back(to[i].factor);
    else
      return node.unsupported("expands to a dynamic dimension; give that dimension a value");
  }
  if (llvm::equal(shape, node.shape(x)))
    return node.forward(0, 0);
  return node.set(0, node.create<nn::BroadcastOp>(node.elementType(x), x, shape));
}

/// Dimensions `start` to `end` of the operand, symbolic where dynamic. No operation is made.
static LogicalResult buildShape(Node &node) {
  int64_t start = node.getInt("start", 0), end = node.getInt("end", std::numeric_limits<int64_t>::max());
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  if (!dims)
    return failure();
  int64_t rank = dims->size();
  start = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
  end = std::clamp<int64_t>(end < 0 ? end + rank : end, start, rank);
  SmallTensor result;
  result.elementType = node.builder().getI64Type();
  result.shape = {end - start};
  result.elements.assign(dims->begin() + start, dims->begin() + end);
  return node.set(0, std::move(result));
}

static LogicalResult buildSize(Node &node) {
  std::optional<SmallVector<Dim>> dims = node.inputDims(0);
  std::optional<Dim> count = dims ? product(*dims) : std::nullopt;
  if (!count)
    return failure();
  SmallTensor result;
  result.elementType = node.builder().getI64Type();
  result.elements = {*count};
  return node.set(0, std::move(result));
}

/// start, start + delta, …, before limit; of constants, as they decide about the length.
static LogicalResult buildRange(Node &node) {
  std::optional<HostTensor> p[3];
  for (unsigned i = 0; i < 3; ++i) {
    p[i] = node.parameter(i);
    if (node.failed())
      return failure();
    if (!p[i])
      return node.needsConstant("its bound '" + node.inputName(i) + "' is computed, expected a constant", {0, 1, 2});
    if (p[i]->size() != 1 || p[i]->elementType() != p[0]->elementType())
      return node.invalid("has bounds that are no scalars of one type");
  }
  double start = p[0]->real(0), delta = p[2]->real(0), count = std::ceil((p[1]->real(0) - start) / delta);
  if (!(std::isfinite(count) && count <= (1 << 24)))
    return node.invalid("has a step of 0, or more than 2^24 elements");
  auto n = std::max<int64_t>(static_cast<int64_t>(count), 0);
  auto type = RankedTensorType::get({n}, p[0]->elementType());
  if (p[0]->isInteger()) {
    SmallVector<int64_t> values;
    for (int64_t i = 0; i < n; ++i)
      values.push_back(p[0]->integer(0) + i * p[2]->integer(0));
    return node.set(0, HostTensor::ofIntegers(type, values));
  }
  SmallVector<double> values;
  for (int64_t i = 0; i < n; ++i)
    values.push_back(start + static_cast<double>(i) * delta);
  return node.set(0, HostTensor::ofDoubles(type, values));
}

void weft::import::registerIndexOps(OpTable &table) {
  table.add("Gather", buildGather, 2, 2);
  table.add("Expand", buildExpand, 2, 2);
  table.add("Shape", buildShape, 1, 1);
  table.add("Size", buildSize, 1, 1);
  table.add("Range", buildRange, 3, 3);
}

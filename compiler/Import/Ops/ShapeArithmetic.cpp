//===- ShapeArithmetic.cpp - operators on small integers, computed at import --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// Exporters compute the shapes of Reshape, Expand and Slice with operators: Shape, Gather, Concat, Mul, …. Here they
// are evaluated on numbers and symbols (Symbols.h), so that none of it reaches the IR. What cannot be known gives
// nothing, and the builder of the operator decides.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Shape.h"
#include "compiler/Import/Ops/Slicing.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

using Tensors = ArrayRef<SmallTensor>;
using Result = std::optional<SmallTensor>;

//===--- elementwise -----------------------------------------------------------------===//

/// Shape of a numpy broadcast; nothing if the shapes do not fit.
static std::optional<SmallVector<int64_t, 2>> broadcastShape(Tensors inputs) {
  SmallVector<int64_t, 2> shape;
  for (const SmallTensor &t : inputs) {
    if (t.shape.size() > shape.size())
      shape.insert(shape.begin(), t.shape.size() - shape.size(), 1);
    for (size_t i = 0; i < t.shape.size(); ++i) {
      int64_t &d = shape[i + shape.size() - t.shape.size()];
      if (d != 1 && t.shape[i] != 1 && d != t.shape[i])
        return std::nullopt;
      d = d == 1 ? t.shape[i] : d;
    }
  }
  return shape;
}

/// The element of `t` that meets element `flat` of a result of shape `shape`.
static const Dim &broadcastElement(const SmallTensor &t, ArrayRef<int64_t> shape, int64_t flat) {
  int64_t index = 0, stride = 1;
  for (int64_t axis = shape.size() - 1; axis >= 0; --axis) {
    int64_t at = flat % shape[axis], own = axis - static_cast<int64_t>(shape.size() - t.shape.size());
    flat /= shape[axis];
    if (own < 0)
      continue;
    index += t.shape[own] == 1 ? 0 : at * stride;
    stride *= t.shape[own];
  }
  return t.elements[index];
}

/// Applies a function of Dims elementwise; nothing as soon as it gives nothing.
template <typename Function> static Result elementwise(Tensors inputs, Type element, Function function) {
  auto shape = broadcastShape(inputs);
  SmallTensor result;
  if (!shape)
    return std::nullopt;
  int64_t count = 1;
  for (int64_t d : *shape)
    count *= d;
  if (count > SmallTensor::kMaxElements)
    return std::nullopt;
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<Dim> operands;
    for (const SmallTensor &t : inputs)
      operands.push_back(broadcastElement(t, *shape, i));
    std::optional<Dim> value = function(operands);
    if (!value)
      return std::nullopt;
    result.elements.push_back(*value);
  }
  result.shape = *shape;
  result.elementType = element;
  return result;
}

/// Sum of multiples of the same symbols.
static std::optional<Dim> add(const Dim &a, const Dim &b, int64_t sign) {
  int64_t negated, sum;
  if (llvm::MulOverflow(b.factor, sign, negated) || llvm::AddOverflow(a.factor, negated, sum))
    return std::nullopt;
  Dim result(sum);
  if (a.factor != 0 && b.factor != 0 && a.symbols != b.symbols)
    return std::nullopt;
  if (sum != 0)
    result.symbols = a.factor != 0 ? a.symbols : b.symbols;
  return result;
}

static std::optional<Dim> divide(const Dim &a, const Dim &b) {
  if (a.isKnown() && b.isKnown() && b.factor != 0 && b.factor != -1)
    return Dim(a.factor / b.factor); // integer Div cuts towards zero
  return divideExactly(a, b);
}

/// Whether two sizes are equal; nothing if that depends on a symbol. A dimension is never below 1.
static std::optional<bool> equal(const Dim &a, const Dim &b) {
  if (a == b)
    return true;
  if (a.isKnown() && b.isKnown())
    return false;
  if ((a.isKnown() && a.factor <= 0 && b.factor > 0) || (b.isKnown() && b.factor <= 0 && a.factor > 0))
    return false;
  return std::nullopt;
}

template <std::optional<Dim> (*function)(const Dim &, const Dim &)>
static Result foldBinary(Node &node, Tensors inputs) {
  if (node.opset() < 7 || inputs.size() != 2) // earlier ones broadcast in another way
    return std::nullopt;
  return elementwise(inputs, inputs[0].elementType,
                     [](ArrayRef<Dim> d) { return function(d[0], d[1]); });
}

static std::optional<Dim> plus(const Dim &a, const Dim &b) { return add(a, b, 1); }
static std::optional<Dim> minus(const Dim &a, const Dim &b) { return add(a, b, -1); }
static std::optional<Dim> least(const Dim &a, const Dim &b) {
  return a == b ? a : a.isKnown() && b.isKnown() ? std::optional<Dim>(std::min(a.factor, b.factor)) : std::nullopt;
}
static std::optional<Dim> greatest(const Dim &a, const Dim &b) {
  return a == b ? a : a.isKnown() && b.isKnown() ? std::optional<Dim>(std::max(a.factor, b.factor)) : std::nullopt;
}

static Result foldEqual(Node &node, Tensors inputs) {
  return elementwise(inputs, node.builder().getI1Type(), [](ArrayRef<Dim> d) -> std::optional<Dim> {
    auto same = equal(d[0], d[1]);
    return same ? std::optional<Dim>(*same ? 1 : 0) : std::nullopt;
  });
}

static Result foldNot(Node &node, Tensors inputs) {
  return elementwise(inputs, inputs[0].elementType, [](ArrayRef<Dim> d) -> std::optional<Dim> {
    return d[0].isKnown() ? std::optional<Dim>(d[0].factor == 0 ? 1 : 0) : std::nullopt;
  });
}

static Result foldWhere(Node &node, Tensors inputs) {
  return elementwise(inputs, inputs[1].elementType, [](ArrayRef<Dim> d) -> std::optional<Dim> {
    return d[0].isKnown() ? std::optional<Dim>(d[0].factor != 0 ? d[1] : d[2]) : std::nullopt;
  });
}

/// Between integers; a cast to float is the builder's.
static Result foldCast(Node &node, Tensors inputs) {
  int64_t to = node.opset() < 6 ? 0 : node.getInt("to", 0);
  constexpr int64_t int32 = 6, int64 = 7;
  if (to != int32 && to != int64)
    return std::nullopt;
  SmallTensor result = inputs[0];
  result.elementType = node.builder().getIntegerType(to == int64 ? 64 : 32);
  for (Dim &d : result.elements)
    if (to == int32 && d.isKnown())
      d.factor = static_cast<int32_t>(d.factor);
  return result;
}

//===--- shape and place -----------------------------------------------------------------===//

static Result foldGather(Node &node, Tensors inputs) {
  const SmallTensor &data = inputs[0], &indices = inputs[1];
  if (data.shape.size() != 1 || indices.shape.size() > 1 || !indices.isKnown())
    return std::nullopt;
  if (data.elementType.getIntOrFloatBitWidth() < 32) // no shape: a compressed weight
    return std::nullopt;
  SmallTensor result{indices.shape, {}, data.elementType};
  int64_t size = data.elements.size();
  for (const Dim &index : indices.elements) {
    if (index.factor < -size || index.factor >= size) {
      (void)node.invalid("reads entry " + Twine(index.factor) + " of " + Twine(size));
      return std::nullopt;
    }
    result.elements.push_back(data.elements[index.factor < 0 ? index.factor + size : index.factor]);
  }
  (void)node.getInt("axis", 0);
  return result;
}

static Result foldConcat(Node &node, Tensors inputs) {
  SmallTensor result{{0}, {}, inputs[0].elementType};
  for (const SmallTensor &t : inputs) {
    if (t.shape.size() != 1 || t.elementType != result.elementType)
      return std::nullopt;
    result.elements.append(t.elements.begin(), t.elements.end());
  }
  result.shape[0] = result.elements.size();
  return result.shape[0] <= SmallTensor::kMaxElements ? Result(result) : std::nullopt;
}

/// Of rank 0 or 1 to rank 1 or 0.
static Result foldUnsqueeze(Node &node, Tensors inputs) {
  SmallTensor result = inputs[0];
  if (!result.shape.empty())
    return std::nullopt;
  result.shape = {1};
  return result;
}
static Result foldSqueeze(Node &node, Tensors inputs) {
  SmallTensor result = inputs[0];
  if (result.shape.size() != 1 || result.shape[0] != 1)
    return std::nullopt;
  result.shape.clear();
  return result;
}
static Result foldReshape(Node &node, Tensors inputs) {
  if (inputs.size() != 2 || !inputs[1].isKnown() || inputs[1].elements.size() > 1)
    return std::nullopt;
  SmallTensor result = inputs[0];
  int64_t count = result.elements.size();
  result.shape.clear();
  if (!inputs[1].elements.empty() && (inputs[1].elements[0] == Dim(-1) || inputs[1].elements[0] == Dim(count)))
    result.shape = {count};
  else if (!inputs[1].elements.empty() || count != 1)
    return std::nullopt;
  return result;
}

static Result foldSlice(Node &node, Tensors inputs) {
  const SmallTensor &data = inputs[0];
  if (data.shape.size() != 1)
    return std::nullopt;
  auto ranges = readSlice(node, {Dim(data.shape[0])});
  if (!ranges)
    return std::nullopt;
  SmallTensor result{{(*ranges)[0].size}, {}, data.elementType};
  for (int64_t i = 0; i < (*ranges)[0].size; ++i)
    result.elements.push_back(data.elements[(*ranges)[0].start + i * (*ranges)[0].step]);
  return result;
}

/// The product of a list.
static Result foldReduceProd(Node &node, Tensors inputs) {
  std::optional<Dim> all = product(inputs[0].elements);
  if (inputs[0].shape.size() != 1 || !all)
    return std::nullopt;
  SmallTensor result{{}, {*all}, inputs[0].elementType};
  if (node.getInt("keepdims", 1) != 0)
    result.shape = {1};
  return result;
}

void weft::import::registerShapeArithmetic(OpTable &table) {
  table.addFold("Add", foldBinary<plus>);
  table.addFold("Sub", foldBinary<minus>);
  table.addFold("Mul", foldBinary<multiply>);
  table.addFold("Div", foldBinary<divide>);
  table.addFold("Min", foldBinary<least>);
  table.addFold("Max", foldBinary<greatest>);
  table.addFold("Equal", foldEqual);
  table.addFold("Not", foldNot);
  table.addFold("Where", foldWhere);
  table.addFold("Cast", foldCast);
  table.addFold("Gather", foldGather);
  table.addFold("Concat", foldConcat);
  table.addFold("Unsqueeze", foldUnsqueeze);
  table.addFold("Squeeze", foldSqueeze);
  table.addFold("Reshape", foldReshape);
  table.addFold("Slice", foldSlice);
  table.addFold("ReduceProd", foldReduceProd);
}

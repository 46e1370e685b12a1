//===- Bits.cpp - bitwise functions, shifts, running sums -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
// Compressed weights are unpacked with BitShift, BitwiseAnd and CumSum. Of constants they are computed here: what is packed how is a
// matter of the file, and reaches no IR.
//
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Operand i if it holds integers that depend on constants alone.
static std::optional<HostTensor> integers(Node &node, unsigned i) {
  std::optional<HostTensor> constant = node.parameter(i);
  return constant && constant->isInteger() ? constant : std::nullopt;
}

/// Reports an operand that holds no integers.
static bool holdsIntegers(Node &node, Value v, unsigned i) {
  if (v && isa<IntegerType>(node.elementType(v)))
    return true;
  if (v)
    (void)node.invalid("has an operand '" + node.inputName(i) + "' that holds no integers");
  return false;
}

/// numpy broadcast of two shapes; nothing where they do not fit.
static std::optional<SmallVector<int64_t>> broadcast(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> shape(std::max(a.size(), b.size()), 1);
  for (ArrayRef<int64_t> from : {a, b})
    for (size_t i = 0; i < from.size(); ++i) {
      int64_t &d = shape[shape.size() - from.size() + i];
      if (d != 1 && from[i] != 1 && d != from[i])
        return std::nullopt;
      d = d == 1 ? from[i] : d;
    }
  return shape;
}

/// Where element `index` of the broadcast shape is in an operand.
static int64_t placeIn(ArrayRef<int64_t> operand, ArrayRef<int64_t> shape, int64_t index) {
  int64_t place = 0, stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t d = shape[shape.size() - 1 - i], at = index % d;
    index /= d;
    if (i >= operand.size())
      continue;
    int64_t own = operand[operand.size() - 1 - i];
    place += (own == 1 ? 0 : at) * stride;
    stride *= own;
  }
  return place;
}

/// Of constants the function, else the operation.
static LogicalResult setElementwise(Node &node, nn::BinaryKind kind, llvm::function_ref<int64_t(int64_t, int64_t)> function) {
  std::optional<HostTensor> a = integers(node, 0), b = integers(node, 1);
  if (node.failed())
    return failure();
  if (!a || !b) {
    Value x = node.input(0), y = node.input(1);
    return holdsIntegers(node, x, 0) && holdsIntegers(node, y, 1) ? node.set(0, node.binary(kind, x, y)) : failure();
  }
  auto shape = broadcast(a->shape(), b->shape());
  if (!shape || a->elementType() != b->elementType())
    return node.invalid("has operands of unfit shapes or element types");
  auto type = RankedTensorType::get(*shape, a->elementType());
  // Two small operands may have a huge broadcast.
  if (type.getNumElements() > (int64_t(1) << 30))
    return node.unsupported("unpacks more than 2^30 elements");
  SmallVector<int64_t> values;
  for (int64_t i = 0, n = type.getNumElements(); i < n; ++i)
    values.push_back(function(a->integer(placeIn(a->shape(), *shape, i)), b->integer(placeIn(b->shape(), *shape, i))));
  return node.set(0, HostTensor::ofIntegers(type, values));
}

static LogicalResult buildBitShift(Node &node) {
  StringRef direction = node.getString("direction", "");
  if (direction != "RIGHT" && direction != "LEFT")
    return node.invalid("has direction '" + direction + "', expected LEFT or RIGHT");
  Type element = node.elementTypeOf(0);
  auto type = dyn_cast_or_null<IntegerType>(element);
  if (element && (!type || !type.isUnsigned()))
    return node.invalid("shifts signed integers or floats, expected unsigned integers");
  if (!element)
    return failure();
  unsigned width = type.getWidth();
  uint64_t mask = width >= 64 ? ~uint64_t(0) : (uint64_t(1) << width) - 1;
  bool right = direction == "RIGHT";
  return setElementwise(node, right ? nn::BinaryKind::shift_right : nn::BinaryKind::shift_left, [=](int64_t a, int64_t b) -> int64_t {
    if (b < 0 || b >= width)
      return 0;
    auto value = static_cast<uint64_t>(a);
    return static_cast<int64_t>((right ? value >> b : value << b) & mask);
  });
}

static LogicalResult buildBitwiseAnd(Node &node) {
  return setElementwise(node, nn::BinaryKind::bitwise_and, [](int64_t a, int64_t b) { return a & b; });
}
static LogicalResult buildBitwiseOr(Node &node) {
  return setElementwise(node, nn::BinaryKind::bitwise_or, [](int64_t a, int64_t b) { return a | b; });
}
static LogicalResult buildBitwiseXor(Node &node) {
  return setElementwise(node, nn::BinaryKind::bitwise_xor, [](int64_t a, int64_t b) { return a ^ b; });
}

static LogicalResult buildBitwiseNot(Node &node) {
  Value x = node.input(0);
  return holdsIntegers(node, x, 0) ? node.set(0, node.unary(nn::UnaryKind::bitwise_not, x)) : failure();
}

/// The single axis of operand 1.
static std::optional<int64_t> readAxis(Node &node, int64_t rank) {
  auto axes = node.ints(1, "axis");
  if (axes && axes->size() == 1)
    return node.axis((*axes)[0], rank);
  if (axes)
    (void)node.invalid("has " + Twine(axes->size()) + " axes, expected one");
  return std::nullopt;
}

template <nn::ScanKind kind> static LogicalResult buildScan(Node &node) {
  bool exclusive = node.getInt("exclusive", 0) != 0, reverse = node.getInt("reverse", 0) != 0;
  Value x = node.input(0);
  std::optional<int64_t> axis = x ? readAxis(node, node.rank(x)) : std::nullopt;
  if (!axis)
    return failure();
  return node.set(0, node.create<nn::ScanOp>(node.elementType(x), x, kind, *axis, exclusive, reverse));
}

/// Running sums along one axis; of constants, integers that must stay in their type.
static LogicalResult buildCumSum(Node &node) {
  std::optional<HostTensor> x = integers(node, 0);
  if (node.failed() || !x)
    return node.failed() ? failure() : buildScan<nn::ScanKind::sum>(node);
  bool exclusive = node.getInt("exclusive", 0) != 0, reverse = node.getInt("reverse", 0) != 0;
  std::optional<int64_t> axis = readAxis(node, x->rank());
  if (!axis)
    return failure();
  int64_t length = x->shape()[*axis], inner = 1;
  for (int64_t d : x->shape().drop_front(*axis + 1))
    inner *= d;
  SmallVector<int64_t> sums(x->size());
  for (int64_t i = 0; i < x->size(); ++i) {
    int64_t step = i / inner % length; // in the order in which sums run
    if (step != 0)
      continue;
    int64_t sum = 0;
    for (int64_t k = 0; k < length; ++k) {
      int64_t at = i + (reverse ? length - 1 - k : k) * inner, value = x->integer(at);
      sums[at] = exclusive ? sum : sum + value;
      sum += value;
    }
  }
  return node.set(0, HostTensor::ofIntegers(x->type(), sums));
}

void weft::import::registerBitOps(OpTable &table) {
  table.add("BitShift", buildBitShift, 2, 2);
  table.add("BitwiseAnd", buildBitwiseAnd, 2, 2);
  table.add("BitwiseNot", buildBitwiseNot, 1, 1);
  table.add("BitwiseOr", buildBitwiseOr, 2, 2);
  table.add("BitwiseXor", buildBitwiseXor, 2, 2);
  table.add("CumProd", buildScan<nn::ScanKind::prod>, 2, 2);
  table.add("CumSum", buildCumSum, 2, 2);
}

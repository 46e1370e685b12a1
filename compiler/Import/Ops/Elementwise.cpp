//===- Elementwise.cpp - functions of several operands, casts ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Weights.h"
#include "compiler/Import/TensorReader.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::BinaryKind;

/// Before opset 7 the right operand aligns at `axis`, if `broadcast` is set; later numpy's rules hold.
static Value alignedRight(Node &node, Value a, Value b) {
  if (node.opset() >= 7 || !a || !b)
    return b;
  node.ignoreAttr("consumed_inputs");
  bool broadcast = node.getInt("broadcast", 0) != 0;
  int64_t given = node.getInt("axis", node.rank(a) - node.rank(b));
  if (!broadcast || node.rank(b) == 0 || node.rank(b) >= node.rank(a))
    return b;
  std::optional<int64_t> axis = node.axis(given, node.rank(a));
  if (!axis)
    return {};
  SmallVector<Dim> dims = node.symbols().dims(b);
  int64_t trailing = node.rank(a) - *axis - node.rank(b);
  if (trailing < 0) {
    (void)node.invalid("has axis " + Twine(given) + ", where the right operand does not fit");
    return {};
  }
  dims.append(trailing, Dim(1));
  return node.reshapeTo(b, dims);
}

template <BinaryKind kind> static LogicalResult buildBinary(Node &node) {
  if (kind == BinaryKind::mul && node.opset() >= 7) // of two constants: perhaps a weight and its mask
    for (unsigned values : {0u, 1u})
      if (Value sparse = masked(node, values, 1 - values))
        return node.set(0, sparse);
  Value a = node.input(0), b = node.input(1);
  return node.set(0, node.binary(kind, a, alignedRight(node, a, b)));
}

/// Exponents may have a type of their own; fractions of them count for integers too.
static LogicalResult buildPow(Node &node) {
  Value a = node.input(0), b = node.input(1);
  if (node.failed())
    return failure();
  b = alignedRight(node, a, b);
  if (node.failed())
    return failure();
  Type type = node.elementType(a);
  if (isa<FloatType>(type) || isa<IntegerType>(node.elementType(b)))
    return node.set(0, node.binary(BinaryKind::pow, a, node.convert(b, type)));
  Type wide = node.builder().getF64Type();
  return node.set(0, node.convert(node.binary(BinaryKind::pow, node.convert(a, wide), node.convert(b, wide)), type));
}

/// fmod = 0 takes the sign of the divisor (Python), fmod = 1 that of the dividend (C).
static LogicalResult buildMod(Node &node) {
  bool fmod = node.getInt("fmod", 0) != 0;
  Value a = node.input(0), b = node.input(1);
  if (node.failed())
    return failure();
  auto type = dyn_cast<IntegerType>(node.elementType(a));
  bool isUnsigned = type && type.isUnsigned(); // there both are one
  return node.set(0, node.binary(fmod || isUnsigned ? BinaryKind::mod : BinaryKind::floor_mod, a, b));
}

/// Min, Max, Sum of any number of operands, from left to right.
template <BinaryKind kind> static LogicalResult buildVariadic(Node &node) {
  node.ignoreAttr("consumed_inputs");
  Value result = node.input(0);
  for (unsigned i = 1; i < node.numInputs(); ++i)
    result = node.binary(kind, result, node.input(i));
  return node.set(0, result);
}

static LogicalResult buildMean(Node &node) {
  node.ignoreAttr("consumed_inputs");
  Value sum = node.input(0);
  for (unsigned i = 1; i < node.numInputs(); ++i)
    sum = node.binary(BinaryKind::add, sum, node.input(i));
  if (!sum)
    return failure();
  return node.set(0, node.binary(BinaryKind::div, sum, node.makeSplat({}, node.elementType(sum), node.numInputs())));
}

static LogicalResult buildWhere(Node &node) {
  if (const HostTensor *other = node.constant(2u); other && other->size() == 1 && !other->isInteger() && other->real(0) == 0)
    if (Value sparse = masked(node, 1, 0))
      return node.set(0, sparse);
  Value condition = node.input(0), a = node.input(1), b = node.input(2);
  if (node.failed())
    return failure();
  if (!node.elementType(condition).isInteger(1) || node.elementType(a) != node.elementType(b))
    return node.invalid("has operands of unfit element types");
  return node.set(0, node.create<nn::SelectOp>(node.elementType(a), condition, a, b));
}

/// The target type of Cast; opset 1 spells it.
static std::optional<Type> castTarget(Node &node) {
  static const char *names[] = {"UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING",
                                "BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64"};
  int64_t to = 0;
  if (node.opset() < 6) {
    StringRef name = node.getString("to", "");
    to = llvm::find_if(names, [&](const char *n) { return name == n; }) - std::begin(names);
  } else {
    to = node.getInt("to", 0);
  }
  Type type = to >= 0 && to < 64 ? elementTypeOf(node.builder().getContext(), static_cast<int32_t>(to)) : Type();
  if (node.failed())
    return std::nullopt;
  if (!type) {
    (void)node.unsupported("casts to " + dataTypeName(static_cast<int32_t>(std::min<int64_t>(to, 64))));
    return std::nullopt;
  }
  return type;
}

/// Constants are cast here, but for floats to integers, which have cases of their own.
static std::optional<HostTensor> castConstant(const HostTensor &c, Type to) {
  auto type = RankedTensorType::get(c.shape(), to);
  if (isa<FloatType>(to))
    return c.converted(to);
  if (!c.isInteger() || to.isInteger(1))
    return std::nullopt;
  SmallVector<int64_t> values;
  for (int64_t i = 0, n = c.size(); i < n; ++i)
    values.push_back(c.integer(i));
  return HostTensor::ofIntegers(type, values);
}

static LogicalResult buildCast(Node &node) {
  node.ignoreAttr("saturate"); // only float8
  node.ignoreAttr("round_mode");
  std::optional<Type> to = castTarget(node);
  if (!to)
    return failure();
  if (const HostTensor *c = node.constant(0u))
    if (auto result = castConstant(*c, *to))
      return node.set(0, std::move(*result));
  Value x = node.input(0);
  return node.set(0, node.convert(x, *to));
}

static LogicalResult buildCastLike(Node &node) {
  node.ignoreAttr("saturate");
  node.ignoreAttr("round_mode");
  Value like = node.input(1);
  return node.set(0, like ? node.convert(node.input(0), node.elementType(like)) : Value());
}

void weft::import::registerElementwiseOps(OpTable &table) {
  table.add("Add", buildBinary<BinaryKind::add>, 2, 2);
  table.add("Sub", buildBinary<BinaryKind::sub>, 2, 2);
  table.add("Mul", buildBinary<BinaryKind::mul>, 2, 2);
  table.add("Div", buildBinary<BinaryKind::div>, 2, 2);
  table.add("Equal", buildBinary<BinaryKind::equal>, 2, 2);
  table.add("Less", buildBinary<BinaryKind::less>, 2, 2);
  table.add("LessOrEqual", buildBinary<BinaryKind::less_equal>, 2, 2);
  table.add("Greater", buildBinary<BinaryKind::greater>, 2, 2);
  table.add("GreaterOrEqual", buildBinary<BinaryKind::greater_equal>, 2, 2);
  table.add("And", buildBinary<BinaryKind::logical_and>, 2, 2);
  table.add("Or", buildBinary<BinaryKind::logical_or>, 2, 2);
  table.add("Xor", buildBinary<BinaryKind::logical_xor>, 2, 2);
  table.add("Pow", buildPow, 2, 2);
  table.add("Mod", buildMod, 2, 2);
  table.add("Min", buildVariadic<BinaryKind::min>, 1, OpTable::kVariadic);
  table.add("Max", buildVariadic<BinaryKind::max>, 1, OpTable::kVariadic);
  table.add("Sum", buildVariadic<BinaryKind::add>, 1, OpTable::kVariadic);
  table.add("Mean", buildMean, 1, OpTable::kVariadic);
  table.add("Where", buildWhere, 3, 3);
  table.add("Cast", buildCast, 1, 1);
  table.add("CastLike", buildCastLike, 2, 2);
}

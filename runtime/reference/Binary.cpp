//===- Binary.cpp - elementwise functions of two operands, select ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Elementwise.h"
#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"
#include "runtime/reference/Strided.h"

#include <iterator>
#include <limits>

namespace weft::reference {

static constexpr std::string_view binaryNames[] = {
    "add",  "sub",        "mul",     "div",           "max",         "min",        "pow",        "prelu", "mod", "equal",
    "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor",
    "bitwise_and", "bitwise_or", "bitwise_xor", "shift_left", "shift_right", "floor_mod"};
static_assert(std::size(binaryNames) == static_cast<size_t>(BinaryKind::floor_mod) + 1);

std::string_view nameOf(BinaryKind kind) { return binaryNames[static_cast<size_t>(kind)]; }
std::optional<BinaryKind> binaryKindOf(std::string_view name) {
  for (size_t i = 0; i < std::size(binaryNames); ++i)
    if (binaryNames[i] == name)
      return static_cast<BinaryKind>(i);
  return std::nullopt;
}

/// y[i] = f(a[i], b[i]) with broadcast, in row-major order of `shape`.
template <typename Out, typename T, typename F>
static std::vector<Out> map(const std::vector<T> &a, const Shape &aShape, const std::vector<T> &b, const Shape &bShape,
                            const Shape &shape, F &&f) {
  std::vector<Out> y(elementCount(shape));
  Out *out = y.data();
  walk<2>(shape, {broadcastStrides(aShape, shape), broadcastStrides(bShape, shape)},
          [&](int64_t count, const auto &offset, const auto &step) {
            const T *x = a.data() + offset[0], *z = b.data() + offset[1];
            for (int64_t i = 0; i < count; ++i)
              *out++ = f(x[i * step[0]], z[i * step[1]]);
          });
  return y;
}

static bool givesBoolean(BinaryKind kind) { return kind >= BinaryKind::equal && kind <= BinaryKind::logical_xor; }
static bool isLogical(BinaryKind kind) { return kind >= BinaryKind::logical_and && kind <= BinaryKind::logical_xor; }
static bool isBitwise(BinaryKind kind) { return kind >= BinaryKind::bitwise_and && kind <= BinaryKind::shift_right; }

template <typename T>
static bool compareOne(BinaryKind kind, T a, T b) {
  switch (kind) {
  case BinaryKind::equal: return a == b;
  case BinaryKind::less: return a < b;
  case BinaryKind::less_equal: return a <= b;
  case BinaryKind::greater: return a > b;
  case BinaryKind::greater_equal: return a >= b;
  case BinaryKind::logical_and: return a != 0 && b != 0;
  case BinaryKind::logical_or: return a != 0 || b != 0;
  default: return (a != 0) != (b != 0); // logical_xor
  }
}

/// The remainder with the divisor's sign.
template <typename T>
static T floorMod(T x, T y) {
  T rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// numpy.maximum: a NaN wins.
template <typename T>
static T greater(T a, T b) {
  return a != a ? a : b != b ? b : a > b ? a : b;
}

template <typename T>
static std::vector<T> floatBinary(BinaryKind kind, const std::vector<T> &a, const Shape &as, const std::vector<T> &b,
                                  const Shape &bs, const Shape &shape) {
  auto with = [&](auto f) { return map<T>(a, as, b, bs, shape, f); };
  switch (kind) {
  case BinaryKind::add: return with([](T x, T y) { return x + y; });
  case BinaryKind::sub: return with([](T x, T y) { return x - y; });
  case BinaryKind::mul: return with([](T x, T y) { return x * y; });
  case BinaryKind::div: return with([](T x, T y) { return x / y; });
  case BinaryKind::max: return with([](T x, T y) { return greater(x, y); });
  case BinaryKind::min: return with([](T x, T y) { return -greater(-x, -y); });
  case BinaryKind::pow: return with([](T x, T y) { return std::pow(x, y); });
  case BinaryKind::prelu: return with([](T x, T y) { return x < 0 ? x * y : x; });
  case BinaryKind::floor_mod: return with([](T x, T y) { return floorMod(x, y); });
  default: return with([](T x, T y) { return std::fmod(x, y); }); // mod
  }
}

/// base^exponent, clipped to ±2^64 so that what does not fit 64 bits is seen as such; exponent ≥ 0.
static Int128 integerPower(Int128 base, Int128 exponent) {
  const Int128 limit = Int128(1) << 64;
  Int128 power = 1;
  if (base == 0 || base == 1 || base == -1)
    return exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
  for (; exponent > 0; --exponent) {
    power *= base;
    if (power > limit || power < -limit)
      return power;
  }
  return power;
}

static Int128 integerOne(BinaryKind kind, Int128 a, Int128 b) {
  switch (kind) {
  case BinaryKind::add: return a + b;
  case BinaryKind::sub: return a - b;
  case BinaryKind::mul: return a * b;
  case BinaryKind::div: return a / b;
  case BinaryKind::max: return std::max(a, b);
  case BinaryKind::min: return std::min(a, b);
  case BinaryKind::pow: return integerPower(a, b);
  case BinaryKind::prelu: return a < 0 ? a * b : a;
  case BinaryKind::floor_mod: return ((a % b) + b) % b;
  default: return a % b; // mod, as C's
  }
}

static Result<Tensor> integerBinary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs, const Shape &shape,
                                    ElementType type) {
  const auto &b = rhs.integers();
  const bool divides = kind == BinaryKind::div || kind == BinaryKind::mod || kind == BinaryKind::floor_mod;
  if (divides && std::find(b.begin(), b.end(), 0) != b.end())
    return error("integer ", nameOf(kind), " by zero");
  if (kind == BinaryKind::pow && std::any_of(b.begin(), b.end(), [](int64_t e) { return e < 0; }))
    return error("integer pow to a negative exponent");
  return narrow(type, shape,
                map<Int128>(lhs.integers(), lhs.shape(), b, rhs.shape(), shape,
                            [kind](int64_t x, int64_t y) { return integerOne(kind, x, y); }),
                "A3");
}

/// The low bits of `x` as a value of the type.
static int64_t fromBits(uint64_t x, ElementType type) {
  const unsigned spare = 64 - type.bits;
  return type.isSigned ? static_cast<int64_t>(x << spare) >> spare : static_cast<int64_t>(x << spare >> spare);
}

static int64_t bitwiseOne(BinaryKind kind, int64_t a, int64_t b, ElementType type) {
  const bool outside = b < 0 || b >= type.bits;
  switch (kind) {
  case BinaryKind::bitwise_and: return a & b;
  case BinaryKind::bitwise_or: return a | b;
  case BinaryKind::bitwise_xor: return a ^ b;
  case BinaryKind::shift_left: return outside ? 0 : fromBits(static_cast<uint64_t>(a) << b, type);
  default: // shift_right
    if (type.isSigned)
      return a >> (outside ? 63 : b);
    return outside ? 0 : static_cast<int64_t>(static_cast<uint64_t>(a) >> b);
  }
}

static Result<Tensor> bitwiseBinary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs, const Shape &shape, ElementType type) {
  if (!type.isInteger() || lhs.type() != type || rhs.type() != type)
    return error(nameOf(kind), " of ", lhs.type().name(), " and ", rhs.type().name(), " to ", type.name(), " is not defined");
  return Tensor::ofIntegers(type, shape,
                            map<int64_t>(lhs.integers(), lhs.shape(), rhs.integers(), rhs.shape(), shape,
                                         [&](int64_t x, int64_t y) { return bitwiseOne(kind, x, y, type); }));
}

static Result<Tensor> booleanBinary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs, const Shape &shape) {
  auto compare = [&](const auto &a, const auto &b) {
    using T = typename std::decay_t<decltype(a)>::value_type;
    return Tensor::ofIntegers(ElementType::boolean(), shape,
                              map<int64_t>(a, lhs.shape(), b, rhs.shape(), shape,
                                           [kind](T x, T y) -> int64_t { return compareOne(kind, x, y); }));
  };
  if (lhs.type().isInteger())
    return compare(lhs.integers(), rhs.integers());
  return lhs.type().bits == 64 ? compare(lhs.doubles(), rhs.doubles()) : compare(lhs.floats(), rhs.floats());
}

Result<Tensor> binary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs, ElementType type) {
  const ElementType boolean = ElementType::boolean();
  const bool mixes = lhs.type() != rhs.type() && !(lhs.type().isInteger() && rhs.type().isInteger());
  if (mixes || (isLogical(kind) && (lhs.type() != boolean || rhs.type() != boolean)) ||
      (givesBoolean(kind) ? type != boolean : type.isFloat() ? type != lhs.type() : lhs.type().isFloat()))
    return error(nameOf(kind), " of ", lhs.type().name(), " and ", rhs.type().name(), " to ", type.name(),
                 " is not defined");
  Result<Shape> shape = broadcastShape(lhs.shape(), rhs.shape());
  if (!shape)
    return shape.failure();
  if (givesBoolean(kind))
    return booleanBinary(kind, lhs, rhs, *shape);
  if (isBitwise(kind))
    return bitwiseBinary(kind, lhs, rhs, *shape, type);
  if (type.isInteger())
    return integerBinary(kind, lhs, rhs, *shape, type);
  Tensor y(type, *shape);
  if (type.bits == 64)
    y.doubles() = floatBinary(kind, lhs.doubles(), lhs.shape(), rhs.doubles(), rhs.shape(), *shape);
  else
    y.floats() = floatBinary(kind, lhs.floats(), lhs.shape(), rhs.floats(), rhs.shape(), *shape);
  roundToType(y);
  return y;
}

Result<Tensor> select(const Tensor &condition, const Tensor &lhs, const Tensor &rhs) {
  if (!condition.type().isInteger() || lhs.type() != rhs.type())
    return error("expected an i1 condition and operands of one type, found ", condition.type().name(), ", ",
                 lhs.type().name(), " and ", rhs.type().name());
  Result<Shape> shape = broadcastShape(lhs.shape(), rhs.shape());
  if (shape)
    shape = broadcastShape(condition.shape(), *shape);
  if (!shape)
    return shape.failure();
  Tensor y(lhs.type(), *shape);
  const int64_t *flags = condition.integers().data();
  y.visit([&](auto &values) {
    using T = typename std::decay_t<decltype(values)>::value_type;
    const T *a = lhs.values<T>().data(), *b = rhs.values<T>().data();
    T *out = values.data();
    walk<3>(*shape,
            {broadcastStrides(condition.shape(), *shape), broadcastStrides(lhs.shape(), *shape),
             broadcastStrides(rhs.shape(), *shape)},
            [&](int64_t count, const auto &offset, const auto &step) {
              for (int64_t i = 0; i < count; ++i)
                *out++ = flags[offset[0] + i * step[0]] ? a[offset[1] + i * step[1]] : b[offset[2] + i * step[2]];
            });
  });
  return y;
}

} // namespace weft::reference

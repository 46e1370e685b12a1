//===- Unary.cpp - elementwise functions of one operand ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Elementwise.h"
#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"

#include <iterator>

namespace weft::reference {

static constexpr std::string_view unaryNames[] = {
    "relu",       "sigmoid",    "tanh",     "exp",        "log",  "sqrt", "neg",         "abs",
    "erf",        "floor",      "ceil",     "round",      "reciprocal", "sign", "leaky_relu", "elu",
    "selu",       "hard_sigmoid", "hard_swish", "softplus", "softsign", "sin", "cos",    "gelu",
    "logical_not", "thresholded_relu", "celu", "mish", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cosh", "sinh", "tan",
    "is_inf", "is_nan", "bitwise_not"};
static_assert(std::size(unaryNames) == static_cast<size_t>(UnaryKind::bitwise_not) + 1);

std::string_view nameOf(UnaryKind kind) { return unaryNames[static_cast<size_t>(kind)]; }
std::optional<UnaryKind> unaryKindOf(std::string_view name) {
  for (size_t i = 0; i < std::size(unaryNames); ++i)
    if (unaryNames[i] == name)
      return static_cast<UnaryKind>(i);
  return std::nullopt;
}

/// 1 / (1 + e^−x) without overflow.
template <typename T>
static T sigmoid(T x) {
  if (x >= 0)
    return T(1) / (T(1) + std::exp(-x));
  T e = std::exp(x);
  return e / (T(1) + e);
}

/// log(1 + e^x) without overflow.
template <typename T>
static T softplus(T x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

template <typename T>
static T gelu(T x, bool tanhForm) {
  if (tanhForm)
    return T(0.5) * x * (T(1) + std::tanh(T(0.7978845608028654) * (x + T(0.044715) * x * x * x))); // √(2/π)
  return T(0.5) * x * (T(1) + std::erf(x * T(0.7071067811865476)));                                // √½
}

/// x clamped to [0, 1]; NaN stays.
template <typename T>
static T unit(T x) {
  return x < 0 ? T(0) : x > 1 ? T(1) : x;
}

template <typename T>
T unaryOne(UnaryKind kind, T x, T alpha, T beta) {
  switch (kind) {
  case UnaryKind::relu: return x < 0 ? T(0) : x;
  case UnaryKind::sigmoid: return sigmoid(x);
  case UnaryKind::tanh: return std::tanh(x);
  case UnaryKind::exp: return std::exp(x);
  case UnaryKind::log: return std::log(x);
  case UnaryKind::sqrt: return std::sqrt(x);
  case UnaryKind::neg: return -x;
  case UnaryKind::abs: return std::fabs(x);
  case UnaryKind::erf: return std::erf(x);
  case UnaryKind::floor: return std::floor(x);
  case UnaryKind::ceil: return std::ceil(x);
  case UnaryKind::round: return std::nearbyint(x);
  case UnaryKind::reciprocal: return T(1) / x;
  case UnaryKind::sign: return x > 0 ? T(1) : x < 0 ? T(-1) : x; // keeps NaN and the signed zeros
  case UnaryKind::leaky_relu: return x < 0 ? alpha * x : x;
  case UnaryKind::elu: return x < 0 ? alpha * std::expm1(x) : x;
  case UnaryKind::selu: return beta * (x > 0 ? x : alpha * std::expm1(x));
  case UnaryKind::hard_sigmoid: return unit(alpha * x + beta);
  case UnaryKind::hard_swish: return x * unit(x / T(6) + T(0.5));
  case UnaryKind::softplus: return softplus(x);
  case UnaryKind::softsign: return x / (T(1) + std::fabs(x));
  case UnaryKind::sin: return std::sin(x);
  case UnaryKind::cos: return std::cos(x);
  case UnaryKind::gelu: return gelu(x, alpha != 0);
  case UnaryKind::logical_not: return x == 0 ? T(1) : T(0);
  case UnaryKind::thresholded_relu: return x > alpha ? x : x != x ? x : T(0);
  case UnaryKind::celu: return x < 0 ? alpha * std::expm1(x / alpha) : x;
  case UnaryKind::mish: return x * std::tanh(softplus(x));
  case UnaryKind::acos: return std::acos(x);
  case UnaryKind::acosh: return std::acosh(x);
  case UnaryKind::asin: return std::asin(x);
  case UnaryKind::asinh: return std::asinh(x);
  case UnaryKind::atan: return std::atan(x);
  case UnaryKind::atanh: return std::atanh(x);
  case UnaryKind::cosh: return std::cosh(x);
  case UnaryKind::sinh: return std::sinh(x);
  case UnaryKind::tan: return std::tan(x);
  case UnaryKind::is_inf: return std::isinf(x) && (x < 0 ? alpha : beta) != 0 ? T(1) : T(0);
  case UnaryKind::is_nan: return std::isnan(x) ? T(1) : T(0);
  case UnaryKind::bitwise_not: break; // of integers
  }
  return x;
}
template float unaryOne<float>(UnaryKind, float, float, float);
template double unaryOne<double>(UnaryKind, double, double, double);

/// The integer functions; nothing for those that integers do not have.
static std::optional<Int128> integerUnary(UnaryKind kind, Int128 x, ElementType type) {
  switch (kind) {
  case UnaryKind::relu: return x < 0 ? 0 : x;
  case UnaryKind::neg: return -x;
  case UnaryKind::abs: return x < 0 ? -x : x;
  case UnaryKind::sign: return x > 0 ? 1 : x < 0 ? -1 : 0;
  case UnaryKind::floor:
  case UnaryKind::ceil:
  case UnaryKind::round: return x;
  case UnaryKind::logical_not: return x == 0;
  case UnaryKind::bitwise_not: // of 64 unsigned bits too, which an int64_t holds as they are
    return type.isSigned || type.bits == 64 ? ~x : static_cast<Int128>((uint64_t(1) << type.bits) - 1) - x;
  default: return std::nullopt;
  }
}

/// is_inf and is_nan.
static Tensor floatTest(UnaryKind kind, const Tensor &input, double alpha, double beta) {
  Tensor y(ElementType::boolean(), input.shape());
  for (int64_t i = 0; i < y.size(); ++i)
    y.integers()[i] = unaryOne<double>(kind, input.asDouble(i), alpha, beta) != 0;
  return y;
}

Result<Tensor> unary(UnaryKind kind, const Tensor &input, double alpha, double beta) {
  if (kind == UnaryKind::is_inf || kind == UnaryKind::is_nan)
    return floatTest(kind, input, alpha, beta);
  if (input.type().isInteger()) {
    if (!integerUnary(kind, 0, input.type()) || (kind == UnaryKind::logical_not && input.type() != ElementType::boolean()))
      return error(nameOf(kind), " is not defined on ", input.type().name());
    std::vector<Int128> y(input.size());
    for (size_t i = 0; i < y.size(); ++i)
      y[i] = *integerUnary(kind, input.integers()[i], input.type());
    if (kind == UnaryKind::bitwise_not) // fits, whatever the sign of the int64_t
      return Tensor::ofIntegers(input.type(), input.shape(), std::vector<int64_t>(y.begin(), y.end()));
    return narrow(input.type(), input.shape(), std::move(y), "A3");
  }
  if (kind == UnaryKind::logical_not || kind == UnaryKind::bitwise_not)
    return error(nameOf(kind), " is not defined on ", input.type().name());
  Tensor y = input;
  y.visit([&](auto &values) {
    using T = typename std::decay_t<decltype(values)>::value_type;
    if constexpr (std::is_floating_point_v<T>)
      for (T &x : values)
        x = unaryOne<T>(kind, x, static_cast<T>(alpha), static_cast<T>(beta));
  });
  roundToType(y);
  return y;
}

/// A float bound as an int64_t: towards the inside, saturated; NaN gives `otherwise`.
static int64_t integerBound(double bound, int64_t otherwise) {
  if (std::isnan(bound))
    return otherwise;
  if (bound >= 0x1p63)
    return INT64_MAX;
  return bound <= -0x1p63 ? INT64_MIN : static_cast<int64_t>(bound);
}

Result<Tensor> clip(const Tensor &input, double low, double high) {
  Tensor y = input;
  y.visit([&](auto &values) {
    using T = typename std::decay_t<decltype(values)>::value_type;
    T least, greatest;
    if constexpr (std::is_integral_v<T>) {
      least = std::max(integerBound(std::ceil(low), INT64_MIN), input.type().least());
      greatest = std::min(integerBound(std::floor(high), INT64_MAX), input.type().greatest());
    } else {
      least = static_cast<T>(low);
      greatest = static_cast<T>(high);
    }
    for (T &x : values) {
      x = x < least ? least : x;
      x = x > greatest ? greatest : x;
    }
  });
  roundToType(y);
  return y;
}

} // namespace weft::reference

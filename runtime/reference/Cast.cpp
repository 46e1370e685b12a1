//===- Cast.cpp - element type conversion -----------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Elementwise.h"
#include "runtime/reference/Half.h"

#include <cmath>

namespace weft::reference {

/// The low bits of x as a number of `type` (two's complement).
static int64_t lowBits(int64_t x, ElementType type) {
  if (type.bits >= 64)
    return x;
  const uint64_t low = static_cast<uint64_t>(x) & ((uint64_t(1) << type.bits) - 1);
  const bool negative = type.isSigned && (low >> (type.bits - 1)) != 0;
  return static_cast<int64_t>(negative ? low | (~uint64_t(0) << type.bits) : low);
}

static int64_t truncated(double x, ElementType type) {
  if (std::isnan(x))
    return 0;
  if (x >= static_cast<double>(type.greatest()))
    return type.greatest();
  return x <= static_cast<double>(type.least()) ? type.least() : static_cast<int64_t>(x);
}

Result<Tensor> cast(const Tensor &input, ElementType type) {
  Tensor y(type, input.shape());
  input.visit([&](const auto &from) {
    using From = typename std::decay_t<decltype(from)>::value_type;
    y.visit([&](auto &to) {
      using To = typename std::decay_t<decltype(to)>::value_type;
      for (size_t i = 0; i < to.size(); ++i) {
        if constexpr (std::is_floating_point_v<To>)
          to[i] = static_cast<To>(from[i]);
        else if (type == ElementType::boolean())
          to[i] = from[i] != From(0);
        else if constexpr (std::is_integral_v<From>)
          to[i] = lowBits(from[i], type);
        else
          to[i] = truncated(static_cast<double>(from[i]), type);
      }
    });
  });
  roundToType(y);
  return y;
}

} // namespace weft::reference

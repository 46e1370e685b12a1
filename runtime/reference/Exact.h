//===- Exact.h - integer sums that never wrap --------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_EXACT_H
#define RUNTIME_REFERENCE_EXACT_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace weft::reference {

__extension__ typedef __int128 Int128;

/// Greatest magnitude of the elements, as a double rounded away from zero; 0 if there are none.
inline double magnitude(const std::vector<int64_t> &values) {
  double greatest = 0;
  for (int64_t v : values)
    greatest = std::max(greatest, std::fabs(static_cast<double>(v)));
  return greatest * (1 + 0x1p-50);
}

/// True if no sum of `terms` products of elements of a and b, plus one of c, leaves an int64_t: then the sums may
/// be computed there and are still exact.
inline bool fitsInt64(const Tensor &a, const Tensor &b, const Tensor *c, int64_t terms) {
  double bound = magnitude(a.integers()) * magnitude(b.integers()) * static_cast<double>(terms);
  return bound + (c ? magnitude(c->integers()) : 0) < 0x1p62;
}

/// An Int128 as an int64_t, clipped, for messages.
inline int64_t clipped(Int128 value) {
  return static_cast<int64_t>(std::clamp<Int128>(value, INT64_MIN, INT64_MAX));
}

/// The exact values as a tensor of an integer type. Error, citing `rule`, if one is outside of the type: sums never
/// wrap, so a type that is too narrow is a mistake of whoever chose it.
template <typename Wide>
Result<Tensor> narrow(ElementType type, Shape shape, std::vector<Wide> values, const char *rule) {
  const int64_t least = type.least(), greatest = type.greatest();
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] < least || values[i] > greatest)
      return error("element ", i, " is ", clipped(values[i]), ", outside of ", type.name(), "'s [", least, ", ",
                   greatest, "] (", rule, ")");
  if constexpr (std::is_same_v<Wide, int64_t>)
    return Tensor::ofIntegers(type, std::move(shape), std::move(values));
  else
    return Tensor::ofIntegers(type, std::move(shape), std::vector<int64_t>(values.begin(), values.end()));
}

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_EXACT_H

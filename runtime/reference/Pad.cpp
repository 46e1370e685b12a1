//===- Pad.cpp - padding around a tensor ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Shape.h"

#include "runtime/reference/Half.h"

#include <type_traits>

namespace weft::reference {

/// The input position that position `at` (relative to the input) of a dimension of n > 0 reads; −1 for the constant.
static int64_t paddedSource(int64_t at, int64_t n, PadMode mode) {
  if (at >= 0 && at < n)
    return at;
  switch (mode) {
  case PadMode::constant: return -1;
  case PadMode::edge: return at < 0 ? 0 : n - 1;
  case PadMode::wrap: return ((at % n) + n) % n;
  case PadMode::reflect: {
    if (n == 1)
      return 0;
    const int64_t period = 2 * (n - 1), phase = ((at % period) + period) % period;
    return phase < n ? phase : period - phase;
  }
  }
  return -1;
}

/// A constant as an element of `type`; error if an integer type does not have it.
static Result<Tensor> constantOf(double value, ElementType type) {
  Tensor one(type, {1});
  if (!type.isInteger()) {
    one.visit([&](auto &v) { v[0] = static_cast<typename std::decay_t<decltype(v)>::value_type>(value); });
    roundToType(one);
    return one;
  }
  if (!(value >= static_cast<double>(type.least()) && value <= static_cast<double>(type.greatest())))
    return error("pads with ", value, ", outside of ", type.name());
  one.integers()[0] = value >= 0x1p63 ? INT64_MAX : static_cast<int64_t>(value);
  return one;
}

Result<Tensor> pad(const Tensor &input, const Shape &low, const Shape &high, PadMode mode, double value) {
  const size_t rank = input.rank();
  if (low.size() != rank || high.size() != rank)
    return error("expected ", rank, " low and high pads, found ", low.size(), " and ", high.size());
  Result<Tensor> constant = mode == PadMode::constant ? constantOf(value, input.type()) : Tensor(input.type(), {1});
  if (!constant)
    return constant.failure();
  Shape shape(rank);
  std::vector<Shape> sources(rank); // per dimension: the input offset of each output position, −1 for the constant
  const std::vector<int64_t> strides = rowMajorStrides(input.shape());
  for (size_t d = 0; d < rank; ++d) {
    const int64_t extent = input.shape()[d];
    shape[d] = extent + low[d] + high[d];
    if (shape[d] < 0 || (extent == 0 && shape[d] > 0 && mode != PadMode::constant))
      return error("cannot pad dimension ", d, " of ", extent, " by ", low[d], " and ", high[d]);
    for (int64_t i = 0; i < shape[d]; ++i) {
      int64_t source = paddedSource(i - low[d], extent, mode);
      sources[d].push_back(source < 0 ? -1 : source * strides[d]);
    }
  }
  Tensor y(input.type(), shape);
  const int64_t size = y.size();
  y.visit([&](auto &out) {
    using T = typename std::decay_t<decltype(out)>::value_type;
    const auto &in = input.values<T>(), &fill = constant->values<T>();
    Shape index(rank, 0);
    for (int64_t i = 0; i < size; ++i) {
      int64_t source = 0;
      for (size_t d = 0; d < rank && source >= 0; ++d)
        source = sources[d][index[d]] < 0 ? -1 : source + sources[d][index[d]];
      out[i] = source < 0 ? fill[0] : in[source];
      for (size_t d = rank; d-- > 0 && ++index[d] == shape[d];)
        index[d] = 0;
    }
  });
  return y;
}

} // namespace weft::reference

//===- Pool.cpp - reductions of windows -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Pool.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"

#include <limits>

namespace weft::reference {

/// The maximum of each window; `least` where a window holds only padding.
template <typename T>
static std::vector<T> poolMax(const std::vector<T> &x, int64_t planes, int64_t pixels, const WindowWalk &walk, T least) {
  const int64_t length = walk.rowLength();
  std::vector<T> y(planes * elementCount(walk.outputShape()), least);
  for (int64_t plane = 0; plane < planes; ++plane)
    for (int64_t row = 0; row < walk.rows(); ++row) {
      T *out = y.data() + (plane * walk.rows() + row) * length;
      for (int64_t t = 0; t < walk.taps(); ++t) {
        WindowWalk::Segment s = walk.segment(row, t);
        const T *source = x.data() + plane * pixels + s.source;
        for (int64_t i = s.begin; i < s.end; ++i)
          out[i] = source[i * s.step] > out[i] ? source[i * s.step] : out[i];
      }
    }
  return y;
}

/// The sum of each window, padding counted as `pad`.
template <typename Sum, typename T>
static std::vector<Sum> poolSum(const std::vector<T> &x, int64_t planes, int64_t pixels, const WindowWalk &walk, Sum pad) {
  const int64_t length = walk.rowLength();
  std::vector<Sum> y(planes * elementCount(walk.outputShape()), Sum(0));
  for (int64_t plane = 0; plane < planes; ++plane)
    for (int64_t row = 0; row < walk.rows(); ++row) {
      Sum *out = y.data() + (plane * walk.rows() + row) * length;
      for (int64_t t = 0; t < walk.taps(); ++t) {
        WindowWalk::Segment s = walk.segment(row, t);
        const T *source = x.data() + plane * pixels + s.source;
        for (int64_t i = 0; i < s.begin; ++i)
          out[i] += pad;
        for (int64_t i = s.begin; i < s.end; ++i)
          out[i] += static_cast<Sum>(source[i * s.step]);
        for (int64_t i = s.end; i < length; ++i)
          out[i] += pad;
      }
    }
  return y;
}

/// How many taps of each window are inside the input, for one plane.
static std::vector<int64_t> insideCounts(const WindowWalk &walk, bool countPadding) {
  std::vector<int64_t> counts(elementCount(walk.outputShape()), countPadding ? walk.taps() : 0);
  for (int64_t row = 0; row < walk.rows() && !countPadding; ++row)
    for (int64_t t = 0; t < walk.taps(); ++t) {
      WindowWalk::Segment s = walk.segment(row, t);
      for (int64_t i = s.begin; i < s.end; ++i)
        ++counts[row * walk.rowLength() + i];
    }
  return counts;
}

/// Float sums and averages, added up in double.
template <typename T>
static std::vector<T> poolFloat(const std::vector<T> &x, int64_t planes, int64_t pixels, const WindowWalk &walk,
                                const PoolAttributes &attributes) {
  const bool average = attributes.kind == PoolKind::average;
  std::vector<double> sums = poolSum<double>(x, planes, pixels, walk, average ? 0.0 : double(attributes.padValue));
  std::vector<T> y(sums.size());
  std::vector<int64_t> counts = insideCounts(walk, attributes.countIncludePad);
  for (size_t i = 0; i < y.size(); ++i) {
    int64_t divisor = average ? std::max<int64_t>(1, counts[i % counts.size()]) : 1;
    y[i] = static_cast<T>(sums[i] / static_cast<double>(divisor));
  }
  return y;
}

Result<Tensor> pool(const Tensor &input, const PoolAttributes &attributes, ElementType type) {
  if (input.rank() < 3)
    return error("expected input [N, C, spatial...], found ", toString(input.shape()));
  if (input.type().isFloat() != type.isFloat() || (type.isFloat() && input.type() != type))
    return error("cannot pool ", input.type().name(), " to ", type.name());
  Shape spatial(input.shape().begin() + 2, input.shape().end());
  Result<WindowWalk> walk = WindowWalk::create(attributes.window, spatial);
  if (!walk)
    return walk.failure();
  Shape shape = {input.dim(0), input.dim(1)};
  shape.insert(shape.end(), walk->outputShape().begin(), walk->outputShape().end());
  const int64_t planes = input.dim(0) * input.dim(1), pixels = elementCount(spatial);

  if (type.isInteger()) {
    const auto &x = input.integers();
    if (attributes.kind == PoolKind::max)
      return narrow(type, shape, poolMax(x, planes, pixels, *walk, input.type().least()), "A6");
    if (attributes.kind == PoolKind::sum)
      return narrow(type, shape, poolSum<Int128>(x, planes, pixels, *walk, Int128(attributes.padValue)), "A6");
    return error("an average of ", input.type().name(), " is not defined: use sum and requantize (A6)");
  }
  Tensor y(type, shape);
  auto compute = [&](const auto &x, auto &out) {
    using T = typename std::decay_t<decltype(x)>::value_type;
    out = attributes.kind == PoolKind::max
              ? poolMax<T>(x, planes, pixels, *walk, -std::numeric_limits<T>::infinity())
              : poolFloat<T>(x, planes, pixels, *walk, attributes);
  };
  if (type.bits == 64)
    compute(input.doubles(), y.doubles());
  else
    compute(input.floats(), y.floats());
  roundToType(y);
  return y;
}

} // namespace weft::reference

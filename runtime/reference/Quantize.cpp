//===- Quantize.cpp - between real numbers and codes -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Quantize.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"
#include "runtime/reference/Strided.h"

namespace weft::reference {

int64_t quantizeOne(float x, float scale, int64_t zeroPoint, ElementType type) {
  const double z = static_cast<double>(zeroPoint);
  const float lo = static_cast<float>(static_cast<double>(type.least()) - z);
  const float hi = static_cast<float>(static_cast<double>(type.greatest()) - z);
  float t = x / scale;
  t = t > lo ? t : lo; // NaN is not greater: it gives lo
  t = t < hi ? t : hi;
  const double q = std::nearbyint(static_cast<double>(t)) + z; // ties to even
  if (q >= static_cast<double>(type.greatest()))
    return type.greatest();
  return q <= static_cast<double>(type.least()) ? type.least() : static_cast<int64_t>(q);
}

/// floor((value + 2^(n−1)) / 2^n); no rounding term for n = 0.
static Int128 roundingShift(Int128 value, int64_t n) {
  if (n == 0)
    return value;
  return (value + (Int128(1) << (n - 1))) >> n;
}

static int64_t clampTo(Int128 value, const Clamp &clamp) {
  return static_cast<int64_t>(std::clamp<Int128>(value + clamp.zeroPoint, clamp.lo, clamp.hi));
}

int64_t requantizeOne(int64_t acc, int64_t m, int64_t n, const Clamp &clamp) {
  return clampTo(roundingShift(Int128(acc) * m, n), clamp);
}

/// How elements and channel parameters go together: element i belongs to channel `(i / inner) % channels`.
namespace {
struct ChannelMap {
  int64_t channels = 1, inner = 1;
  int64_t of(int64_t i) const { return channels == 1 ? 0 : (i / inner) % channels; }
};
} // namespace

static Result<ChannelMap> mapChannels(const Tensor &input, int64_t entries, int64_t axis) {
  ChannelMap map;
  if (entries == 1)
    return map;
  if (axis < 0 || axis >= input.rank() || input.dim(static_cast<int>(axis)) != entries)
    return error("found ", entries, " channel parameters for axis ", axis, " of shape ", toString(input.shape()));
  map.channels = entries;
  for (int d = static_cast<int>(axis) + 1; d < input.rank(); ++d)
    map.inner *= input.dim(d);
  return map;
}

static Status checkQuantization(const Tensor &scale, const Tensor &zeroPoint, ElementType quantized) {
  if (scale.shape() != zeroPoint.shape() || scale.rank() > 1)
    return error("expected scale and zero point both [] or both [C], found ", toString(scale.shape()), " and ",
                 toString(zeroPoint.shape()));
  if (!scale.type().isFloat() || !quantized.isInteger() || zeroPoint.type() != quantized)
    return error("expected a float scale and a zero point of the integer type, found ", scale.type().name(), ", ",
                 zeroPoint.type().name(), " and ", quantized.name());
  return done();
}

Result<Tensor> quantize(const Tensor &input, const Tensor &scale, const Tensor &zeroPoint, int64_t axis) {
  if (Status status = checkQuantization(scale, zeroPoint, zeroPoint.type()); !status)
    return status.failure();
  if (!input.type().isFloat())
    return error("cannot quantize ", input.type().name(), " (A1)");
  Result<ChannelMap> map = mapChannels(input, scale.size(), axis);
  if (!map)
    return map.failure();
  Tensor y(zeroPoint.type(), input.shape());
  auto &out = y.integers();
  for (size_t i = 0; i < out.size(); ++i) {
    int64_t c = map->of(i);
    out[i] = quantizeOne(static_cast<float>(input.asDouble(i)), static_cast<float>(scale.asDouble(c)),
                         zeroPoint.integers()[c], y.type());
  }
  return y;
}

Result<Tensor> dequantize(const Tensor &input, const Tensor &scale, const Tensor &zeroPoint, int64_t axis, ElementType type) {
  if (Status status = checkQuantization(scale, zeroPoint, input.type()); !status)
    return status.failure();
  if (!type.isFloat())
    return error("cannot dequantize to ", type.name(), " (A2)");
  Result<ChannelMap> map = mapChannels(input, scale.size(), axis);
  if (!map)
    return map.failure();
  Tensor y(type, input.shape());
  const auto &q = input.integers();
  y.visit([&](auto &out) {
    for (size_t i = 0; i < out.size(); ++i) {
      int64_t c = map->of(i);
      float x = static_cast<float>(Int128(q[i]) - zeroPoint.integers()[c]) * static_cast<float>(scale.asDouble(c));
      out[i] = static_cast<typename std::decay_t<decltype(out)>::value_type>(x);
    }
  });
  roundToType(y);
  return y;
}

static Status checkClamp(const Clamp &clamp, ElementType type, const char *rule) {
  if (!type.isInteger() || clamp.lo < type.least() || clamp.hi > type.greatest() || clamp.lo > clamp.hi)
    return error("clamps to [", clamp.lo, ", ", clamp.hi, "], outside of ", type.name(), " (", rule, ")");
  return done();
}

Result<Tensor> requantize(const Tensor &input, const Tensor &multiplier, const Tensor &shift, const Clamp &clamp,
                          ElementType type) {
  if (!input.type().isInteger() || !multiplier.type().isInteger() || !shift.type().isInteger())
    return error("expected integers, found ", input.type().name(), ", ", multiplier.type().name(), ", ",
                 shift.type().name(), " (A4s)");
  if (Status status = checkClamp(clamp, type, "A4s"); !status)
    return status.failure();
  Result<ChannelMap> ms = mapChannels(input, multiplier.size(), 1), ns = mapChannels(input, shift.size(), 1);
  if (!ms)
    return ms.failure();
  if (!ns)
    return ns.failure();
  for (int64_t n : shift.integers())
    if (n < 0 || n > 47)
      return error("shift is ", n, ", expected 0 to 47 (A4s)");
  for (int64_t m : multiplier.integers())
    if (m < 0)
      return error("multiplier is ", m, ", expected 0 or more (A4s)");
  Tensor y(type, input.shape());
  const auto &acc = input.integers(), &m = multiplier.integers(), &n = shift.integers();
  for (size_t i = 0; i < acc.size(); ++i)
    y.integers()[i] = requantizeOne(acc[i], m[ms->of(i)], n[ns->of(i)], clamp);
  return y;
}

Result<Tensor> threshold(const Tensor &input, const Tensor &thresholds, int64_t lo, ElementType type) {
  if (!input.type().isInteger() || !thresholds.type().isInteger() || thresholds.rank() != 2)
    return error("expected integers and thresholds [C, hi - lo], found ", input.type().name(), " and ",
                 thresholds.type().name(), " ", toString(thresholds.shape()), " (A4t)");
  const int64_t steps = thresholds.dim(1);
  if (Status status = checkClamp({0, lo, lo + steps}, type, "A4t"); !status)
    return status.failure();
  Result<ChannelMap> map = mapChannels(input, thresholds.dim(0), 1);
  if (!map)
    return map.failure();
  const int64_t *all = thresholds.integers().data();
  for (int64_t c = 0; c < thresholds.dim(0); ++c)
    if (!std::is_sorted(all + c * steps, all + (c + 1) * steps))
      return error("thresholds of channel ", c, " decrease (A4t)");
  Tensor y(type, input.shape());
  for (int64_t i = 0; i < input.size(); ++i) {
    const int64_t *row = all + map->of(i) * steps;
    // The thresholds not above x are a prefix of the sorted row.
    y.integers()[i] = lo + (std::upper_bound(row, row + steps, input.integers()[i]) - row);
  }
  return y;
}

Result<Tensor> qadd(const Tensor &lhs, const Tensor &rhs, const QaddAttributes &at, ElementType type) {
  if (!lhs.type().isInteger() || !rhs.type().isInteger() || lhs.shape() != rhs.shape())
    return error("expected integers of one shape, found ", lhs.type().name(), " ", toString(lhs.shape()), " and ",
                 rhs.type().name(), " ", toString(rhs.shape()), " (A5)");
  if (at.shift < 0 || at.shift > 47)
    return error("shift is ", at.shift, ", expected 0 to 47 (A5)");
  if (Status status = checkClamp(at.clamp, type, "A5"); !status)
    return status.failure();
  Tensor y(type, lhs.shape());
  const auto &a = lhs.integers(), &b = rhs.integers();
  for (size_t i = 0; i < a.size(); ++i) {
    Int128 sum = Int128(a[i]) * at.lhsMultiplier + Int128(b[i]) * at.rhsMultiplier + at.offset;
    y.integers()[i] = clampTo(roundingShift(sum, at.shift), at.clamp);
  }
  return y;
}

Result<Tensor> qmul(const Tensor &lhs, const Tensor &rhs, int64_t lhsZero, int64_t rhsZero, ElementType type) {
  if (!lhs.type().isInteger() || !rhs.type().isInteger() || !type.isInteger())
    return error("expected integers, found ", lhs.type().name(), " and ", rhs.type().name(), " to ", type.name(), " (A5m)");
  Result<Shape> shape = broadcastShape(lhs.shape(), rhs.shape());
  if (!shape)
    return shape.failure();
  Tensor y(type, *shape);
  const auto &a = lhs.integers(), &b = rhs.integers();
  auto out = y.integers().begin();
  bool holds = true;
  walk<2>(*shape, {broadcastStrides(lhs.shape(), *shape), broadcastStrides(rhs.shape(), *shape)},
          [&](int64_t count, const auto &offset, const auto &step) {
            for (int64_t i = 0; i < count; ++i) {
              Int128 product = (Int128(a[offset[0] + i * step[0]]) - lhsZero) * (Int128(b[offset[1] + i * step[1]]) - rhsZero);
              holds &= product >= type.least() && product <= type.greatest();
              *out++ = static_cast<int64_t>(product);
            }
          });
  if (!holds)
    return error("a product is outside of ", type.name(), " (A5m)");
  return y;
}

Result<Tensor> table(const Tensor &input, const Tensor &entries) {
  if (!input.type().isInteger() || input.type().bits > 16 || entries.size() != int64_t(1) << input.type().bits)
    return error("expected 2^N entries for an integer of N <= 16 bits, found ", entries.size(), " for ",
                 input.type().name(), " (A7)");
  Tensor y(entries.type(), input.shape());
  const int64_t least = input.type().least();
  y.visit([&](auto &out) {
    const auto &from = entries.values<typename std::decay_t<decltype(out)>::value_type>();
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = from[input.integers()[i] - least];
  });
  return y;
}

} // namespace weft::reference

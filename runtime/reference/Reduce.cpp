//===- Reduce.cpp - reductions over axes ------------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Reduce.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"
#include "runtime/reference/Strided.h"

#include <limits>

namespace weft::reference {

namespace {
/// The shape with reduced dimensions kept as 1, the result's shape, and how many elements make one of its.
struct Reduction {
  Shape kept, result;
  int64_t count = 1;
};
} // namespace

static Result<Reduction> planReduction(const Shape &shape, const Shape &axes, bool keepdims) {
  Reduction plan;
  plan.kept = shape;
  for (int64_t axis : axes) {
    if (axis < 0 || axis >= static_cast<int64_t>(shape.size()))
      return error("axis ", axis, " is outside of rank ", shape.size());
    plan.count *= plan.kept[axis];
    plan.kept[axis] = 1;
  }
  for (size_t d = 0; d < shape.size(); ++d)
    if (keepdims || std::find(axes.begin(), axes.end(), static_cast<int64_t>(d)) == axes.end())
      plan.result.push_back(plan.kept[d]);
  return plan;
}

/// out[o] = step(out[o], x) for every x that belongs to o, from `start`.
template <typename Sum, typename T, typename Step>
static std::vector<Sum> fold(const std::vector<T> &x, const Shape &shape, const Shape &kept, Sum start, Step &&next) {
  std::vector<Sum> out(elementCount(kept), start);
  walk<2>(shape, {rowMajorStrides(shape), broadcastStrides(kept, shape)},
          [&](int64_t count, const auto &offset, const auto &step) {
            for (int64_t i = 0; i < count; ++i) {
              Sum &o = out[offset[1] + i * step[1]];
              o = next(o, static_cast<Sum>(x[offset[0] + i * step[0]]));
            }
          });
  return out;
}

/// Σ e^x needs each result's maximum first, so that no term overflows.
template <typename T>
static std::vector<double> logSumExp(const std::vector<T> &x, const Shape &shape, const Shape &kept) {
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> top = fold<double>(x, shape, kept, -infinity, [](double o, double v) { return v > o || v != v ? v : o; });
  std::vector<double> sums(top.size(), 0.0);
  walk<2>(shape, {rowMajorStrides(shape), broadcastStrides(kept, shape)},
          [&](int64_t count, const auto &offset, const auto &step) {
            for (int64_t i = 0; i < count; ++i) {
              const int64_t o = offset[1] + i * step[1];
              const double shift = std::isinf(top[o]) ? 0 : top[o];
              sums[o] += std::exp(static_cast<double>(x[offset[0] + i * step[0]]) - shift);
            }
          });
  for (size_t o = 0; o < sums.size(); ++o)
    sums[o] = std::log(sums[o]) + (std::isinf(top[o]) ? 0 : top[o]);
  return sums;
}

template <typename T>
static std::vector<double> floatReduce(ReduceKind kind, const std::vector<T> &x, const Shape &shape, const Reduction &plan) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto with = [&](double start, auto next) { return fold<double>(x, shape, plan.kept, start, next); };
  auto thenAll = [](std::vector<double> values, auto f) {
    for (double &v : values)
      v = f(v);
    return values;
  };
  auto sum = [](double o, double v) { return o + v; };
  auto square = [](double o, double v) { return o + v * v; };
  switch (kind) {
  case ReduceKind::sum: return with(0, sum);
  case ReduceKind::mean: return thenAll(with(0, sum), [&](double v) { return v / static_cast<double>(plan.count); });
  case ReduceKind::max: return with(-infinity, [](double o, double v) { return v > o || v != v ? v : o; });
  case ReduceKind::min: return with(infinity, [](double o, double v) { return v < o || v != v ? v : o; });
  case ReduceKind::prod: return with(1, [](double o, double v) { return o * v; });
  case ReduceKind::sum_square: return with(0, square);
  case ReduceKind::l1: return with(0, [](double o, double v) { return o + std::fabs(v); });
  case ReduceKind::l2: return thenAll(with(0, square), [](double v) { return std::sqrt(v); });
  case ReduceKind::log_sum: return thenAll(with(0, sum), [](double v) { return std::log(v); });
  case ReduceKind::log_sum_exp: return logSumExp(x, shape, plan.kept);
  }
  return {};
}

/// The product of two numbers, kept within ±2^100: what leaves 64 bits is found by `narrow`, and nothing overflows.
static Int128 clippedProduct(Int128 a, Int128 b) {
  const Int128 limit = Int128(1) << 63;
  return std::clamp(a, -limit, limit) * b;
}

static Result<Tensor> integerReduce(ReduceKind kind, const Tensor &input, const Reduction &plan, ElementType type) {
  auto with = [&](Int128 start, auto next) {
    return narrow(type, plan.result, fold<Int128>(input.integers(), input.shape(), plan.kept, start, next), "A3");
  };
  switch (kind) {
  case ReduceKind::sum: return with(0, [](Int128 o, Int128 v) { return o + v; });
  case ReduceKind::max: return with(input.type().least(), [](Int128 o, Int128 v) { return v > o ? v : o; });
  case ReduceKind::min: return with(input.type().greatest(), [](Int128 o, Int128 v) { return v < o ? v : o; });
  case ReduceKind::prod: return with(1, clippedProduct);
  case ReduceKind::sum_square: return with(0, [](Int128 o, Int128 v) { return o + v * v; });
  case ReduceKind::l1: return with(0, [](Int128 o, Int128 v) { return o + (v < 0 ? -v : v); });
  case ReduceKind::mean: {
    if (plan.count == 0)
      return error("mean of no integer");
    auto sums = fold<Int128>(input.integers(), input.shape(), plan.kept, Int128(0), [](Int128 o, Int128 v) { return o + v; });
    for (Int128 &s : sums)
      s /= plan.count;
    return narrow(type, plan.result, std::move(sums), "A3");
  }
  default: return error("this reduction is not defined on ", input.type().name());
  }
}

Result<Tensor> reduce(ReduceKind kind, const Tensor &input, const Shape &axes, bool keepdims, ElementType type) {
  Result<Reduction> plan = planReduction(input.shape(), axes, keepdims);
  if (!plan)
    return plan.failure();
  if (input.type().isFloat() != type.isFloat())
    return error("cannot reduce ", input.type().name(), " to ", type.name());
  if (type.isInteger())
    return integerReduce(kind, input, *plan, type);
  std::vector<double> values = input.type().bits == 64 ? floatReduce(kind, input.doubles(), input.shape(), *plan)
                                                       : floatReduce(kind, input.floats(), input.shape(), *plan);
  Tensor y(type, plan->result);
  if (type.bits == 64)
    y.doubles() = std::move(values);
  else
    y.floats().assign(values.begin(), values.end());
  roundToType(y);
  return y;
}

namespace {
/// A shape seen as [outer, extent, inner] around one axis.
struct AxisView {
  int64_t outer = 1, extent = 1, inner = 1;
  AxisView(const Shape &shape, int64_t axis) : extent(shape[axis]) {
    for (size_t d = 0; d < shape.size(); ++d)
      if (static_cast<int64_t>(d) != axis)
        (static_cast<int64_t>(d) < axis ? outer : inner) *= shape[d];
  }
  int64_t at(int64_t o, int64_t k, int64_t i) const { return (o * extent + k) * inner + i; }
};
} // namespace

Result<Tensor> argReduce(const Tensor &input, int64_t axis, bool keepdims, bool isMax, bool selectLast, ElementType type) {
  Result<Reduction> plan = planReduction(input.shape(), {axis}, keepdims);
  if (!plan)
    return plan.failure();
  AxisView view(input.shape(), axis);
  if (view.extent == 0)
    return error("no element along axis ", axis, " of ", toString(input.shape()));
  std::vector<int64_t> indices;
  indices.reserve(view.outer * view.inner);
  input.visit([&](const auto &x) {
    for (int64_t o = 0; o < view.outer; ++o)
      for (int64_t i = 0; i < view.inner; ++i) {
        int64_t best = 0;
        for (int64_t k = 1; k < view.extent; ++k) {
          auto a = x[view.at(o, k, i)], b = x[view.at(o, best, i)];
          if (isMax ? a > b : a < b)
            best = k;
          else if (selectLast && a == b)
            best = k;
        }
        indices.push_back(best);
      }
  });
  return narrow(type, plan->result, std::move(indices), "A3");
}

Result<Tensor> softmax(const Tensor &input, int64_t axis, bool logarithm) {
  if (!input.type().isFloat())
    return error("softmax is not defined on ", input.type().name());
  if (axis < 0 || axis >= input.rank())
    return error("axis ", axis, " is outside of rank ", input.rank());
  AxisView view(input.shape(), axis);
  Tensor y = input;
  auto compute = [&](auto &x) {
    using T = typename std::decay_t<decltype(x)>::value_type;
    for (int64_t o = 0; o < view.outer; ++o)
      for (int64_t i = 0; i < view.inner && view.extent > 0; ++i) {
        double top = x[view.at(o, 0, i)], sum = 0;
        for (int64_t k = 1; k < view.extent; ++k)
          top = std::max(top, static_cast<double>(x[view.at(o, k, i)]));
        for (int64_t k = 0; k < view.extent; ++k)
          sum += std::exp(x[view.at(o, k, i)] - top);
        for (int64_t k = 0; k < view.extent; ++k) {
          T &v = x[view.at(o, k, i)];
          v = static_cast<T>(logarithm ? v - top - std::log(sum) : std::exp(v - top) / sum);
        }
      }
  };
  if (input.type().bits == 64)
    compute(y.doubles());
  else
    compute(y.floats());
  roundToType(y);
  return y;
}

} // namespace weft::reference

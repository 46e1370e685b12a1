//===- Indexing.cpp - index tuples, sorting, running sums ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Indexing.h"

#include "runtime/reference/Exact.h"
#include "runtime/reference/Half.h"

#include <numeric>

namespace weft::reference {

namespace {
/// How index tuples address slices of a tensor.
struct Places {
  int64_t batches = 1, perBatch = 1, tuple = 0, slice = 1; // slice: elements of one
  /// Offset of the slice of each place, in row-major order of the places.
  std::vector<int64_t> offsets;
  /// Shape of what is read there.
  Shape shape;
};
} // namespace

static int64_t countOf(const Shape &shape, size_t begin, size_t end) {
  return elementCount(Shape(shape.begin() + begin, shape.begin() + end));
}

static Result<Places> locate(const Tensor &data, const Tensor &indices, int64_t batchDims) {
  const Shape &d = data.shape(), &i = indices.shape();
  Places places;
  places.tuple = i.empty() ? -1 : i.back();
  if (!indices.type().isInteger() || places.tuple < 0 || batchDims < 0 || batchDims >= static_cast<int64_t>(i.size()) ||
      batchDims + places.tuple > static_cast<int64_t>(d.size()) || !std::equal(d.begin(), d.begin() + batchDims, i.begin()))
    return error("indices ", indices.type().name(), toString(i), " with ", batchDims, " batch dimensions do not fit data ", toString(d));
  const size_t last = batchDims + places.tuple;
  places.batches = countOf(d, 0, batchDims);
  places.perBatch = countOf(i, batchDims, i.size() - 1);
  places.slice = countOf(d, last, d.size());
  places.shape.assign(i.begin(), i.end() - 1);
  places.shape.insert(places.shape.end(), d.begin() + last, d.end());
  const std::vector<int64_t> strides = rowMajorStrides(d);
  const int64_t perBatchData = countOf(d, batchDims, d.size());
  for (int64_t p = 0; p < places.batches * places.perBatch; ++p) {
    int64_t offset = p / places.perBatch * perBatchData;
    for (int64_t k = 0; k < places.tuple; ++k) {
      const int64_t extent = d[batchDims + k], index = indices.integers()[p * places.tuple + k];
      if (index < -extent || index >= extent)
        return error("index ", index, " is outside of dimension ", batchDims + k, " of ", extent);
      offset += (index < 0 ? index + extent : index) * strides[batchDims + k];
    }
    places.offsets.push_back(offset);
  }
  return places;
}

Result<Tensor> gatherNd(const Tensor &data, const Tensor &indices, int64_t batchDims) {
  Result<Places> places = locate(data, indices, batchDims);
  if (!places)
    return places.failure();
  Tensor y(data.type(), places->shape);
  y.visit([&](auto &out) {
    const auto &in = data.values<typename std::decay_t<decltype(out)>::value_type>();
    auto next = out.begin();
    for (int64_t offset : places->offsets)
      next = std::copy_n(in.begin() + offset, places->slice, next);
  });
  return y;
}

/// `old` after an update; floats that are NaN stay or become NaN.
template <typename T>
static T updated(ScatterKind kind, T old, T update) {
  switch (kind) {
  case ScatterKind::add: return old + update;
  case ScatterKind::mul: return old * update;
  case ScatterKind::max: return update > old || update != update ? update : old;
  case ScatterKind::min: return update < old || update != update ? update : old;
  case ScatterKind::replace: break;
  }
  return update;
}

Result<Tensor> scatterNd(const Tensor &data, const Tensor &indices, const Tensor &updates, ScatterKind kind, int64_t batchDims) {
  Result<Places> places = locate(data, indices, batchDims);
  if (!places)
    return places.failure();
  if (updates.type() != data.type() || updates.shape() != places->shape)
    return error("updates are ", updates.type().name(), toString(updates.shape()), ", expected ", data.type().name(),
                 toString(places->shape));
  Tensor y = data;
  const ElementType type = data.type();
  bool fits = true;
  y.visit([&](auto &out) {
    using T = typename std::decay_t<decltype(out)>::value_type;
    const auto &in = updates.values<T>();
    for (size_t p = 0; p < places->offsets.size(); ++p)
      for (int64_t s = 0; s < places->slice; ++s) {
        T &element = out[places->offsets[p] + s];
        const T update = in[p * places->slice + s];
        if constexpr (std::is_integral_v<T>) {
          const Int128 wide = updated<Int128>(kind, element, update);
          fits = fits && wide >= type.least() && wide <= type.greatest();
          element = clipped(wide);
        } else {
          element = updated(kind, element, update);
        }
      }
  });
  if (!fits)
    return error("an updated element leaves ", type.name(), " (A3)");
  roundToType(y);
  return y;
}

namespace {
/// A shape seen as [outer, extent, inner] around one axis.
struct AxisView {
  int64_t outer, extent, inner;
  AxisView(const Shape &shape, int64_t axis)
      : outer(countOf(shape, 0, axis)), extent(shape[axis]), inner(countOf(shape, axis + 1, shape.size())) {}
  int64_t at(int64_t o, int64_t k, int64_t i) const { return (o * extent + k) * inner + i; }
};
} // namespace

template <typename T>
static bool isLess(T a, T b) {
  return a < b || (b != b && a == a);
}

Result<Tensor> topK(const Tensor &input, int64_t axis, int64_t k, bool largest, ElementType type) {
  if (axis < 0 || axis >= input.rank() || !type.isInteger() || k < 0 || k > input.shape()[axis])
    return error("cannot take ", k, " elements along axis ", axis, " of ", toString(input.shape()), " as ", type.name());
  const AxisView view(input.shape(), axis);
  Shape shape = input.shape();
  shape[axis] = k;
  Tensor y(type, shape);
  input.visit([&](const auto &x) {
    std::vector<int64_t> order(view.extent);
    for (int64_t o = 0; o < view.outer; ++o)
      for (int64_t i = 0; i < view.inner; ++i) {
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
          auto left = x[view.at(o, a, i)], right = x[view.at(o, b, i)];
          return largest ? isLess(right, left) : isLess(left, right);
        });
        for (int64_t j = 0; j < k; ++j)
          y.integers()[(o * k + j) * view.inner + i] = order[j];
      }
  });
  return narrow(type, shape, std::move(y.integers()), "A3");
}

/// Results in the place of the elements.
template <typename Sum, typename T>
static std::vector<Sum> runningValues(ScanKind kind, const std::vector<T> &x, const AxisView &view, bool exclusive, bool reverse) {
  std::vector<Sum> y(x.size());
  for (int64_t o = 0; o < view.outer; ++o)
    for (int64_t i = 0; i < view.inner; ++i) {
      Sum sum = kind == ScanKind::prod ? 1 : 0;
      for (int64_t k = 0; k < view.extent; ++k) {
        const int64_t at = view.at(o, reverse ? view.extent - 1 - k : k, i);
        const Sum before = sum, value = static_cast<Sum>(x[at]);
        if (kind == ScanKind::sum)
          sum += value;
        else if constexpr (std::is_same_v<Sum, Int128>)
          sum = std::clamp<Int128>(sum, INT64_MIN, INT64_MAX) * value; // what left 64 bits is found by `narrow`
        else
          sum *= value;
        y[at] = exclusive ? before : sum;
      }
    }
  return y;
}

Result<Tensor> scan(ScanKind kind, const Tensor &input, int64_t axis, bool exclusive, bool reverse) {
  if (axis < 0 || axis >= input.rank())
    return error("axis ", axis, " is outside of rank ", input.rank());
  const AxisView view(input.shape(), axis);
  if (input.type().isInteger())
    return narrow(input.type(), input.shape(), runningValues<Int128>(kind, input.integers(), view, exclusive, reverse), "A3");
  Tensor y = input;
  y.visit([&](auto &values) {
    using T = typename std::decay_t<decltype(values)>::value_type;
    if constexpr (std::is_floating_point_v<T>) {
      std::vector<double> sums = runningValues<double>(kind, values, view, exclusive, reverse);
      std::transform(sums.begin(), sums.end(), values.begin(), [](double v) { return static_cast<T>(v); });
    }
  });
  roundToType(y);
  return y;
}

} // namespace weft::reference

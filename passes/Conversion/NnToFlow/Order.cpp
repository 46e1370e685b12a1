//===- Order.cpp - which element of a tensor is where on a stream --------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Order.h"

#include <algorithm>

using namespace weft::conversion;

namespace {
int64_t elements(const Shape &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

std::vector<int64_t> strides(const Shape &shape) {
  std::vector<int64_t> result(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    result[i - 1] = result[i] * shape[i];
  return result;
}
} // namespace

Order weft::conversion::channelsLast(const Shape &shape) {
  int64_t channels = shape.empty() ? 1 : shape[0], pixels = elements(shape) / channels;
  Order order;
  order.reserve(channels * pixels);
  for (int64_t pixel = 0; pixel < pixels; ++pixel)
    for (int64_t c = 0; c < channels; ++c)
      order.push_back(c * pixels + pixel);
  return order;
}

Order weft::conversion::transposed(const Order &order, const Shape &shape,
                                   const std::vector<int64_t> &perm) {
  Shape to;
  for (int64_t from : perm)
    to.push_back(shape[from]);
  std::vector<int64_t> inStrides = strides(shape), outStrides = strides(to);
  Order result;
  result.reserve(order.size());
  for (int64_t index : order) {
    int64_t moved = 0;
    for (size_t i = 0; i < perm.size(); ++i)
      moved += index / inStrides[perm[i]] % shape[perm[i]] * outStrides[i];
    result.push_back(moved);
  }
  return result;
}

Order weft::conversion::concatenated(const std::vector<Order> &orders,
                                     const std::vector<Shape> &shapes, int64_t axis,
                                     int64_t pixels) {
  int64_t inner = 1, total = 0;
  for (size_t i = axis + 1; i < shapes[0].size(); ++i)
    inner *= shapes[0][i];
  for (const Shape &shape : shapes)
    total += shape[axis];
  Order result;
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    int64_t offset = 0;
    for (size_t i = 0; i < orders.size(); ++i) {
      int64_t channels = static_cast<int64_t>(orders[i].size()) / pixels, extent = shapes[i][axis];
      for (int64_t c = 0; c < channels; ++c) {
        int64_t index = orders[i][pixel * channels + c];
        int64_t outer = index / (extent * inner), within = index % (extent * inner);
        result.push_back(outer * total * inner + offset * inner + within);
      }
      offset += extent;
    }
  }
  return result;
}

std::optional<Order> weft::conversion::columnOrder(const Order &order, int64_t count) {
  Order columns(order.begin(), order.begin() + count);
  for (int64_t column : columns)
    if (column >= count)
      return std::nullopt;
  for (size_t i = 0; i < order.size(); ++i)
    if (order[i] != static_cast<int64_t>(i) / count * count + columns[i % count])
      return std::nullopt;
  return columns;
}

std::optional<std::vector<int64_t>>
weft::conversion::channelOfLane(const Order &order, const Shape &shape, int64_t channels) {
  int64_t inner = elements(shape) / (shape.empty() ? 1 : shape[0]);
  std::vector<int64_t> result;
  for (int64_t c = 0; c < channels; ++c)
    result.push_back(order[c] / inner);
  for (size_t i = 0; i < order.size(); ++i)
    if (order[i] / inner != result[i % channels])
      return std::nullopt;
  return result;
}

Order weft::conversion::gathered(const Order &of, const Shape &shape, int64_t axis, const std::vector<int64_t> &picks) {
  int64_t inner = strides(shape)[axis], count = static_cast<int64_t>(picks.size());
  Order result;
  result.reserve(of.size());
  for (int64_t index : of)
    result.push_back(index / (inner * count) * inner * shape[axis] + picks[index / inner % count] * inner + index % inner);
  return result;
}

/// Splits off the innermost loop again and again.
std::optional<Nest> weft::conversion::nestBetween(const Order &from, const Order &to) {
  Order place(from.size()), at;
  for (size_t i = 0; i < from.size(); ++i)
    place[static_cast<size_t>(from[i])] = static_cast<int64_t>(i);
  for (int64_t element : to)
    at.push_back(place[static_cast<size_t>(element)]);
  Nest nest;
  while (at.size() > 1) {
    int64_t stride = at[1] - at[0];
    size_t count = 2;
    while (count < at.size() && at[count] - at[count - 1] == stride)
      ++count;
    if (at.size() % count != 0)
      return std::nullopt;
    Order outer;
    for (size_t i = 0; i < at.size(); i += count) {
      outer.push_back(at[i]);
      for (size_t k = 1; k < count; ++k)
        if (at[i + k] - at[i + k - 1] != stride)
          return std::nullopt;
    }
    nest.counts.insert(nest.counts.begin(), static_cast<int64_t>(count));
    nest.strides.insert(nest.strides.begin(), stride);
    at = std::move(outer);
  }
  if (nest.counts.empty())
    nest = {{1}, {1}};
  nest.base = at[0];
  for (size_t i = 0; i < nest.counts.size(); ++i)
    nest.base += std::min<int64_t>(0, (nest.counts[i] - 1) * nest.strides[i]);
  return nest;
}

//===- Order.h - which element of a tensor is where on a stream ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Rules D1 and D3. Plain C++. Shapes are without the batch dimension; indices are row-major.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_ORDER_H
#define PASSES_CONVERSION_NNTOFLOW_ORDER_H

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::conversion {

using Shape = std::vector<int64_t>;

/// Element i of a frame on the stream is element order[i] of the tensor.
using Order = std::vector<int64_t>;

/// Channels last: (h, w, c) of [C, H, W], (l, c) of [C, L], k of [K].
Order channelsLast(const Shape &shape);

/// After a transpose whose result dimension i is input dimension perm[i].
Order transposed(const Order &order, const Shape &shape, const std::vector<int64_t> &perm);

/// Pixels of the inputs one after the other, `pixels` of them, concatenated along `axis`.
Order concatenated(const std::vector<Order> &orders, const std::vector<Shape> &shapes, int64_t axis,
                   int64_t pixels);

/// If every run of `count` stream elements is a permutation of the same `count` consecutive tensor elements:
/// that permutation. It is what the columns of a weight behind it are permuted by.
std::optional<Order> columnOrder(const Order &order, int64_t count);

/// Nested loops, outermost first: element Σ i_k · (product of the counts after k) is at base + Σ i_k · strides[k]. A loop
/// with a negative stride begins at its end, so `base` is the least place.
struct Nest {
  std::vector<int64_t> counts, strides;
  int64_t base = 0;
};

/// Where each element of `to`, which may name one often or never, is in `from`, as loops with as few counters as there can be; nothing where it is no
/// nest of loops.
std::optional<Nest> nestBetween(const Order &from, const Order &to);

/// Which element of a tensor of `shape` each element of its slices along `axis` at `picks` is, those in the order `of` their own shape.
Order gathered(const Order &of, const Shape &shape, int64_t axis, const std::vector<int64_t> &picks);

/// Index along dimension 0 of each of the `channels` positions of a pixel, if it is the same in all pixels.
std::optional<std::vector<int64_t>> channelOfLane(const Order &order, const Shape &shape,
                                                  int64_t channels);

} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_ORDER_H

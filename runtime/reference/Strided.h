//===- Strided.h - walks over strided views -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_STRIDED_H
#define RUNTIME_REFERENCE_STRIDED_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <array>

namespace weft::reference {

/// The shape two shapes broadcast to, by numpy's rules.
Result<Shape> broadcastShape(const Shape &a, const Shape &b);

/// Strides which read a row-major tensor of `shape` as if it had the shape `target`: 0 where it is repeated.
/// `shape` must broadcast to `target`.
std::vector<int64_t> broadcastStrides(const Shape &shape, const Shape &target);

/// Walks `Views` views of one shape together, in row-major order. Calls `row(count, offsets, steps)` for each run
/// along the last dimension: element j of the run is at `offsets[v] + j * steps[v]` of view v. Adjacent dimensions
/// which all views can walk as one are walked as one, so runs are long where they can be.
template <size_t Views, typename Row>
void walk(const Shape &shape, const std::array<std::vector<int64_t>, Views> &strides, Row &&row) {
  Shape dims;                                   // collapsed dimensions, outermost first
  std::array<std::vector<int64_t>, Views> step; // their strides
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 0)
      return;
    if (shape[d] == 1)
      continue;
    bool joins = !dims.empty();
    for (size_t v = 0; v < Views; ++v)
      joins = joins && step[v].back() == strides[v][d] * shape[d];
    if (joins)
      dims.back() *= shape[d];
    else
      dims.push_back(shape[d]);
    for (size_t v = 0; v < Views; ++v) {
      if (joins)
        step[v].back() = strides[v][d];
      else
        step[v].push_back(strides[v][d]);
    }
  }
  std::array<int64_t, Views> offsets{}, steps{};
  if (dims.empty())
    return row(int64_t(1), offsets, steps);
  const size_t last = dims.size() - 1;
  for (size_t v = 0; v < Views; ++v)
    steps[v] = step[v][last];
  Shape index(last, 0);
  while (true) {
    row(dims[last], offsets, steps);
    size_t d = last;
    while (d > 0) { // the next row: an odometer over the outer dimensions
      --d;
      for (size_t v = 0; v < Views; ++v)
        offsets[v] += step[v][d];
      if (++index[d] < dims[d])
        break;
      for (size_t v = 0; v < Views; ++v)
        offsets[v] -= step[v][d] * dims[d];
      index[d] = 0;
      if (d == 0)
        return;
    }
    if (last == 0)
      return;
  }
}

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_STRIDED_H

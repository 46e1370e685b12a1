//===- Window.cpp - sliding windows over spatial dimensions ----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Window.h"

#include <algorithm>

namespace weft::reference {

Window Window::of(Shape kernel) {
  Shape ones(kernel.size(), 1), zeros(kernel.size(), 0);
  return {std::move(kernel), ones, zeros, zeros, ones};
}

Result<WindowWalk> WindowWalk::create(const Window &window, const Shape &spatial) {
  const size_t n = spatial.size();
  for (const Shape *list : {&window.kernel, &window.strides, &window.padsBegin, &window.padsEnd, &window.dilations})
    if (n == 0 || list->size() != n)
      return error("a window attribute has ", list->size(), " entries for ", n, " spatial dimensions");
  WindowWalk walk;
  walk.window = window;
  walk.in = spatial;
  for (size_t i = 0; i < n; ++i) {
    if (window.kernel[i] < 1 || window.strides[i] < 1 || window.dilations[i] < 1)
      return error("kernel ", window.kernel[i], ", stride ", window.strides[i], " and dilation ", window.dilations[i],
                   " of spatial dimension ", i, " are not all positive");
    int64_t extent = window.dilations[i] * (window.kernel[i] - 1) + 1;
    int64_t room = spatial[i] + window.padsBegin[i] + window.padsEnd[i] - extent;
    if (room < 0)
      return error("window of ", extent, " does not fit into spatial dimension ", i, " of ", spatial[i],
                   " with padding ", window.padsBegin[i], " and ", window.padsEnd[i]);
    walk.out.push_back(room / window.strides[i] + 1);
  }
  walk.rowCount = elementCount(walk.out) / walk.out.back();
  return walk;
}

/// ceil(a / b) for b > 0.
static int64_t ceilDiv(int64_t a, int64_t b) { return a > 0 ? (a + b - 1) / b : -(-a / b); }

WindowWalk::Segment WindowWalk::segment(int64_t row, int64_t tap) const {
  // From the last dimension to the first: `row` and `tap` are mixed-radix numbers.
  const int last = static_cast<int>(in.size()) - 1;
  const int64_t shift = (tap % window.kernel[last]) * window.dilations[last] - window.padsBegin[last];
  const int64_t step = window.strides[last];
  Segment s;
  s.step = step;
  s.source = shift;
  s.begin = std::clamp<int64_t>(ceilDiv(-shift, step), 0, out[last]);           // column·step + shift ≥ 0
  s.end = std::clamp<int64_t>(ceilDiv(in[last] - shift, step), s.begin, out[last]); // … < in
  tap /= window.kernel[last];
  int64_t stride = in[last];
  for (int d = last - 1; d >= 0; --d) {
    int64_t at = (row % out[d]) * window.strides[d] + (tap % window.kernel[d]) * window.dilations[d] - window.padsBegin[d];
    if (at < 0 || at >= in[d])
      s.end = s.begin = 0; // the whole row lies in the padding
    s.source += at * stride;
    stride *= in[d];
    row /= out[d];
    tap /= window.kernel[d];
  }
  return s;
}

} // namespace weft::reference

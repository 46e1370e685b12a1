//===- Patches.cpp - windows as columns, and back -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Patches.h"

#include <algorithm>
#include <limits>

namespace weft::reference {

/// Calls f(element of the image, element of the columns) for every tap that lies inside of the image.
template <typename F>
static void forTaps(const WindowWalk &walk, int64_t planes, int64_t pixels, F &&f) {
  const int64_t windows = elementCount(walk.outputShape()), length = walk.rowLength();
  for (int64_t plane = 0; plane < planes; ++plane)
    for (int64_t tap = 0; tap < walk.taps(); ++tap)
      for (int64_t row = 0; row < walk.rows(); ++row) {
        WindowWalk::Segment s = walk.segment(row, tap);
        const int64_t column = (plane * walk.taps() + tap) * windows + row * length;
        for (int64_t i = s.begin; i < s.end; ++i)
          f(plane * pixels + s.source + i * s.step, column + i);
      }
}

static bool isF32(const Tensor &x) { return x.type() == ElementType::f32(); }

Result<Tensor> patches(const Tensor &x, const Window &window, double padValue) {
  if (x.rank() < 3 || !isF32(x))
    return error("patches expect f32 [N, C, spatial...], found ", x.type().name(), " ", toString(x.shape()));
  const Shape spatial(x.shape().begin() + 2, x.shape().end());
  Result<WindowWalk> walk = WindowWalk::create(window, spatial);
  if (!walk)
    return walk.failure();
  Tensor y(ElementType::f32(), {x.dim(0), x.dim(1) * walk->taps(), elementCount(walk->outputShape())});
  std::fill(y.floats().begin(), y.floats().end(), static_cast<float>(padValue));
  forTaps(*walk, x.dim(0) * x.dim(1), elementCount(spatial), [&](int64_t pixel, int64_t column) { y.floats()[column] = x.floats()[pixel]; });
  return y;
}

Result<Tensor> fold(const Tensor &x, const Shape &spatial, const Window &window) {
  Result<WindowWalk> walk = WindowWalk::create(window, spatial);
  if (!walk)
    return walk.failure();
  if (x.rank() != 3 || !isF32(x) || x.dim(1) % walk->taps() != 0 || x.dim(2) != elementCount(walk->outputShape()))
    return error("fold expects f32 [N, C * ", walk->taps(), ", ", elementCount(walk->outputShape()), "], found ", x.type().name(), " ",
                 toString(x.shape()));
  Shape shape{x.dim(0), x.dim(1) / walk->taps()};
  shape.insert(shape.end(), spatial.begin(), spatial.end());
  Tensor y(ElementType::f32(), shape);
  forTaps(*walk, shape[0] * shape[1], elementCount(spatial), [&](int64_t pixel, int64_t column) { y.floats()[pixel] += x.floats()[column]; });
  return y;
}

Result<Tensor> maxPoolGradient(const Tensor &x, const Tensor &gradient, const Window &window) {
  Result<Tensor> columns = patches(x, window, -std::numeric_limits<double>::infinity());
  if (!columns)
    return columns.failure();
  const int64_t planes = x.dim(0) * x.dim(1), windows = columns->dim(2), taps = columns->dim(1) / x.dim(1);
  if (!isF32(gradient) || gradient.size() != planes * windows)
    return error("the gradient of a pool expects f32 of ", planes * windows, " windows, found ", gradient.type().name(), " ", toString(gradient.shape()));
  for (int64_t plane = 0; plane < planes; ++plane)
    for (int64_t w = 0; w < windows; ++w) {
      float *column = columns->floats().data() + plane * taps * windows + w;
      float best = -std::numeric_limits<float>::infinity();
      int64_t winner = -1;
      for (int64_t t = 0; t < taps; ++t)
        if (column[t * windows] > best)
          best = column[t * windows], winner = t;
      for (int64_t t = 0; t < taps; ++t)
        column[t * windows] = t == winner ? gradient.floats()[plane * windows + w] : 0;
    }
  return fold(*columns, Shape(x.shape().begin() + 2, x.shape().end()), window);
}

Result<Tensor> rowProducts(const Tensor &lhs, const Tensor &rhs) {
  if (lhs.rank() != 3 || rhs.rank() != 3 || lhs.dim(0) != rhs.dim(0) || lhs.dim(2) != rhs.dim(2) || !isF32(lhs) || !isF32(rhs))
    return error("row products expect f32 [N, O, P] and [N, C, P], found ", toString(lhs.shape()), " and ", toString(rhs.shape()));
  const int64_t samples = lhs.dim(0), rows = lhs.dim(1), columns = rhs.dim(1), length = lhs.dim(2);
  Tensor y(ElementType::f32(), {rows, columns});
  for (int64_t o = 0; o < rows; ++o)
    for (int64_t c = 0; c < columns; ++c) {
      double sum = 0;
      for (int64_t n = 0; n < samples; ++n)
        for (int64_t p = 0; p < length; ++p)
          sum += static_cast<double>(lhs.floats()[(n * rows + o) * length + p]) * rhs.floats()[(n * columns + c) * length + p];
      y.floats()[o * columns + c] = static_cast<float>(sum);
    }
  return y;
}

} // namespace weft::reference

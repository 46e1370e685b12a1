//===- Window.h - sliding windows over spatial dimensions ---------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_WINDOW_H
#define RUNTIME_REFERENCE_WINDOW_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// A window of `kernel` taps which slides over the spatial dimensions; one entry per dimension.
struct Window {
  Shape kernel, strides, padsBegin, padsEnd, dilations;

  /// Stride and dilation 1, no padding.
  static Window of(Shape kernel);
};

/// Where a window's taps read, row by row: a row is a run along the last spatial dimension of the output.
class WindowWalk {
public:
  /// Error if the attributes do not fit `spatial` or the window does not fit into the padded input. `spatial` has
  /// one dimension or more.
  static Result<WindowWalk> create(const Window &window, const Shape &spatial);

  /// The output's spatial dimensions.
  const Shape &outputShape() const { return out; }
  int64_t taps() const { return elementCount(window.kernel); }
  int64_t rowLength() const { return out.back(); }
  int64_t rows() const { return rowCount; }

  /// Output columns [begin, end) of a row read input elements `source + column · step`; the others read padding.
  struct Segment {
    int64_t begin, end, source, step;
  };
  Segment segment(int64_t row, int64_t tap) const;

private:
  Window window;
  Shape in, out;
  int64_t rowCount = 0;
};

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_WINDOW_H

//===- WindowCursor.h - the read position of a window ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_WINDOWCURSOR_H
#define PASSES_DATAFLOW_WINDOWCURSOR_H

#include "dialects/Flow/IR/Timing.h"

#include <array>
#include <cstddef>

namespace weft::dataflow {

/// Steps through the reads of a window: need(p) and limit(p) of rule T4 as running sums over its five loops
/// (innermost first: the three over a window's beats in their order, output columns, output rows).
class WindowCursor {
public:
  explicit WindowCursor(const flow::WindowShape &w)
      : limitValue(w.depth), frame(w.height * w.width * w.fold) {
    int64_t column = w.fold, row = w.width * w.fold;
    Loop c{w.fold, 1}, kw{w.kernelW, w.dilationW * column}, kh{w.kernelH, w.dilationH * row};
    Loop ow{w.outWidth(), w.strideW * column}, oh{w.outHeight(), w.strideH * row};
    if (w.depthwise)
      loops = {kw, kh, c, ow, oh};
    else
      loops = {c, kw, kh, ow, oh};
  }
  /// Beats that must have been accepted before this step.
  int64_t need() const { return position + 1; }
  /// Beats that may be accepted before this step is done.
  int64_t limit() const { return limitValue; }
  void advance() {
    for (size_t i = 0; i < loops.size(); ++i) {
      Loop &loop = loops[i];
      if (++loop.at < loop.count)
        return move(i, loop.stride);
      loop.at = 0;
      move(i, -(loop.count - 1) * loop.stride);
    }
    move(loops.size() - 1, frame);
  }

private:
  struct Loop {
    int64_t count = 1, stride = 0, at = 0;
  };
  /// Loops 3 and 4 walk over output pixels, which is what frees the buffer.
  void move(size_t loop, int64_t by) {
    position += by;
    if (loop >= 3)
      limitValue += by;
  }
  std::array<Loop, 5> loops;
  int64_t position = 0, limitValue, frame;
};

/// need(p) and limit(p) of a reorder (rule T6) with frames of `beats`, of which it reads `steps`.
class ReorderCursor {
public:
  ReorderCursor(int64_t beats, int64_t steps) : beats(beats), steps(steps) {}
  int64_t need() const { return (step / steps + 1) * beats; }
  int64_t limit() const { return need() + beats; }
  void advance() { ++step; }

private:
  int64_t beats, steps, step = 0;
};

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_WINDOWCURSOR_H

//===- Timing.h - when a process takes and gives beats ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Plain C++: what a process of docs/dataflow.md says about its cycles, in the terms of rules T1 to T7. The
// simulation of passes/Dataflow/Schedule.h executes it.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_TIMING_H
#define DIALECTS_FLOW_IR_TIMING_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::flow {

/// `count` equal steps in a row: bit i of `consumes` says that input i gives a beat to each of them.
struct StepRun {
  int64_t count = 1;
  uint32_t consumes = 0;
  bool emits = false;
};

/// Geometry of a window process (rule T4); the input is `height × width` pixels of `fold` beats.
struct WindowShape {
  int64_t height = 1, width = 1, fold = 1;
  int64_t kernelH = 1, kernelW = 1, strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  bool depthwise = false;
  int64_t depth = 0; ///< beats of the buffer

  int64_t outHeight() const { return (height - dilationH * (kernelH - 1) - 1) / strideH + 1; }
  int64_t outWidth() const { return (width - dilationW * (kernelW - 1) - 1) / strideW + 1; }
  /// Beats from the first to the last tap of a window: the least depth that works.
  int64_t span() const {
    return ((kernelH - 1) * dilationH * width + (kernelW - 1) * dilationW + 1) * fold;
  }
  /// The depth with which neither side waits where the other does not, but for frameBubble().
  int64_t fullDepth() const { return span() + ((strideH - 1) * width + strideW) * fold; }
  /// The depth without a frameBubble(): the first window of the next frame is there when the last one has been read.
  int64_t seamlessDepth() const { return fullDepth() + span(); }
  /// Cycles for which the read side waits at a frame's beginning: while it read the last window, the write side
  /// could run ahead to limit() of that window only. Found by the first window's needs, which rise faster than one a step.
  int64_t frameBubble() const {
    int64_t column = fold, row = width * fold;
    int64_t last = (outHeight() - 1) * strideH * row + (outWidth() - 1) * strideW * column;
    int64_t missing = writeBeats() - last - depth, bubble = 0;
    for (int64_t h = 0; h < kernelH; ++h)
      for (int64_t w = 0; w < kernelW; ++w)
        for (int64_t c : {int64_t(0), fold - 1}) {
          int64_t step = depthwise ? (c * kernelH + h) * kernelW + w : (h * kernelW + w) * fold + c;
          int64_t need = h * dilationH * row + w * dilationW * column + c + 1;
          bubble = missing + need - step > bubble ? missing + need - step : bubble;
        }
    return bubble;
  }
  int64_t readSteps() const { return outHeight() * outWidth() * kernelH * kernelW * fold; }
  int64_t writeBeats() const { return height * width * fold; }
};

/// Schedule of one process. Which fields hold depends on `kind`.
struct Timing {
  enum class Kind {
    steps,  ///< T1–T3: `period` for ever, `latency` = D
    window, ///< T4: `window`, `latency`
    reorder, ///< T6: two buffers of `depth` beats each, of which `periodsPerFrame` are read, `latency`
    banks,  ///< T7: `load` beats of a vector, then `period` on it, `periodsPerFrame` vectors, `latency`
    fork,   ///< T5: one input, any number of outputs
    fifo,   ///< a queue of `depth` beats
    wire,   ///< no hardware: a view
  };
  Kind kind = Kind::wire;
  int64_t latency = 0;
  int64_t depth = 0;
  int64_t load = 0;
  std::vector<StepRun> period;
  int64_t periodsPerFrame = 1;
  WindowShape window;

  /// Cycles a process is busy for one frame if it never waits.
  int64_t stepsPerFrame() const {
    if (kind == Kind::reorder)
      return std::max(depth, periodsPerFrame);
    if (kind == Kind::window)
      return std::max(window.readSteps(), window.writeBeats());
    int64_t steps = 0;
    for (const StepRun &run : period)
      steps += run.count;
    return std::max(steps, load) * periodsPerFrame;
  }
  /// The closed form of its initiation interval: a window waits where its buffer holds too little of the next frame.
  int64_t interval() const {
    return kind == Kind::window ? std::max(window.readSteps() + window.frameBubble(), window.writeBeats()) : stepsPerFrame();
  }
};

/// Estimated cost of a process on a LUT6/DSP48 device with block RAMs of 36 kbit, which count in halves.
struct Resources {
  double lut = 0, ff = 0, bram = 0, dsp = 0;
  int64_t romBits = 0;

  Resources &operator+=(const Resources &other) {
    lut += other.lut, ff += other.ff, bram += other.bram, dsp += other.dsp;
    romBits += other.romBits;
    return *this;
  }
};

} // namespace weft::flow

#endif // DIALECTS_FLOW_IR_TIMING_H

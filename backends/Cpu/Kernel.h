//===- Kernel.h - one kernel being written ----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNEL_H
#define BACKENDS_CPU_KERNEL_H

#include "backends/Cpu/ConstantPool.h"
#include "backends/Cpu/Emitter.h"
#include "backends/Cpu/Groups.h"
#include "backends/Cpu/Math.h"
#include "dialects/Nn/IR/NnGradients.h"

namespace weft::cpu {

/// The state while the kernel of one group is written: where its operands are, and how a computed element goes out.
class Kernel {
public:
  using Value = mlir::Value;
  Kernel(Emitter &e, ConstantPool &pool, const Group &group) : e(e), math(e), pool(pool), group(group) {}

  Emitter &e;
  Math math;
  ConstantPool &pool;
  const Group &group;
  /// Buffers of the operands that are not constants (by root), of the result, and of scratch memory.
  mlir::DenseMap<Value, Value> buffers;
  Value out, scratchBase;
  /// Of several threads, which; or null.
  Value threadNumber;
  /// Of a linear operator over bit planes: how many of them count (an i64).
  Value planes;
  int64_t scratchBytes = 0;
  /// CpuOptions::tolerance, CpuOptions::leastSharedWork.
  double tolerance = 0;
  int64_t leastSharedWork = 0;
  /// Where it is set, `finish` hands it the anchor's elements instead: a product inside of a larger kernel.
  std::function<void(Value value, mlir::ArrayRef<Value> indices, int count)> sink;
  /// Names of functions of straight-line code that were added to the module beside the kernel.
  std::vector<std::string> helpers;

  /// Address of an operand: a buffer, or the constant's storage image.
  Value pointer(Value operand);
  /// Memory for the duration of the kernel, aligned, with room to read a vector past the end. Threads have it in common.
  Value scratch(int64_t bytes);
  /// The same for each thread.
  Value ownScratch(int64_t bytes);

  /// Sets how `finish` and `evaluate` walk the result.
  void walk(Partition partition);
  /// Extents of the walk, and whether every operand is contiguous (or constant) along the last.
  mlir::ArrayRef<int64_t> extents() const { return walkExtents; }
  bool isVectorizable() const { return contiguous; }
  /// The element(s) of an nn value at an index of the walk, computing what is in the group.
  Value evaluate(Value nnValue, mlir::ArrayRef<Value> indices, int lanes, int count = 0);
  /// What the group's pool reads where the anchor's element(s) are these. Of `indices` the pixel does not count.
  Value beforePool(Value anchorValue, mlir::ArrayRef<Value> indices);
  /// Runs the epilogue on the element(s) of the group's pool, or else of its anchor, given in the compute type, and stores the result.
  void finish(Value value, mlir::ArrayRef<Value> indices, int count = 0);
  /// The same for a group without an anchor.
  void produce(mlir::ArrayRef<Value> indices, int lanes, int count = 0);

private:
  Value operand(mlir::Operation *op, unsigned i, mlir::ArrayRef<Value> indices, int lanes, int count);
  Value offset(mlir::ArrayRef<int64_t> strides, mlir::ArrayRef<Value> indices);
  Value threshold(nn::ThresholdOp op, Value x, mlir::ArrayRef<Value> indices, int count);
  Value table(nn::TableOp op, Value x);
  Value stochasticRound(nn::StochasticRoundOp op, Value x, Value seed, mlir::ArrayRef<Value> indices);

  Partition partition;
  mlir::SmallVector<int64_t> walkExtents, resultStrides;
  bool contiguous = true;
  mlir::DenseMap<Value, Value> computed;
};

/// Applies a pointwise operation without table operands to widened operands (Pointwise.cpp).
mlir::Value applyPointwise(Math &math, Emitter &e, mlir::Operation *op, mlir::ArrayRef<mlir::Value> args);

/// A function of nn.unary on floats.
mlir::Value applyUnary(Math &math, Emitter &e, nn::UnaryKind kind, double alpha, double beta, mlir::Value x);

/// Calls body(offset, lanes) to cover [0, extent): whole vectors in a loop, then halves, quarters, ….
void coverRow(Emitter &e, int64_t extent, int lanes, mlir::function_ref<void(mlir::Value, int)> body);
/// The same, shared between the threads.
void shareRow(Emitter &e, int64_t extent, int lanes, mlir::function_ref<void(mlir::Value, int)> body);

/// Writes the kernel of its group; fails with a diagnostic for an operation that has none.
mlir::LogicalResult emitKernel(Kernel &kernel);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNEL_H

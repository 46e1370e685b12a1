//===- Product.h - register tiles of matrix products ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_KERNELS_PRODUCT_H
#define BACKENDS_CPU_KERNELS_PRODUCT_H

#include "backends/Cpu/Kernel.h"

namespace weft::cpu {

/// How elements are multiplied and summed.
struct Arithmetic {
  /// Dot4: i32 sums of four u8 · s8 products per lane, operands packed as i32. Wide: one product per lane.
  bool dot4 = false;
  /// Dot4 with signed activations: they are stored with their top bit flipped, and the bias takes 128·Σw back.
  bool flipSign = false;
  /// Dot2: i32 sums of two s16 · s16 products per lane, operands packed as i32.
  bool dot2 = false;
  mlir::Type accumulator;
  /// Lanes of one accumulator vector.
  int lanes = 1;

  /// Chosen for an input and weight element type and the accumulator's nn type.
  static Arithmetic choose(Emitter &e, mlir::Type input, mlir::Type weight, mlir::Type result);
  /// Takes dot2 where dot4 does not fit and the elements do, of a kernel that reads `wordsOf` its input.
  void usePairs(Emitter &e, mlir::Type input, mlir::Type weight);
  /// Products to a lane and step.
  int perLane() const { return dot4 ? 4 : dot2 ? 2 : 1; }
};

/// acc + l·r in the arithmetic. In dot4, `left` are u8 and `weights` s8, four to an i32 lane.
mlir::Value multiplyAdd(Emitter &e, const Arithmetic &arithmetic, mlir::Value acc, mlir::Value left, mlir::Value weights);

/// Rows of integers of at most 16 bits as i16, each of a whole number of pairs; what fills the last is 0.
mlir::Value wordsOf(Kernel &kernel, mlir::Value input, int64_t rows, int64_t depth);

/// A tile of rows × cols accumulators. Each step k of the sum has `unroll` products; `left(k, u, row)` is a splat and
/// `right(k, u, col)` a vector. Sums are split over `splits` accumulators by u, the order of a sum never depends on the tile.
struct Product {
  int rows = 1, cols = 1, unroll = 1, splits = 1;
  std::function<mlir::Value(mlir::Value k, int u, int row)> left;
  std::function<mlir::Value(mlir::Value k, int u, int col)> right;
  std::function<mlir::Value(mlir::Value acc, mlir::Value left, mlir::Value right)> step;

  using Values = mlir::SmallVector<mlir::Value>;
  /// Sums [row][col] over k in [0, steps) and then `rest` more products at k = steps; starts from `inits`.
  Values run(Emitter &e, int64_t steps, int rest, Values inits) const;

private:
  Values body(mlir::Value k, int products, Values sums) const;
};

/// Accumulator rows and columns that fit the registers of the target for this arithmetic.
struct TileShape {
  int rows, cols, registers;
};
TileShape tileShape(const Emitter &e, const Arithmetic &arithmetic);

/// y[m, n] = Σ_k x[m, k] · w[firstOutput + n, k] + b[firstOutput + n]: the kernel behind linear (and full-window conv).
struct Dense {
  int64_t rows, depth, outputs;
  mlir::Value input, weight, bias;
  int64_t firstOutput = 0;
};
/// `rowIndices` makes the walk's index of (row, column).
void emitDense(Kernel &kernel, const Dense &dense);

/// The same over bit planes, of which `kernel.planes` count; false where the weight is none.
bool emitBitPlanes(Kernel &kernel, const Dense &dense);

/// The same without the zeros, if that is estimated to be faster; else nothing is written and the answer is false.
bool emitSparse(Kernel &kernel, const Dense &dense);

mlir::LogicalResult emitLinear(Kernel &kernel, nn::LinearOp op);
/// A lut.network.
mlir::LogicalResult emitLut(Kernel &kernel, mlir::Operation *op);
mlir::LogicalResult emitMatmul(Kernel &kernel, nn::MatmulOp op);
mlir::LogicalResult emitRecurrent(Kernel &kernel, nn::RecurrentOp op);
mlir::LogicalResult emitQrecurrent(Kernel &kernel, nn::QrecurrentOp op);
/// With output channels in the lanes, where pixels would leave most of them empty; else nothing is written and the answer is false.
bool emitConvChannels(Kernel &kernel, nn::ConvOp op);
/// Of 1 × 1 kernels over many pixels, which are packed first; else nothing is written and the answer is false.
bool emitConvPointwise(Kernel &kernel, nn::ConvOp op);
/// With pixels in the lanes; the group's pool too.
void emitConvPixels(Kernel &kernel, nn::ConvOp op);
/// A computed weight of f32 as [group][tile of `rowTile` output channels][input channel, tap][channel of the tile].
mlir::Value packComputedWeights(Kernel &kernel, nn::ConvOp op, int64_t rowTile);
/// Plain loops over an input that need not be padded.
void emitConvOfComputedWeights(Kernel &kernel, nn::ConvOp op);
mlir::LogicalResult emitConv(Kernel &kernel, nn::ConvOp op);
/// True if emitConv does better to pool what it computes than to write it.
bool convTakesPool(const Emitter &e, nn::ConvOp conv, nn::PoolOp pool, double tolerance);
mlir::LogicalResult emitPool(Kernel &kernel, nn::PoolOp op);
mlir::LogicalResult emitReduce(Kernel &kernel, nn::ReduceOp op);
mlir::LogicalResult emitArgReduce(Kernel &kernel, nn::ArgReduceOp op);
mlir::LogicalResult emitSoftmax(Kernel &kernel, nn::SoftmaxOp op);
mlir::LogicalResult emitTranspose(Kernel &kernel, nn::TransposeOp op);
mlir::LogicalResult emitConcat(Kernel &kernel, nn::ConcatOp op);
mlir::LogicalResult emitSlice(Kernel &kernel, nn::SliceOp op);
mlir::LogicalResult emitPad(Kernel &kernel, nn::PadOp op);
mlir::LogicalResult emitGather(Kernel &kernel, nn::GatherOp op);
mlir::LogicalResult emitGatherNd(Kernel &kernel, nn::GatherNdOp op);
mlir::LogicalResult emitScatterNd(Kernel &kernel, nn::ScatterNdOp op);
mlir::LogicalResult emitTopK(Kernel &kernel, nn::TopKOp op);
mlir::LogicalResult emitScan(Kernel &kernel, nn::ScanOp op);
mlir::LogicalResult emitPointwise(Kernel &kernel);

} // namespace weft::cpu

#endif // BACKENDS_CPU_KERNELS_PRODUCT_H

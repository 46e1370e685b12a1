//===- Lowering.h - one core on its way to processes -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_NNTOFLOW_LOWERING_H
#define PASSES_CONVERSION_NNTOFLOW_LOWERING_H

#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/Integers.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Conversion/NnToFlow/Order.h"
#include "passes/Conversion/NnToFlow/StoredWeight.h"
#include "runtime/reference/Tensor.h"

namespace weft::conversion {

/// A tensor on its stream: `shape` without the batch dimension.
struct Placed {
  mlir::Value stream;
  Shape shape;
  Order order;

  flow::StreamType type() const { return mlir::cast<flow::StreamType>(stream.getType()); }
};

/// Height, width, channels of a value of rank [K], [C, L] or [C, H, W]; empty for others.
std::optional<std::array<int64_t, 3>> frameOf(const Shape &shape);

/// [N, …] with N rows of `columns.size()` elements, picked by `columns`.
reference::Tensor permutedColumns(const reference::Tensor &weight, const Order &columns);

inline mlir::Type elementOf(mlir::Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()).getElementType(); }

/// Builds the processes of one function. Every method emits its own diagnostics, on the nn operation.
class Lowering {
public:
  Lowering(mlir::func::FuncOp core, mlir::OpBuilder &builder) : core(core), builder(builder) {}

  /// The function @dataflow, in front of the core.
  mlir::FailureOr<mlir::func::FuncOp> run();

private:
  mlir::LogicalResult lower(mlir::Operation *op);
  mlir::LogicalResult placeArguments(mlir::func::FuncOp design);
  mlir::LogicalResult finish(mlir::func::FuncOp design);
  void attachLayout(mlir::func::FuncOp design, unsigned index, const Placed &value);

  // Linear.cpp
  mlir::LogicalResult lowerLinear(nn::LinearOp op);
  mlir::LogicalResult lowerConv(nn::ConvOp op);
  mlir::LogicalResult lowerPool(nn::PoolOp op);
  mlir::LogicalResult lowerPad(nn::PadOp op);
  mlir::LogicalResult lowerSlice(nn::SliceOp op);
  mlir::FailureOr<mlir::Value> padAndWindow(mlir::Operation *op, const Placed &input, const struct Geometry &geometry,
                                            int64_t padValue, bool depthwise);
  // Recurrent.cpp
  mlir::LogicalResult lowerRecurrent(nn::QrecurrentOp op);
  mlir::LogicalResult lowerSequencePad(nn::PadOp op);
  // Pointwise.cpp
  mlir::LogicalResult lowerRequantize(nn::RequantizeOp op);
  mlir::LogicalResult lowerThreshold(nn::ThresholdOp op);
  mlir::LogicalResult lowerTable(nn::TableOp op);
  mlir::LogicalResult lowerQadd(nn::QaddOp op);
  mlir::LogicalResult lowerQmul(nn::QmulOp op);
  mlir::LogicalResult lowerLut(lut::NetworkOp op);
  mlir::LogicalResult lowerConcat(nn::ConcatOp op);
  mlir::LogicalResult lowerBias(nn::BinaryOp op);
  mlir::LogicalResult lowerReshape(nn::ReshapeOp op);
  mlir::LogicalResult lowerTranspose(nn::TransposeOp op);
  mlir::LogicalResult concatPixels(nn::ConcatOp op, const Shape &shape, int64_t axis);
  mlir::LogicalResult lowerGather(nn::GatherOp op);
  mlir::LogicalResult lowerStridedSlice(nn::SliceOp op);
  mlir::LogicalResult readPicked(mlir::Operation *op, mlir::Value data, const Order &picked, const Shape &shape);

  /// Values and shapes.
  mlir::FailureOr<Placed> placed(mlir::Operation *op, mlir::Value value);
  mlir::FailureOr<Shape> sampleShape(mlir::Operation *op, mlir::Value value);
  mlir::FailureOr<Placed> channelsLastInput(mlir::Operation *op, mlir::Value value);
  /// The value in another order on its stream, behind a flow.reorder where it has one now; its frame is `pixels` of equal size.
  mlir::FailureOr<Placed> reordered(mlir::Operation *op, const Placed &input, const Order &order, int64_t pixels);
  mlir::Value viewed(mlir::Location loc, mlir::Value stream, int64_t height, int64_t width, int64_t channels);
  mlir::FailureOr<reference::Tensor> constant(mlir::Operation *op, llvm::StringRef what, mlir::Value value);
  mlir::Value materialize(mlir::Location loc, const reference::Tensor &tensor, llvm::StringRef name);
  flow::StreamType streamOf(int64_t height, int64_t width, int64_t channels, mlir::Type element);
  /// Weight [N, …] as [N, K] with column k from `columns[k]`; a scheme that units exploit stays one (Weights.cpp).
  mlir::FailureOr<mlir::Value> permutedWeight(mlir::Operation *op, mlir::Value weight, const Order &columns);
  /// The unit of a linear operator: one that skips what a mask removes, else a dense one (Sparse.cpp).
  mlir::FailureOr<mlir::Value> matrixVector(mlir::Operation *op, flow::StreamType out, mlir::Value stream, mlir::Value weight,
                                            const Order &columns, mlir::Value bias);
  mlir::FailureOr<mlir::Value> sparseUnit(mlir::Operation *op, flow::StreamType out, mlir::Value stream, mlir::Value weight, const Order &columns,
                                          mlir::Value bias);
  mlir::FailureOr<mlir::Value> selectUnit(mlir::Operation *op, flow::StreamType out, mlir::Value stream, mlir::Value weight, const Order &columns,
                                          mlir::Value bias);
  mlir::FailureOr<mlir::Value> gatherUnit(mlir::Operation *op, flow::StreamType out, mlir::Value stream, mlir::Value weight, const Order &columns,
                                          mlir::Value bias);
  mlir::FailureOr<mlir::Value> edgeWeights(mlir::Operation *op, codec::ScatterOp scatter, const Order &columns,
                                           const std::vector<int64_t> &columnOfEdge);
  mlir::FailureOr<mlir::Value> permutedStack(mlir::Operation *op, llvm::StringRef what, mlir::Value stack, const Order &columns);
  template <typename Op>
  mlir::FailureOr<mlir::Value> permutedScheme(mlir::Operation *op, Op scheme, llvm::StringRef what, mlir::Value stack, const Order &columns);
  mlir::FailureOr<mlir::Value> permuted(mlir::Operation *op, codec::LookupOp lookup, const Gather &gather);
  mlir::FailureOr<mlir::Value> permuted(mlir::Operation *op, codec::DeltaOp delta, const Gather &gather, int64_t block);
  mlir::FailureOr<mlir::Value> permuted(mlir::Operation *op, codec::CirculantOp circulant, const Order &columns);
  mlir::FailureOr<mlir::Value> permutedLeaf(mlir::Operation *op, mlir::Value leaf, const Gather &gather, int64_t block);
  /// Per-channel parameters [C, …] or [1, …] in the order of the stream's channels, which may become a view.
  mlir::FailureOr<mlir::Value> perChannel(mlir::Operation *op, llvm::StringRef what, mlir::Value value, Placed &input);
  /// An operand with the shape and order of `like`, to which it broadcasts: a reorder repeats it (T6).
  mlir::FailureOr<Placed> broadcast(mlir::Operation *op, const Placed &operand, const Placed &like);
  /// Records the result, with the layer's name on the processes made for it.
  void finishLayer(mlir::Operation *op, mlir::Value stream, Shape shape, Order order);

  mlir::func::FuncOp core;
  mlir::OpBuilder &builder;
  llvm::DenseMap<mlir::Value, Placed> values;
  mlir::Operation *lastNamed = nullptr;
};

} // namespace weft::conversion

#endif // PASSES_CONVERSION_NNTOFLOW_LOWERING_H

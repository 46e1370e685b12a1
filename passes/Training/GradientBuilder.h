//===- GradientBuilder.h - short forms for writing gradients -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_TRAINING_GRADIENTBUILDER_H
#define PASSES_TRAINING_GRADIENTBUILDER_H

#include "dialects/Nn/IR/NnGradients.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/Builders.h"
#include "runtime/reference/Tensor.h"

namespace weft::training {

/// Writes nn operations of static shapes on f32; result types follow from the operands.
class GradientBuilder {
public:
  using Value = mlir::Value;
  using Ints = llvm::ArrayRef<int64_t>;
  GradientBuilder(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  mlir::OpBuilder &b;
  mlir::Location loc;

  static Ints shapeOf(Value v);

  // --- constants
  Value constant(const reference::Tensor &tensor);
  Value scalar(double value);
  Value filled(Ints shape, double value);

  // --- elementwise, broadcast as numpy does
  Value binary(nn::BinaryKind kind, Value l, Value r);
  Value add(Value l, Value r) { return binary(nn::BinaryKind::add, l, r); }
  Value sub(Value l, Value r) { return binary(nn::BinaryKind::sub, l, r); }
  Value mul(Value l, Value r) { return binary(nn::BinaryKind::mul, l, r); }
  Value div(Value l, Value r) { return binary(nn::BinaryKind::div, l, r); }
  Value mul(Value l, double r) { return mul(l, scalar(r)); }
  Value add(Value l, double r) { return add(l, scalar(r)); }
  /// Of i1.
  Value compare(nn::BinaryKind kind, Value l, Value r) { return binary(kind, l, r); }
  Value unary(nn::UnaryKind kind, Value x, double alpha = 0, double beta = 0);
  Value select(Value condition, Value l, Value r);
  Value clip(Value x, double lo, double hi);

  // --- products, reductions
  Value matmul(Value l, Value r);
  Value reduce(nn::ReduceKind kind, Value x, Ints axes, bool keepdims);
  Value sum(Value x, Ints axes, bool keepdims) { return reduce(nn::ReduceKind::sum, x, axes, keepdims); }
  /// The sum of all elements, as a scalar.
  Value total(Value x);
  Value softmax(Value x, int64_t axis, bool log);

  // --- shape
  Value reshape(Value x, Ints shape);
  Value transpose(Value x, Ints perm);
  /// Swaps the last two dimensions.
  Value transposed(Value x);
  Value broadcast(Value x, Ints shape);
  Value slice(Value x, Ints starts, Ints sizes, Ints steps);
  Value pad(Value x, Ints low, Ints high);
  Value concat(llvm::ArrayRef<Value> inputs, int64_t axis);

  /// Any nn operation with shape inference: its result has the inferred shape and `element`.
  template <typename Op, typename... Args>
  Value create(mlir::Type element, Args &&...args) {
    auto op = Op::create(b, loc, mlir::RankedTensorType::get({}, element), std::forward<Args>(args)...);
    return infer(op, element);
  }

  /// The gradient of a broadcast: what broadcasting copied is summed up again.
  Value unbroadcast(Value gradient, Ints shape);

private:
  Value infer(mlir::Operation *op, mlir::Type element);
};

} // namespace weft::training

#endif // PASSES_TRAINING_GRADIENTBUILDER_H

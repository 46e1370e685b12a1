//===- Compose.h - operators written as formulas of others ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_COMPOSE_H
#define COMPILER_IMPORT_OPS_COMPOSE_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// Writes an operator of ONNX as a formula of nn operations. Null-safe as Node is: a step that fails makes the rest null.
class Compose {
public:
  using Value = mlir::Value;
  template <typename T> using List = llvm::ArrayRef<T>;

  /// Elements of constants that are made here.
  static constexpr int64_t kMaxCount = int64_t(1) << 24;

  explicit Compose(Node &node) : node(node) {}

  Value add(Value a, Value b) { return node.binary(nn::BinaryKind::add, a, b); }
  Value sub(Value a, Value b) { return node.binary(nn::BinaryKind::sub, a, b); }
  Value mul(Value a, Value b) { return node.binary(nn::BinaryKind::mul, a, b); }
  Value div(Value a, Value b) { return node.binary(nn::BinaryKind::div, a, b); }
  Value max(Value a, Value b) { return node.binary(nn::BinaryKind::max, a, b); }
  Value min(Value a, Value b) { return node.binary(nn::BinaryKind::min, a, b); }
  /// With a number of the operand's type on the right; a step that changes nothing is left out.
  Value add(Value a, double b) { return b == 0 ? a : add(a, number(a, b)); }
  Value mul(Value a, double b) { return b == 1 ? a : mul(a, number(a, b)); }
  Value div(Value a, double b) { return b == 1 ? a : div(a, number(a, b)); }
  Value compare(nn::BinaryKind kind, Value a, Value b) { return node.binary(kind, a, b); }
  Value equal(Value a, Value b) { return node.binary(nn::BinaryKind::equal, a, b); }
  Value both(Value a, Value b) { return node.binary(nn::BinaryKind::logical_and, a, b); }
  Value sqrt(Value x) { return node.unary(nn::UnaryKind::sqrt, x); }
  Value floor(Value x) { return node.unary(nn::UnaryKind::floor, x); }
  Value negate(Value x) { return node.unary(nn::UnaryKind::neg, x); }
  Value select(Value condition, Value a, Value b) {
    return node.create<nn::SelectOp>(node.elementType(a), condition, a, b);
  }
  Value clip(Value x, double low, double high) {
    return node.create<nn::ClipOp>(node.elementType(x), x, llvm::APFloat(low), llvm::APFloat(high));
  }

  /// A scalar of the type of `like`.
  Value number(Value like, double value) { return node.makeSplat({}, node.elementType(like), value); }
  /// 0, 1, …, count − 1 of an integer or float type, along dimension `axis` of `rank`: [1, …, count, …, 1].
  Value iota(int64_t count, mlir::Type element, int64_t axis, int64_t rank);
  /// A constant list of reals (of type `element`) or integers.
  Value list(List<double> values, mlir::Type element, List<int64_t> shape);
  Value list(List<int64_t> values, mlir::Type element, List<int64_t> shape);

  Value reduce(nn::ReduceKind kind, Value x, List<int64_t> axes, bool keepdims = true) {
    return node.create<nn::ReduceOp>(node.elementType(x), x, kind, axes, keepdims);
  }
  Value sum(Value x, List<int64_t> axes, bool keepdims = true) { return reduce(nn::ReduceKind::sum, x, axes, keepdims); }
  Value mean(Value x, List<int64_t> axes) { return reduce(nn::ReduceKind::mean, x, axes); }
  Value matmul(Value a, Value b) { return node.create<nn::MatmulOp>(node.elementType(a), a, b); }
  Value gather(Value data, Value indices, int64_t axis) {
    return node.create<nn::GatherOp>(node.elementType(data), data, indices, axis);
  }
  Value concat(List<Value> parts, int64_t axis);
  /// Elements start, start + step, … of one dimension.
  Value slice(Value x, int64_t axis, int64_t start, int64_t size, int64_t step = 1);
  /// `low` and `high` more elements in every dimension, all of `value`.
  Value pad(Value x, List<int64_t> low, List<int64_t> high, double value = 0);
  Value padAxis(Value x, int64_t axis, int64_t low, int64_t high, double value = 0);
  /// A vector [n] along dimension `axis` of a value of rank `rank`: [n, 1, …].
  Value along(Value vector, int64_t axis, int64_t rank);
  /// A new dimension of 1 before dimension `axis`, and one of 1 gone.
  Value unsqueeze(Value x, int64_t axis);
  Value squeeze(Value x, int64_t axis);

  /// Dimensions, numbers or symbols.
  llvm::SmallVector<Dim> dims(Value x) { return x ? node.symbols().dims(x) : llvm::SmallVector<Dim>(); }
  Node &node;
};

/// A permutation that takes dimension `from` to place `to` and keeps the order of the others.
llvm::SmallVector<int64_t> movedAxis(int64_t rank, int64_t from, int64_t to);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_COMPOSE_H

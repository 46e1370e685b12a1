//===- Reduction.cpp - reductions over axes, softmax, arg max --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Shape.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;
using nn::ReduceKind;

/// Axes are an attribute or (ReduceSum since opset 13, the others since 18) an operand. None means all.
template <ReduceKind kind> static LogicalResult buildReduce(Node &node) {
  bool keepdims = node.getInt("keepdims", 1) != 0, noop = node.getInt("noop_with_empty_axes", 0) != 0;
  Value x = node.input(0);
  if (!x)
    return failure();
  std::optional<SmallVector<int64_t>> axes = readAxes(node, 1, node.rank(x));
  if (node.failed())
    return failure();
  if ((!axes || axes->empty()) && noop)
    return node.forward(0, 0);
  if (!axes || axes->empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(x)));
  if (axes->empty()) // a scalar, which is its own sum
    return node.forward(0, 0);
  Type element = node.elementType(x);
  constexpr bool isReal = kind == ReduceKind::l2 || kind == ReduceKind::log_sum || kind == ReduceKind::log_sum_exp;
  if (isReal && isa<IntegerType>(element)) { // a root or a logarithm, cut to an integer
    Type wide = node.builder().getF64Type();
    return node.set(0, node.convert(node.create<nn::ReduceOp>(wide, node.convert(x, wide), kind, *axes, keepdims), element));
  }
  if (element.isInteger(1) && kind != ReduceKind::max && kind != ReduceKind::min)
    return node.invalid("reduces booleans, which have a greatest and a least only");
  return node.set(0, node.create<nn::ReduceOp>(element, x, kind, *axes, keepdims));
}

/// Before opset 13 the operand is a matrix, its dimensions from `axis` on are one; later `axis` is one dimension.
static LogicalResult buildSoftmax(Node &node, bool log) {
  Value x = node.input(0);
  bool flattens = node.opset() < 13;
  int64_t given = node.getInt("axis", flattens ? 1 : -1);
  if (!x)
    return failure();
  std::optional<int64_t> axis = node.axis(given, node.rank(x));
  if (!axis)
    return failure();
  if (!flattens || *axis == node.rank(x) - 1)
    return node.set(0, node.create<nn::SoftmaxOp>(node.elementType(x), x, *axis, log));
  SmallVector<Dim> dims = node.symbols().dims(x);
  std::optional<Dim> rows = product(ArrayRef(dims).take_front(*axis));
  std::optional<Dim> columns = product(ArrayRef(dims).drop_front(*axis));
  if (!rows || !columns)
    return node.invalid("has too many elements");
  Value matrix = node.reshapeTo(x, {*rows, *columns});
  Value y = node.create<nn::SoftmaxOp>(node.elementType(x), matrix, int64_t(1), log);
  return node.set(0, node.reshapeTo(y, dims));
}

template <bool isMax> static LogicalResult buildArgReduce(Node &node) {
  bool keepdims = node.getInt("keepdims", 1) != 0, last = node.getInt("select_last_index", 0) != 0;
  int64_t given = node.getInt("axis", 0);
  Value x = node.input(0);
  if (!x)
    return failure();
  std::optional<int64_t> axis = node.axis(given, node.rank(x));
  if (!axis)
    return failure();
  return node.set(0, node.create<nn::ArgReduceOp>(node.builder().getI64Type(), x, *axis, keepdims, isMax, last));
}

void weft::import::registerReductionOps(OpTable &table) {
  table.add("ReduceSum", buildReduce<ReduceKind::sum>, 1, 2);
  table.add("ReduceMean", buildReduce<ReduceKind::mean>, 1, 2);
  table.add("ReduceMax", buildReduce<ReduceKind::max>, 1, 2);
  table.add("ReduceMin", buildReduce<ReduceKind::min>, 1, 2);
  table.add("ReduceProd", buildReduce<ReduceKind::prod>, 1, 2);
  table.add("ReduceSumSquare", buildReduce<ReduceKind::sum_square>, 1, 2);
  table.add("ReduceL1", buildReduce<ReduceKind::l1>, 1, 2);
  table.add("ReduceL2", buildReduce<ReduceKind::l2>, 1, 2);
  table.add("ReduceLogSum", buildReduce<ReduceKind::log_sum>, 1, 2);
  table.add("ReduceLogSumExp", buildReduce<ReduceKind::log_sum_exp>, 1, 2);
  table.add("Softmax", [](Node &n) { return buildSoftmax(n, false); }, 1, 1);
  table.add("LogSoftmax", [](Node &n) { return buildSoftmax(n, true); }, 1, 1);
  table.add("ArgMax", buildArgReduce<true>, 1, 1);
  table.add("ArgMin", buildArgReduce<false>, 1, 1);
}

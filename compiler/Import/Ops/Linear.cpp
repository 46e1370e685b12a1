//===- Linear.cpp - Gemm, MatMul --------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Ops/Linear.h"
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Weights.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// x · factor, for a factor that is not 1.
static Value scaled(Node &node, Value x, double factor) {
  if (factor == 1.0 || !x)
    return x;
  if (const HostTensor *c = node.constant(x); c && !c->isInteger()) {
    SmallVector<double> values;
    for (int64_t i = 0, n = c->size(); i < n; ++i)
      values.push_back(c->real(i) * factor);
    return node.makeConstant(HostTensor::ofDoubles(c->type(), values), nn::layerName(x.getDefiningOp()));
  }
  return node.binary(nn::BinaryKind::mul, x, node.makeSplat({}, node.elementType(x), factor));
}

/// Gemm's C as a bias [N]; null if it differs from row to row.
static Value biasOf(Node &node, Value c, int64_t outputs) {
  auto shape = node.shape(c);
  if (shape.size() > 2 || (shape.size() == 2 && shape[0] != 1))
    return {};
  int64_t columns = shape.empty() ? 1 : shape.back();
  if (columns == outputs)
    return node.reshape(c, {outputs});
  const HostTensor *constant = node.constant(c);
  if (columns != 1 || !constant || constant->isInteger())
    return {};
  return node.makeSplat({outputs}, node.elementType(c), constant->real(0));
}

/// alpha · A·B + beta · C. alpha goes into the weight, beta into the bias.
Value weft::import::gemm(Node &node) {
  node.ignoreAttr("broadcast"); // opset < 7: C broadcasts, as it always does later
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  bool transA = node.getInt("transA", 0) != 0, transB = node.getInt("transB", 0) != 0;
  Value a = node.input(0), c = node.has(2) && beta != 0 ? node.input(2) : Value();
  std::optional<SmallVector<Dim>> dims = node.inputDims(1);
  if (node.failed())
    return {};
  if (node.rank(a) != 2 || dims->size() != 2) {
    (void)node.invalid("has operands of rank " + Twine(node.rank(a)) + " and " + Twine(dims->size()) + ", expected 2");
    return {};
  }
  a = transA ? node.transpose(a, {1, 0}) : a;
  c = scaled(node, c, beta);
  if (!node.constant(1u) && !node.isParameter(node.input(1))) {
    Value b = node.input(1);
    Value product = node.create<nn::MatmulOp>(node.elementType(a), a, transB ? node.transpose(b, {1, 0}) : b);
    product = scaled(node, product, alpha);
    return c ? node.binary(nn::BinaryKind::add, product, c) : product;
  }
  Value weight = scaled(node, weightMatrix(node, 1, !transB), alpha);
  if (!weight)
    return {};
  int64_t outputs = node.shape(weight)[0];
  Value bias = c ? biasOf(node, c, outputs) : Value();
  if (node.failed())
    return {};
  Value y = node.create<nn::LinearOp>(node.elementType(a), a, weight,
                                      bias ? bias : node.makeSplat({outputs}, node.elementType(a), 0));
  return c && !bias ? node.binary(nn::BinaryKind::add, y, c) : y;
}

Value weft::import::product(Node &node, Value a, Value b) {
  if (!a || !b || failed(checkWeight(node, b)))
    return {};
  if (node.rank(a) == 0 || node.rank(b) == 0) {
    (void)node.invalid("has a scalar operand, expected rank 1 or more");
    return {};
  }
  bool rowA = node.rank(a) == 1, columnB = node.rank(b) == 1;
  if (rowA)
    a = node.reshapeTo(a, {Dim(1), node.symbols().dim(a, 0)});
  if (columnB)
    b = node.reshapeTo(b, {node.symbols().dim(b, 0), Dim(1)});
  Value y = node.create<nn::MatmulOp>(node.elementType(a), a, b);
  if (!y)
    return {};
  SmallVector<Dim> to = node.symbols().dims(y);
  if (columnB)
    to.pop_back();
  if (rowA)
    to.erase(to.end() - (columnB ? 1 : 2));
  return rowA || columnB ? node.reshapeTo(y, to) : y;
}

static LogicalResult buildGemm(Node &node) { return node.set(0, gemm(node)); }

/// numpy.matmul. With a constant matrix on the right it is a linear layer.
static LogicalResult buildMatmul(Node &node) {
  Value a = node.input(0);
  std::optional<SmallVector<Dim>> dims = node.inputDims(1);
  if (node.failed())
    return failure();
  if (node.rank(a) != 0 && dims->size() == 2 && (node.constant(1u) || node.isParameter(node.input(1))) && !node.isParameter(a))
    return node.set(0, linear(node, a, weightMatrix(node, 1, /*transpose=*/true), {}));
  return node.set(0, product(node, a, node.input(1)));
}

void weft::import::registerLinearOps(OpTable &table) {
  table.add("Gemm", buildGemm, 2, 3);
  table.add("MatMul", buildMatmul, 2, 2);
}

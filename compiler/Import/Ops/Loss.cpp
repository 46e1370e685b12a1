//===- Loss.cpp - losses, as operators of inference --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// The class of a target is picked by comparing it with every class: what is nobody's class (an `ignore_index` outside of
// them) then picks nothing, as ONNX asks.
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Compose.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

namespace {

/// −weight[target] · x[n, target, …], reduced. `x` is [N, C, …], input 1 the targets [N, …], input 2 the classes' weights.
class NegativeLogLikelihood {
public:
  NegativeLogLikelihood(Node &node, Value x) : node(node), c(node), x(x) {}
  Value build();

private:
  bool read();
  /// [N, …]: the value of each sample's class.
  Value pick(Value values) { return c.sum(c.select(isClass, values, c.number(values, 0)), {1}, /*keepdims=*/false); }
  /// What each sample counts for in a mean; null if all count the same.
  Value weights();

  Node &node;
  Compose c;
  Value x, isClass, isKept;
  StringRef reduction;
};

bool NegativeLogLikelihood::read() {
  reduction = node.getString("reduction", "mean");
  if (reduction != "none" && reduction != "mean" && reduction != "sum") {
    (void)node.invalid("has reduction '" + reduction + "', expected none, mean or sum");
    return false;
  }
  Value target = node.input(1);
  bool ignores = node.hasAttr("ignore_index");
  auto ignored = static_cast<double>(node.getInt("ignore_index", 0));
  if (node.failed())
    return false;
  int64_t rank = node.rank(x);
  if (rank < 2 || node.rank(target) != rank - 1 || !isa<IntegerType>(node.elementType(target))) {
    (void)node.invalid("has operands of rank " + Twine(rank) + " and " + Twine(node.rank(target)) +
                       ", expected scores [N, C, ...] and integer classes [N, ...]");
    return false;
  }
  int64_t classes = node.shape(x)[1];
  if (ShapedType::isDynamic(classes)) {
    (void)node.unsupported("its number of classes is dynamic; give dimension 1 a value");
    return false;
  }
  target = c.unsqueeze(target, 1);
  isClass = c.equal(target, c.iota(classes, node.elementType(target), 1, rank));
  if (ignores) {
    isKept = node.unary(nn::UnaryKind::logical_not, c.equal(target, c.number(target, ignored)));
    isClass = c.both(isClass, isKept);
  }
  return !node.failed();
}

Value NegativeLogLikelihood::weights() {
  if (node.has(2))
    return pick(c.along(node.input(2), 1, node.rank(x)));
  return isKept ? c.squeeze(node.convert(isKept, node.elementType(x)), 1) : Value();
}

Value NegativeLogLikelihood::build() {
  if (!x || !read())
    return {};
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(x) - 1));
  Value weight = weights(), loss = c.negate(pick(x));
  if (node.has(2))
    loss = c.mul(loss, weight);
  if (reduction == "none")
    return loss;
  if (reduction == "sum" || weight) {
    Value total = c.sum(loss, axes, /*keepdims=*/false);
    return reduction == "sum" ? total : c.div(total, c.sum(weight, axes, /*keepdims=*/false));
  }
  return c.reduce(nn::ReduceKind::mean, loss, axes, /*keepdims=*/false);
}

} // namespace

static LogicalResult buildNegativeLogLikelihood(Node &node) {
  return node.set(0, NegativeLogLikelihood(node, node.input(0)).build());
}

static LogicalResult buildSoftmaxCrossEntropy(Node &node) {
  Value x = node.input(0);
  if (node.rank(x) < 2)
    return node.invalid("has scores of rank " + Twine(node.rank(x)) + ", expected [N, C, ...]");
  Value logProbabilities = node.create<nn::SoftmaxOp>(node.elementType(x), x, int64_t(1), /*log=*/true);
  if (failed(node.set(0, NegativeLogLikelihood(node, logProbabilities).build())))
    return failure();
  return node.hasOutput(1) ? node.set(1, logProbabilities) : success();
}

void weft::import::registerLossOps(OpTable &table) {
  table.add("NegativeLogLikelihoodLoss", buildNegativeLogLikelihood, 2, 3);
  table.add("SoftmaxCrossEntropyLoss", buildSoftmaxCrossEntropy, 2, 3);
}

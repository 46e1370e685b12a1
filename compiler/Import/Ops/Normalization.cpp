//===- Normalization.cpp - BatchNormalization ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// Factor and offset of one channel, computed in double and rounded once.
static void affine(Node &node, ArrayRef<const HostTensor *> p, double epsilon, SmallVectorImpl<double> &factors,
                   SmallVectorImpl<double> &offsets) {
  for (int64_t c = 0, n = p[0]->size(); c < n; ++c) {
    double factor = p[0]->real(c) / std::sqrt(p[3]->real(c) + epsilon);
    factors.push_back(factor);
    offsets.push_back(p[1]->real(c) - p[2]->real(c) * factor);
  }
}

/// x · factor + offset with constants [C, 1, …], as inference knows the statistics.
static LogicalResult buildBatchNorm(Node &node) {
  for (StringRef name : {"momentum", "spatial", "consumed_inputs", "is_test"})
    node.ignoreAttr(name);
  if (node.getInt("training_mode", 0) != 0)
    return node.unsupported("training_mode is set; export the model for inference");
  for (unsigned i = 1; i < node.numOutputs(); ++i)
    if (node.hasOutput(i) && node.opset() >= 9)
      return node.unsupported("its output " + Twine(i) + " is a statistic of training");
  double epsilon = node.getFloat("epsilon", 1e-5);
  Value x = node.input(0);
  if (node.failed())
    return failure();
  if (node.rank(x) < 2)
    return node.invalid("has an input of rank " + Twine(node.rank(x)) + ", expected [N, C, ...]");
  int64_t channels = node.shape(x)[1];
  SmallVector<const HostTensor *> parameters;
  for (unsigned i = 1; i < 5; ++i) {
    const HostTensor *p = node.constant(i);
    if (node.failed())
      return failure();
    if (!p || p->isInteger())
      return node.unsupported("its parameter '" + node.inputName(i) + "' is computed, expected a constant");
    if (p->rank() != 1 || (channels != ShapedType::kDynamic && p->size() != channels) ||
        p->size() != (parameters.empty() ? p->size() : parameters[0]->size()))
      return node.invalid("has a parameter '" + node.inputName(i) + "' of " + Twine(p->size()) +
                          " elements, expected one per channel");
    parameters.push_back(p);
  }
  channels = parameters[0]->size();
  SmallVector<double> factors, offsets;
  affine(node, parameters, epsilon, factors, offsets);
  SmallVector<int64_t> shape(node.rank(x) - 1, 1);
  shape[0] = channels;
  auto type = RankedTensorType::get(shape, node.elementType(x));
  if (!isa<FloatType>(type.getElementType()))
    return node.invalid("has an integer input");
  HostTensor factor = HostTensor::ofDoubles(type, factors), offset = HostTensor::ofDoubles(type, offsets);
  if (factor.firstNonFinite() >= 0 || offset.firstNonFinite() >= 0)
    return node.invalid("has parameters that give a factor or offset that is not finite in channel " +
                        Twine(std::max(factor.firstNonFinite(), offset.firstNonFinite())));
  Value product = node.binary(nn::BinaryKind::mul, x, node.makeConstant(factor, (node.name() + ".factor").str()));
  return node.set(0, node.binary(nn::BinaryKind::add, product,
                                 node.makeConstant(offset, (node.name() + ".offset").str())));
}

void weft::import::registerNormalizationOps(OpTable &table) {
  table.add("BatchNormalization", buildBatchNorm, 5, 5);
}

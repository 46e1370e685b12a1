//===- MctQuantizers.cpp - the quantizers of Sony's Model Compression Toolkit -------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"
#include "compiler/Import/Ops/Quantizers.h"
#include <cmath>

using namespace mlir;
using namespace weft;
using namespace weft::import;

/// num_bits and signed; thresholds t become scales t / 2^(bits − sign).
static bool setThresholds(Node &node, ArrayRef<double> thresholds, bool isSigned, FakeQuantizer &q) {
  int64_t bits = node.getInt("num_bits", 8);
  if (bits < 2 || bits > 16) {
    (void)node.unsupported("num_bits is " + Twine(bits) + ", expected 2 to 16");
    return false;
  }
  q.useRange(static_cast<unsigned>(bits), isSigned, /*narrow=*/false);
  for (double t : thresholds)
    q.scales.push_back(static_cast<float>(t) / static_cast<float>(int64_t(1) << (bits - isSigned)));
  return true;
}

/// Symmetric around zero, or from zero on: threshold · [−1, 1), threshold · [0, 1).
static LogicalResult buildSymmetricActivation(Node &node) {
  node.ignoreAttr("mctq_version");
  FakeQuantizer q;
  if (!setThresholds(node, {node.getFloat("threshold", 1)}, node.getInt("signed", 1) != 0, q))
    return failure();
  return node.set(0, fakeQuantize(node, node.input(0), q));
}

/// From min_range to max_range, which are moved so that zero is a code.
static LogicalResult buildUniformActivation(Node &node) {
  node.ignoreAttr("mctq_version");
  int64_t bits = node.getInt("num_bits", 8);
  double least = std::min(node.getFloat("min_range", 0), 0.0), greatest = std::max(node.getFloat("max_range", 1), 0.0);
  if (bits < 1 || bits > 16)
    return node.unsupported("num_bits is " + Twine(bits) + ", expected 1 to 16");
  FakeQuantizer q;
  q.useRange(static_cast<unsigned>(bits), /*isSigned=*/false, /*narrow=*/false);
  q.scales = {static_cast<float>((greatest - least) / static_cast<double>(q.hi))};
  q.zero = q.scales[0] > 0 ? static_cast<int64_t>(-std::nearbyint(least / static_cast<double>(q.scales[0]))) : 0;
  return node.set(0, fakeQuantize(node, node.input(0), q));
}

/// Thresholds in operand 1, one or one per channel.
static LogicalResult buildSymmetricWeight(Node &node) {
  node.ignoreAttr("mctq_version");
  bool perChannel = node.getInt("per_channel", 0) != 0;
  int64_t channelAxis = node.getInt("channel_axis", 0);
  Value weight = node.input(0);
  std::optional<HostTensor> given = node.parameter(1);
  if (node.failed())
    return failure();
  if (!given || given->isInteger())
    return node.unsupported("its thresholds are computed");
  SmallVector<double> thresholds;
  for (int64_t i = 0; i < given->size(); ++i)
    thresholds.push_back(given->real(i));
  if (!perChannel && thresholds.size() != 1)
    return node.invalid("has " + Twine(thresholds.size()) + " thresholds, expected one");
  FakeQuantizer q;
  std::optional<int64_t> axis = perChannel ? node.axis(channelAxis, node.rank(weight)) : std::optional<int64_t>(0);
  if (!axis || !setThresholds(node, thresholds, node.getInt("signed", 1) != 0, q))
    return failure();
  q.axis = thresholds.size() == 1 ? 0 : *axis;
  return node.set(0, fakeQuantize(node, weight, q));
}

void weft::import::registerMctQuantizers(OpTable &table) {
  table.addIn("mct_quantizers", "ActivationPOTQuantizer", buildSymmetricActivation, 1, 1);
  table.addIn("mct_quantizers", "ActivationSymmetricQuantizer", buildSymmetricActivation, 1, 1);
  table.addIn("mct_quantizers", "ActivationUniformQuantizer", buildUniformActivation, 1, 1);
  table.addIn("mct_quantizers", "WeightsPOTQuantizer", buildSymmetricWeight, 2, 2);
  table.addIn("mct_quantizers", "WeightsSymmetricQuantizer", buildSymmetricWeight, 2, 2);
}

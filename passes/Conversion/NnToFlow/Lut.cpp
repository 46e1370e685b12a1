//===- Lut.cpp - netlists of tables as processes --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/NnToFlow/Lowering.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;

/// The network for elements in the order of a stream: its element i is element order[i] of the tensor.
static void reorderInputs(reference::LutNetwork &network, const Order &order, int64_t bits) {
  std::vector<int32_t> moved(network.inputs);
  for (size_t i = 0; i < order.size(); ++i)
    for (int64_t b = 0; b < bits; ++b)
      moved[order[i] * bits + b] = static_cast<int32_t>(i * bits + b);
  auto renumber = [&](int32_t &signal) { signal = signal < network.inputs ? moved[signal] : signal; };
  for (reference::LutTable &table : network.tables)
    for (int k = 0; k < table.arity; ++k)
      renumber(table.fanIns[k]);
  llvm::for_each(network.outputs, renumber);
}

LogicalResult Lowering::lowerLut(lut::NetworkOp op) {
  FailureOr<Placed> input = placed(op, op.getInput());
  FailureOr<Shape> shape = sampleShape(op, op.getResult());
  if (failed(input) || failed(shape))
    return failure();
  reference::LutNetwork network = op.getNetwork();
  reorderInputs(network, input->order, op.getInputBits());
  const int64_t count = op.getResultElements();
  Value stream = viewed(op.getLoc(), input->stream, 1, 1, op.getInputElements());
  lut::PackedNetwork packed(network);
  auto levels = op->getAttrOfType<IntegerAttr>(lut::kLevelsAttr);
  auto type = streamOf(1, 1, count, cast<RankedTensorType>(op.getResult().getType()).getElementType()).withLanes(count);
  Value result = flow::LutOp::create(builder, op.getLoc(), type, stream, packed.arities, packed.fanIns, packed.tables,
                                     packed.outputs, levels ? levels.getInt() : 0);
  // Elements leave in the order of the tensor; a result of several dimensions is one pixel with that order.
  Order order;
  for (int64_t i = 0; i < count; ++i)
    order.push_back(i);
  finishLayer(op, result, *shape, order);
  return success();
}

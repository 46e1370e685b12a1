//===- Shape.cpp - operators that move values ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"

#include <limits>

using namespace mlir;
using namespace weft;
using namespace weft::exporter;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

LogicalResult weft::exporter::write(GraphExporter &g, nn::ReshapeOp op) {
  std::vector<NodeAttribute> attributes;
  SmallVector<int64_t> shape(op.getShape());
  if (llvm::is_contained(shape, 0))
    attributes.push_back({"allowzero", int64_t(1)}); // else 0 copies a dimension
  for (auto [i, d] : llvm::enumerate(shape))
    if (d < -1 && (-2 - d != static_cast<int64_t>(i) || !attributes.empty()))
      return g.unsupported(op, "it copies a dimension to another place, which ONNX's Reshape cannot; give dimensions values");
    else if (d < -1)
      d = 0;
  return g.node(op, "Reshape", {g.name(op.getInput()), g.integers(shape, "shape")}, attributes);
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::TransposeOp op) {
  return g.node(op, "Transpose", {g.name(op.getInput())}, {{"perm", op.getPerm().vec()}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ConcatOp op) {
  std::vector<std::string> inputs;
  for (Value v : op.getInputs())
    inputs.push_back(g.name(v));
  return g.node(op, "Concat", inputs, {{"axis", static_cast<int64_t>(op.getAxis())}});
}

/// Only the axes that are cut. An end before the first element, of a slice that goes backward, is the least number.
LogicalResult weft::exporter::write(GraphExporter &g, nn::SliceOp op) {
  SmallVector<int64_t> starts, ends, axes, steps;
  for (auto [i, size] : llvm::enumerate(op.getSizes())) {
    int64_t start = op.getStarts()[i], step = op.getSteps()[i];
    if (size == -1 || (start == 0 && step == 1 && size == typeOf(op.getInput()).getDimSize(i)))
      continue;
    int64_t end = start + size * step;
    starts.push_back(start);
    ends.push_back(end < 0 ? std::numeric_limits<int64_t>::min() : end);
    axes.push_back(static_cast<int64_t>(i));
    steps.push_back(step);
  }
  if (axes.empty())
    return g.node(op, "Identity", {g.name(op.getInput())});
  return g.node(op, "Slice", {g.name(op.getInput()), g.integers(starts, "starts"), g.integers(ends, "ends"),
                              g.integers(axes, "axes"), g.integers(steps, "steps")});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::PadOp op) {
  SmallVector<int64_t> pads(op.getLow());
  pads.append(op.getHigh().begin(), op.getHigh().end());
  std::vector<std::string> inputs{g.name(op.getInput()), g.integers(pads, "pads")};
  if (op.getMode() == nn::PadMode::constant)
    inputs.push_back(g.scalar(typeOf(op.getInput()).getElementType(), op.getValue().convertToDouble(), "pad_value"));
  return g.node(op, "Pad", inputs, {{"mode", stringifyPadMode(op.getMode()).str()}});
}

/// ONNX has indices of 32 and 64 bits only, and those of tuples have 64.
static std::string indicesOf(GraphExporter &g, Operation *op, Value indices, unsigned leastBits) {
  auto type = cast<IntegerType>(typeOf(indices).getElementType());
  if (!type.isUnsigned() && type.getWidth() >= leastBits)
    return g.name(indices);
  return g.step(op, "Cast", {g.name(indices)}, {{"to", static_cast<int64_t>(DataType::Int64)}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::GatherOp op) {
  return g.node(op, "Gather", {g.name(op.getData()), indicesOf(g, op, op.getIndices(), 32)}, {{"axis", static_cast<int64_t>(op.getAxis())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::GatherNdOp op) {
  return g.node(op, "GatherND", {g.name(op.getData()), indicesOf(g, op, op.getIndices(), 64)},
                {{"batch_dims", static_cast<int64_t>(op.getBatchDims())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ScatterNdOp op) {
  if (op.getBatchDims() != 0)
    return g.unsupported(op, "ScatterND has no batch dimensions");
  StringRef reduction = op.getKind() == nn::ScatterKind::replace ? "none" : stringifyScatterKind(op.getKind());
  return g.node(op, "ScatterND", {g.name(op.getData()), indicesOf(g, op, op.getIndices(), 64), g.name(op.getUpdates())},
                {{"reduction", reduction.str()}});
}

/// Indices are TopK's second result.
LogicalResult weft::exporter::write(GraphExporter &g, nn::TopKOp op) {
  if (!typeOf(op.getResult()).getElementType().isInteger(64))
    return g.unsupported(op, "TopK gives indices of 64 bits");
  return g.second(op, "TopK", {g.name(op.getInput()), g.integers({static_cast<int64_t>(op.getK())}, "k")},
                  {{"axis", static_cast<int64_t>(op.getAxis())}, {"largest", static_cast<int64_t>(op.getLargest())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::ScanOp op) {
  if (op.getKind() != nn::ScanKind::sum)
    return g.unsupported(op, "there is a running sum, but no running product, at opset 21");
  return g.node(op, "CumSum", {g.name(op.getInput()), g.scalar(IntegerType::get(op.getContext(), 64), op.getAxis(), "axis")},
                {{"exclusive", static_cast<int64_t>(op.getExclusive())}, {"reverse", static_cast<int64_t>(op.getReverse())}});
}

LogicalResult weft::exporter::write(GraphExporter &g, nn::BroadcastOp op) {
  SmallVector<int64_t> shape;
  for (int64_t d : op.getShape())
    shape.push_back(d == -1 ? 1 : d); // 1 takes the input's
  return g.node(op, "Expand", {g.name(op.getInput()), g.integers(shape, "shape")});
}
